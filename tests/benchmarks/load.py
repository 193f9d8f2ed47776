"""Load on a server, from `wrk` with the scripts of the folder beside this module."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Figures
from benchmarks.server import Measured

PROGRAM = "wrk"
SCRIPTS = Path(__file__).parent / "wrk"
SECONDS, WARM_SECONDS = 6, 1
"""How long a server is under load, and how long before that."""
PATIENCE = 120
"""The seconds that a reply may take."""


@dataclass(frozen=True)
class Load:
    """What a server has answered.

    Attributes:
        requests: How many requests it has answered.
        figures: Seconds for a request: ``wall`` is the time all of them took, divided by their number, ``cpu`` what the
            server used of its cores for it, ``p50`` and ``p99`` what a client has waited.
    """

    requests: int
    figures: Figures


def warm_up(server: Measured, script: str, connections: int, *arguments: object) -> None:
    """Load a server for a second; the arguments are those of `load`."""
    _run(server, script, connections, WARM_SECONDS, arguments)


def load(server: Measured, script: str, connections: int, *arguments: object) -> Load:
    """Send requests over a number of connections for some seconds, each as soon as the one before it is answered.

    Args:
        server: Who has to answer.
        script: The name of a script.
        connections: How many requests are under way at a time.
        arguments: Those of the script.

    Raises:
        SystemExit: A request failed, or none was answered.
    """
    cpu = server.cpu()
    shown = _run(server, script, connections, SECONDS, arguments)
    requests = int(shown["requests"])
    if not requests:
        raise SystemExit(f"{server.address} has answered no request of {script} in {SECONDS} seconds.")
    figures = {
        "wall": shown["seconds"] / requests,
        "cpu": (server.cpu() - cpu) / requests,
        "p50": shown["p50"],
        "p99": shown["p99"],
    }
    return Load(requests, figures)


def _run(
    server: Measured, script: str, connections: int, seconds: int, arguments: tuple[object, ...]
) -> dict[str, float]:
    command = [PROGRAM, "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
    command += ["--timeout", f"{PATIENCE}s", "--script", f"{script}.lua", server.address, "--", *map(str, arguments)]
    done = subprocess.run(command, cwd=SCRIPTS, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    shown: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if shown["refused"] or shown["broken"]:
        raise SystemExit(f"Not every request of {' '.join(command)} was answered:\n{done.stdout}")
    return shown
