"""Upgrades, with revisions that do not exist yet: ``later`` holds two minor ones and a major one."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from runyard.errors import InvalidState
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.migrations.upgrade import VERSIONS, revisions, sql_of_upgrade, upgrade
from runyard_sql.revision import HEAD, INTERRUPTED, current, numbers
from runyard_sql.session import Session
from runyard_sql.tables import metadata

MAJOR, MINOR = numbers(HEAD, "")
ONE, TWO, THREE = LATER = [f"{MAJOR}.{MINOR + 1}", f"{MAJOR}.{MINOR + 2}", f"{MAJOR + 1}.0"]

RUN = (
    "INSERT INTO runyard_runs (run_id, experiment_id, name, user_id, status, artifact_uri) "
    "VALUES (?, 0, 'a run', 'me', 1, '')"
)
ALIAS = "INSERT INTO runyard_registered_model_aliases (registered_model_id, alias, version) VALUES (?, ?, ?)"
NOTES = "SELECT run_id, note FROM runyard_runs ORDER BY run_id"
ALIASES = "SELECT alias, version FROM runyard_registered_model_aliases"


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """Return a folder with all revisions and the three later ones."""
    return folder_of(tmp_path / "all", len(LATER))


def folder_of(place: Path, later: int) -> Path:
    """Make a folder of revisions which ends with one of the later ones."""
    folder = place / "versions"
    folder.mkdir(parents=True)
    names = ("minor_one.py", "minor_two.py", "major_one.py")[:later]
    for module in (*VERSIONS.glob("*.py"), *(Path(__file__).with_name("later") / name for name in names)):
        shutil.copy(module, folder)
    return folder


def fill(database: Database) -> None:
    """Add rows to the tables that later revisions change."""

    with database.alone() as session:
        session.run(RUN, ("first",))
        session.run(RUN, ("second",))
        session.run(ALIAS, (7, "champion", 3))


def revision_of(database: Database) -> str | None:
    with database.alone() as session:
        return current(session)


def is_upgraded(database: Database) -> bool:
    """Say whether tables and rows are those of the last revision."""
    with database.alone() as session:
        # the old statement still works, as it names its columns
        session.run(RUN, ("third",))
        session.run("DELETE FROM runyard_runs WHERE run_id = 'third'")
        session.run("INSERT INTO runyard_notes (run_id, author, text) VALUES (1, 'me', 'a note')")
        session.run("DELETE FROM runyard_notes")
        session.run("UPDATE runyard_registered_model_aliases SET version = version + ?", (2**40,))
        session.run("UPDATE runyard_registered_model_aliases SET version = version - ?", (2**40,))
        return (
            session.all(NOTES) == [("first", "run first"), ("second", "run second")]
            and session.all(ALIASES) == [("champion", 3)]
            and session.all("SELECT version_num FROM runyard_revision") == [(THREE,)]
        )


@contextmanager
def opened(uri: StoreURI) -> Iterator[Database]:
    with closing(Database(uri)) as database:
        yield database


def forked(task: Callable[[], object]) -> int:
    """Run a task in a process of its own; return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        task()
        code = 0
    finally:
        os._exit(code)


def changes(function: Callable[[int], object]) -> None:
    """Have a function called before each statement from now on that changes something, with its number."""
    number = 0

    def count(statement: str) -> None:
        nonlocal number
        if statement.split()[0].upper() in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "COMMIT"):
            number += 1
            function(number)

    plain = Session._execute
    Session._execute = lambda self, statement, values: (count(str(statement)), plain(self, statement, values))[1]  # type: ignore[method-assign]
    event.listen(Engine, "before_cursor_execute", lambda _1, _2, statement, *_: count(statement))


