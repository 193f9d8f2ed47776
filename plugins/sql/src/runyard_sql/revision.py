"""The revision of the tables, and what to do about another one.

Revisions are called ``MAJOR.MINOR``. A minor one only adds columns and tables which older releases can do without: they
go on working beside newer ones. A major one does not, and keeps older releases out.
"""

from __future__ import annotations

import time
from importlib import resources
from typing import TYPE_CHECKING

from runyard.errors import InvalidState

if TYPE_CHECKING:
    from runyard_sql.session import Session

__all__ = ["HEAD", "check", "current", "initialize"]

HEAD = "1.0"
"""The revision that this release works with."""


def current(session: Session) -> str | None:
    """Return the revision of a database, `None` where there are no tables of ours."""
    try:
        rows = session.all("SELECT version_num FROM runyard_revision")
    except session.dialect.errors() as error:
        if not session.dialect.is_missing_table(error):
            raise
        return None
    return str(rows[0][0]) if rows else None


def check(session: Session) -> None:
    """Make the tables in a database that has none; refuse one whose revision does not fit.

    Raises:
        InvalidState: The tables are older or newer than this release understands, or an upgrade was interrupted; the
            message names the command that helps.
    """
    found = current(session)
    if found is None:
        with session.dialect.exclusive(session):
            found = current(session)
            if found is None:
                initialize(session)
                found = HEAD
    refusal = _objection(found, session.dialect.where)
    if refusal:
        raise InvalidState(refusal)


def _objection(found: str, where: str) -> str:
    """Say why a database of this revision cannot be used; nothing if it can."""
    if found == HEAD:
        return ""
    (major, minor), (our_major, our_minor) = _numbers(found), _numbers(HEAD)
    if (major, minor) == (0, 0):
        return f"An upgrade of the database {where} was interrupted; end it with: runyard db upgrade '{where}'"
    if major > our_major:
        return (
            f"The database {where} has the revision {found}, which is newer than this release understands ({HEAD}). "
            "Upgrade this side: pip install --upgrade runyard-sql"
        )
    if (major, minor) < (our_major, our_minor):
        return (
            f"The database {where} has the revision {found}; this release needs {HEAD}. Make a copy of it, then: "
            f"runyard db upgrade '{where}'"
        )
    return ""


def _numbers(revision: str) -> tuple[int, int]:
    major, _, minor = revision.partition(".")
    return int(major), int(minor)


def initialize(session: Session) -> None:
    """Make every table, and the experiment ``0``, in one transaction where the database can."""
    script = (
        resources.files("runyard_sql").joinpath("schema").joinpath(f"{session.dialect.script}.sql").read_text("utf-8")
    )
    now = time.time_ns() // 1_000_000
    session.run(session.dialect.begin_write)
    for statement in script.split(";\n"):
        if statement.strip():
            session.run(statement)
    session.run(
        "INSERT INTO runyard_experiments (id, name, artifact_location, creation_time, last_update_time) "
        "VALUES (?, ?, ?, ?, ?)",
        (0, "Default", "", now, now),
    )
    session.run("INSERT INTO runyard_revision (version_num) VALUES (?)", (HEAD,))
    session.run("COMMIT")
