"""Upgrades: every revision from the one that a database has to the one of this release."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.migration import MigrationContext  # noqa: TID253 - imported to upgrade only
from alembic.operations import Operations  # noqa: TID253 - as above
from alembic.script import Script, ScriptDirectory  # noqa: TID253 - as above

from runyard.errors import InvalidState
from runyard_sql.engine import bound
from runyard_sql.revision import HEAD, INTERRUPTED, current, initialize, numbers, objection

if TYPE_CHECKING:
    from runyard_sql.database import Database
    from runyard_sql.session import Session

__all__ = ["VERSIONS", "revisions", "sql_of_upgrade", "upgrade"]

VERSIONS = Path(__file__).with_name("versions")
"""The folder of the revisions."""

_TABLE = "runyard_revision"
_STANDING = "SELECT version_num FROM runyard_revision WHERE version_num <> ?"
_MARK = "INSERT INTO runyard_revision (version_num) VALUES (?) ON CONFLICT (version_num) DO NOTHING"
_UNMARK = "DELETE FROM runyard_revision WHERE version_num = ?"
_MOVE = "UPDATE runyard_revision SET version_num = ? WHERE version_num = ?"

# ``alembic.op`` is one for the whole process.
_operating = threading.Lock()


def revisions(versions: Path = VERSIONS) -> list[Script]:
    """Return every revision, the first one first."""
    return [*ScriptDirectory(str(versions.parent), version_locations=[str(versions)]).walk_revisions()][::-1]


def upgrade(database: Database, versions: Path = VERSIONS) -> list[str]:
    """Bring the tables of a database to the newest revision; make them if there are none.

    While that goes on, others who want to do the same wait, and those who read and write go on where the database lets
    them. It can be killed at any moment, and be repeated.

    Args:
        database: The database.
        versions: The folder of the revisions.

    Returns:
        The revisions that were gone through; none if there was nothing to do.

    Raises:
        InvalidState: The tables are newer than this release understands, or of no release.
        PermissionDenied: The user may not change the tables.
        Unavailable, StorageFailure: The database cannot be reached, or refuses.
    """
    steps = revisions(versions)
    with database.alone() as session, bound(session) as connection, session.dialect.exclusive(session):
        done = []
        if current(session) is None:
            initialize(session)
            done.append(HEAD)
        found = _standing(session)
        pending = _after(found, steps, session.dialect.where)
        if not session.dialect.transactional and (pending or current(session) == INTERRUPTED):
            session.run(_MARK, (INTERRUPTED,))
        context = MigrationContext.configure(connection, opts={"version_table": _TABLE})
        for step in pending:
            _run(step, context)
            session.run(_MOVE, (step.revision, found))
            found = step.revision
            done.append(found)
        session.run(_UNMARK, (INTERRUPTED,))
    return done


def sql_of_upgrade(database: Database, versions: Path = VERSIONS) -> str:
    """Return the statements that `upgrade` would run now; nothing if there is nothing to do.

    Raises:
        InvalidState: The tables are newer than this release understands, or of no release.
        Unavailable, StorageFailure: The database cannot be reached, or refuses.
    """
    dialect = database.dialect
    found = None
    if dialect.exists():
        with database.alone() as session:
            found = None if current(session) is None else _standing(session)
    written = io.StringIO()
    if found is None:
        written.write(dialect.schema())
        found = HEAD
    context = MigrationContext.configure(
        dialect=dialect.compiler(),
        opts={"version_table": _TABLE, "as_sql": True, "output_buffer": written, "literal_binds": True},
    )
    for step in _after(found, revisions(versions), dialect.where):
        _run(step, context)
        written.write(f"UPDATE {_TABLE} SET version_num = '{step.revision}';\n\n")  # noqa: S608 - our own
    return written.getvalue()


def _standing(session: Session) -> str:
    """Return the last revision that is complete."""
    row = session.first(_STANDING, (INTERRUPTED,))
    if row is None:
        raise InvalidState(
            f"The table {_TABLE} of the database {session.dialect.where} names no revision. Restore it from a copy."
        )
    return str(row[0])


def _after(found: str, steps: list[Script], where: str) -> list[Script]:
    """Return what follows a revision."""
    names = [step.revision for step in steps]
    if found in names:
        return steps[names.index(found) + 1 :]
    newest = numbers(names[-1], where)
    if numbers(found, where) < newest:
        raise InvalidState(
            f"The database {where} has the revision {found}, from which no way leads to {names[-1]}. Restore it from a "
            "copy."
        )
    if numbers(found, where)[0] > newest[0]:
        raise InvalidState(objection(found, where))
    return []


def _run(step: Script, context: MigrationContext) -> None:
    with _operating, Operations.context(context):
        step.module.upgrade()
