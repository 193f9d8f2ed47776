"""Runs a command with servers: ``python -m servers NAME ... [--no-fsync] -- COMMAND ...``.

The command finds their addresses in ``RUNYARD_TEST_POSTGRES_URL``, ``RUNYARD_TEST_MARIADB_URL``,
``RUNYARD_TEST_DOCKER_HOST``; its exit code is returned. What is missing is installed from Debian's packages where this
runs as root.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from servers import SERVERS, ServerFailed


def main(arguments: Sequence[str]) -> int:
    own, command = split(arguments)
    parser = argparse.ArgumentParser(
        prog="python -m servers", description=__doc__, usage="%(prog)s NAME ... [--no-fsync] -- COMMAND ..."
    )
    parser.add_argument("names", nargs="+", choices=sorted(SERVERS), metavar="NAME", help=", ".join(sorted(SERVERS)))
    parser.add_argument(
        "--no-fsync", action="store_true", help="do not write through to the disk: faster, not for kills"
    )
    options = parser.parse_args(own)
    if not command:
        parser.error("what shall run with them? Put a command behind '--'.")
    signal.signal(signal.SIGTERM, _leave)
    with ExitStack() as running:
        variables: dict[str, str] = {}
        try:
            for name in dict.fromkeys(options.names):
                variables.update(running.enter_context(SERVERS[name](fsync=not options.no_fsync)).variables)
        except ServerFailed as error:
            print(f"servers: {error}", file=sys.stderr)
            return 1
        return run(command, variables)


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what comes before the first ``--`` and what comes after it."""
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:place]], [*arguments[place + 1 :]]


def run(command: Sequence[str], variables: dict[str, str]) -> int:
    """Run a command with more environment variables and return its exit code."""
    early: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: early.append(number))
    try:
        process = subprocess.Popen(command, env={**os.environ, **variables})
    except OSError as error:
        print(f"servers: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    # Ctrl-C reaches the command as well, which decides what it means; the servers stay until it has ended.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda number, _: process.send_signal(number))
    for number in early:
        process.send_signal(number)
    code = process.wait()
    return code if code >= 0 else 128 - code


def _leave(number: int, _: object) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
