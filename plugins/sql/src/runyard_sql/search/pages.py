"""What is on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cmp_to_key
from itertools import islice

from sqlalchemy import ColumnElement, func, select  # noqa: TID253 - imported with the first search

from runyard_sql.search.conditions import compile_filter
from runyard_sql.search.keys import PRESENT, Key, Position, follows, joined
from runyard_sql.search.subject import Subject
from runyard_sql.search.walks import Walk, walk_of
from runyard_sql.session import Row

__all__ = ["Place", "count", "places"]

Place = tuple[int, list[Position]]
"""The number of an object and where it stands in each key."""

# Every experiment is walked by itself.
_MOST_MERGED = 4000


def places(
    subject: Subject,
    keys: Sequence[Key],
    after: Sequence[Position] | None,
    limit: int,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> list[Place]:
    """Return what a search finds, in order.

    Args:
        subject: What is searched.
        keys: The order.
        after: The place after which to begin.
        limit: How many objects at most.
        conditions: What must hold besides the filter.
    """
    first, *others = keys
    walk = walk_of(first, subject)
    found = None if walk is None else _walked(subject, keys, after, limit, conditions, walk)
    if walk is None or found is None:
        return _sorted(subject, keys, after, limit, conditions)
    for rank, condition in walk.others:
        if len(found) < limit and (after is None or rank >= after[0][0]):
            begin = after[1:] if after is not None and rank == after[0][0] else None
            rest = places(subject, others, begin, limit - len(found), [*conditions, condition])
            found += [(number, [(rank,), *positions]) for number, positions in rest]
    return found


def count(subject: Subject) -> int:
    """Return how many objects a search finds on all its pages."""
    statement = select(func.count()).select_from(subject.target.source).where(*_everything(subject))
    row = subject.session.first(statement)
    return 0 if row is None else int(row[0])


def _walked(
    subject: Subject,
    keys: Sequence[Key],
    after: Sequence[Position] | None,
    limit: int,
    conditions: Sequence[ColumnElement[bool]],
    walk: Walk,
) -> list[Place] | None:
    """Return the first objects that have the first key, `None` where it takes too long to find as many."""
    if after is not None and after[0][0] != PRESENT:
        return []
    if len(subject.experiments) > 1 and len(subject.experiments) * limit > _MOST_MERGED:
        return None
    found: list[Place] = []
    for experiment in subject.experiments:
        rows = walk.rows(subject, keys, [*subject.in_view(), *conditions], after, limit, experiment)
        if rows is None:
            return None
        found += _places(rows, keys)
    if len(subject.experiments) > 1:
        found.sort(key=cmp_to_key(_comparison(keys)))
    return found[:limit]


def _sorted(
    subject: Subject,
    keys: Sequence[Key],
    after: Sequence[Position] | None,
    limit: int,
    conditions: Sequence[ColumnElement[bool]],
) -> list[Place]:
    """Return what a search finds, by looking at everything and sorting what fits."""
    statement = (
        select(subject.target.id, *(column for key in keys for column in key.columns))
        .select_from(joined(subject.target.source, keys))
        .where(*_everything(subject), *conditions)
        .order_by(*(column for key in keys for column in key.order))
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(follows(keys, after))
    return _places(subject.session.all(statement), keys)


def _everything(subject: Subject) -> list[ColumnElement[bool]]:
    fits = compile_filter(subject.query.filter, subject, subject.target.id, whole=True)
    return [*subject.in_experiments(), *subject.in_view(), fits]


def _places(rows: Iterable[Row], keys: Sequence[Key]) -> list[Place]:
    widths = [len(key.columns) for key in keys]
    found = []
    for number, *values in rows:
        columns = iter(values)
        found.append(
            (number, [key.position([*islice(columns, width)]) for key, width in zip(keys, widths, strict=True)])
        )
    return found


def _comparison(keys: Sequence[Key]) -> Callable[[Place, Place], int]:
    """Return a function that says which of two places comes first."""

    def compare(left: Place, right: Place) -> int:
        for key, mine, yours in zip(keys, left[1], right[1], strict=True):
            directions = [part.descending for part in key.parts]
            if key.rank is not None:
                directions.insert(0, False)
            # Of a value that is not there, the rank is all there is.
            for descending, my, your in zip(directions, mine, yours, strict=False):
                if my != your:
                    return -1 if (my < your) is not descending else 1
        return 0

    return compare
