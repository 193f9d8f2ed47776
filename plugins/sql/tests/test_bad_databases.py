"""What databases get that cannot be used: an error that says why and what helps, and never the password."""

from __future__ import annotations

import logging
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from runyard.errors import (
    DataDamaged,
    InvalidInput,
    PermissionDenied,
    RunyardError,
    StorageFailure,
    Unauthenticated,
    Unavailable,
)
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.session import Session
from runyard_sql.store import SqlStore

PASSWORDS = ("s3cret", "p@ss:w/rd?#[]%&=", "gehe|m n1s", "naïve☃pw", "12345/678", "100%x")
SERVERS = ("postgresql", "mysql+pymysql", "mysql", "mariadb", "postgresql+psycopg")
NOBODY = 65534
SERVED = pytest.mark.parametrize("blank", ["postgresql", "mariadb"], indirect=True)


def prepared(address: str) -> Database:
    database = Database(StoreURI.parse(address))
    database.prepare()
    return database


def failure(address: str) -> RunyardError:
    with pytest.raises(RunyardError) as caught:
        prepared(address)
    return caught.value


def with_user(uri: StoreURI, user: str) -> str:
    """Return the address of a database for another user, who may have a password."""
    scheme, _, rest = uri.text.partition("://")
    return f"{scheme}://{user}@{rest.rpartition('@')[2]}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that other users can enter."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o755)
        yield Path(made)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be somebody for whom the permissions of files count."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("scheme", SERVERS)
def test_unreachable_server_is_named_without_the_password(
    scheme: str, password: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    encoded = quote(password, safe="")
    store = SqlStore(StoreURI.parse(f"{scheme}://me:{encoded}@127.0.0.1:1/runs"), str(tmp_path))
    with pytest.raises(Unavailable) as caught:
        store.get_experiment("0")
    error = caught.value
    told = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    ours = [
        frame
        for frame in traceback.TracebackException.from_exception(error, capture_locals=True).stack
        if "runyard_sql" in frame.filename
    ]
    values = [value for frame in ours for value in (frame.locals or {}).values()]
    assert values
    assert error.__context__ is None
    for text in (str(error), repr(error), told, repr(store), repr(vars(store)), caplog.text, *values):
        assert password not in text
        assert encoded not in text
    for part in ("127.0.0.1", ":1/", "runs", "me:***@"):
        assert part in str(error)


@pytest.mark.parametrize("scheme", SERVERS)
@pytest.mark.parametrize("password", ["se/cret", "se?cret", "se#cret", "[secret", "1/2@secret"])
def test_password_that_is_not_encoded_is_not_shown(scheme: str, password: str) -> None:
    with pytest.raises(InvalidInput, match="percent-encoded") as caught:
        Database(StoreURI.parse(f"{scheme}://me:{password}@127.0.0.1:5432/runs"))
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("postgresql://me@host", "names no database"),
        ("postgresql://me@host:port/runs", "port is no number"),
        ("postgresql+asyncpg://me@host/runs", "a driver that is not used here; write 'postgresql://"),
        ("mysql+aiomysql://me@host/runs", "a driver that is not used here"),
        ("mysql://me@host/runs?charset=latin1", "option 'charset'"),
        ("mysql://me@host/runs?colour=blue", "option 'colour', which is not known"),
        ("mysql://me@host/runs?connect_timeout=soon", "option 'connect_timeout'"),
        ("sqlite://runs.db", "'sqlite:///runs.db' names the file"),
        ("sqlite:///runs.db?synchronous=off", "there are synchronous=normal|full|extra and timeout=SECONDS"),
        ("sqlite:///runs.db?mode=ro", "an option that is not known"),
        ("sqlite:///runs.db?timeout=long", "no number of seconds"),
        ("sqlite:///runs.db?timeout=-1", "no number of seconds"),
        ("sqlite:///runs.db?timeout=1e300", "no number of seconds"),
        ("sqlite:///runs.db?timeout=nan", "no number of seconds"),
    ],
)
def test_address_that_says_something_unknown(address: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Database(StoreURI.parse(address))
    assert message in str(caught.value)


@pytest.mark.parametrize("option", ["colour=blue", "sslmode=perhaps", "connect_timeout=soon"])
def test_option_that_libpq_does_not_know(option: str) -> None:
    error = failure(f"postgresql://me:s3cret@127.0.0.1:1/runs?{option}")
    assert isinstance(error, InvalidInput)
    assert "has an option that libpq does not take" in str(error)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(
    ("driver", "address", "command"),
    [
        ("psycopg", "postgresql://host/runs", "pip install 'runyard-sql[postgresql]'"),
        ("pymysql", "mysql://host/runs", "pip install 'runyard-sql[mysql]'"),
    ],
)
def test_driver_that_is_not_installed(driver: str, address: str, command: str) -> None:
    code = (
        f"import sys; sys.modules[{driver!r}] = None\nfrom runyard.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run([sys.executable, "-c", code, "db", "status", address], capture_output=True, text=True)
    assert done.returncode == 1
    assert command in done.stderr
    assert "Traceback" not in done.stderr


def test_host_without_an_address() -> None:
    for scheme in SERVERS:
        error = failure(f"{scheme}://me:s3cret@host.invalid/runs")
        assert isinstance(error, Unavailable)
        assert "host.invalid" in str(error)


@SERVED
def test_unknown_database(blank: StoreURI) -> None:
    error = failure(blank.text + "_not")
    assert isinstance(error, StorageFailure)
    assert "Make it first: CREATE" in str(error) or "Make it first: createdb" in str(error)


@SERVED
def test_unknown_user(blank: StoreURI) -> None:
    error = failure(with_user(blank, "stranger:s3cret"))
    assert isinstance(error, Unauthenticated)
    assert "Look at the user and the password." in str(error)
    assert "s3cret" not in str(error)


# The PostgreSQL of the tests lets everybody in who is from here; see test_lost_connections.py.
@pytest.mark.parametrize("blank", ["mariadb"], indirect=True)
def test_wrong_password(blank: StoreURI) -> None:
    error = failure(with_user(blank, "runyard:wrong"))
    assert isinstance(error, Unauthenticated)
    assert "wrong" not in str(error)


@contextmanager
def made(blank: StoreURI, kind: str, user: str) -> Iterator[None]:
    """Let the server know a user, to whom nobody has granted anything, for as long as the block takes."""
    with closing(Database(blank)) as owner, owner.alone() as session:
        session.run(f"CREATE {kind} {user}")
        try:
            yield
        finally:
            session.run(f"DROP {kind.split()[0]} {user.split()[0]}")


@pytest.mark.parametrize("blank", ["postgresql"], indirect=True)
def test_user_who_may_not_make_tables(blank: StoreURI) -> None:
    user = f"reader_{os.getpid()}"
    with made(blank, "ROLE", f"{user} LOGIN"):
        error = failure(with_user(blank, user))
    assert isinstance(error, PermissionDenied)
    assert "runyard makes its tables when a database is used first" in str(error)
    assert "runyard db upgrade" in str(error)


@pytest.mark.parametrize("blank", ["mariadb"], indirect=True)
def test_user_who_may_do_nothing_in_a_database(blank: StoreURI) -> None:
    user = f"reader_{os.getpid()}"
    with made(blank, "USER", f"{user} IDENTIFIED BY 'pässword'"):
        error = failure(with_user(blank, f"{user}:{quote('pässword')}"))
    assert isinstance(error, PermissionDenied)
    assert "Access denied" in str(error)


def test_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk, bread, butter\n" * 500)
    error = failure(f"sqlite:///{path}")
    assert isinstance(error, DataDamaged)
    assert "is damaged, or is no SQLite database" in str(error)
    assert path.read_text().startswith("milk")


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    assert "this is a folder, not a file" in str(failure(f"sqlite:///{tmp_path}"))


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    error = failure(f"sqlite:///{tmp_path}/absent/runs.db")
    assert isinstance(error, StorageFailure)
    assert f"there is no folder '{tmp_path}/absent'" in str(error)


def test_folder_that_cannot_be_written_to(folder: Path) -> None:
    failure(f"sqlite:///{folder}/absent/runs.db")  # what is imported late is imported now
    os.chmod(folder, 0o555)
    with unprivileged():
        error = failure(f"sqlite:///{folder}/runs.db")
    assert isinstance(error, PermissionDenied)


def test_file_that_cannot_be_written_to(folder: Path) -> None:
    path = folder / "runs.db"
    prepared(f"sqlite:///{path}").close()
    os.chmod(path, 0o444)
    os.chmod(folder, 0o777)
    with unprivileged(), closing(Database(StoreURI.parse(f"sqlite:///{path}"))) as database:
        with database.read() as session:
            assert session.all("SELECT COUNT(*) FROM runyard_experiments") == [(1,)]
        with pytest.raises(PermissionDenied, match="cannot be written to"):
            database.write(lambda session: session.run("DELETE FROM runyard_experiments"))


def test_disk_that_is_full(tmp_path: Path) -> None:
    def insert(session: Session) -> None:
        session.run("INSERT INTO runyard_names (name) VALUES (?)", (f"{len(kept):0250}",))

    def insert_for_ever() -> None:
        while True:
            database.write(insert)
            kept.append(len(kept))

    kept: list[int] = []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(prepared(f"sqlite:///{tmp_path}/runs.db")) as database:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, hard))
        try:
            with pytest.raises(StorageFailure, match="Is there room on it"):
                insert_for_ever()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert kept
        database.write(insert)
        with database.read() as session:
            assert session.all("SELECT COUNT(*) FROM runyard_names") == [(len(kept) + 1,)]


