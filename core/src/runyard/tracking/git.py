"""What git knows of a folder, asked of the ``git`` program; nothing where there is no such program."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping

COMMIT = "mlflow.source.git.commit"
BRANCH = "mlflow.source.git.branch"
REPOSITORY = "mlflow.source.git.repoURL"
DIRTY = "mlflow.source.git.dirty"

TIMEOUT = 5.0
"""Seconds after which git is given up: a run shall not wait for a slow network file system."""

_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")


def tags(folder: str) -> Mapping[str, str]:
    """Return the tags of the repository that a folder is in.

    Files that git does not track do not make a repository dirty. Names and passwords are taken out of its address.
    """
    # fsmonitor would start a daemon, or whatever a stranger's repository names; locks would disturb a git at work
    options = ["-c", "core.fsmonitor=false", "--no-optional-locks", "-C", folder]
    asked = [
        ["status", "--porcelain=v2", "--branch", "--untracked-files=no"],
        ["config", "--get", "remote.origin.url"],
    ]
    try:
        programs = [_start(["git", *options, *question]) for question in asked]
    except OSError:
        return {}
    status, url = (_answer(program) for program in programs)
    found: dict[str, str] = {}
    changed = False
    for line in status.splitlines():
        mark, _, rest = line.partition(" ")
        if mark != "#":
            changed = True
        elif rest.startswith("branch.oid ") and "(initial)" not in rest:
            found[COMMIT] = rest.partition(" ")[2]
        elif rest.startswith("branch.head ") and "(detached)" not in rest:
            found[BRANCH] = rest.partition(" ")[2]
    if not found.get(COMMIT):
        return {}
    found[DIRTY] = str(changed).lower()
    if url.strip():
        found[REPOSITORY] = _CREDENTIALS.sub("", url.strip())
    return found


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )


def _answer(program: subprocess.Popen[bytes]) -> str:
    """Return what a program wrote; nothing if it failed or took too long."""
    with program:
        try:
            text, _ = program.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            program.kill()
            return ""
    return text.decode("utf-8", "replace") if program.returncode == 0 else ""
