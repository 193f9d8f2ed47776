"""The tracking store in an SQL database."""

from __future__ import annotations

from runyard_sql.history import HistoryStore
from runyard_sql.run_tables import TableStore
from runyard_sql.trash import TrashStore

__all__ = ["SqlStore"]


class SqlStore(HistoryStore, TableStore, TrashStore):
    """Keeps experiments, runs and logged models in SQLite, PostgreSQL, MySQL or MariaDB."""
