"""Tables of runs, put together from what any store can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from runyard.entities import (
    MetricCells,
    MetricColumn,
    RunColumns,
    RunCount,
    RunDataset,
    RunTable,
    TextColumn,
)
from runyard.search import Comparison, Field, Filter, Kind, Not, Operator, Statistic
from runyard.search.records import DATASET_CONTEXT_TAG, extreme
from runyard.tracking.histories import whole_history
from runyard.tracking.requests import PARENT_TAG, RunQuery

if TYPE_CHECKING:
    from runyard.entities import DatasetInput, Metric, Run, RunInfo
    from runyard.tracking.store import TrackingStore
    from runyard.tracking.table_requests import RunTableQuery

__all__ = [
    "MOST_DISTINCT",
    "MetricCell",
    "TableRow",
    "column_of_texts",
    "dataset_of",
    "read_columns",
    "read_counts",
    "read_table",
    "table_of",
]

MOST_DISTINCT = 1000
"""Up to how many the values of a column are counted."""
MOST_VALUES = 20
LONGEST_VALUE = 250
_PAGE = 1000


class MetricCell(NamedTuple):
    """A metric of one run; the attributes are those of `runyard.entities.MetricCells`."""

    latest: float
    minimum: float
    maximum: float
    step: int


class TableRow(NamedTuple):
    """What a table shows of one run, or more than that.

    Attributes:
        info: What identifies it.
        metrics: Its metrics by key.
        params: Its params by key.
        tags: Its tags by key, that of its parent among them.
        datasets: What it has read.
    """

    info: RunInfo
    metrics: Mapping[str, MetricCell]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    datasets: list[RunDataset]


def table_of(query: RunTableQuery, total: int, rows: Sequence[TableRow], child_counts: Mapping[str, int]) -> RunTable:
    """Return rows as a table.

    Args:
        query: What was asked for.
        total: How many runs it finds.
        rows: Those that are shown.
        child_counts: How many active runs are nested in each, by its id; none in those that are missing.
    """
    infos = [row.info for row in rows]
    return RunTable(
        total=total,
        run_ids=[info.run_id for info in infos],
        run_names=[info.run_name for info in infos],
        experiment_ids=[info.experiment_id for info in infos],
        user_ids=[info.user_id for info in infos],
        statuses=[info.status for info in infos],
        start_times=[info.start_time for info in infos],
        end_times=[info.end_time for info in infos],
        lifecycle_stages=[info.lifecycle_stage for info in infos],
        parent_run_ids=[row.tags.get(PARENT_TAG) for row in rows],
        child_counts=[child_counts.get(info.run_id, 0) for info in infos],
        datasets=[row.datasets for row in rows],
        metrics={key: _cells([row.metrics.get(key) for row in rows]) for key in query.metrics},
        params={key: [row.params.get(key) for row in rows] for key in query.params},
        tags={key: [row.tags.get(key) for row in rows] for key in query.tags},
    )


def _cells(cells: Sequence[MetricCell | None]) -> MetricCells:
    return MetricCells(
        latest=[None if cell is None else cell.latest for cell in cells],
        minimum=[None if cell is None else cell.minimum for cell in cells],
        maximum=[None if cell is None else cell.maximum for cell in cells],
        steps=[None if cell is None else cell.step for cell in cells],
    )


def dataset_of(item: DatasetInput) -> RunDataset:
    """Return what a table shows of a dataset that a run has read."""
    context = next((tag.value for tag in item.tags if tag.key == DATASET_CONTEXT_TAG), "")
    return RunDataset(item.dataset.name, item.dataset.digest, context)


def column_of_texts(key: str, total: int, runs: int, values: Iterable[str]) -> TextColumn:
    """Return the column of a param or tag.

    Args:
        key: The param or tag.
        total: How many runs there are.
        runs: How many of them have it.
        values: Different values that it has; not necessarily all, where there are `MOST_DISTINCT` or more.
    """
    found = {*values}
    return TextColumn(
        key=key,
        runs=runs,
        differs=runs < total or len(found) > 1,
        distinct=min(len(found), MOST_DISTINCT),
        values=nsmallest(MOST_VALUES, (value for value in found if len(value) <= LONGEST_VALUE)),
    )


# what a store does that has no better way


def read_table(store: TrackingStore, query: RunTableQuery) -> RunTable:
    """Return rows of a table; those before them are read too, and the whole histories of what is shown."""
    search = query.runs
    rows = [
        TableRow(
            run.info,
            {metric.key: _cell(store, metric) for metric in run.data.latest_metrics if metric.key in query.metrics},
            run.data.params,
            run.data.tags,
            [dataset_of(item) for item in run.inputs.dataset_inputs],
        )
        for run in islice(_every(store, search), query.offset, query.offset + query.max_results)
    ]
    return table_of(query, store.count_runs(search), rows, _child_counts(store, query) if rows else {})


def read_columns(store: TrackingStore, query: RunQuery, max_runs: int | None) -> RunColumns:
    """Return the columns of a table; all runs are read that are looked at."""
    looked_at = 0
    metrics: dict[str, list[float]] = {}
    texts: tuple[dict[str, list[str]], dict[str, list[str]]] = {}, {}
    for run in islice(_every(store, query), max_runs):
        looked_at += 1
        for key, value in run.data.metrics.items():
            metrics.setdefault(key, []).append(value)
        for columns, values in zip(texts, (run.data.params, run.data.tags), strict=True):
            for key, text in values.items():
                columns.setdefault(key, []).append(text)
    params, tags = (
        [column_of_texts(key, looked_at, len(found), found) for key, found in sorted(columns.items())]
        for columns in texts
    )
    return RunColumns(
        total=looked_at if max_runs is None else store.count_runs(query),
        runs=looked_at,
        metrics=[_column_of_numbers(key, looked_at, found) for key, found in sorted(metrics.items())],
        params=params,
        tags=tags,
    )


def read_counts(store: TrackingStore, experiment_ids: Iterable[str]) -> dict[str, RunCount]:
    """Return how many runs experiments have."""
    found: dict[str, RunCount] = {}
    for experiment_id in experiment_ids:
        query = RunQuery(experiment_ids=(experiment_id,), max_results=1)
        latest = store.search_runs(query)
        start = latest[0].info.start_time if latest else None
        found[experiment_id] = RunCount(active=store.count_runs(query), last_start_time=start)
    return found


def _every(store: TrackingStore, query: RunQuery) -> Iterator[Run]:
    """Yield the runs that a query finds on all its pages."""
    query = replace(query, max_results=_PAGE, page_token=None)
    while True:
        page = store.search_runs(query)
        yield from page
        if not page.token:
            return
        query = replace(query, page_token=page.token)


def _cell(store: TrackingStore, latest: Metric) -> MetricCell:
    values = [point.value for point in whole_history(store, str(latest.run_id), latest.key)]
    smallest, largest = (extreme(values, statistic) for statistic in (Statistic.MIN, Statistic.MAX))
    # A store that has lost the points still tells of the latest one.
    return MetricCell(
        latest.value,
        latest.value if smallest is None else smallest,
        latest.value if largest is None else largest,
        latest.step,
    )


def _child_counts(store: TrackingStore, query: RunTableQuery) -> Counter[str]:
    nested = Comparison(Field(Kind.TAG, PARENT_TAG), Operator.IS_NULL, None)
    search = RunQuery(experiment_ids=query.experiment_ids, filter=Filter(f"tags.{PARENT_TAG} IS NOT NULL", Not(nested)))
    return Counter(run.data.tags[PARENT_TAG] for run in _every(store, search))


def _column_of_numbers(key: str, total: int, values: Sequence[float]) -> MetricColumn:
    different = {value if value == value else None for value in values}
    numbers = [value for value in different if value is not None]
    return MetricColumn(
        key=key,
        runs=len(values),
        differs=len(values) < total or len(different) > 1,
        minimum=min(numbers, default=None),
        maximum=max(numbers, default=None),
    )
