"""The syntax tree of filters and orders, shared by every store.

Truth has three values, as in SQL: a comparison on something that an object does not have is unknown, ``NOT`` leaves
unknown as it is, and an object is found only where the whole filter is true. Only ``IS NULL`` asks for absence.

A run may have several datasets: a comparison on one of their fields is true where some dataset fits, and its negation
where some dataset does not, so that ``NOT a = b`` is ``a != b`` here as well. The two can be true at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import msgspec

Literal = float | int | str
"""What a field is compared with."""


class Kind(str, Enum):
    """What a field belongs to."""

    ATTRIBUTE = "attribute"
    METRIC = "metric"
    PARAM = "param"
    TAG = "tag"
    DATASET = "dataset"


class Statistic(str, Enum):
    """Which value of a metric is meant. ``LAST`` is the latest point: largest step, then timestamp, then value."""

    LAST = "last"
    MIN = "min"
    MAX = "max"


class Operator(str, Enum):
    """How a field is compared."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    LIKE = "LIKE"
    ILIKE = "ILIKE"
    IN = "IN"
    IS_NULL = "IS NULL"


class Field(msgspec.Struct, frozen=True):
    """What is compared or sorted by.

    Attributes:
        kind: What it belongs to.
        key: The attribute's canonical name, or the key of the metric, param or tag; for a dataset ``name``, ``digest``
            or ``context``.
        statistic: Which value of a metric.
    """

    kind: Kind
    key: str
    statistic: Statistic = Statistic.LAST


class Comparison(msgspec.Struct, frozen=True):
    """A field against a literal.

    Attributes:
        field: The left side.
        operator: How.
        value: A number or text; a tuple of them for ``IN``; `None` for ``IS NULL``. A number
            against a param or tag compares numerically; values that are no numbers are then unknown.
    """

    field: Field
    operator: Operator
    value: Literal | tuple[Literal, ...] | None


class Not(msgspec.Struct, frozen=True):
    """The opposite."""

    operand: Node


class And(msgspec.Struct, frozen=True):
    """All of them."""

    operands: tuple[Node, ...]


class Or(msgspec.Struct, frozen=True):
    """At least one of them."""

    operands: tuple[Node, ...]


Node = Comparison | Not | And | Or
"""``NOT IN``, ``IS NOT NULL`` and ``NOT LIKE`` are `Not` of a comparison; ``BETWEEN`` is an `And` of two."""


class Filter(msgspec.Struct, frozen=True):
    """A parsed filter.

    Attributes:
        text: What the user wrote; a client sends this to a server.
        tree: What it means.
    """

    text: str
    tree: Node


class OrderBy(msgspec.Struct, frozen=True):
    """A parsed sort key.

    Attributes:
        text: What the user wrote.
        field: What to sort by. Missing values come last in both directions; NaN after numbers and before missing ones.
        descending: The direction.
        dataset_name: For a metric of a logged model: only points that were measured on this dataset.
        dataset_digest: The digest of that dataset, if it matters.
    """

    text: str
    field: Field
    descending: bool = False
    dataset_name: str | None = None
    dataset_digest: str | None = None


def comparisons(node: Node) -> Iterator[Comparison]:
    """Yield every comparison of a tree, from left to right."""
    if isinstance(node, Comparison):
        yield node
    else:
        for operand in (node.operand,) if isinstance(node, Not) else node.operands:
            yield from comparisons(operand)


def mentions_tag(filter: Filter | None, key: str) -> bool:  # noqa: A002 - the word of the reference API
    """Say whether a filter has a condition on a tag."""
    wanted = Field(Kind.TAG, key)
    return filter is not None and any(comparison.field == wanted for comparison in comparisons(filter.tree))
