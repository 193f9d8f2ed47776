"""Databases for the tests: fresh and empty for each of them, and without an open connection after it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import runyard_sql.database
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.tables import metadata

VARIABLES = {"postgresql": "RUNYARD_TEST_POSTGRES_URL", "mariadb": "RUNYARD_TEST_MARIADB_URL"}
KINDS = ("sqlite", "memory", *VARIABLES)


class Served:
    """A database on a server. It is made once and emptied for each test: to make the tables takes MariaDB a second.

    Args:
        uri: Its address.
    """

    def __init__(self, uri: StoreURI) -> None:
        self.uri = uri
        self._database = Database(uri)
        self._database.prepare()

    def empty(self) -> None:
        """Make it as it was when its tables were new."""
        with self._database.alone() as session:
            for table in metadata.tables:
                if table != "runyard_revision":
                    session.run(f"DELETE FROM {table}")
            session.run(
                "INSERT INTO runyard_experiments (id, name, artifact_location, creation_time, last_update_time) "
                "VALUES (0, 'Default', '', 1, 1)"
            )

    def close(self) -> None:
        """Close its connections."""
        self._database.close()


@contextmanager
def own_database(variable: str) -> Iterator[StoreURI]:
    """Make an empty database on the server that a variable tells of, and drop it afterwards."""
    server = Database(StoreURI.parse(os.environ[variable]))
    name = f"runyard_{uuid.uuid4().hex}"
    with server.alone() as session:
        session.run(f"CREATE DATABASE {name}")
    base, _, _ = os.environ[variable].rpartition("/")
    try:
        yield StoreURI.parse(f"{base}/{name}")
    finally:
        with server.alone() as session:
            force = " WITH (FORCE)" if server.dialect.name == "postgresql" else ""
            session.run(f"DROP DATABASE {name}{force}")
        server.close()


def need_server(kind: str) -> str:
    """Return the variable that names a server; skip the test if it names none."""
    if not os.environ.get(VARIABLES[kind]):
        pytest.skip(f"{VARIABLES[kind]} names no server; to run the tests with one: nox -s databases")
    return VARIABLES[kind]


@pytest.fixture(scope="session")
def served() -> Iterator[Callable[[str], Served]]:
    """Return what gives the database on a kind of server, which is there for as long as the tests run."""
    with ExitStack() as stack:
        made: dict[str, Served] = {}

        def find(kind: str) -> Served:
            variable = need_server(kind)
            if kind not in made:
                made[kind] = Served(stack.enter_context(own_database(variable)))
                stack.callback(made[kind].close)
            return made[kind]

        yield find


@pytest.fixture
def databases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep what the process knows of databases, and its connections, to one test."""
    opened: dict[StoreURI, Database] = {}
    monkeypatch.setattr(runyard_sql.database, "_databases", opened)
    yield
    for database in opened.values():
        database.close()
        if database.dialect.in_memory:  # it is not closed as long as it may be needed
            database._pool.throw_away(database._pool.take())


@pytest.fixture(params=KINDS)
def address(
    request: pytest.FixtureRequest, tmp_path: Path, served: Callable[[str], Served], databases: None
) -> StoreURI:
    """Return the address of a database that is fresh and empty, of each kind in turn."""
    if request.param == "memory":
        return StoreURI.parse("sqlite://")
    if request.param == "sqlite":
        return StoreURI.parse(f"sqlite:///{tmp_path}/runs.db")
    database = served(request.param)
    database.empty()
    return database.uri


@pytest.fixture(params=("sqlite", *VARIABLES))
def blank(request: pytest.FixtureRequest, tmp_path: Path, databases: None) -> Iterator[StoreURI]:
    """Give the address of a database of each kind that has no tables, and is this test's alone."""
    if request.param == "sqlite":
        yield StoreURI.parse(f"sqlite:///{tmp_path}/runs.db")
        return
    with own_database(need_server(request.param)) as uri:
        yield uri
