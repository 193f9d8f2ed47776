"""The tracking store in an SQL database."""

from __future__ import annotations

from runyard_sql.history import HistoryStore
from runyard_sql.trash import TrashStore

__all__ = ["SqlStore"]


class SqlStore(HistoryStore, TrashStore):
    """Keeps experiments, runs and logged models in SQLite, PostgreSQL, MySQL or MariaDB."""
