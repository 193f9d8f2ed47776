"""Installing Debian packages without starting the daemons that they bring."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
"""What packages ask before they start a daemon; code 101 forbids it."""


class NotInstalled(Exception):
    """A package is missing and cannot be installed from here."""


def install(packages: Sequence[str]) -> None:
    """Install packages by name.

    Raises:
        NotInstalled: This is no Debian, not root, or apt-get fails.
    """
    words = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NotInstalled(f"A server is missing that the tests need. On Debian, root installs it: {words}")
    print(f"servers: {words}", file=sys.stderr, flush=True)
    with no_daemons():
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            done = subprocess.run(
                ["apt-get", "-o", "DPkg::Lock::Timeout=300", "--quiet", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                check=False,
            )
    # A package list that cannot be brought up to date is no reason to stop, as long as the packages are found.
    if done.returncode:
        raise NotInstalled(f"{words} failed:\n{done.stdout}")


@contextmanager
def no_daemons() -> Iterator[None]:
    """Forbid packages to start daemons inside the block; where the machine has a policy, that one stands."""
    try:
        file = os.open(POLICY, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o755)
    except FileExistsError:
        yield
        return
    try:
        with os.fdopen(file, "w") as policy:
            policy.write("#!/bin/sh\nexit 101\n")
        yield
    finally:
        POLICY.unlink()
