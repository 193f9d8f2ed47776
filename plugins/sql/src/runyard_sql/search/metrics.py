"""The metrics of runs and of logged models, as rows that a condition or an order can look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (  # noqa: TID253 - imported with the first search
    ColumnElement,
    FromClause,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from runyard.search import Statistic
from runyard.search.records import DatasetName
from runyard_sql.search.comparing import Number
from runyard_sql.tables import logged_model_metrics, metric_datasets, run_metrics
from runyard_sql.values import NAN

__all__ = ["MetricRows", "measured_on", "number_in", "rows_of_models", "rows_of_runs"]


class MetricRows(msgspec.Struct, frozen=True):
    """At most one row for each object: its value of a metric.

    Attributes:
        source: What is selected from.
        owner: The number of the object.
        number: The value.
        condition: What makes it the right row.
        experiment: The number of the experiment, where an index on it and the key leads to all rows of a metric.
    """

    source: FromClause
    owner: ColumnElement[int]
    number: Number
    condition: ColumnElement[bool]
    experiment: ColumnElement[int] | None = None


def rows_of_runs(place: int, name: int, statistic: Statistic) -> MetricRows:
    """Return the values of a metric of runs; the summaries hold them.

    Args:
        place: Of all the rows that one search looks at, which ones these are.
        name: The number of its key.
        statistic: Which value.
    """
    rows = _summaries(place)
    return MetricRows(rows, rows.c.run_id, number_in(rows, statistic), rows.c.name_id == name, rows.c.experiment_id)


@lru_cache(maxsize=64)
def _summaries(place: int) -> FromClause:  # noqa: ARG001 - what it is kept by
    """Return one more name for the table, kept for later searches: to make its columns takes as long as a query."""
    return run_metrics.alias()


def number_in(rows: FromClause, statistic: Statistic) -> Number:
    """Return a value of a metric of runs, of which the summaries are at hand."""
    if statistic is Statistic.LAST:
        return Number(rows.c.latest_value, rows.c.latest_special)
    return Number(rows.c.minimum if statistic is Statistic.MIN else rows.c.maximum)


def rows_of_models(name: int, statistic: Statistic, datasets: Iterable[Collection[DatasetName]]) -> MetricRows:
    """Return the values of a metric of logged models.

    Args:
        name: The number of its key.
        statistic: Which value, of those that are the latest for a run and a dataset.
        datasets: Only what was measured on one of the first, one of the second and so on counts; nothing is asked for
            by those that are empty.
    """
    wanted = [group for group in datasets if group]
    rows = logged_model_metrics.alias()
    if statistic is Statistic.LAST:
        later = logged_model_metrics.alias()
        is_latest = not_(
            exists()
            .where(
                later.c.logged_model_id == rows.c.logged_model_id,
                later.c.name_id == name,
                *_on(later, wanted),
                _position(later) > _position(rows),
            )
            .correlate(rows)
        )
        condition = and_(rows.c.name_id == name, *_on(rows, wanted), is_latest)
        return MetricRows(rows, rows.c.logged_model_id, Number(rows.c.value, rows.c.special), condition)
    extreme = func.min if statistic is Statistic.MIN else func.max
    extremes = (
        select(rows.c.logged_model_id, extreme(case((rows.c.special > NAN, rows.c.value))).label("value"))
        .where(rows.c.name_id == name, *_on(rows, wanted))
        .group_by(rows.c.logged_model_id)
        .subquery()
    )
    owner = extremes.c.logged_model_id
    return MetricRows(extremes, owner, Number(extremes.c.value), owner.is_not(None))


def measured_on(model: ColumnElement[int], datasets: Collection[DatasetName]) -> ColumnElement[bool]:
    """Return the condition that a logged model has a metric which was measured on one of some datasets."""
    rows = logged_model_metrics.alias()
    return exists().where(rows.c.logged_model_id == model, *_on(rows, [datasets]))


def _on(rows: FromClause, wanted: Iterable[Collection[DatasetName]]) -> list[ColumnElement[bool]]:
    return [rows.c.dataset_id.in_(select(metric_datasets.c.id).where(or_(*map(_is, group)))) for group in wanted]


def _is(dataset: DatasetName) -> ColumnElement[bool]:
    name, digest = dataset
    fits = metric_datasets.c.name == name
    return fits if digest is None else and_(fits, metric_datasets.c.digest == digest)


def _position(rows: FromClause) -> ColumnElement[Any]:
    """Return what is largest for the latest of several rows, and differs between any two."""
    columns = rows.c
    return tuple_(columns.step, columns.timestamp, columns.special, columns.value, columns.run_id, columns.dataset_id)
