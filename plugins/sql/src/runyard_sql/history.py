"""Histories of metrics: whole, in pages, and as series for charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Annotated

import msgspec

from runyard.entities import Metric, MetricSeries, Page
from runyard.errors import InvalidInput
from runyard.tracking.requests import HistoryQuery, SeriesQuery
from runyard_sql.points import COLUMNS, compared, of_metric
from runyard_sql.runs import RunStore
from runyard_sql.session import Row, Session
from runyard_sql.values import value_of

__all__ = ["HistoryStore"]

_IS_ORDERED = "SELECT ordered FROM runyard_run_metrics WHERE run_id = ? AND name_id = ?"
_KEY = ", ".join(COLUMNS)
_BY_TIME = ("timestamp", "step", "value", "special", "dataset_id")

# To choose from so many points takes longer than to look whether others came.
_MANY = 20_000

_Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Token = tuple[_Integer, _Integer, float, _Integer, _Integer]


class HistoryStore(RunStore):
    """The part of the store that gives the points of metrics."""

    def metric_history(self, query: HistoryQuery) -> Page[Metric]:
        after = _read_token(query.page_token)
        with self._database.read() as session:
            run = self._run_row(session, query.run_id)[0]
            name = self._names.find(session, (query.key,))
            if name is None:
                return Page()
            if query.max_results is None and after is None:
                metric = of_metric(run, name)
                rows = session.each(metric.select(_KEY, f"ORDER BY {_KEY}"), metric.values)
                points = self._metrics(session, rows, query)
                # Equal timestamps stay in the order of steps and values; nearly always, all of it is in order already.
                points.sort(key=attrgetter("timestamp"))
                return Page(points)
            return self._page(session, run, name, query, after)

    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        from runyard_sql.sampling import read_series, read_summary

        found: list[MetricSeries] = []
        part = query.max_points, query.start_step, query.end_step, query.start_time, query.end_time
        with self._database.read() as session:
            for run_id in query.run_ids:
                run = self._run_row(session, run_id)[0]
                for key in query.keys:
                    name = self._names.find(session, (key,))
                    summary = None if name is None else read_summary(session, run, name)
                    if name is None or summary is None:
                        continue
                    series = self._sampled.get((run_id, key, part), summary)
                    if series is None:
                        series = _series(run_id, key, *read_series(session, run, name, query, summary))
                        if summary.number >= _MANY:
                            self._sampled.keep((run_id, key, part), summary, series)
                    if series.total:
                        found.append(series)
        return found

    def _page(self, session: Session, run: int, name: int, query: HistoryQuery, after: Row | None) -> Page[Metric]:
        """Return a page of a history: the first one, or that after a row."""
        # Where steps and time never went back, the order of the table is that of the history: nothing has to be sorted.
        ordered = session.first(_IS_ORDERED, (run, name)) == (1,)
        columns = COLUMNS if ordered else _BY_TIME
        condition = of_metric(run, name)
        if after is not None:
            step, timestamp, value, *others = after
            value = session.dialect.number(value)
            place = (step, timestamp, value, *others) if ordered else (timestamp, step, value, *others)
            condition &= compared(session.dialect, columns, ">", place)
        statement, values = condition.select(_KEY, f"ORDER BY {', '.join(columns)}"), condition.values
        if query.max_results is not None:
            statement, values = f"{statement} LIMIT ?", (*values, query.max_results + 1)
        rows = session.all(statement, values)
        is_last = query.max_results is None or len(rows) <= query.max_results
        rows = rows if is_last else rows[:-1]
        return Page(self._metrics(session, rows, query), None if is_last else _write_token(rows[-1]))

    def _metrics(self, session: Session, rows: Iterable[Row], query: HistoryQuery) -> list[Metric]:
        """Return the points of rows."""
        key, run_id = query.key, query.run_id
        datasets = _Datasets(lambda number: self._datasets.key(session, number))
        return [
            Metric(
                key,
                value_of(value, special) if special else value,
                timestamp,
                step,
                None,
                datasets[dataset][0],
                datasets[dataset][1],
                run_id,
            )
            for step, timestamp, value, special, dataset in rows
        ]


class _Datasets(dict[int, "tuple[str, str] | tuple[None, None]"]):
    """Names and digests of datasets by number, looked up when they are asked for."""

    def __init__(self, find: Callable[[int], tuple[str, str]]) -> None:
        super().__init__({0: (None, None)})
        self._find = find

    def __missing__(self, number: int) -> tuple[str, str]:
        found = self[number] = self._find(number)
        return found


def _series(run_id: str, key: str, total: int, rows: Sequence[Row]) -> MetricSeries:
    return MetricSeries(
        run_id=run_id,
        key=key,
        total=total,
        steps=[row[0] for row in rows],
        timestamps=[row[1] for row in rows],
        values=[value_of(row[2], row[3]) for row in rows],
    )


def _write_token(row: Row) -> str:
    """Return the token of the page after a row."""
    import base64

    return base64.urlsafe_b64encode(msgspec.msgpack.encode(row)).decode()


def _read_token(token: str | None) -> Row | None:
    """Return the row after which a page begins, `None` for the first page.

    Raises:
        InvalidInput: The token is not one of `_write_token`.
    """
    if not token:
        return None
    import base64

    try:
        row: Row = msgspec.msgpack.decode(base64.urlsafe_b64decode(token), type=_Token)
    except (ValueError, msgspec.DecodeError):
        row = (0, 0, math.nan)
    if row[2] != row[2]:
        raise InvalidInput(f"Invalid page token {token!r}; pass the token of the page before, or none.")
    return row
