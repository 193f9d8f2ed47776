"""Changes of the schema that can be repeated: each looks first whether it was made.

They are for the ``upgrade`` of a revision, and stand beside the operations of ``alembic.op``.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op  # noqa: TID253 - for migrations, which nothing imports on its way to a first metric
from sqlalchemy import Column, inspect  # noqa: TID253 - as above
from sqlalchemy.sql.elements import TextClause  # noqa: TID253 - as above

# Types, and what MySQL needs to hear when it makes a table
from runyard_sql.tables import bytes_type, key_type, text_type

__all__ = ["add_column", "add_index", "add_table", "bytes_type", "key_type", "text_type"]


def add_column(table: str, column: Column[object]) -> None:
    """Add a column to a table.

    Args:
        table: The name of the table.
        column: The column. If it may not be null it has a ``server_default``: the rows that are there need a value, and
            so do those that releases write which do not know it.
    """
    if _is_blind() or column.name not in {each["name"] for each in inspect(op.get_bind()).get_columns(table)}:
        op.add_column(table, column)


def add_index(name: str, table: str, columns: Sequence[str | TextClause], *, unique: bool = False) -> None:
    """Add an index to a table; its name begins with that of the table."""
    if _is_blind() or name not in {each["name"] for each in inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, list(columns), unique=unique)


def add_table(name: str, *columns: Column[object], **options: bool) -> None:
    """Add a table.

    Args:
        name: Its name, which begins with ``runyard_``.
        *columns: Its columns.
        **options: Options of `sqlalchemy.Table`, such as ``sqlite_with_rowid``.
    """
    if _is_blind() or not inspect(op.get_bind()).has_table(name):
        op.create_table(name, *columns, **options)


def _is_blind() -> bool:
    """Say whether statements are only written down, with no database to look at."""
    return op.get_context().as_sql
