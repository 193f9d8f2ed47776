"""Virtual environments: their cache, which several processes share, their Python, and where distributions come from."""

from __future__ import annotations

import json
import os
import platform
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runyard.errors import ExecutionFailed, InvalidInput, PermissionDenied, StorageFailure
from runyard.projects.mlproject import Environment
from runyard.testing.isolation import isolated
from runyard.testing.wheels import make_wheel
from runyard_local import interpreters, managers
from runyard_local.environments import STAMP
from runyard_local.managers import UvManager, VirtualenvManager

pytest.importorskip("uv", reason="needs uv: pip install 'runyard-local[uv]'")

PYTHON_ENV = Environment(kind="python_env", file="python_env.yaml")
OWN = platform.python_version()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with isolated():
        monkeypatch.setenv("RUNYARD_ENV_ROOT", str(tmp_path / "environments"))
        yield tmp_path / "environments"


def write(folder: Path, *lines: str, python: str = OWN, build: str = "[]") -> Path:
    folder.mkdir(exist_ok=True)
    listed = "".join(f"\n- {json.dumps(line)}" for line in lines)
    (folder / "python_env.yaml").write_text(f"python: {python}\nbuild_dependencies: {build}\ndependencies:{listed}\n")
    return folder


def said(python: str, code: str) -> str:
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def environments(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()]


# What the processes of a test run: activate the environment in a folder, and print its Python.
ACTIVATE = """
import sys
from pathlib import Path
from runyard.projects.mlproject import Environment
from runyard_local.managers import UvManager
print(UvManager().activate(Environment(kind="python_env", file="python_env.yaml"), Path(sys.argv[1])).python)
"""


def slow_project(folder: Path, log: Path, gate: Path | None = None) -> Path:
    """Return a folder whose environment installs sources: their build writes to a log, and waits at a gate."""
    source = write(folder, "--no-index", "./source") / "source"
    source.mkdir()
    wheel = make_wheel(folder / "ready", "gated")
    wait = f"os.path.exists({str(gate)!r}) and open({str(gate)!r}).read()" if gate else "pass"
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "gated"\nversion = "1.0"\n'
    )
    (source / "backend.py").write_text(
        "import os, shutil\n"
        "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        f"    with open({str(log)!r}, 'a') as log: log.write('built\\n')\n"
        f"    {wait}\n"
        f"    shutil.copy({str(wheel)!r}, folder)\n"
        f"    return {wheel.name!r}\n"
    )
    return folder


def processes(number: int, folder: Path) -> list[subprocess.Popen[str]]:
    # uv remembers what it has built; each test shall build
    variables = {**os.environ, "UV_NO_CACHE": "1"}
    command = [sys.executable, "-c", ACTIVATE, str(folder)]
    return [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) for _ in range(number)]


