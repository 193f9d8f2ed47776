"""Which revisions are worked with, and what the others are told."""

from __future__ import annotations

from contextlib import closing

import pytest

from runyard.errors import InvalidState
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.revision import HEAD, INTERRUPTED, current, numbers, objection

MAJOR, MINOR = numbers(HEAD, "")


@pytest.mark.parametrize("revision", [HEAD, f"{MAJOR}.{MINOR + 1}", f"{MAJOR}.{MINOR + 40}"])
def test_same_major_and_newer_minor_revisions_are_used(revision: str) -> None:
    assert objection(revision, "x") == ""


@pytest.mark.parametrize(
    ("revision", "advice"),
    [
        (f"{MAJOR + 1}.0", "pip install --upgrade runyard-sql"),
        (f"{MAJOR - 1}.9", "runyard db upgrade 'sqlite:///x.db'"),
        (INTERRUPTED, "runyard db upgrade 'sqlite:///x.db'"),
    ],
)
def test_other_revisions_are_told_what_helps(revision: str, advice: str) -> None:
    refusal = objection(revision, "sqlite:///x.db")
    assert refusal.endswith(advice)
    assert "sqlite:///x.db" in refusal


@pytest.mark.parametrize("named", ["", "head", "1", "1.0.0", "1.x", "-1.0"])
def test_a_revision_that_is_none_is_refused(named: str) -> None:
    with pytest.raises(InvalidState, match="which no release has"):
        numbers(named, "sqlite:///x.db")


def test_tables_are_made_once(blank: StoreURI) -> None:
    for _ in range(2):
        with closing(Database(blank)) as database:
            database.prepare()
            with database.read() as session:
                assert current(session) == HEAD
                assert session.all("SELECT version_num FROM runyard_revision") == [(HEAD,)]


def test_a_database_without_tables_has_no_revision(blank: StoreURI) -> None:
    with closing(Database(blank)) as database, database.alone() as session:
        assert current(session) is None


def test_another_revision_is_refused_by_every_call(blank: StoreURI) -> None:
    with closing(Database(blank)) as database:
        database.prepare()
        database.write(lambda session: session.run("UPDATE runyard_revision SET version_num = '99.0'"))
    with closing(Database(blank)) as database:
        with pytest.raises(InvalidState, match="newer than this release"):
            database.write(lambda session: session.run("DELETE FROM runyard_experiments"))
        with pytest.raises(InvalidState, match="newer than this release"), database.read():
            pass
        with database.alone() as session:
            assert session.all("SELECT COUNT(*) FROM runyard_experiments") == [(1,)]
