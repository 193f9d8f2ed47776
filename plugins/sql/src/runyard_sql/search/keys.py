"""Orders, as sort keys that can be begun in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (  # noqa: TID253 - imported with the first search
    ColumnElement,
    FromClause,
    Integer,
    and_,
    case,
    func,
    literal,
    or_,
)

from runyard.errors import InvalidInput
from runyard.search import REGISTERED_MODELS, Field, Kind, OrderBy
from runyard.search.records import IS_PROMPT_TAG
from runyard_sql.search.metrics import MetricRows
from runyard_sql.search.subject import Subject

__all__ = ["MISSING", "NOT_A_NUMBER", "PRESENT", "Key", "Part", "Position", "follows", "joined", "keys_of"]

PRESENT, NOT_A_NUMBER, MISSING = range(3)
"""The ranks of values: in both directions NaN comes after numbers, and what is missing last."""

Position = tuple[Any, ...]
"""Where an object stands in a key: its rank, if the key has ranks, then the values of the parts, if it is present."""

# SQLite joins 64 tables at most, MySQL 61.
_MOST_KEYS = 50


class Part(msgspec.Struct, frozen=True):
    """A column of a key.

    Attributes:
        column: The column.
        descending: Its direction.
        type: What its values are in Python.
    """

    column: ColumnElement[Any]
    descending: bool
    type: type


class Key(msgspec.Struct, frozen=True):
    """A sort key.

    Attributes:
        field: What it sorts by.
        parts: What objects that have the value are sorted by.
        rank: `PRESENT`, `NOT_A_NUMBER` or `MISSING`; `None` where every object has a number or text.
        rows: The rows that have to be joined to the objects, and the condition for that, if any.
        metric: The rows of the metric that it sorts by, if it does.
        everywhere: Where every object stands, if that is the same for all of them; there are no parts then.
    """

    field: Field
    parts: tuple[Part, ...] = ()
    rank: ColumnElement[int] | None = None
    rows: tuple[FromClause, ColumnElement[bool]] | None = None
    metric: MetricRows | None = None
    everywhere: Position | None = None

    @property
    def columns(self) -> list[ColumnElement[Any]]:
        """Everything that tells where an object stands."""
        return [*([] if self.rank is None else [self.rank]), *(part.column for part in self.parts)]

    @property
    def order(self) -> list[ColumnElement[Any]]:
        """What to sort by."""
        ranks = [] if self.rank is None else [self.rank]
        return [*ranks, *(part.column.desc() if part.descending else part.column for part in self.parts)]

    def position(self, values: Sequence[Any]) -> Position:
        """Return where an object stands, of the values of `columns`."""
        if self.everywhere is not None:
            return self.everywhere
        return tuple(values[:1] if self.rank is not None and values[0] != PRESENT else values)


def keys_of(subject: Subject) -> list[Key]:
    """Return the sort keys of a query, with those that decide between equals.

    Raises:
        InvalidInput: There are more than a database can sort by.
    """
    orders = subject.target.scope.full_order(subject.query.order_by)
    if len(orders) > _MOST_KEYS:
        raise InvalidInput(f"The order has {len(orders)} keys; a database can sort by {_MOST_KEYS}.")
    return [_key(order, subject) for order in orders]


def _key(order: OrderBy, subject: Subject) -> Key:
    kind = order.field.kind
    if kind is Kind.ATTRIBUTE:
        return _of_attribute(order, subject)
    if kind is Kind.METRIC:
        return _of_metric(order, subject)
    return _of_value(order, subject)


def _of_attribute(order: OrderBy, subject: Subject) -> Key:
    attribute = subject.target.attributes[order.field.key]
    column = attribute.column
    if attribute.words is not None:
        places = {number: place for place, (number, _) in enumerate(sorted(attribute.words.items(), key=_word))}
        column = case(places, value=column, else_=-1)
    is_text = column.type.python_type is str
    part = Part(column, order.descending, str if is_text else int)
    if not attribute.is_nullable:
        return Key(order.field, (part,))
    return Key(order.field, (part,), case((column.is_(None), MISSING), else_=PRESENT))


def _word(pair: tuple[int, str]) -> str:
    return pair[1]


def _of_metric(order: OrderBy, subject: Subject) -> Key:
    dataset = None if order.dataset_name is None else (order.dataset_name, order.dataset_digest)
    rows = subject.metric_rows(order.field, dataset)
    if rows is None:
        return Key(order.field, everywhere=(MISSING,))
    number = rows.number
    rank = case((rows.owner.is_(None), MISSING), (number.is_nan, NOT_A_NUMBER), else_=PRESENT)
    special = () if number.special is None else (Part(number.special, order.descending, int),)
    source = rows.source, and_(rows.owner == subject.target.id, rows.condition)
    parts = (*special, Part(number.value, order.descending, float))
    return Key(order.field, parts, rank, source, rows)


def _of_value(order: OrderBy, subject: Subject) -> Key:
    field = order.field
    name = subject.name_of(field.key)
    is_never_missing = field.key == IS_PROMPT_TAG and subject.target.scope is REGISTERED_MODELS
    if name is None:
        return Key(field, everywhere=("false",) if is_never_missing else (MISSING,))
    rows = subject.target.values[field.kind].alias()
    source = rows, and_(rows.c[0] == subject.target.id, rows.c.name_id == name)
    if is_never_missing:
        return Key(field, (Part(func.coalesce(rows.c.value, "false"), order.descending, str),), rows=source)
    rank = case((rows.c[0].is_(None), MISSING), else_=PRESENT)
    return Key(field, (Part(rows.c.value, order.descending, str),), rank, source)


def joined(source: FromClause, keys: Sequence[Key]) -> FromClause:
    """Return what is selected from, with the rows that keys need."""
    for key in keys:
        if key.rows is not None:
            source = source.outerjoin(*key.rows)
    return source


def follows(keys: Sequence[Key], positions: Sequence[Position]) -> ColumnElement[bool]:
    """Return the condition that an object comes after a place.

    Args:
        keys: The order.
        positions: The place.
    """
    steps: list[tuple[ColumnElement[Any], bool, Any]] = []
    for key, position in zip(keys, positions, strict=True):
        values = [*position]
        if key.rank is not None:
            steps.append((key.rank, False, literal(values.pop(0), Integer)))
        steps += [
            (part.column, part.descending, literal(value, part.column.type))
            for part, value in zip(key.parts, values, strict=False)
        ]
    column, descending, value = steps.pop()
    condition: ColumnElement[bool] = column < value if descending else column > value
    while steps:
        column, descending, value = steps.pop()
        beyond = column < value if descending else column > value
        condition = or_(beyond, and_(column == value, condition))
    return condition
