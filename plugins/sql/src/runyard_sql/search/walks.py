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
    and_,
    exists,
    not_,
    select,
)

from runyard.search import RUNS, Field, Kind, Operator
from runyard_sql.dialects import Dialect
from runyard_sql.search.comparing import in_order
from runyard_sql.search.conditions import compile_filter
from runyard_sql.search.keys import MISSING, NOT_A_NUMBER, Key, Position, follows, joined
from runyard_sql.search.limits import limits_of
from runyard_sql.search.subject import Subject
from runyard_sql.session import Row
from runyard_sql.tables import runs
from runyard_sql.values import NAN

__all__ = ["Walk", "walk_of"]

# A run on the way costs a few microseconds, a look at all of them a tenth of that for each.
_STRETCH = 250
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
        leads: What leads to the rows of the key in the index.
        present: What is true of those that have a value.
        others: The ranks of runs that have none, each with the condition for it.
        metrics: The metric of which the summaries are walked along, by its key.
    """

    key: Key
    owner: ColumnElement[int]
    experiment: ColumnElement[int]
    source: FromClause
    leads: Sequence[ColumnElement[bool]]
    present: ColumnElement[bool]
    others: Sequence[tuple[int, ColumnElement[bool]]]
    metrics: dict[str, FromClause] = {}

    def rows(
        self,
        subject: Subject,
        keys: Sequence[Key],
        conditions: Sequence[ColumnElement[bool]],
        after: Sequence[Position] | None,
        limit: int,
        offset: int,
        experiment: int,
    ) -> list[Row] | None:
        """Return the first runs of an experiment that have a value: their numbers and the columns of the keys.

        Args:
            subject: What is searched.
            keys: The whole order; it begins with the key of this walk.
            conditions: What must hold besides the filter.
            after: Where to begin; it has a value.
            limit: How many runs at most.
            offset: How many to leave out first.
            experiment: The number of the experiment.

        Returns:
            The rows; `None` where it would take too long to find as many.
        """
        plain = msgspec.structs.replace(self.key, rank=None)
        leads = [self.experiment == experiment, *self.leads]
        fits = compile_filter(subject.query.filter, subject, self.owner, whole=False, known=self.metrics)
        statement = (
            select(subject.target.id, *(column for key in keys for column in key.columns))
            .select_from(self._joined(subject, keys[1:]))
            .where(*leads, *conditions, fits)
            .order_by(*(column for key in (plain, *keys[1:]) for column in key.order))
            .limit(limit)
        )
        low, high = limits_of(subject.query.filter, self.key)
        if after is not None:
            place = after[0][1:]
            statement = statement.where(follows((plain, *keys[1:]), (place, *after[1:])))
            if self._descends:
                high = place if high is None else min(high, place)
            else:
                low = place if low is None else max(low, place)
        if offset:
            statement = statement.offset(offset)
        dialect = subject.session.dialect
        # A filter may let pass only some of those that are left out, and a walk along the runs themselves is cheap.
        passed = 3 * offset if self.source is subject.target.source and subject.query.filter else offset
        stretch = max(_STRETCH, passed + 3 * limit)
        if stretch > max(_LONGEST, 10 * limit):
            return None
        while True:
            inside = self._between(low, high, dialect)
            end = self._place(subject, [*leads, inside], stretch)
            if end is None:
                return subject.session.all(statement.where(inside))
            if self._is_crowded(subject, leads, end, _MOST_EQUAL * stretch):
                return None
            inside = self._between(end, high, dialect) if self._descends else self._between(low, end, dialect)
            found = subject.session.all(statement.where(inside))
            if len(found) == limit:
                return found
            needed = stretch * limit * 2 // len(found) if found and not offset else _LONGEST + 1
            if needed > max(_LONGEST, 10 * limit):
                return None
            stretch = needed

    def _joined(self, subject: Subject, keys: Sequence[Key]) -> FromClause:
        source = self.source
        if source is not subject.target.source:
            source = source.join(subject.target.source, subject.target.id == self.owner)
        return joined(source, keys)

    def _place(self, subject: Subject, conditions: Sequence[ColumnElement[bool]], distance: int) -> Row | None:
        """Return the values of the key so many rows further on, `None` if there are not as many."""
        order = [column.desc() if self._descends else column for column in self._columns]
        statement = select(*self._columns).where(*conditions).order_by(*order).limit(1).offset(distance)
        return subject.session.first(statement)

    def _is_crowded(self, subject: Subject, leads: Sequence[ColumnElement[bool]], place: Row, most: int) -> bool:
        """Say whether more rows than that have the same values."""
        equal = [column == value for column, value in zip(self._columns, place, strict=True)]
        statement = select(self._columns[0]).where(*leads, *equal).limit(1).offset(most)
        return subject.session.first(statement) is not None

    @property
    def _columns(self) -> list[ColumnElement[Any]]:
        return [part.column for part in self.key.parts]

    @property
    def _descends(self) -> bool:
        return self.key.parts[0].descending

    def _between(self, low: Sequence[Any] | None, high: Sequence[Any] | None, dialect: Dialect) -> ColumnElement[bool]:
        """Return the condition that there is a value from the one place to the other, both included."""
        # One lower limit and not two: a database may take the wrong one to look into the index with.
        by_rows = dialect.compares_rows
        above = self.present if low is None else in_order(self._columns, Operator.GE, low, by_rows=by_rows)
        return above if high is None else and_(above, in_order(self._columns, Operator.LE, high, by_rows=by_rows))


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
        if key.field != Field(Kind.ATTRIBUTE, "start_time"):
            return None
        return Walk(
            key=key,
            owner=runs.c.id,
            experiment=runs.c.experiment_id,
            source=runs,
            leads=[],
            present=runs.c.start_time.is_not(None),
            others=[(MISSING, runs.c.start_time.is_(None))],
        )
    if metric.experiment is None:
        return None
    row = exists().select_from(metric.source).where(metric.owner == runs.c.id, metric.condition)
    number = metric.number
    return Walk(
        key=key,
        owner=metric.owner,
        experiment=metric.experiment,
        source=metric.source,
        leads=[metric.condition],
        # The smallest and the largest value are in the index, though not in their order.
        present=number.value.is_not(None) if number.special is None else number.special > NAN,
        others=[(NOT_A_NUMBER, row.where(number.is_nan)), (MISSING, not_(row))],
        metrics={key.field.key: metric.source},
    )
