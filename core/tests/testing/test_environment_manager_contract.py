"""The contract of environment managers, kept by one of about sixty lines, and not by those that leave something out."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from runyard import config
from runyard.errors import ExecutionFailed, InvalidInput
from runyard.projects.backend import Activation, EnvironmentManager
from runyard.projects.environments import LocalManager
from runyard.projects.mlproject import Environment
from runyard.projects.python_env import read_python_environment
from runyard.projects.requirement_lines import RequirementLines
from runyard.testing import EnvironmentManagerContract

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the folders of environments are named for POSIX here")


BUILDING = threading.Lock()


class UnpackingManager(EnvironmentManager):
    """Makes environments with venv and installs wheels by unpacking them: enough for wheels of pure Python."""

    kinds = ("python_env",)

    def check(self, environment: Environment, folder: Path) -> None:
        if environment.kind == "docker_env":
            raise InvalidInput("no containers here")
        read_python_environment(environment, folder)

    def activate(self, environment: Environment, folder: Path) -> Activation:
        lines = read_python_environment(environment, folder).lines
        wheels = self.wheels(lines)
        contents = self.key(lines, wheels, folder)
        made = Path(str(config.ENV_ROOT.get()), hashlib.sha256(json.dumps(contents).encode()).hexdigest())
        with BUILDING:
            if not made.exists():
                subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True)
                (packages,) = made.glob("lib/python*/site-packages")
                for wheel in wheels:
                    with zipfile.ZipFile(wheel) as archive:
                        archive.extractall(packages)
        return Activation(
            python=str(made / "bin/python"), variables={"PATH": f"{made / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        )

    def key(self, lines: RequirementLines, wheels: list[Path], folder: Path) -> list[str]:
        return [hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels]

    def wheels(self, lines: RequirementLines) -> list[Path]:
        """Return the wheels that are named or found, with what they need."""
        found = [path for path in lines.local if path.suffix == ".whl"]
        places = [path for path in lines.local if path.is_dir()]
        names = [line for line in lines.requirements if re.match(r"[a-z]", line) and ":" not in line]
        while names:
            stem = names.pop().partition("==")[0].replace("-", "_")
            wheel = next((wheel for place in places for wheel in place.glob(f"{stem}-*.whl")), None)
            if wheel is None:
                raise ExecutionFailed(f"no wheel for {stem}")
            found.append(wheel)
            with zipfile.ZipFile(wheel) as archive:
                (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
                names += re.findall(r"Requires-Dist: (\S+)", archive.read(metadata).decode())
        return found


class TestUnpackingManager(EnvironmentManagerContract):
    @pytest.fixture
    def manager(self) -> EnvironmentManager:
        return UnpackingManager()


class Careless(UnpackingManager):
    """Looks at no file before it begins."""

    def check(self, environment: Environment, folder: Path) -> None:
        pass


class Forgetful(UnpackingManager):
    """Takes environments of other contents for the same."""

    def key(self, lines: RequirementLines, wheels: list[Path], folder: Path) -> list[str]:
        return [wheel.name for wheel in wheels]


class Placed(UnpackingManager):
    """Makes another environment for each folder."""

    def key(self, lines: RequirementLines, wheels: list[Path], folder: Path) -> list[str]:
        return [str(folder), *super().key(lines, wheels, folder)]


class Leaky(UnpackingManager):
    """Lets in what is installed around it."""

    def activate(self, environment: Environment, folder: Path) -> Activation:
        activation = super().activate(environment, folder)
        return Activation(
            python=activation.python, variables={**activation.variables, "PYTHONPATH": os.pathsep.join(sys.path)}
        )


class Hidden(UnpackingManager):
    """Makes an environment whose programs are not the first on the path."""

    def activate(self, environment: Environment, folder: Path) -> Activation:
        return Activation(python=super().activate(environment, folder).python)


@pytest.mark.parametrize(
    ("manager", "clause"),
    [
        (LocalManager, "test_it_makes_something"),
        (Careless, "test_missing_file"),
        (Careless, "test_container"),
        (Forgetful, "test_other_contents"),
        (Placed, "test_same_contents"),
        (Leaky, "test_it_is_isolated"),
        (Hidden, "test_python"),
    ],
)
def test_what_is_left_out_is_noticed(
    manager: Callable[[], EnvironmentManager], clause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_ENV_ROOT", str(tmp_path / "environments"))
    suite = TestUnpackingManager()
    (tmp_path / "project").mkdir()
    arguments = {"test_same_contents": (tmp_path,), "test_it_makes_something": None}.get(clause, ())
    given = (manager(),) if arguments is None else (manager(), tmp_path / "project", *arguments)
    with pytest.raises(AssertionError):
        getattr(suite, clause)(*given)
