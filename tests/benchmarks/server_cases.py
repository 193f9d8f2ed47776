"""What is measured of tracking servers, and of clients that talk to them.

Each system serves with its defaults, from databases of the same kind: SQLite always, PostgreSQL where
``RUNYARD_TEST_POSTGRES_URL`` names a server. The load comes from `wrk`. No request may fail, and what was acknowledged
has to be in the database afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import cast

from benchmarks.cases import Case, Line
from benchmarks.databases import POSTGRES, Medium, postgresql, sqlite
from benchmarks.load import PROGRAM, load, warm_up
from benchmarks.measure import Figures, Sides
from benchmarks.server import MeasuredServer
from benchmarks.show import bytes_of, rate, speed
from benchmarks.transfer import SIZE, download, upload

RUNS, MANY_RUNS = 1000, 10_000
"""How many runs are searched. Of more of them MLflow on SQLite takes most of a minute for a page."""
LOGGED_RUNS = 64
"""How many runs there are to log to: as many as there are connections at most."""
SMALL_FILES = 500
MOST_MEMORY = 100e6
"""The bytes that our server may take at most while a large artifact goes through it."""


def server_cases(sides: Sides, scratch: Path, until_the_end: ExitStack) -> list[Case]:
    """Return every case, in the order in which they are measured.

    Args:
        sides: The two systems.
        scratch: A folder for what they write.
        until_the_end: Takes down what several cases use.
    """
    database = os.environ.get(POSTGRES)
    found = _cases("server, SQLite", sides, lambda: sqlite(scratch), scratch, until_the_end)
    if database:
        name, medium = "server, PostgreSQL", lambda: postgresql(database)
        found += _cases(name, sides, medium, scratch, until_the_end)
        found.append(_search(name, _Served(sides, medium, scratch, until_the_end, MANY_RUNS)))
    return found


def _cases(name: str, sides: Sides, medium: Medium, scratch: Path, until_the_end: ExitStack) -> list[Case]:
    def start(system: str) -> Figures:
        with medium() as store, MeasuredServer(sides, system, store, scratch) as server:
            server.wait_until_idle()
            return {"wall": server.start_seconds, "cpu": server.start_cpu, "memory": server.memory()}

    served = _Served(sides, medium, scratch, until_the_end)

    def requests(what: str, budget: float, measure: Callable[[str], Figures], values: int = 1) -> Case:
        """Return a case whose lines are how many are answered, and how long clients wait."""
        waits = (Line("p50", "    p50"), Line("p99", "    p99", budget=1))
        return Case(f"{name}: {what}", budget, measure, show=rate(values), more=waits, program=PROGRAM)

    return [
        Case(
            f"{name}: start to /health, fresh database",
            30,
            start,
            0.6,
            more=(Line("memory", "    memory when idle (PSS of all processes)", budget=25, show=bytes_of),),
        ),
        # Before the others, after which a server also has pages of its database in memory.
        *(
            Case(
                f"{name}: artifact of 1 GiB {direction}",
                1,
                measure,
                0.6,
                show=speed(SIZE),
                more=(Line("memory", "    most memory (PSS)", budget=1, limit=MOST_MEMORY, show=bytes_of),),
            )
            for direction, measure in (("up", served.send_large), ("down", served.fetch_large))
        ),
        *(
            requests(f"log-metric, {connections} connections", 20, served.log_metric(connections))
            for connections in (1, 8, 64)
        ),
        requests("points in log-batch of 100 keys, 8 connections", 25, served.log_batch(100, 1), 100),
        requests("points in log-batch of 10 keys x 100 steps, 8 connections", 25, served.log_batch(10, 100), 1000),
        Case(f"{name}: fluent log_metric over HTTP", 50, served.fluent("log_metric")),
        _search(name, served),
        requests("artifacts of 1 KiB up, 8 connections", 10, served.send_small),
        requests("artifacts of 1 KiB down, 8 connections", 10, served.fetch_small),
    ]


def _search(name: str, served: _Served) -> Case:
    return Case(
        f"{name}: search of {served.runs:,} runs, filter and order by a metric, page of 100",
        None,
        served.search,
        more=(Line("p50", "    p50", budget=20),),
        program=PROGRAM,
    )


class _Served:
    """A server of each system, with runs in its database, started when it is first needed."""

    def __init__(self, sides: Sides, medium: Medium, scratch: Path, until_the_end: ExitStack, runs: int = RUNS) -> None:
        self.runs = runs
        self._sides = sides
        self._medium = medium
        self._scratch = scratch
        self._until_the_end = until_the_end
        self._known: dict[str, tuple[MeasuredServer, str]] = {}
        self._logged: dict[str, list[str]] = {}
        self._keys = 0

    def log_metric(self, connections: int) -> Callable[[str], Figures]:
        return lambda system: self._log(system, "log_metric", connections, points_in_request=1)

    def log_batch(self, keys: int, steps: int) -> Callable[[str], Figures]:
        return lambda system: self._log(system, "log_batch", 8, keys, steps, points_in_request=steps)

    def fluent(self, program: str) -> Callable[[str], Figures]:
        return lambda system: self._sides.program(program, system, self._server(system).address, 200)

    def search(self, system: str) -> Figures:
        server = self._server(system)
        experiment = server.call("GET", "experiments/get-by-name?experiment_name=searched")["experiment"]
        warm_up(server, "search", 1, experiment["experiment_id"])
        return load(server, "search", 1, experiment["experiment_id"]).figures

    def send_small(self, system: str) -> Figures:
        server = self._server(system)
        self._keys += 1
        # The processes of a server load what takes artifacts with the first that each of them is sent.
        warm_up(server, "artifacts", 8, "PUT", f"warm{self._keys}", 10**9)
        folder = server.artifacts / f"sent{self._keys}"
        sent = load(server, "artifacts", 8, "PUT", folder.name, 10**9)
        whole = sum(path.stat().st_size == 1024 for path in folder.glob("*.bin"))
        if whole < sent.requests:
            raise SystemExit(f"{system} has acknowledged {sent.requests} artifacts and has {whole}.")
        return sent.figures

    def fetch_small(self, system: str) -> Figures:
        server = self._server(system)
        folder = server.artifacts / "fetched"
        if not folder.exists():
            folder.mkdir(parents=True)
            for number in range(SMALL_FILES):
                (folder / f"{number}.bin").write_bytes(os.urandom(1024))
        warm_up(server, "artifacts", 8, "GET", folder.name, SMALL_FILES)
        return load(server, "artifacts", 8, "GET", folder.name, SMALL_FILES).figures

    def send_large(self, system: str) -> Figures:
        return upload(self._server(system), self._scratch)

    def fetch_large(self, system: str) -> Figures:
        server = self._server(system)
        return download(server, self._scratch)

    def _log(self, system: str, script: str, connections: int, *arguments: object, points_in_request: int) -> Figures:
        server = self._server(system)
        runs = self._logged[system][:connections]  # as if each belonged to a client
        key = f"m{self._keys}-"
        self._keys += 1
        warm_up(server, script, connections, ",".join(runs), f"warm{key}", *arguments)
        logged = load(server, script, connections, ",".join(runs), key, *arguments)
        counted = f"{key}0" if script == "log_batch" else key
        there = self._sides.program("count_points", system, self._known[system][1], counted, *runs)["points"]
        if there < logged.requests * points_in_request:
            raise SystemExit(f"{system} has acknowledged {logged.requests} requests and has {there} points of {key}.")
        return logged.figures

    def _server(self, system: str) -> MeasuredServer:
        if system not in self._known:
            store = self._until_the_end.enter_context(self._medium())
            self._sides.program("fill_database", system, store, self.runs, 0)
            server = self._until_the_end.enter_context(MeasuredServer(self._sides, system, store, self._scratch))
            self._known[system] = (server, store)
            experiment = server.call("POST", "experiments/create", {"name": "logged"})["experiment_id"]
            new = {"experiment_id": experiment, "start_time": 1_700_000_000_000}
            self._logged[system] = [
                cast(str, server.call("POST", "runs/create", new)["run"]["info"]["run_id"]) for _ in range(LOGGED_RUNS)
            ]
            server.wait_until_idle()
        return self._known[system][0]
