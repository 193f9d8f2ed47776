"""The tracking store in an SQL database."""

from __future__ import annotations

from runyard_sql.runs import RunStore

__all__ = ["SqlStore"]


class SqlStore(RunStore):
    """Keeps experiments, runs and logged models in SQLite, PostgreSQL, MySQL or MariaDB."""
