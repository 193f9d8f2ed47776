"""Connections that the server cuts, and servers that are started again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from runyard.errors import Unauthenticated, Unavailable
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.session import Session
from servers import MariaDB, Postgres, Server

# those with connections that can be lost
SERVED = pytest.mark.parametrize("blank", ["postgresql", "mariadb"], indirect=True)
NAME = "INSERT INTO runyard_names (name) VALUES (?)"
NAMES = "SELECT name FROM runyard_names ORDER BY name"
BACKENDS = {
    "postgresql": (
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ),
    "mysql": "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}


@pytest.fixture
def database(blank: StoreURI) -> Iterator[Database]:
    with closing(Database(blank)) as opened:
        opened.prepare()
        yield opened


def cut(database: Database, uri: StoreURI) -> None:
    """Let the server cut every connection to the database."""
    with closing(Database(uri)) as other, other.alone() as session:
        found = session.all(BACKENDS[uri.scheme])
        assert found
        if uri.scheme == "mysql":
            for (connection,) in found:
                session.run(f"KILL {connection}")


def names(database: Database) -> list[str]:
    with database.read() as session:
        return [name for (name,) in session.all(NAMES)]


@SERVED
def test_idle_connections_are_replaced(database: Database, blank: StoreURI) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(database.read())
    cut(database, blank)
    assert names(database) == []
    cut(database, blank)
    database.write(lambda session: session.run(NAME, ("first",)))
    assert names(database) == ["first"]


@SERVED
def test_transaction_that_was_cut_is_written_again(database: Database, blank: StoreURI) -> None:
    tries = []

    def write(session: Session) -> None:
        session.run(NAME, ("first",))
        tries.append(1)
        if len(tries) == 1:
            cut(database, blank)
        session.run(NAME, ("second",))

    database.write(write)
    assert len(tries) == 2
    assert names(database) == ["first", "second"]


@SERVED
def test_transaction_that_was_cut_before_its_end_is_written_again(database: Database, blank: StoreURI) -> None:
    tries = []

    def write(session: Session) -> None:
        session.run(NAME, ("first",))
        tries.append(1)
        if len(tries) == 1:
            cut(database, blank)

    database.write(write)
    assert names(database) == ["first"]


@SERVED
def test_reader_that_was_cut_is_told_and_the_next_one_is_not(database: Database, blank: StoreURI) -> None:
    def read() -> None:
        with database.read() as session:
            cut(database, blank)
            session.all(NAMES)

    with pytest.raises(Unavailable, match="has dropped the connection"):
        read()
    assert names(database) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Postgres, MariaDB])
def test_server_that_is_started_again(kind: type[Server]) -> None:
    with kind(fsync=False) as server, closing(Database(StoreURI.parse(server.url()))) as database:  # type: ignore[attr-defined]
        database.write(lambda session: session.run(NAME, ("before",)))
        server.stop()
        server.start()
        assert names(database) == ["before"]
        starting = threading.Thread(target=server.start)

        def write(session: Session) -> None:
            session.run(NAME, ("after",))
            if not starting.ident:
                server.kill()
                starting.start()

        database.write(write)
        starting.join()
        assert names(database) == ["after", "before"]
        if kind is Postgres:
            refuse_without_password(server, database)


def refuse_without_password(server: Server, database: Database) -> None:
    """Let the server ask for passwords from now on, and give it a wrong one."""
    with database.alone() as session:
        session.run("ALTER ROLE runyard PASSWORD 'right'")
        (server.folder / "data" / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        session.all("SELECT pg_reload_conf()")
    address = server.url().replace("runyard@", "runyard:wrong@")  # type: ignore[attr-defined]
    for given in (address, server.url()):  # type: ignore[attr-defined]
        with pytest.raises(Unauthenticated, match="Look at the user and the password") as caught:
            Database(StoreURI.parse(given)).prepare()
        assert "wrong" not in str(caught.value)
    with closing(Database(StoreURI.parse(address.replace("wrong", "right")))) as welcome:
        welcome.prepare()
