"""What is measured of databases: SQLite always, PostgreSQL where ``RUNYARD_TEST_POSTGRES_URL`` names a server."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from benchmarks.cases import Case
from benchmarks.measure import Figures, Sides

POSTGRES = "RUNYARD_TEST_POSTGRES_URL"
RUNS, POINTS = 10_000, 1_000_000

Medium = Callable[[], AbstractContextManager[str]]
"""Makes a fresh database, gives its address and removes it in the end."""


def database_cases(sides: Sides, scratch: Path, until_the_end: ExitStack) -> list[Case]:
    """Return every case, in the order in which they are measured.

    Args:
        sides: The two systems.
        scratch: A folder for what they write.
        until_the_end: Takes down what several cases use.
    """
    cases = _cases("SQLite", sides, lambda: sqlite(scratch), until_the_end, required=True)
    server = os.environ.get(POSTGRES)
    if server:
        cases += _cases("PostgreSQL", sides, lambda: postgresql(server), until_the_end, required=False)
    return cases


def _cases(name: str, sides: Sides, medium: Medium, until_the_end: ExitStack, *, required: bool) -> list[Case]:
    """Return the cases of one kind of database; budgets are those of SQLite."""

    def fresh(program: str, *arguments: object) -> Callable[[str], Figures]:
        def measure(system: str) -> Figures:
            with medium() as uri:
                return sides.program(program, system, uri, *arguments)

        return measure

    filled = _Filled(sides, medium, until_the_end)

    def case(what: str, budget: float, measure: Callable[[str], Figures], share: float = 1.0) -> Case:
        return Case(f"{name}: {what}", budget if required else None, measure, share)

    return [
        case("process start to first metric, fresh database", 20, fresh("first_metric")),
        case("log_metric", 30, fresh("log_metric")),
        case("log_batch of 1,000 metrics, 10 keys x 100 steps", 25, fresh("log_batch", 10)),
        Case(f"{name}: log_batch of 1,000 metrics, 1,000 keys", None, fresh("log_batch", 1000), 0.6),
        case("a model version", 20, fresh("model_version")),
        # Of each, the first call in a process also imports what compiles searches, or parts of pandas.
        Case(f"{name}: 10,000 runs, filter and order by a metric, page of 100", None, filled.read("page"), 0.6),
        case("the same, again in the process", 200, filled.read("page", "again"), 0.6),
        Case(f"{name}: filter by a param as well, again in the process", None, filled.read("narrow", "again"), 0.6),
        Case(f"{name}: 10,000 runs as a DataFrame", None, filled.read("frame"), 0.6),
        case("the same, again in the process", 25, filled.read("frame", "again"), 0.6),
        case("history of 1,000,000 points", 15, filled.read("history"), 0.2),
        Case(f"{name}: bytes on disk for a point (not seconds)", 3 if required else None, filled.bytes_of_a_point, 0.2),
    ]


@contextmanager
def sqlite(scratch: Path) -> Iterator[str]:
    """Make a file for a database, and give its address."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        yield f"sqlite:///{folder}/runs.db"


@contextmanager
def postgresql(server: str) -> Iterator[str]:
    """Make a database on a server, and give its address."""
    import psycopg

    name = f"benchmark_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class _Filled:
    """A database with many runs for each system, filled when it is first needed."""

    def __init__(self, sides: Sides, medium: Medium, until_the_end: ExitStack) -> None:
        self._sides = sides
        self._medium = medium
        self._until_the_end = until_the_end
        self._uris: dict[str, str] = {}
        self._bytes: dict[str, float] = {}

    def read(self, *arguments: object) -> Callable[[str], Figures]:
        return lambda system: self._sides.program("search_database", system, self._uri(system), *arguments)

    def bytes_of_a_point(self, system: str) -> Figures:
        self._uri(system)
        return {"wall": self._bytes[system], "cpu": self._bytes[system]}

    def _uri(self, system: str) -> str:
        if system not in self._uris:
            uri = self._until_the_end.enter_context(self._medium())
            self._bytes[system] = self._sides.program("fill_database", system, uri, RUNS, POINTS)["bytes"]
            self._uris[system] = uri
        return self._uris[system]
