"""Which columns a table of runs can have: aggregates over what its runs have recorded."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from sqlalchemy import (  # noqa: TID253 - imported with the first table
    ColumnElement,
    FromClause,
    Select,
    Table,
    case,
    func,
    not_,
    select,
)

from runyard.entities import MetricColumn, RunColumns, TextColumn, ViewType
from runyard.search import RUNS, Kind
from runyard.tracking.requests import RunQuery
from runyard.tracking.run_tables import MOST_DISTINCT, column_of_texts
from runyard_sql.interned import Interned
from runyard_sql.search import pages
from runyard_sql.search.keys import follows, keys_of
from runyard_sql.search.subject import Subject
from runyard_sql.session import Row, Session
from runyard_sql.tables import run_metrics, runs
from runyard_sql.values import NAN, extremes_reader

__all__ = ["read_columns"]

# A param or tag that is different in as many of the latest runs is different in too many to look at them all.
_SAMPLE = 2 * MOST_DISTINCT


def read_columns(session: Session, names: Interned[tuple[str]], query: RunQuery, max_runs: int | None) -> RunColumns:
    """Return the columns of the runs that a query finds.

    Args:
        session: Where to look; it has to see one state of the database all the time.
        names: The keys of metrics, params and tags.
        query: Which runs; its page size and token do not count.
        max_runs: How many of them are looked at, the first ones; all when `None`.

    Raises:
        InvalidInput: The filter or order is longer than a database can take.
    """
    subject = Subject(session, names, RUNS, query)
    total = 0 if subject.is_empty else pages.count(subject)
    if not total:
        return RunColumns(total=0, runs=0)
    looked_at = total if max_runs is None else min(total, max_runs)
    columns = _Columns(subject, names, query, total, looked_at)
    return RunColumns(
        total=total,
        runs=looked_at,
        metrics=columns.metrics(),
        params=columns.texts(subject.target.values[Kind.PARAM]),
        tags=columns.texts(subject.target.values[Kind.TAG]),
    )


class _Columns:
    """The columns of the runs that are searched.

    Args:
        subject: What is searched.
        names: The keys of metrics, params and tags.
        query: Which runs.
        total: How many runs there are.
        looked_at: How many of them are looked at.
    """

    def __init__(
        self, subject: Subject, names: Interned[tuple[str]], query: RunQuery, total: int, looked_at: int
    ) -> None:
        self._subject = subject
        self._session = subject.session
        self._names = names
        self._runs = looked_at
        keys = keys_of(subject) if looked_at < total else []
        self._source, self._conditions = pages.everything(subject, keys)
        if keys:
            last = pages.places(subject, keys, None, 1, offset=looked_at - 1)[0]
            self._conditions.append(not_(follows(keys, last.positions)))
        self._view = query.view
        self._is_all_in_view = not keys and query.filter is None

    def metrics(self) -> list[MetricColumn]:
        """Return the metrics, sorted by key."""
        rows = run_metrics.alias()
        extremes = func.min(rows.c.latest_value), func.max(rows.c.latest_value)
        found = self._session.all(self._of_metrics(rows, rows.c.name_id, func.count(), *extremes))
        storable = self._session.dialect.number
        read = extremes_reader(storable)
        lowest, highest = storable(-math.inf), storable(math.inf)
        # NaN and infinities are told apart by another column; nearly always there are none.
        odd = [name for name, _, low, high in found if low == lowest or high == highest]
        odd_rows = {row[0]: row[1:] for row in self._odd(rows, odd)} if odd else {}
        columns: list[MetricColumn] = []
        for name, runs_of_it, low, high in found:
            smallest, largest, kinds = odd_rows.get(name, (low, high, 1))
            columns.append(
                MetricColumn(
                    key=self._key(name),
                    runs=runs_of_it,
                    differs=runs_of_it < self._runs or low != high or kinds > 1,
                    minimum=None if smallest is None else read(smallest),
                    maximum=None if largest is None else read(largest),
                )
            )
        return sorted(columns, key=_key_of)

    def texts(self, table: Table) -> list[TextColumn]:
        """Return the params or tags, sorted by key."""
        values = table.alias()
        owner = values.c[0]
        number = self._subject.target.id
        counts = self._session.all(
            select(values.c.name_id, func.count())
            .select_from(self._source.join(values, owner == number))
            .where(*self._conditions)
            .group_by(values.c.name_id)
        )
        latest = (
            select(number.label("id"))
            .select_from(self._source)
            .where(*self._conditions)
            .order_by(number.desc())
            .limit(_SAMPLE)
            .subquery()
        )
        found = _by_name(self._distinct(values, latest.join(values, owner == latest.c.id)))
        if self._runs > _SAMPLE:
            few = [name for name, _ in counts if len(found.get(name, ())) < MOST_DISTINCT]
            whole = self._source.join(values, owner == number)
            found |= _by_name(self._distinct(values, whole, *self._conditions, values.c.name_id.in_(few)))
        columns = [column_of_texts(self._key(name), self._runs, runs_of_it, found[name]) for name, runs_of_it in counts]
        return sorted(columns, key=_key_of)

    def _of_metrics(self, rows: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
        """Return a query for something of the summaries of the runs, by the number of the key."""
        statement = select(*columns).group_by(rows.c.name_id)
        view = self._view
        if not self._is_all_in_view or view is ViewType.DELETED_ONLY:
            source = self._source.join(rows, rows.c.run_id == self._subject.target.id)
            return statement.select_from(source).where(*self._conditions)
        # All summaries of the experiments, which an index has in the order of their keys, without those of a few runs.
        statement = statement.select_from(rows).where(self._subject.is_searched(rows.c.experiment_id))
        if view is ViewType.ALL:
            return statement
        deleted = select(runs.c.id).where(*self._subject.in_experiments(), runs.c.deleted_time.is_not(None))
        return statement.where(not_(rows.c.run_id.in_(deleted)))

    def _odd(self, rows: FromClause, names: Collection[int]) -> list[Row]:
        """Return of metrics the smallest and the largest number, and how many kinds of numbers and others there are."""
        number = case((rows.c.latest_special > NAN, rows.c.latest_value))
        kinds = func.count(rows.c.latest_special.distinct())
        columns = rows.c.name_id, func.min(number), func.max(number), kinds
        return self._session.all(self._of_metrics(rows, *columns).where(rows.c.name_id.in_(names)))

    def _distinct(self, values: FromClause, source: FromClause, *conditions: ColumnElement[bool]) -> list[Row]:
        statement = select(values.c.name_id, values.c.value).select_from(source).where(*conditions)
        return self._session.all(statement.distinct())

    def _key(self, name: int) -> str:
        return self._names.key(self._session, name)[0]


def _key_of(column: MetricColumn | TextColumn) -> str:
    return column.key


def _by_name(rows: Collection[Row]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, value in rows:
        found.setdefault(name, []).append(value)
    return found