def test_database_that_another_process_writes_to(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with (
        closing(prepared(f"sqlite:///{path}?timeout=0.05")) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"did not end within 0\.05 seconds"):
            database.write(lambda session: session.run("DELETE FROM runyard_names"))
        with database.read() as session:
            assert session.all("SELECT COUNT(*) FROM runyard_names") == [(0,)]
        other.execute("ROLLBACK")
        database.write(lambda session: session.run("DELETE FROM runyard_names"))


def test_fresh_database_that_another_process_holds(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert isinstance(failure(f"sqlite:///{path}?timeout=0.05"), Unavailable)
    prepared(f"sqlite:///{path}").close()


def test_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    prepared(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((page,),) = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runyard_experiments'")
    with path.open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(os.urandom(4096))
    with (
        closing(Database(StoreURI.parse(f"sqlite:///{path}"))) as database,
        pytest.raises(DataDamaged, match="Restore it from a copy"),
        database.read() as session,
    ):
        session.all("SELECT * FROM runyard_experiments")
    done = subprocess.run(
        [sys.executable, "-m", "runyard", "db", "check", f"sqlite:///{path}"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "is damaged" in done.stderr


def test_tables_of_another_program_are_left_alone(blank: StoreURI) -> None:
    with closing(Database(blank)) as database:
        with database.alone() as session:
            session.run("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            session.run("INSERT INTO alembic_version (version_num) VALUES ('abc')")
            session.run("CREATE TABLE runs (id INTEGER NOT NULL PRIMARY KEY)")
        database.prepare()
        with database.read() as session:
            assert session.all("SELECT version_num FROM alembic_version") == [("abc",)]
            assert session.all("SELECT COUNT(*) FROM runs") == [(0,)]
