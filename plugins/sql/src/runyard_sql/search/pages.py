"""What is on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key
from itertools import islice
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, func, select  # noqa: TID253 - imported with the first search

from runyard.search import Kind, Operator
from runyard_sql.search.conditions import compile_filter
from runyard_sql.search.keys import PRESENT, Key, Position, follows, joined
from runyard_sql.search.limits import conjuncts
from runyard_sql.search.metrics import MetricRows
from runyard_sql.search.subject import Subject
from runyard_sql.search.walks import Walk, walk_of
from runyard_sql.session import Row

__all__ = ["Place", "count", "everything", "places"]


class Place(NamedTuple):
    """Where an object stands in an order.

    Attributes:
        number: The number of the object.
        ranks: Its positions in the first keys, where it has no value.
        keys: The other keys.
        values: The columns of those.
    """

    number: int
    ranks: tuple[Position, ...]
    keys: Sequence[Key]
    values: Row

    @property
    def positions(self) -> list[Position]:
        """Its positions in all keys; there are many objects on a page, and only the last one is asked."""
        columns = iter(self.values)
        return [*self.ranks, *(key.position([*islice(columns, len(key.columns))]) for key in self.keys)]


# Every experiment is walked by itself.
_MOST_MERGED = 4000


def places(
    subject: Subject,
    keys: Sequence[Key],
    after: Sequence[Position] | None,
    limit: int,
    conditions: Sequence[ColumnElement[bool]] = (),
    offset: int = 0,
) -> list[Place]:
    """Return what a search finds, in order.

    Args:
        subject: What is searched.
        keys: The order.
        after: The place after which to begin.
        limit: How many objects at most.
        conditions: What must hold besides the filter.
        offset: How many to leave out first.
    """
    first, *others = keys
    walk = walk_of(first, subject)
    found = None if walk is None else _walked(subject, keys, after, limit, conditions, offset, walk)
    if walk is None or found is None:
        return _sorted(subject, keys, after, limit, conditions, offset)
    for rank, condition in walk.others:
        if len(found) < limit and (after is None or rank >= after[0][0]):
            begin = after[1:] if after is not None and rank == after[0][0] else None
            rest = places(subject, others, begin, limit - len(found), [*conditions, condition])
            found += [place._replace(ranks=((rank,), *place.ranks)) for place in rest]
    return found


def count(subject: Subject) -> int:
    """Return how many objects a search finds on all its pages."""
    source, conditions = everything(subject, ())
    row = subject.session.first(select(func.count()).select_from(source).where(*conditions))
    return 0 if row is None else int(row[0])


def _walked(
    subject: Subject,
    keys: Sequence[Key],
    after: Sequence[Position] | None,
    limit: int,
    conditions: Sequence[ColumnElement[bool]],
    offset: int,
    walk: Walk,
) -> list[Place] | None:
    """Return the first objects that have the first key, `None` where it takes too long to find as many."""
    if after is not None and after[0][0] != PRESENT:
        return []
    merged = len(subject.experiments) > 1
    if merged and len(subject.experiments) * (offset + limit) > _MOST_MERGED:
        return None
    size, skipped = (offset + limit, 0) if merged else (limit, offset)
    found: list[Place] = []
    for experiment in subject.experiments:
        rows = walk.rows(subject, keys, [*subject.in_view(), *conditions], after, size, skipped, experiment)
        if rows is None:
            return None
        found += [Place(row[0], (), keys, row[1:]) for row in rows]
    if merged:
        found.sort(key=cmp_to_key(_comparison(keys)))
        found = found[offset : offset + limit]
    # How many of those that have no value are to be left out is not known where all that have one are.
    return found if found or not offset else None


def _sorted(
    subject: Subject,
    keys: Sequence[Key],
    after: Sequence[Position] | None,
    limit: int,
    conditions: Sequence[ColumnElement[bool]],
    offset: int,
) -> list[Place]:
    """Return what a search finds, by looking at everything and sorting what fits."""
    source, fitting = everything(subject, keys)
    statement = (
        select(subject.target.id, *(column for key in keys for column in key.columns))
        .select_from(source)
        .where(*fitting, *conditions)
        .order_by(*(column for key in keys for column in key.order))
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(follows(keys, after))
    if offset:
        statement = statement.offset(offset)
    return [Place(row[0], (), keys, row[1:]) for row in subject.session.all(statement)]


def everything(subject: Subject, keys: Sequence[Key]) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """Return what to select from, with the rows that keys need, and what holds for everything that a search finds."""
    target, query = subject.target, subject.query
    found = _necessary(subject, keys)
    if found is None:
        fits = compile_filter(query.filter, subject, target.id, whole=True)
        return joined(target.source, keys), [*subject.in_experiments(), *subject.in_view(), fits]
    # What does not have the metric need not be looked at, and its row need not be looked for.
    key, rows, inside = found
    source = rows.source.join(target.source, target.id == rows.owner)
    fits = compile_filter(query.filter, subject, rows.owner, whole=True, known={key: rows.source})
    others = [one for one in keys if one.metric is not rows]
    return joined(source, others), [inside, rows.condition, *subject.in_view(), fits]


def _necessary(subject: Subject, keys: Sequence[Key]) -> tuple[str, MetricRows, ColumnElement[bool]] | None:
    """Return a metric that every run has which fits the filter, if that is also sorted by or nothing is.

    Returns:
        The metric, its rows, and the condition that a row belongs to the experiments of the query.
    """
    sorted_by = {key.field: key.metric for key in keys}
    for comparison in conjuncts(subject.query.filter):
        field = comparison.field
        if field.kind is Kind.METRIC and comparison.operator is not Operator.IS_NULL:
            rows = sorted_by.get(field) if keys else subject.metric_rows(field)
            if rows is not None and rows.experiment is not None:
                return field.key, rows, subject.is_searched(rows.experiment)
    return None


def _comparison(keys: Sequence[Key]) -> Callable[[Place, Place], int]:
    """Return a function that says which of two places comes first."""

    def compare(left: Place, right: Place) -> int:
        for key, mine, yours in zip(keys, left.positions, right.positions, strict=True):
            directions = [part.descending for part in key.parts]
            if key.rank is not None:
                directions.insert(0, False)
            # Of a value that is not there, the rank is all there is.
            for descending, my, your in zip(directions, mine, yours, strict=False):
                if my != your:
                    return -1 if (my < your) is not descending else 1
        return 0

    return compare