def test_processes_build_it_once(root: Path, tmp_path: Path) -> None:
    folder = slow_project(tmp_path / "project", tmp_path / "log")
    started = processes(3, folder)
    found = {process.communicate()[0].strip() for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(found) == 1
    assert said(found.pop(), "import gated; print(gated.VERSION)") == "1.0"
    assert (tmp_path / "log").read_text() == "built\n"


def test_builder_that_is_killed_leaves_no_lock_and_no_half(root: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    folder = slow_project(tmp_path / "project", tmp_path / "log", gate)
    (first,) = processes(1, folder)
    with gate.open("w"):  # opens when the build of the sources has begun
        first.send_signal(signal.SIGKILL)
        first.communicate()
        (half,) = environments(root)
        assert not (half / STAMP).exists()
        gate.unlink()
    # The installer that it has left may not write any more when the next one begins: that one waits for it.
    (second,) = processes(1, folder)
    python = second.communicate()[0].strip()
    assert second.returncode == 0
    assert said(python, "import gated; print(gated.VERSION)") == "1.0"
    assert environments(root) == [half]


def test_half_built_environment_is_built_anew(root: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "project")
    made = Path(UvManager().activate(PYTHON_ENV, folder).python).parents[1]
    (made / STAMP).unlink()
    (made / "left").touch()
    UvManager().activate(PYTHON_ENV, folder)
    assert not (made / "left").exists()


def test_environment_whose_python_is_gone_is_built_anew(root: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "project")
    python = Path(UvManager().activate(PYTHON_ENV, folder).python)
    python.unlink()
    python.symlink_to(tmp_path / "gone")
    assert said(UvManager().activate(PYTHON_ENV, folder).python, "print(1)") == "1"


def test_failed_build_leaves_nothing_and_says_why(root: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "project", "--no-index", "no-such-thing==1.0")
    with pytest.raises(
        ExecutionFailed, match=r"\(--no-index, no-such-thing==1\.0\) cannot be installed: uv ended"
    ) as info:
        UvManager().activate(PYTHON_ENV, folder)
    assert "no-such-thing was not found" in info.value.message
    assert environments(root) == []


def test_virtualenv_and_uv_share(root: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "project")
    assert VirtualenvManager().activate(PYTHON_ENV, folder) == UvManager().activate(PYTHON_ENV, folder)
    assert len(environments(root)) == 1


def test_no_uv(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managers, "find_uv", lambda: None)
    folder = write(tmp_path / "project")
    for act in (UvManager().check, UvManager().activate):
        with pytest.raises(ExecutionFailed, match=r"pip install 'runyard-local\[uv\]'"):
            act(PYTHON_ENV, folder)
    VirtualenvManager().check(PYTHON_ENV, folder)


def test_folder_is_private(root: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "project")
    UvManager().activate(PYTHON_ENV, folder)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    root.chmod(0o777)
    with pytest.raises(PermissionDenied, match=r"Others may write to .*chmod go-w"):
        UvManager().activate(PYTHON_ENV, folder)


def test_folder_that_cannot_be_made(root: Path, tmp_path: Path) -> None:
    root.write_text("a file")
    with pytest.raises(StorageFailure, match=r"cannot be made: .*RUNYARD_ENV_ROOT"):
        UvManager().activate(PYTHON_ENV, write(tmp_path / "project"))


def test_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runyard_local.environments import environments_folder

    with isolated():
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert environments_folder() == tmp_path / "runyard/envs"
        monkeypatch.setenv("MLFLOW_ENV_ROOT", str(tmp_path / "other"))
        assert environments_folder() == tmp_path / "other"


def test_build_dependencies_are_there_first(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    make_wheel(folder / "wheels", "builder", "1.0")
    make_wheel(folder / "wheels", "builder", "2.0")
    folder = write(folder, "--no-index", "--find-links ./wheels", "builder", build="['builder==1.0']")
    os.environ["UV_FIND_LINKS"] = str(folder / "wheels")
    try:
        python = UvManager().activate(PYTHON_ENV, folder).python
    finally:
        del os.environ["UV_FIND_LINKS"]
    assert said(python, "import builder; print(builder.VERSION)") == "1.0"


def test_another_python_of_the_same_minor_version(root: Path, tmp_path: Path) -> None:
    minor = ".".join(OWN.split(".")[:2])
    folder = write(tmp_path / "project", python=f"{minor}.99")
    for _ in range(2):
        with pytest.warns(
            UserWarning, match=rf"asks for Python {minor}\.99, which is not on this machine; it was built"
        ):
            activation = UvManager().activate(PYTHON_ENV, folder)
    assert said(activation.python, "import sys; print('%d.%d' % sys.version_info[:2])") == minor


def test_python_that_is_nowhere(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    folder = write(tmp_path / "project", python="3.99.1")
    with pytest.raises(ExecutionFailed, match=rf"needs Python 3\.99\.1, .*there are: .*{OWN}.*uv python install 3\.99"):
        UvManager().activate(PYTHON_ENV, folder)
    assert environments(root) == []


def test_which_python_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = interpreters.running()
    for version in ("3.98.1", "3.98.4", "3.99.0"):
        python = tmp_path / "versions" / version / "bin/python"
        python.parent.mkdir(parents=True)
        python.touch(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    def found(asked: str | None) -> str:
        return interpreters.find_interpreter(asked, None).version

    assert found(None) == found(own.version) == found(".".join(own.version.split(".")[:2])) == own.version
    assert found("3.98.1") == "3.98.1"
    assert found("3.98") == found("3.98.2") == "3.98.4"
    assert found("3.99.7") == "3.99.0"


def test_version_that_yaml_takes_for_a_number(root: Path, tmp_path: Path) -> None:
    from runyard.projects.python_env import read_python_environment

    assert read_python_environment(PYTHON_ENV, write(tmp_path / "project", python="3.10")).python == "3.10"


def test_packages_that_only_conda_has_are_named(root: Path, tmp_path: Path) -> None:
    make_wheel(tmp_path, "inner")
    (tmp_path / "conda.yaml").write_text(
        f"dependencies:\n- python={OWN}\n- libgdal=3.8\n- pip\n- pip: ['--no-index', './inner-1.0-py3-none-any.whl']\n"
    )
    conda = Environment(kind="conda_env", file="conda.yaml")
    os.environ["UV_FIND_LINKS"] = str(tmp_path)
    make_wheel(tmp_path, "pip", "99.0", {})
    os.environ["UV_NO_INDEX"] = "1"
    try:
        with pytest.warns(UserWarning, match=r"conda\.yaml asks for libgdal=3\.8, which only conda can install"):
            activation = VirtualenvManager().activate(conda, tmp_path)
    finally:
        del os.environ["UV_FIND_LINKS"], os.environ["UV_NO_INDEX"]
    assert said(activation.python, "import inner; print(inner.VERSION)") == "1.0"


def test_pip_settings_count_for_uv(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wheel(tmp_path / "wheels", "linked")
    config = tmp_path / "pip.conf"
    config.write_text(f"[global]\nno-index = true\nfind-links =\n    {tmp_path / 'wheels'}\n    {tmp_path}\n")
    for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    folder = write(tmp_path / "project", "linked")
    first = UvManager().activate(PYTHON_ENV, folder)
    assert said(first.python, "import linked; print(linked.VERSION)") == "1.0"
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_FIND_LINKS", "wheels")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.chdir(tmp_path)
    second = UvManager().activate(PYTHON_ENV, folder)
    assert said(second.python, "import linked; print(linked.VERSION)") == "1.0"
    assert second.python != first.python, "another place to look in may give another distribution"


def test_passwords_of_indexes_are_not_shown(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    folder = write(tmp_path / "project", "--index-url http://user:secret@127.0.0.1:9/simple", "thing")
    with pytest.raises(ExecutionFailed) as info:
        UvManager().activate(PYTHON_ENV, folder)
    assert "secret" not in info.value.message
    assert "127.0.0.1:9" in info.value.message


def test_projects_of_this_machine(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources that are installed in place are read where they are; others are copied."""
    folder = slow_project(tmp_path / "project", tmp_path / "log")
    first = UvManager().activate(PYTHON_ENV, folder).python
    (folder / "source/changed.py").touch()
    assert UvManager().activate(PYTHON_ENV, folder).python != first


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("python: [", "this is not YAML"),
        ("python: latest", "line 1: 'latest' is no version of Python"),
        ("build_dependencies: pip", "line 1: 'build_dependencies' must be a list"),
        ("dependencies:\n- {a: b}", "line 2: An item of 'dependencies' must be a text"),
        ("dependencies:\n- not a requirement", "'not a requirement' is not a requirement"),
        ("dependencies: [--install-option=x]", "'--install-option=x' is no option of a requirements file"),
        ("dependencies: [--no-index, --target=/tmp/x]", "is no option of a requirements file"),
        ("build_dependencies: [./x]\n", "refers to .* which does not exist"),
    ],
)
def test_damaged_files(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "python_env.yaml").write_text(text)
    with pytest.raises(InvalidInput, match=words):
        VirtualenvManager().check(PYTHON_ENV, tmp_path)
