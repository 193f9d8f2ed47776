"""The revision of the tables, and what to do about another one.

Revisions are called ``MAJOR.MINOR``. A minor one only adds columns and tables which older releases can do without: they
go on working beside newer ones. A major one does not, and keeps older releases out.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING

from runyard.errors import InvalidState, PermissionDenied

if TYPE_CHECKING:
    from runyard_sql.session import Session

__all__ = ["HEAD", "INTERRUPTED", "check", "current", "initialize", "numbers", "objection"]

HEAD = "2.0"
"""The revision that this release works with."""

INTERRUPTED = "0.0"
"""Stands beside the revision while an upgrade is under way, where the database cannot take that back as a whole."""

_TABLE = "runyard_revision"
_OF_MLFLOW = ("alembic_version", "experiments", "latest_metrics")


def current(session: Session) -> str | None:
    """Return the revision of a database: `None` where there are no tables of ours, `INTERRUPTED` half way."""
    if session.first(session.dialect.find_table, (_TABLE,)) is None:
        return None
    row = session.first("SELECT version_num FROM runyard_revision ORDER BY version_num")
    return str(row[0]) if row else None


def check(session: Session) -> None:
    """Make the tables in a database that has none; refuse one whose revision does not fit.

    Raises:
        InvalidState: The tables are older or newer than this release understands, or an upgrade was interrupted; the
            message names the command that helps.
        PermissionDenied: There are no tables, and the user may make none.
    """
    found = current(session)
    if found in (None, INTERRUPTED):
        # Whoever is making or upgrading them now is waited for.
        with session.dialect.exclusive(session):
            found = current(session)
            if found is None:
                initialize(session)
                found = HEAD
                _tell_of_mlflow(session)
    refusal = objection(found, session.dialect.where)
    if refusal:
        raise InvalidState(refusal)


def _tell_of_mlflow(session: Session) -> None:
    """Say how MLflow's runs are brought over, if the database has some: nothing of them shows in our tables."""
    dialect = session.dialect
    if all(session.first(dialect.find_table, (table,)) is not None for table in _OF_MLFLOW):
        logging.getLogger("runyard").warning(
            "The database %s has tables of MLflow, whose runs and models do not show here. Bring them over with: "
            "runyard db import '%s'",
            dialect.where,
            dialect.where,
        )


def objection(found: str, where: str) -> str:
    """Say why a database of this revision cannot be used, and which command helps; nothing if it can."""
    if found == HEAD:
        return ""
    if found == INTERRUPTED:
        return f"An upgrade of the database {where} was interrupted; end it with: runyard db upgrade '{where}'"
    (major, minor), (our_major, our_minor) = numbers(found, where), numbers(HEAD, where)
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


def numbers(revision: str, where: str) -> tuple[int, int]:
    """Return a revision in the form that sorts.

    Raises:
        InvalidState: It is none.
    """
    found = re.fullmatch(r"(\d+)\.(\d+)", revision)
    if found is None:
        raise InvalidState(
            f"The table {_TABLE} of the database {where} names the revision {revision!r}, which no release has. "
            "Restore it from a copy."
        )
    return int(found[1]), int(found[2])


def initialize(session: Session) -> None:
    """Make every table, and the experiment ``0``, inside of `runyard_sql.dialects.Dialect.exclusive`.

    Raises:
        PermissionDenied: The user may make no tables.
    """
    dialect = session.dialect
    try:
        dialect.make(session, dialect.schema())
    except dialect.errors() as error:
        explained = dialect.explain(error)
        if isinstance(explained, PermissionDenied):
            raise PermissionDenied(
                f"{explained} runyard makes its tables when a database is used first: let the user create tables, or "
                f"run this once as one who may: runyard db upgrade '{dialect.where}'"
            ) from None
        raise
    now = time.time_ns() // 1_000_000
    session.run(
        "INSERT INTO runyard_experiments (id, name, artifact_location, creation_time, last_update_time) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (0, "Default", "", now, now),
    )
    session.run("INSERT INTO runyard_revision (version_num) VALUES (?)", (HEAD,))
