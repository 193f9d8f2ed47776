"""The contract suite of an environment manager."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runyard.errors import ExecutionFailed, InvalidInput
from runyard.projects.backend import Activation, EnvironmentManager
from runyard.projects.mlproject import DockerEnvironment, Environment
from runyard.testing.contract import Contract, at_once, refused, values_of
from runyard.testing.isolation import isolated
from runyard.testing.wheels import make_wheel

FILES = {"python_env": "python_env.yaml", "conda_env": "conda.yaml"}


class EnvironmentManagerContract(Contract):
    """What every environment manager does that makes environments.

    A suite defines the fixture `manager`. Its environments have the Python that runs the suite, and nothing is
    installed but small wheels that lie beside the environment file: no network is needed.
    """

    shares: bool = True
    """Environments of the same contents are made once."""

    @pytest.fixture
    def manager(self) -> EnvironmentManager:
        """Return the manager; to be defined by its suite."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `manager`")

    @pytest.fixture(autouse=True)
    def environments(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """Return the folder that environments are kept in, empty."""
        root = tmp_path / "environments"
        with isolated():
            monkeypatch.setenv("RUNYARD_ENV_ROOT", str(root))
            yield root

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Return a project's folder, with blanks and what a shell would read in its name."""
        folder = tmp_path / "a project; $(touch touched) & 'more'"
        folder.mkdir()
        return folder

    def write(self, manager: EnvironmentManager, folder: Path, *lines: str) -> Environment:
        """Write the environment file that the manager likes best, with lines of requirements in it."""
        kind = manager.kinds[0]
        python = platform.python_version()
        listed = "".join(f"\n    - {line!r}" for line in lines)
        if kind == "conda_env":
            text = f"dependencies:\n- python={python}\n- pip\n" + (f"- pip:{listed}\n" if lines else "")
        else:
            text = f"python: '{python}'\ndependencies:{listed}\n"
        (folder / FILES[kind]).write_text(text, encoding="utf-8")
        return Environment(kind=kind, file=FILES[kind])

    def said(self, activation: Activation, code: str) -> str:
        """Return what a Python program prints in an environment."""
        done = subprocess.run(
            [activation.python, "-c", code],
            env={**os.environ, **activation.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def test_it_makes_something(self, manager: EnvironmentManager) -> None:
        assert manager.kinds, "A manager says which kinds of files it reads, the best first."
        assert set(manager.kinds) <= set(FILES)

    def test_python(self, manager: EnvironmentManager, folder: Path) -> None:
        environment = self.write(manager, folder)
        manager.check(environment, folder)
        activation = manager.activate(environment, folder)
        version = self.said(activation, "import platform; print(platform.python_version())")
        assert version == platform.python_version(), "The environment has the Python that its file names."
        found = subprocess.run(
            ["/bin/sh", "-c", "command -v python"],
            env={**os.environ, **activation.variables},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        assert os.path.dirname(found) == os.path.dirname(activation.python), "PATH leads to the environment first."

    def test_it_is_isolated(self, manager: EnvironmentManager, folder: Path) -> None:
        activation = manager.activate(self.write(manager, folder), folder)
        found = self.said(activation, "import importlib.util as u; print(u.find_spec('pytest'))")
        assert found == "None", "What is installed where runyard runs is not in another environment."

    def test_requirements_beside_the_file(self, manager: EnvironmentManager, folder: Path) -> None:
        make_wheel(folder / "wheels", "suite-inner", "2.0")
        make_wheel(folder / "wheels", "suite-outer", "1.0", requires=["suite-inner"])
        lines = "--no-index\n--find-links ./wheels\nsuite-outer  # with what it needs\n-c limits.txt\n"
        (folder / "requirements.txt").write_text(lines)
        (folder / "limits.txt").write_text("suite-inner==2.0")
        activation = manager.activate(self.write(manager, folder, "-r requirements.txt"), folder)
        code = "import suite_outer, suite_inner; print(suite_outer.VERSION, suite_inner.VERSION)"
        assert self.said(activation, code) == "1.0 2.0", "Files that a requirements file names are found beside it."

    def test_wheel_by_its_path(self, manager: EnvironmentManager, folder: Path) -> None:
        wheel = make_wheel(folder / "wheels", "suite-lone")
        activation = manager.activate(self.write(manager, folder, "--no-index", f"./wheels/{wheel.name}"), folder)
        assert self.said(activation, "import suite_lone; print(suite_lone.VERSION)") == "1.0"

    def test_same_contents(self, manager: EnvironmentManager, folder: Path, tmp_path: Path) -> None:
        self.require("shares")
        wheel = make_wheel(folder / "wheels", "suite-same").read_bytes()
        other = tmp_path / "other"
        (other / "wheels").mkdir(parents=True)
        (other / "wheels/suite_same-1.0-py3-none-any.whl").write_bytes(wheel)
        lines = ("--no-index", "./wheels/suite_same-1.0-py3-none-any.whl")
        first = manager.activate(self.write(manager, folder, *lines), folder)
        assert manager.activate(self.write(manager, folder, *lines), folder) == first
        again = manager.activate(self.write(manager, other, *lines), other)
        assert again == first, "What an environment is made of decides, and not where that lies."

    def test_other_contents(self, manager: EnvironmentManager, folder: Path) -> None:
        made = {manager.activate(self.write(manager, folder), folder).python}
        for version in ("1.0", "2.0"):
            make_wheel(folder, "suite-other", version)
            line = f"./suite_other-{version}-py3-none-any.whl"
            made.add(manager.activate(self.write(manager, folder, "--no-index", line), folder).python)
        changed = {"suite_other.py": "VERSION = 'changed'"}
        make_wheel(folder, "suite-other", "2.0", changed)
        activation = manager.activate(self.write(manager, folder, "--no-index", line), folder)
        assert self.said(activation, "import suite_other; print(suite_other.VERSION)") == "changed", (
            "A wheel of the same name with other contents gives another environment."
        )
        assert len({*made, activation.python}) == 4, "Environments of other contents are others."

    def test_asked_for_by_several_at_once(self, manager: EnvironmentManager, folder: Path) -> None:
        make_wheel(folder, "suite-busy")
        environment = self.write(manager, folder, "--no-index", "./suite_busy-1.0-py3-none-any.whl")
        found = values_of(at_once([lambda: manager.activate(environment, folder)] * 3))
        for activation in found:
            assert self.said(activation, "import suite_busy; print(suite_busy.VERSION)") == "1.0"
        assert not self.shares or len({activation.python for activation in found}) == 1

    def test_what_cannot_be_installed(self, manager: EnvironmentManager, folder: Path) -> None:
        environment = self.write(manager, folder, "--no-index", "suite-no-such-distribution==1.0")
        for _ in range(2):
            with refused(ExecutionFailed, "A requirement that nobody has"):
                manager.activate(environment, folder)
        make_wheel(folder, "suite-no-such-distribution")
        environment = self.write(manager, folder, "--no-index", "--find-links .", "suite-no-such-distribution==1.0")
        assert self.said(
            manager.activate(environment, folder), "import suite_no_such_distribution as s; print(s.VERSION)"
        )

    @pytest.mark.parametrize(
        "line",
        [
            "-r ../outside.txt",
            "-c ../outside.txt",
            "-r /etc/hostname",
            "../outside",
            "-e ../outside",
            "--find-links ..",
            "suite @ file:///etc/hostname",
            "-r missing.txt",
            "./missing.whl",
            "--target=/tmp/elsewhere",
            "no requirement",
            "$(touch touched)",
            "; touch touched",
        ],
    )
    def test_lines_that_are_refused(self, manager: EnvironmentManager, folder: Path, line: str) -> None:
        (folder.parent / "outside").mkdir()
        (folder.parent / "outside.txt").write_text("suite-outside")
        environment = self.write(manager, folder, line)
        with refused(InvalidInput, f"A line such as {line!r}"):
            manager.check(environment, folder)
        with refused(InvalidInput, f"A line such as {line!r}"):
            manager.activate(environment, folder)
        assert not list(folder.rglob("touched"))

    @pytest.mark.parametrize(
        "text",
        ["{", "- a list", "dependencies: text", "dependencies: [{pip: text}]", "python: [1]\ndependencies: [3, {}]"],
    )
    def test_damaged_file(self, manager: EnvironmentManager, folder: Path, text: str) -> None:
        environment = self.write(manager, folder)
        (folder / str(environment.file)).write_text(text)
        with refused(InvalidInput, f"A file that holds {text!r}"):
            manager.check(environment, folder)

    def test_missing_file(self, manager: EnvironmentManager, folder: Path) -> None:
        environment = self.write(manager, folder)
        (folder / str(environment.file)).unlink()
        with refused(InvalidInput, "An environment file that is missing"):
            manager.check(environment, folder)

    def test_container(self, manager: EnvironmentManager, folder: Path) -> None:
        environment = Environment(kind="docker_env", docker=DockerEnvironment(image="suite"))
        with refused(InvalidInput, "A manager of environments makes no containers"):
            manager.check(environment, folder)

    def test_check_makes_nothing(self, manager: EnvironmentManager, folder: Path, environments: Path) -> None:
        manager.check(self.write(manager, folder), folder)
        assert not environments.exists() or not any(environments.iterdir())
