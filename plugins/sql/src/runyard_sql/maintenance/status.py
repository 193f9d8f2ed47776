"""``runyard db status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from runyard_sql.revision import HEAD, current, objection
from runyard_sql.staging import waiting

if TYPE_CHECKING:
    from runyard_sql.database import Database
    from runyard_sql.session import Session

__all__ = ["Status", "status"]

# The points are counted from their summaries: there is one for each metric of a run.
_COUNTS = (
    "SELECT COUNT(*) FROM runyard_experiments",
    "SELECT COUNT(*) FROM runyard_runs",
    "SELECT COALESCE(SUM(count), 0) FROM runyard_run_metrics",
)


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What there is in a database.

    Attributes:
        address: Its address, without the password.
        database: The kind of database.
        version: The version of the server, or of the library.
        revision: The revision of the tables; `None` if there are none.
        release: The revision that this release works with.
        advice: What to do before the database can be used; empty if nothing.
        experiments: How many there are, with those in the trash; `None` if the tables cannot be used.
        runs: Likewise.
        points: How many points of metrics.
        size: The bytes that the tables take on disk.
    """

    address: str
    database: str
    version: str | None = None
    revision: str | None = None
    release: str = HEAD
    advice: str = ""
    experiments: int | None = None
    runs: int | None = None
    points: int | None = None
    size: int | None = None


def status(database: Database) -> Status:
    """Look at a database, without making anything in it.

    Raises:
        Unavailable, StorageFailure, DataDamaged: The database cannot be reached, or refuses.
    """
    dialect = database.dialect
    if not dialect.exists():
        return Status(address=dialect.where, database=dialect.title)
    with database.alone() as session:
        found = current(session)
        advice = "" if found is None else objection(found, dialect.where)
        is_usable = found is not None and not advice
        experiments, runs, points = (_number(session, count) if is_usable else None for count in _COUNTS)
        if points is not None and dialect.stages_points:
            points += waiting(session)
        version = session.first(dialect.version_query)
        return Status(
            address=dialect.where,
            database=dialect.title,
            version=None if version is None else str(version[0]),
            revision=found,
            advice=advice,
            experiments=experiments,
            runs=runs,
            points=points,
            size=_number(session, dialect.size_query),
        )


def _number(session: Session, query: str) -> int:
    row = session.first(query)
    return 0 if row is None else int(row[0])
