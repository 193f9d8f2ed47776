"""Finding the Python that an environment asks for: the exact version, else one of the same minor version."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from runyard.errors import ExecutionFailed
from runyard_local.tools import run_tool, tool_environment

_ANSWER_SECONDS = 60.0
_NEVER = ("never", "manual")


class Interpreter(NamedTuple):
    """A Python on this machine."""

    path: str
    version: str

    def meets(self, asked: str) -> bool:
        """Say whether it is the version that was asked for, which may leave out the last numbers."""
        return self.version == asked or self.version.startswith(f"{asked}.")


def running() -> Interpreter:
    """Return the Python that this runs in, outside of its virtual environment."""
    base: str = getattr(sys, "_base_executable", None) or sys.executable
    return Interpreter(base, platform.python_version())


def find_interpreter(asked: str | None, uv: str | None) -> Interpreter:
    """Return the Python for an environment.

    The exact version counts first, wherever it is: what runs now, what pyenv has, what uv knows of, what is on the
    path. Next comes the same minor version, and last what uv can download.

    Args:
        asked: The version; `None` for the one that runs now.
        uv: The program ``uv``, where there is one.

    Raises:
        ExecutionFailed: There is none; the message lists those that there are.
    """
    own = running()
    if asked is None or own.meets(asked):
        return own
    there: list[Interpreter] = []
    for each in _known(uv):
        if each.version == asked:
            return each
        there.append(each)
    if found := _best(there, asked) or _best(there, _minor(asked)):
        return found
    reason = ""
    if uv is not None and os.environ.get("UV_PYTHON_DOWNLOADS") not in _NEVER and not os.environ.get("UV_OFFLINE"):
        try:
            run_tool(
                [uv, "python", "install", asked],
                f"Python {asked} cannot be downloaded",
                folder=Path.cwd(),
                variables=tool_environment(),
            )
        except ExecutionFailed as error:
            reason = f" {error.message}"
        else:
            if found := _best(list(_from_uv(uv)), asked):
                return found
    versions = ", ".join(sorted({each.version for each in there}, key=_order)) or "none"
    raise ExecutionFailed(
        f"The environment needs Python {asked}, which is not on this machine; there are: {versions}. Install it with "
        f"`uv python install {_minor(asked)}` or `pyenv install {asked}`, or use what the current environment has with "
        f"--env-manager local.{reason}"
    )


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _best(there: list[Interpreter], asked: str) -> Interpreter | None:
    """Return the newest that meets a version, of equal ones the first."""
    fitting = [each for each in there if each.meets(asked)]
    return max(fitting, key=lambda each: _order(each.version), default=None)


def _known(uv: str | None) -> Iterator[Interpreter]:
    yield running()
    yield from _pyenv()
    yield from _from_uv(uv) if uv else _from_path()


def _pyenv() -> Iterator[Interpreter]:
    root = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))
    with suppress(OSError):
        for folder in sorted((root / "versions").iterdir()):
            python = folder / "bin" / "python"
            if re.fullmatch(r"\d+\.\d+\.\d+", folder.name) and os.access(python, os.X_OK):
                yield Interpreter(str(python), folder.name)


def _from_uv(uv: str) -> Iterator[Interpreter]:
    command = [uv, "python", "list", "--only-installed", "--output-format", "json", "--no-project"]
    for item in json.loads(_output(command) or "[]"):
        if item.get("implementation") == "cpython" and item.get("path") and "+" not in str(item.get("key", "")):
            yield Interpreter(str(item["path"]), str(item["version"]))


def _from_path() -> Iterator[Interpreter]:
    names = dict.fromkeys(("python3", "python", *(f"python3.{minor}" for minor in range(8, 20))))
    paths = {os.path.realpath(path): path for name in names if (path := shutil.which(name))}
    for path in paths.values():
        version = _output([path, "-I", "-c", "import platform; print(platform.python_version())"]).strip()
        if version:
            yield Interpreter(path, version)


def _output(command: list[str]) -> str:
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_ANSWER_SECONDS, env=tool_environment(), check=False
        )
        return done.stdout if done.returncode == 0 else ""
    return ""
