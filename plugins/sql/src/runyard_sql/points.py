"""Ranges of the rows of points.

Rows are in the order of their primary key, which is that of series: step, timestamp, value (NaN lowest). A range
follows that key, so that the database goes to where it begins and reads no row that is not in it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from runyard_sql.dialects import Dialect
from runyard_sql.session import Row

__all__ = ["COLUMNS", "Condition", "compared", "of_metric"]

COLUMNS = ("step", "timestamp", "value", "special", "dataset_id")


class Condition(NamedTuple):
    """A part of a ``WHERE`` clause and the values that are bound in it; parts are put together with ``&``."""

    text: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.text} AND {other.text}", (*self.values, *other.values))

    def select(self, what: str, tail: str = "") -> str:
        """Return the query for points of which this is true."""
        return f"SELECT {what} FROM runyard_metric_points WHERE {self.text} {tail}"  # noqa: S608 - constants


def of_metric(run: int, name: int) -> Condition:
    """Return the condition that points are of a run and key, which are given by their numbers."""
    return Condition("run_id = ? AND name_id = ?", (run, name))


def compared(dialect: Dialect, columns: tuple[str, ...], sign: str, row: Row) -> Condition:
    """Return the condition that columns, in their order, compare with the values of a row.

    Args:
        dialect: The database.
        columns: The columns; a part of the primary key, for the database to use it.
        sign: One of ``<``, ``<=``, ``>``, ``>=``.
        row: The values of the columns.
    """
    if dialect.compares_rows or len(columns) == 1:
        names, places = ", ".join(columns), ", ".join("?" * len(columns))
        return Condition(f"({names}) {sign} ({places})", tuple(row))
    column, value = columns[0], row[0]
    others = compared(dialect, columns[1:], sign, row[1:])
    return Condition(f"({column} {sign[0]} ? OR ({column} = ? AND {others.text}))", (value, value, *others.values))
