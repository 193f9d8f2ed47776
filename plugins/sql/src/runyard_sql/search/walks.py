"""Searches of runs that go along an index and stop when the page is full.

How many runs an index has to be followed for depends on how many of them fit the filter, which nobody knows before. So
only a stretch is walked, and whoever finds too little on it looks at all runs instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (  # noqa: TID253 - imported with the first search
    ColumnElement,
    FromClause,
    exists,
    func,
    literal,
    not_,
    select,
    tuple_,
)

from runyard.search import RUNS
from runyard_sql.search.conditions import compile_filter
from runyard_sql.search.keys import MISSING, NOT_A_NUMBER, Key, Position, follows, joined
from runyard_sql.search.subject import Subject
from runyard_sql.session import Row
from runyard_sql.tables import runs
from runyard_sql.values import NAN

__all__ = ["Walk", "walk_of"]

# A run on the way costs a few microseconds, all of them a tenth of that each.
_STRETCH = 4000
_LONGEST = 40_000
# Equal values stay together, so there may be more runs on a stretch than was meant.
_MOST_EQUAL = 4


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """An index in which the runs of an experiment are in the order of a key, as far as they have it.

    Attributes:
        key: The key.
        owner: The number of a run.
        experiment: The number of its experiment.
        source: What is selected from; the runs are joined where it is another table.
        conditions: What leads to the rows that have a value.
        others: The ranks of runs that have none, each with the condition for it.
    """

    key: Key
    owner: ColumnElement[int]
    experiment: ColumnElement[int]
    source: FromClause
    conditions: Sequence[ColumnElement[bool]]
    others: Sequence[tuple[int, ColumnElement[bool]]]

    def rows(
        self,
        subject: Subject,
        keys: Sequence[Key],
        conditions: Sequence[ColumnElement[bool]],
        after: Sequence[Position] | None,
        limit: int,
        experiment: int,
    ) -> list[Row] | None:
        """Return the first runs of an experiment that have a value: their numbers and the columns of the keys.

        Args:
            subject: What is searched.
            keys: The whole order; it begins with the key of this walk.
            conditions: What must hold besides the filter.
            after: Where to begin; it has a value.
            limit: How many runs at most.
            experiment: The number of the experiment.

        Returns:
            The rows; `None` where it would take too long to find as many.
        """
        base = [self.experiment == experiment, *self.conditions]
        if after is not None:
            base.append(self._from(after[0][1:]))
        owner = self.owner
        wanted = [*conditions, compile_filter(subject.query.filter, subject, owner, whole=False)]
        plain = msgspec.structs.replace(self.key, rank=None)
        statement = (
            select(subject.target.id, *(column for key in keys for column in key.columns))
            .select_from(self._joined(subject, keys[1:]))
            .where(*wanted)
            .order_by(*(column for key in (plain, *keys[1:]) for column in key.order))
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(follows((plain, *keys[1:]), (after[0][1:], *after[1:])))
        stretch = max(_STRETCH, 4 * limit)
        while True:
            end = self._place(subject, base, stretch)
            if end is None:
                return subject.session.all(statement.where(*base))
            if self._is_crowded(subject, base, end, _MOST_EQUAL * stretch):
                return None
            found = subject.session.all(statement.where(*base, self._up_to(end)))
            if len(found) == limit:
                return found
            needed = stretch * limit * 2 // len(found) if found else _LONGEST + 1
            if needed > max(_LONGEST, 10 * limit):
                return None
            stretch = needed

    def _joined(self, subject: Subject, keys: Sequence[Key]) -> FromClause:
        source = self.source
        if source is not subject.target.source:
            source = source.join(subject.target.source, subject.target.id == self.owner)
        return joined(source, keys)

    def _place(self, subject: Subject, base: Sequence[ColumnElement[bool]], distance: int) -> Row | None:
        """Return the values of the key so many rows further on, `None` if there are not as many."""
        statement = select(*self._columns).where(*base).order_by(*self._order).limit(1).offset(distance)
        return subject.session.first(statement)

    def _is_crowded(self, subject: Subject, base: Sequence[ColumnElement[bool]], place: Row, most: int) -> bool:
        """Say whether more rows than that have the same values."""
        equal = [column == value for column, value in zip(self._columns, place, strict=True)]
        rows = select(self._columns[0]).where(*base, *equal).limit(most + 1).subquery()
        row = subject.session.first(select(func.count()).select_from(rows))
        return row is not None and row[0] > most

    @property
    def _columns(self) -> list[ColumnElement[Any]]:
        return [part.column for part in self.key.parts]

    @property
    def _order(self) -> list[ColumnElement[Any]]:
        return [part.column.desc() if part.descending else part.column for part in self.key.parts]

    def _from(self, place: Sequence[Any]) -> ColumnElement[bool]:
        """Return the condition that a value stands at a place of the index or after it."""
        mine, there = self._compared_with(place)
        return mine <= there if self.key.parts[0].descending else mine >= there

    def _up_to(self, place: Sequence[Any]) -> ColumnElement[bool]:
        """Return the condition that a value stands at a place of the index or before it."""
        mine, there = self._compared_with(place)
        return mine >= there if self.key.parts[0].descending else mine <= there

    def _compared_with(self, place: Sequence[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        columns = self._columns
        values = [literal(value, column.type) for value, column in zip(place, columns, strict=True)]
        return (columns[0], values[0]) if len(columns) == 1 else (tuple_(*columns), tuple_(*values))


def walk_of(key: Key, subject: Subject) -> Walk | None:
    """Return how to walk along a key; `None` where there is no index for it.

    Args:
        key: The key.
        subject: What is searched.
    """
    if subject.target.scope is not RUNS or key.rank is None:
        return None
    metric = key.metric
    if metric is None:
        if key.parts[0].column is not runs.c.start_time:
            return None
        missing = runs.c.start_time.is_(None)
        return Walk(
            key=key,
            owner=runs.c.id,
            experiment=runs.c.experiment_id,
            source=runs,
            conditions=[runs.c.start_time.is_not(None)],
            others=[(MISSING, missing)],
        )
    if metric.number.special is None or metric.experiment is None:
        return None
    row = exists().select_from(metric.source).where(metric.owner == runs.c.id, metric.condition)
    return Walk(
        key=key,
        owner=metric.owner,
        experiment=metric.experiment,
        source=metric.source,
        conditions=[metric.condition, metric.number.special > NAN],
        others=[(NOT_A_NUMBER, row.where(metric.number.is_nan)), (MISSING, not_(row))],
    )
