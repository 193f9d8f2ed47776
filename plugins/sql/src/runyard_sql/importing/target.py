"""The database that things are moved into."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import Column, select  # noqa: TID253 - imported to move things only

from runyard_sql.interned import Interned
from runyard_sql.keyed import KeyedValues, Name
from runyard_sql.migrations.upgrade import upgrade
from runyard_sql.recording import Dataset
from runyard_sql.revision import current
from runyard_sql.tables import run_tags, runs

if TYPE_CHECKING:
    from runyard_sql.database import Database
    from runyard_sql.session import Row

__all__ = ["UNFINISHED_TAG", "Target"]

UNFINISHED_TAG = "runyard.import"
"""A run has this tag until all of it has arrived; one that was left with it is gone on with."""

_AT_ONCE = 1000
_EXPERIMENTS = "SELECT id, name, artifact_location, creation_time FROM runyard_experiments"


class Target:
    """What is in a database of ours, and what is needed to put more into it.

    Args:
        database: The database; it may have no tables yet.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.dialect = database.dialect
        self.names: Interned[Name] = Interned(database, "runyard_names", ("name",))
        self.datasets: Interned[Dataset] = Interned(database, "runyard_metric_datasets", ("name", "digest"))
        self._has_tables = self._look()

    def values(self, table: str, owner: str) -> KeyedValues:
        """Return what writes the params or tags of a table."""
        return KeyedValues(self.names, table, owner)

    def make_tables(self) -> None:
        """Make the tables if there are none.

        Raises:
            InvalidState: They are of another revision.
            Unavailable, StorageFailure: The database cannot be reached, or refuses.
        """
        if not self._has_tables:
            upgrade(self.database)
            self._has_tables = True
        self.database.prepare()

    def experiments(self) -> list[Row]:
        """Return number, name, artifact location and creation time of every experiment."""
        if not self._has_tables:
            return [(0, "Default", "", None)]
        with self.database.read() as session:
            return session.all(_EXPERIMENTS)

    def present(self, key: Column[str], wanted: Collection[str]) -> set[str]:
        """Return those of some ids or names that a column has."""
        if not self._has_tables:
            return set()
        found: set[str] = set()
        ordered = [*wanted]
        with self.database.read() as session:
            for start in range(0, len(ordered), _AT_ONCE):
                part = ordered[start : start + _AT_ONCE]
                found.update(row[0] for row in session.all(select(key).where(key.in_(part))))
        return found

    def unfinished_runs(self) -> set[str]:
        """Return the ids of the runs that have not arrived whole."""
        if not self._has_tables:
            return set()
        with self.database.read() as session:
            name = self.names.find(session, (UNFINISHED_TAG,))
            if name is None:
                return set()
            query = select(runs.c.run_id).join(run_tags, run_tags.c.run_id == runs.c.id)
            return {row[0] for row in session.all(query.where(run_tags.c.name_id == name))}

    def _look(self) -> bool:
        """Say whether there are tables; without making an empty file by looking."""
        if not self.dialect.exists():
            return False
        with self.database.alone() as session:
            has_tables = current(session) is not None
        if has_tables:
            self.database.prepare()
        return has_tables
