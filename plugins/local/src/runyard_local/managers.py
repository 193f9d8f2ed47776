"""The environment managers ``virtualenv`` and ``uv``: Python environments, built once and shared."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import ExecutionFailed, InvalidInput
from runyard.projects.backend import Activation, EnvironmentManager
from runyard.projects.mlproject import Environment
from runyard.projects.python_env import PythonEnvironment, read_python_environment
from runyard_local.environments import digest_of, digest_of_path, provide, python_of, scripts_of
from runyard_local.interpreters import find_interpreter, running
from runyard_local.tools import find_uv

if TYPE_CHECKING:
    from runyard_local.builders import Builder


class VirtualenvManager(EnvironmentManager):
    """Makes virtual environments: by uv where it is installed, else by Python's own venv and pip."""

    name = "virtualenv"

    def check(self, environment: Environment, folder: Path) -> None:
        if environment.kind == "docker_env":
            raise InvalidInput(f"The environment manager {self.name!r} makes no containers; use --backend docker.")
        self._uv()
        read_python_environment(environment, folder)

    def activate(self, environment: Environment, folder: Path) -> Activation:
        asked = read_python_environment(environment, folder)
        if asked.dropped:
            warnings.warn(
                f"{environment.file} asks for {', '.join(asked.dropped)}, which only conda can install; "
                f"{self.name!r} leaves them out. Use --env-manager conda to have them.",
                stacklevel=2,
            )
        uv = self._uv()
        made, known = provide(*self._plan(asked, folder, uv))
        wanted, has = asked.python, str(known.get("python", ""))
        if wanted is not None and has != wanted and not has.startswith(f"{wanted}."):
            warnings.warn(
                f"The environment asks for Python {wanted}, which is not on this machine; it was built with Python "
                f"{has} instead. Install Python {wanted} and remove {made} to have it built with that.",
                stacklevel=2,
            )
        path = os.environ.get("PATH", os.defpath)
        return Activation(
            python=str(python_of(made)),
            variables={"PATH": f"{scripts_of(made)}{os.pathsep}{path}", "VIRTUAL_ENV": str(made), "PYTHONHOME": ""},
        )

    def _uv(self) -> str | None:
        """Return the program ``uv``, if it is to be used."""
        return find_uv()

    def _plan(self, asked: PythonEnvironment, folder: Path, uv: str | None) -> tuple[str, Any]:
        """Return the name of an environment, and what builds it."""
        from runyard_local.builders import UvBuilder, VenvBuilder, minor_of

        builder: Builder = UvBuilder(uv) if uv else VenvBuilder()
        version = asked.python or running().version
        name = f"py{minor_of(version)}-{digest_of(_contents(asked, version, builder, folder))}"

        def build(target: Path, inherited: Sequence[int]) -> Mapping[str, Any]:
            if sys.stderr is not None and sys.stderr.isatty():
                print(f"Building the environment {target} ...", file=sys.stderr)
            python = find_interpreter(asked.python, uv)
            builder.build(asked, python, target, inherited)
            return {
                "python": python.version,
                "asked": asked.python,
                "builder": builder.name,
                "build_dependencies": asked.build,
                "requirements": asked.lines.requirements,
                "constraints": asked.lines.constraints,
            }

        return name, build


class UvManager(VirtualenvManager):
    """Makes virtual environments by uv."""

    name = "uv"

    def _uv(self) -> str:
        found = find_uv()
        if found is None:
            raise ExecutionFailed(
                "The environment manager 'uv' needs the program uv, which is not installed. Install it: "
                "pip install 'runyard-local[uv]'"
            )
        return found


def _contents(asked: PythonEnvironment, version: str, builder: Builder, folder: Path) -> list[Any]:
    """Return everything that decides the contents of an environment, wherever its folder is."""
    root = Path(os.path.realpath(folder))
    lines = asked.lines

    def placeless(line: str) -> str:
        return line.replace(root.as_uri(), ".").replace(str(root), ".")

    return [
        builder.name,
        version,
        asked.build,
        [placeless(line) for line in lines.requirements],
        [placeless(line) for line in lines.constraints],
        [digest_of_path(path) for path in lines.local],
        # what is installed in place stays where it is, and only what it needs is copied
        [[str(path), [digest_of_path(file) for file in _build_files(path)]] for path in lines.editable],
        builder.settings(),
    ]


def _build_files(project: Path) -> list[Path]:
    names = ("pyproject.toml", "setup.py", "setup.cfg")
    return [project / name for name in names if (project / name).is_file()]
