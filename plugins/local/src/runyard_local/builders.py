"""What puts Python environments together: uv, or Python's own venv and pip."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from runyard_local import indexes
from runyard_local.environments import python_of
from runyard_local.tools import run_tool, tool_environment, without_users

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runyard.projects.python_env import PythonEnvironment
    from runyard_local.interpreters import Interpreter


class Builder(ABC):
    """Builds one environment after another.

    Attributes:
        name: What it is called in the names of environments.
    """

    name: str

    def build(
        self, environment: PythonEnvironment, python: Interpreter, folder: Path, inherited: Sequence[int] = ()
    ) -> None:
        """Build an environment in a folder that does not exist.

        Args:
            environment: What it is made of.
            python: Its Python.
            folder: The folder.
            inherited: Open files that everything that is started keeps open.

        Raises:
            ExecutionFailed: It cannot be built; the message holds the end of what the installer said.
        """
        self._make(python, folder, inherited)
        if environment.build:
            self._install(folder, environment.build, (), inherited)
        if environment.lines.requirements:
            self._install(folder, environment.lines.requirements, environment.lines.constraints, inherited)

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """Return what decides which distributions are installed, beside the environment itself."""

    @abstractmethod
    def _make(self, python: Interpreter, folder: Path, inherited: Sequence[int]) -> None:
        """Make an environment in which nothing is installed."""

    @abstractmethod
    def _install(
        self, folder: Path, requirements: Sequence[str], constraints: Sequence[str], inherited: Sequence[int]
    ) -> None:
        """Install distributions; lines go to the installer in files, so that none becomes one of its options."""


@contextmanager
def _files(requirements: Sequence[str], constraints: Sequence[str]) -> Iterator[list[str]]:
    """Write lines to files, and give the options that name them."""
    with TemporaryDirectory(prefix="runyard-requirements-") as temporary:
        options: list[str] = []
        for option, name, lines in (("-r", "requirements.txt", requirements), ("-c", "constraints.txt", constraints)):
            if lines:
                file = Path(temporary, name)
                file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
                options += [option, str(file)]
        yield options


def _failure(requirements: Sequence[str]) -> str:
    named = ", ".join(without_users(line) for line in requirements[:8])
    more = f" and {len(requirements) - 8} more" if len(requirements) > 8 else ""
    return f"The requirements of the environment ({named}{more}) cannot be installed"


class UvBuilder(Builder):
    """Builds with uv.

    Args:
        uv: The program.
    """

    name = "uv"

    def __init__(self, uv: str) -> None:
        self._uv = uv

    def settings(self) -> dict[str, str]:
        return indexes.decisive_settings(for_uv=True)

    def _make(self, python: Interpreter, folder: Path, inherited: Sequence[int]) -> None:
        command = [self._uv, "venv", "--quiet", "--no-project", "--python", python.path, str(folder)]
        self._run(command, "The environment cannot be made", folder, inherited)

    def _install(
        self, folder: Path, requirements: Sequence[str], constraints: Sequence[str], inherited: Sequence[int]
    ) -> None:
        lines, options = _for_uv(requirements)
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):  # nobody else would compile them, and each start take longer
            options.append("--compile-bytecode")
        with _files(lines, constraints) as files:
            command = [self._uv, "pip", "install", "--python", str(python_of(folder)), *options, *files]
            more = any(line.startswith("--extra-index-url") for line in lines)
            self._run(command, _failure(requirements), folder, inherited, indexes.LIKE_PIP if more else {})

    def _run(
        self,
        command: Sequence[str],
        what: str,
        folder: Path,
        inherited: Sequence[int],
        weak: Mapping[str, str] | None = None,
    ) -> None:
        variables = {**(weak or {}), **tool_environment(indexes.uv_settings())}
        run_tool(command, what, folder=folder.parent, variables=variables, inherited=inherited)


def _for_uv(requirements: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return lines without the options that uv takes elsewhere, and these."""
    lines, options = [], []
    for line in requirements:
        name, _, value = line.partition(" ")
        if name == "--pre":
            options.append("--prerelease=allow")
        elif name == "--require-hashes":
            options.append(name)
        elif name == "--trusted-host":
            options.append(f"--allow-insecure-host={value}")
        elif name not in ("--prefer-binary", "--use-feature"):
            lines.append(line)
    return lines, options


class VenvBuilder(Builder):
    """Builds with the modules of the Python that the environment is for, and its pip."""

    name = "venv"

    def settings(self) -> dict[str, str]:
        return indexes.decisive_settings(for_uv=False)

    def _make(self, python: Interpreter, folder: Path, inherited: Sequence[int]) -> None:
        what = f"The environment cannot be made by the module venv of {python.path}"
        self._run([python.path, "-I", "-m", "venv", str(folder)], what, folder, inherited)

    def _install(
        self, folder: Path, requirements: Sequence[str], constraints: Sequence[str], inherited: Sequence[int]
    ) -> None:
        with _files(requirements, constraints) as files:
            pip = [str(python_of(folder)), "-I", "-m", "pip", "install"]
            options = ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
            self._run([*pip, *options, *files], _failure(requirements), folder, inherited)

    def _run(self, command: Sequence[str], what: str, folder: Path, inherited: Sequence[int]) -> None:
        variables = tool_environment(indexes.pip_variables())
        run_tool(command, what, folder=folder.parent, variables=variables, inherited=inherited)


def minor_of(version: str) -> str:
    """Return ``3.11`` for ``3.11.4``."""
    match = re.match(r"\d+\.\d+", version)
    return match.group() if match else version
