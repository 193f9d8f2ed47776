"""The environment managers ``virtualenv`` and ``uv``: Python environments, built once and shared."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import ExecutionFailed, InvalidInput
from runyard.projects.backend import Activation, EnvironmentManager
from runyard.projects.mlproject import Environment
from runyard.projects.python_env import PythonEnvironment, read_python_environment
from runyard_local.environments import activation_of, announce, contents_of, digest_of, provide
from runyard_local.interpreters import find_interpreter, running
from runyard_local.tools import find_uv, without_users

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
        return activation_of(made, {"VIRTUAL_ENV": str(made)})

    def _uv(self) -> str | None:
        """Return the program ``uv``, if it is to be used."""
        return find_uv()

    def _plan(self, asked: PythonEnvironment, folder: Path, uv: str | None) -> tuple[str, Any]:
        """Return the name of an environment, and what builds it."""
        from runyard_local.builders import UvBuilder, VenvBuilder, minor_of

        builder: Builder = UvBuilder(uv) if uv else VenvBuilder()
        version = asked.python or running().version
        contents = [builder.name, version, contents_of(asked, folder), builder.settings()]
        name = f"py{minor_of(version)}-{digest_of(contents)}"

        def build(target: Path, inherited: Sequence[int]) -> Mapping[str, Any]:
            announce(target)
            python = find_interpreter(asked.python, uv)
            builder.build(asked, python, target, inherited)
            return {
                "python": python.version,
                "asked": asked.python,
                "builder": builder.name,
                "build_dependencies": asked.build,
                "requirements": [without_users(line) for line in asked.lines.requirements],
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
