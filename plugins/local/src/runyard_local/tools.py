"""Running the programs that build environments: their output is shown as it comes, and its end is in the error."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from runyard.errors import ExecutionFailed
from runyard.uris import without_secrets

_log = logging.getLogger(__name__)

KEPT_LINES = 40
"""How many lines of a program's output are in the error when it fails."""

GRACE = 10.0
"""Seconds between the polite end of a program that was interrupted and the other one."""

# What would lead an installer or an interpreter out of the environment that it works on.
_FOREIGN = (
    "CONDA_PREFIX",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
    "VIRTUAL_ENV",
)
_USER = re.compile(r"(?<=://)[^/@\s]+(?=@)")


def find_uv() -> str | None:
    """Return the program ``uv``: that of the package, or the one on the path."""
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, OSError):
        return shutil.which("uv")


def tool_environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment variables of a program that builds an environment."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    # its output is read here: a question that git asks would not be seen
    return {"GIT_TERMINAL_PROMPT": "0", **kept, "PYTHONNOUSERSITE": "1", **(changes or {})}


def run_tool(
    arguments: Sequence[str],
    what: str,
    *,
    folder: Path,
    variables: Mapping[str, str],
    inherited: Sequence[int] = (),
) -> None:
    """Run a program to its end.

    Args:
        arguments: The program and what it is given.
        what: What it does, for the error: "The requirements of ... cannot be installed".
        folder: The folder that it starts in.
        variables: All its environment variables.
        inherited: Open files that it keeps open, and whoever it starts.

    Raises:
        ExecutionFailed: It failed, or there is no such program.
    """
    shown = sys.stderr is not None and sys.stderr.isatty()
    last: deque[str] = deque(maxlen=KEPT_LINES)
    try:
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=inherited,
        )
    except OSError as error:
        raise ExecutionFailed(f"{what}: {arguments[0]} cannot be started: {error}.") from error
    with process:
        try:
            for line in process.stdout or ():
                clean = without_users(line.rstrip())
                last.append(clean)
                _log.debug("%s", clean)
                if shown:
                    print(clean, file=sys.stderr)
            code = process.wait()
        except BaseException:
            _end(process)
            raise
    if code:
        said = "\n".join(last).strip()
        ending = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise ExecutionFailed(
            f"{what}: {os.path.basename(arguments[0])} ended with {ending}." + (f" It said:\n{said}" if said else "")
        )


def without_users(text: str) -> str:
    """Return a text without passwords and tokens in the addresses that are in it."""
    return _USER.sub("***", without_secrets(text))


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
        return
    process.kill()
