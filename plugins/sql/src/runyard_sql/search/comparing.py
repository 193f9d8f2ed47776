"""Values that are there, compared with a literal.

What comes back is never unknown where the value is not null, so that its opposite is ``NOT``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (  # noqa: TID253 - imported with the first search
    BigInteger,
    ColumnElement,
    String,
    and_,
    cast,
    false,
    not_,
    or_,
    true,
    tuple_,
)
from sqlalchemy import literal as typed  # noqa: TID253 - as above

from runyard.errors import InvalidInput
from runyard.search import Comparison, Filter, Literal, Operator, matcher
from runyard.search.records import DatasetName, Record
from runyard.search.syntax import Statistic
from runyard_sql.base import row_number
from runyard_sql.dialects import Dialect
from runyard_sql.values import NAN, special

__all__ = [
    "Number",
    "bounds",
    "fits_id",
    "fits_integer",
    "fits_number",
    "fits_text",
    "fits_word",
    "in_order",
    "literals",
    "word_fits",
]

Condition = ColumnElement[bool]

_RELATIONS = {
    Operator.EQ: ColumnElement.__eq__,
    Operator.NE: ColumnElement.__ne__,
    Operator.LT: ColumnElement.__lt__,
    Operator.LE: ColumnElement.__le__,
    Operator.GT: ColumnElement.__gt__,
    Operator.GE: ColumnElement.__ge__,
}
_LIKES = (Operator.LIKE, Operator.ILIKE)
# SQLite takes 50,000 bytes.
_LONGEST_PATTERN = 10_000


class Number(msgspec.Struct, frozen=True):
    """A number in one column or two.

    Attributes:
        value: The number; without `special`, null stands for NaN.
        special: See `runyard_sql.tables`.
    """

    value: ColumnElement[float]
    special: ColumnElement[int] | None = None

    @property
    def is_nan(self) -> Condition:
        """The condition that it is NaN."""
        return self.value.is_(None) if self.special is None else self.special == NAN


def literals(comparison: Comparison) -> tuple[Literal, ...]:
    """Return what a field is compared with, be it one or many."""
    value = comparison.value
    assert value is not None  # noqa: S101 - only IS NULL has none
    return value if isinstance(value, tuple) else (value,)


def fits_number(comparison: Comparison, number: Number, dialect: Dialect, *, has_index: bool = False) -> Condition:
    """Compare a number, which may be NaN or infinite.

    Args:
        comparison: The comparison.
        number: The number.
        dialect: The database.
        has_index: Whether an index may lead to those that fit; otherwise the condition is one of which the database can
            tell how many do.
    """
    numbers = _numbers(comparison)
    by_rows = has_index and dialect.compares_rows
    if comparison.operator is Operator.IN:
        return or_(false(), *(_relate(Operator.EQ, value, number, dialect, by_rows) for value in numbers))
    if comparison.operator is Operator.NE:
        return not_(_relate(Operator.EQ, numbers[0], number, dialect, by_rows))
    return _relate(comparison.operator, numbers[0], number, dialect, by_rows)


def _relate(operator: Operator, literal: float, number: Number, dialect: Dialect, by_rows: bool) -> Condition:
    nearest, operator = _representable(operator, literal, float(literal))
    if nearest is None:
        return false()
    relation = _RELATIONS[operator]
    stored = dialect.number(nearest)
    if number.special is None:
        return and_(number.value.is_not(None), relation(number.value, stored))
    kind = special(nearest)
    if operator is Operator.EQ:
        return and_(number.special == kind, number.value == stored)
    fits = in_order((number.special, number.value), operator, (kind, stored), by_rows=by_rows)
    return and_(number.special > NAN, fits) if operator in (Operator.LT, Operator.LE) else fits


def in_order(
    columns: Sequence[ColumnElement[Any]], operator: Operator, values: Sequence[Any], *, by_rows: bool
) -> Condition:
    """Compare one or two columns with values, the first one first.

    Args:
        columns: The columns.
        operator: One of `Operator.LT`, `Operator.LE`, `Operator.GT` and `Operator.GE`.
        values: As many values.
        by_rows: Whether two are compared as one: some databases can go along an index then, but PostgreSQL believes
            that hardly anything fits.
    """
    bound = [typed(value, column.type) for value, column in zip(values, columns, strict=True)]
    relation = _RELATIONS[operator]
    if len(columns) == 1:
        return relation(columns[0], bound[0])
    if by_rows:
        return relation(tuple_(*columns), tuple_(*bound))
    (first, second), (value, other) = columns, bound
    beyond = first < value if operator in (Operator.LT, Operator.LE) else first > value
    return or_(beyond, and_(first == value, relation(second, other)))


def fits_integer(comparison: Comparison, column: ColumnElement[int]) -> Condition:
    """Compare a whole number."""
    least, most = bounds(column)
    if comparison.operator is Operator.IN:
        wanted = sorted({int(value) for value in _numbers(comparison) if least <= value <= most and value % 1 == 0})
        return column.in_(wanted) if wanted else false()
    (literal,) = _numbers(comparison)
    whole = math.floor(literal) if math.isfinite(literal) else 2**64 if literal > 0 else -(2**64)
    nearest, operator = _representable(comparison.operator, literal, min(max(whole, least), most))
    if nearest is None:
        return true() if operator is Operator.NE else false()
    return _RELATIONS[operator](column, nearest)


def bounds(column: ColumnElement[Any]) -> tuple[int, int]:
    """Return the smallest and the largest whole number that a column holds."""
    bits = 63 if isinstance(column.type, BigInteger) else 31
    return -(2**bits), 2**bits - 1


def _numbers(comparison: Comparison) -> list[float]:
    return [value for value in literals(comparison) if not isinstance(value, str)]


def _representable(operator: Operator, literal: float, nearest: Any) -> tuple[Any, Operator]:
    """Return a comparison with a value that the column can hold, where there is nothing between it and the literal.

    Returns:
        The value and the operator; `None` for the value where nothing is equal.
    """
    if nearest == literal:
        return nearest, operator
    if operator in (Operator.EQ, Operator.NE):
        return None, operator
    is_upper = operator in (Operator.LT, Operator.LE)
    if nearest > literal:
        return nearest, Operator.LT if is_upper else Operator.GE
    return nearest, Operator.LE if is_upper else Operator.GT


def fits_text(comparison: Comparison, column: ColumnElement[str], dialect: Dialect) -> Condition:
    """Compare a text, by code points.

    Raises:
        InvalidInput: A pattern is longer than a database takes.
    """
    texts = {text for value in literals(comparison) if dialect.holds(text := str(value))}
    if not texts:
        return true() if comparison.operator is Operator.NE else false()
    if comparison.operator is Operator.IN:
        return column.in_(sorted(texts))
    (text,) = texts
    if comparison.operator in _LIKES:
        if len(text) > _LONGEST_PATTERN:
            raise InvalidInput(
                f"The pattern {text[:60]!r}... of {comparison.operator.value} has {len(text)} characters; at most "
                f"{_LONGEST_PATTERN} are allowed."
            )
        return dialect.like(column, text, ignore_case=comparison.operator is Operator.ILIKE)
    return _RELATIONS[comparison.operator](column, text)


def fits_id(comparison: Comparison, column: ColumnElement[int], dialect: Dialect) -> Condition:
    """Compare the text of an id with the number that it is kept as."""
    if comparison.operator in _LIKES:
        return fits_text(comparison, cast(column, String(20)), dialect)
    numbers = {row_number(str(value)) for value in literals(comparison)} - {None}
    equal = column.in_(sorted(number for number in numbers if number is not None)) if numbers else false()
    return not_(equal) if comparison.operator is Operator.NE else equal


def fits_word(comparison: Comparison, column: ColumnElement[int], words: Mapping[int, str]) -> Condition:
    """Compare a text with the number that it is kept as, where there are few."""
    return column.in_([number for number, word in words.items() if word_fits(comparison, word)] or [-1])


def word_fits(comparison: Comparison, word: str) -> bool:
    """Say whether a text fits a condition on an attribute or a tag."""
    return matcher(Filter("", comparison))(_Word(word))


class _Word(Record):
    """A record of which everything is the same text."""

    def __init__(self, word: str) -> None:
        self._word = word

    def attribute(self, _name: str) -> str:
        return self._word

    def metric(self, _key: str, _statistic: Statistic, _dataset: DatasetName | None) -> None:
        return None

    def param(self, _key: str) -> str:
        return self._word

    def tag(self, _key: str) -> str:
        return self._word

    def datasets(self, _key: str) -> tuple[str, ...]:
        return ()
