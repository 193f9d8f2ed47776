"""``runyard db check``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from runyard_sql.maintenance.differences import differences
from runyard_sql.maintenance.summaries import disagreements
from runyard_sql.revision import current, objection

if TYPE_CHECKING:
    from runyard_sql.database import Database

__all__ = ["problems"]

_MOST = 20


def problems(database: Database, *, full: bool = False) -> list[str]:
    """Return what is wrong with a database; nothing if all is well.

    Args:
        database: The database.
        full: Compare the summaries of all runs with their points, not those of a few hundred.

    Raises:
        Unavailable, StorageFailure, DataDamaged: The database cannot be reached, or refuses.
    """
    where = database.dialect.where
    none_yet = f"The database {where} has no tables yet. They are made with its first use, or by: runyard db upgrade"
    if not database.dialect.exists():
        return [none_yet]
    with database.alone() as session:
        found = current(session)
        if found is None:
            return [none_yet]
        refusal = objection(found, where)
        if refusal:
            return [refusal]
        wrong = [f"The file is damaged: {each}" for each in session.dialect.damages(session)] or differences(session)
    if wrong:
        return wrong
    wrong = [
        f"The summary of the metric {key!r} of the run {run_id} does not agree with its points."
        for run_id, key in islice(disagreements(database, full=full), _MOST + 1)
    ]
    return wrong if len(wrong) <= _MOST else [*wrong[:_MOST], "And so on, for more metrics."]
