"""The environment manager ``conda``, with a program in the place of conda.

No conda is started here, as none can be installed from where Python packages come from: a stand-in checks that it is
given what conda's documentation says, and builds what pip installs for real.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from runyard.errors import ExecutionFailed, InvalidInput
from runyard.projects.backend import EnvironmentManager
from runyard.projects.mlproject import Environment
from runyard.testing import EnvironmentManagerContract
from runyard.testing.isolation import isolated
from runyard.testing.wheels import make_wheel
from runyard_local.conda import CondaManager, find_conda

pytest.importorskip("uv", reason="needs uv: pip install 'runyard-local[uv]'")

FAKE = Path(__file__).with_name("fake_conda.py")


def put_program(folder: Path, name: str) -> Path:
    program = folder / name
    folder.mkdir(exist_ok=True, parents=True)
    program.write_text(f'#!/bin/sh\nFAKE_CONDA_NAME={name} exec "{sys.executable}" "{FAKE}" "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def conda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program ``conda`` on the path, and no other of its kind."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}:/usr/bin:/bin")
    for name in ("CONDA_EXE", "MAMBA_EXE"):
        monkeypatch.delenv(name, raising=False)
    return put_program(tmp_path / "programs", "conda")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUNYARD_ENV_ROOT", str(tmp_path / "environments"))
    return tmp_path / "environments"


class TestCondaManager(EnvironmentManagerContract):
    @pytest.fixture
    def manager(self, conda: Path) -> EnvironmentManager:
        return CondaManager()


def made(folder: Path, text: str, name: str = "conda.yaml") -> dict[str, object]:
    """Return what conda was given for an environment file."""
    (folder / name).write_text(text)
    kind = "conda_env" if name == "conda.yaml" else "python_env"
    environment = Environment(kind=kind, file=name)
    activation = CondaManager().activate(environment, folder)
    document = Path(activation.python).parents[1] / "conda-meta/document.json"
    found: dict[str, object] = json.loads(document.read_text())
    return found


def test_what_conda_is_given(conda: Path, root: Path, tmp_path: Path) -> None:
    make_wheel(tmp_path, "inner")
    text = """
name: mine
prefix: /somewhere/else
channels: [conda-forge, https://host/channel]
dependencies:
- python=3.11
- conda-forge::libgdal>=3
- pip: [--no-index, ./inner-1.0-py3-none-any.whl]
"""
    assert made(tmp_path, text) == {
        "channels": ["conda-forge", "https://host/channel"],
        "dependencies": [
            "python=3.11",
            "conda-forge::libgdal>=3",
            "pip",
            {"pip": ["--no-index", f"{tmp_path}/inner-1.0-py3-none-any.whl"]},
        ],
    }


def test_python_env(conda: Path, root: Path, tmp_path: Path) -> None:
    text = "python: 3.10\nbuild_dependencies: []\ndependencies: []\n"
    assert made(tmp_path, text, "python_env.yaml") == {
        "channels": ["conda-forge"],
        "dependencies": ["python=3.10", "pip"],
    }


def test_micromamba(conda: Path, root: Path, tmp_path: Path) -> None:
    conda.unlink()
    put_program(conda.parent, "micromamba")
    assert made(tmp_path, "dependencies: [python=3.11]")["dependencies"] == ["python=3.11"]


def test_what_conda_says_is_in_the_error(conda: Path, root: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ExecutionFailed, match=r"conda ended with exit code 1\. It said:\nPackagesNotFoundError: suite-b"
    ):
        made(tmp_path, "dependencies: [python=3.11, suite-broken]")
    assert [path.suffix for path in root.iterdir()] == [".lock"]


def test_environment_without_python(conda: Path, root: Path, tmp_path: Path) -> None:
    with pytest.raises(ExecutionFailed, match=r"conda\.yaml has no Python\. Name one among its dependencies: python=3"):
        made(tmp_path, "dependencies: [libgdal]")


def test_where_the_program_is(conda: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_conda() == str(conda)
    other = put_program(tmp_path / "home/bin", "conda")
    with isolated(), monkeypatch.context() as changes:
        changes.setenv("MLFLOW_CONDA_HOME", str(tmp_path / "home"))
        assert find_conda() == str(other)
        changes.setenv("RUNYARD_CONDA_CREATE_ENV_CMD", "mamba")
        with pytest.raises(ExecutionFailed, match=r"one of the programs mamba, and there is none in '.*home'"):
            find_conda()
    conda.unlink()
    with pytest.raises(ExecutionFailed, match=r"none on the path\. Install Miniforge"):
        find_conda()
    monkeypatch.setenv("CONDA_EXE", str(other))
    assert find_conda() == str(other)


def test_what_is_refused_before(conda: Path, tmp_path: Path) -> None:
    (tmp_path / "conda.yaml").write_text("dependencies:\n- python=3.11\n- pip: [-r ../other.txt]\n")
    with pytest.raises(InvalidInput, match=r"'-r \.\./other\.txt' refers to a file or folder that is not below"):
        CondaManager().check(Environment(kind="conda_env", file="conda.yaml"), tmp_path)
    assert os.listdir(tmp_path / "programs") == ["conda"]