def killed_before(number: int, task: Callable[[], object]) -> bool:
    """Run a task in a process that is killed before a change; return whether it came to that."""

    def watched() -> None:
        changes(lambda now: now == number and os.kill(os.getpid(), signal.SIGKILL))
        task()

    _, status = os.waitpid(forked(watched), 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def wipe(database: Database) -> None:
    with database.alone() as session:
        for table in (*metadata.tables, "runyard_notes"):
            session.run(f"DROP TABLE IF EXISTS {table}")


def test_head_is_the_last_revision() -> None:
    assert [step.revision for step in revisions()][-1] == HEAD


def test_every_revision_follows_the_one_before() -> None:
    names = [numbers(step.revision, "") for step in revisions()]
    assert names == sorted(set(names))


def test_upgrade_makes_the_tables_of_a_fresh_database(blank: StoreURI) -> None:
    with opened(blank) as database:
        assert upgrade(database) == [HEAD]
        assert upgrade(database) == []
        database.prepare()
        with database.read() as session:
            assert session.all("SELECT id, name FROM runyard_experiments") == [(0, "Default")]


@pytest.mark.parametrize(("start", "end"), [*combinations(range(len(LATER) + 1), 2)])
def test_upgrade_from_every_revision_to_every_later_one(blank: StoreURI, tmp_path: Path, start: int, end: int) -> None:
    with opened(blank) as database:
        upgrade(database, folder_of(tmp_path / "start", start))
        fill(database)
        assert upgrade(database, folder_of(tmp_path / "end", end)) == LATER[start:end]
        assert revision_of(database) == LATER[end - 1]
        with database.alone() as session:
            filled = [("first", "run first"), ("second", "run second")]
            assert session.all(NOTES) == ([("first", ""), ("second", "")] if start else filled)
            assert session.all(ALIASES) == [("champion", 3)]


def test_minor_upgrade_leaves_the_release_before_at_work(blank: StoreURI, tmp_path: Path) -> None:
    with opened(blank) as old:
        old.prepare()
        fill(old)
        with opened(blank) as new:
            upgrade(new, folder_of(tmp_path, 2))
        old.write(lambda session: session.run(RUN, ("by the old one",)))
    with opened(blank) as another_old_one:
        another_old_one.write(lambda session: session.run(RUN, ("by another",)))
        with another_old_one.read() as session:
            assert len(session.all(NOTES)) == 4


def test_major_upgrade_keeps_older_releases_out(blank: StoreURI, versions: Path) -> None:
    with opened(blank) as database:
        upgrade(database, versions)
        with pytest.raises(InvalidState, match=r"newer than this release .* pip install --upgrade runyard-sql"):
            database.prepare()
        with pytest.raises(InvalidState, match="newer than this release"):
            upgrade(database)
        assert revision_of(database) == THREE


def test_upgrade_with_an_older_release_leaves_a_newer_minor_one(blank: StoreURI, tmp_path: Path) -> None:
    with opened(blank) as database:
        upgrade(database, folder_of(tmp_path, 1))
        assert upgrade(database) == []
        assert revision_of(database) == ONE


@pytest.mark.parametrize(("named", "message"), [("0.7", "from which no way leads"), ("later", "which no release has")])
def test_upgrade_refuses_a_revision_of_no_release(blank: StoreURI, named: str, message: str) -> None:
    with opened(blank) as database:
        upgrade(database)
        with database.alone() as session:
            session.run("UPDATE runyard_revision SET version_num = ?", (named,))
        with pytest.raises(InvalidState, match=message):
            upgrade(database)
        with pytest.raises(InvalidState, match=message):
            sql_of_upgrade(database)


def test_sql_of_upgrade_changes_nothing(blank: StoreURI, versions: Path) -> None:
    with opened(blank) as database:
        written = sql_of_upgrade(database, versions)
        assert "CREATE TABLE runyard_experiments" in written
        assert revision_of(database) is None
        upgrade(database)
        written = sql_of_upgrade(database, versions)
        assert written.index("ADD COLUMN note") < written.index("CREATE TABLE runyard_notes") < written.index(THREE)
        assert revision_of(database) == HEAD
        upgrade(database, versions)
        assert sql_of_upgrade(database, versions) == ""


def test_second_upgrade_waits_for_the_first(blank: StoreURI, versions: Path) -> None:
    with opened(blank) as database:
        upgrade(database)
        fill(database)
    (first, first_done), (second, second_done), (inside, at_work), (go, on) = (os.pipe() for _ in range(4))

    def report(target: int) -> None:
        with opened(blank) as database:
            os.write(target, json.dumps(upgrade(database, versions)).encode() or b"-")

    def slow() -> None:
        changes(lambda number: number == 2 and (os.write(at_work, b"."), os.read(go, 1)))
        report(first_done)

    def hasty() -> None:
        os.write(at_work, b".")
        report(second_done)

    children = [forked(slow)]
    os.read(inside, 1)
    children.append(forked(hasty))
    os.read(inside, 1)
    os.write(on, b".")
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert json.loads(os.read(first, 100)) == LATER
    assert json.loads(os.read(second, 100)) == []
    with opened(blank) as database:
        assert is_upgraded(database)
    for descriptor in (first, first_done, second, second_done, inside, at_work, go, on):
        os.close(descriptor)


@pytest.mark.slow
def test_upgrade_that_was_killed_can_be_repeated(blank: StoreURI, versions: Path) -> None:
    number, was_killed = 0, True
    while was_killed:
        number += 1
        with opened(blank) as database:
            wipe(database)
            upgrade(database)
            fill(database)
        was_killed = killed_before(number, lambda: upgrade(Database(blank), versions))
        with opened(blank) as database:
            found = revision_of(database)
            if not was_killed:
                assert found == THREE
            elif database.dialect.transactional or number == 1:
                assert found == HEAD
            else:
                assert found == INTERRUPTED
            if found == INTERRUPTED:
                with pytest.raises(InvalidState, match=r"was interrupted; end it with: runyard db upgrade"):
                    database.prepare()
            upgrade(database, versions)
            assert is_upgraded(database)
    assert number > 6


@pytest.mark.slow
def test_making_the_tables_that_was_killed_can_be_repeated(blank: StoreURI) -> None:
    killed = [killed_before(number, lambda: Database(blank).prepare()) for number in (1, 2, 5, 20, 27)]
    assert killed[:2] == [True, True]
    assert all(killed) or blank.scheme == "postgresql"  # where all tables are made at once
    with opened(blank) as database:
        database.prepare()
        fill(database)
        assert revision_of(database) == HEAD
