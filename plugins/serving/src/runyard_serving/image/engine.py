"""The program that builds images."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from runyard.errors import ExecutionFailed
from runyard_serving.image.dockerfile import SECRET
from runyard_serving.image.settings import CONTAINER_ENGINE

__all__ = ["build", "find_engine"]

KNOWN = ("docker", "podman")
KEPT_LINES = 30


def find_engine(name: str | None = None) -> str:
    """Return the path of the program.

    Args:
        name: Its name or path; that of the setting, or the first of those that are known, when `None`.

    Raises:
        ExecutionFailed: There is none; the message says how to get one.
    """
    asked = name or CONTAINER_ENGINE.get()
    for candidate in (asked,) if asked else KNOWN:
        if path := shutil.which(candidate):
            return path
    missing = f"There is no program {asked!r}" if asked else f"There is neither {' nor '.join(KNOWN)} on this machine"
    raise ExecutionFailed(
        f"{missing}, which builds images. Install Docker (https://docs.docker.com/engine/install) or podman, or write "
        "the Dockerfile with `runyard models generate-dockerfile` and build it elsewhere."
    )


def build(
    engine: str,
    context: Path,
    tag: str,
    *,
    platform: str | None = None,
    pip_config: Path | None = None,
    more: Sequence[str] = (),
) -> None:
    """Build an image; what the engine says goes to standard error as it comes.

    Args:
        engine: The program.
        context: The folder that holds the Dockerfile and what it refers to.
        tag: The name of the image.
        platform: The platform that it is for, such as ``linux/amd64``; that of the engine when `None`.
        pip_config: A configuration file for pip, for this build only: no layer holds it.
        more: Further words for the engine's ``build``.

    Raises:
        ExecutionFailed: It failed; the message has the end of what the engine said.
    """
    words = [engine, "build", f"--tag={tag}"]
    if platform is not None:
        words.append(f"--platform={platform}")
    if pip_config is not None:
        words.append(f"--secret={_field(f'id={SECRET}')},{_field(f'src={pip_config.absolute()}')}")
    # Docker's older releases build without mounts unless they are told; others do not look at these
    variables = {**os.environ, "DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain"}
    last: deque[str] = deque(maxlen=KEPT_LINES)
    try:
        process = subprocess.Popen(
            [*words, *more, str(context)],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise ExecutionFailed(f"{engine} cannot be started: {error}.") from error
    with process:
        try:
            for line in process.stdout or ():
                last.append(line.rstrip())
                print(last[-1], file=sys.stderr)
            code = process.wait()
        except BaseException:
            process.terminate()
            raise
    if code:
        said = "\n".join(last).strip()
        raise ExecutionFailed(f"{os.path.basename(engine)} built no image: it ended with code {code} and said:\n{said}")


def _field(text: str) -> str:
    """Return a field of a list with commas, as the engine splits it."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text
