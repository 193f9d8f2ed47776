"""Tables of runs on the wire.

Replies are whole: what is empty is there too, because a page reads them as they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from runyard.entities import (
    MetricCells,
    MetricColumn,
    RunColumns,
    RunCount,
    RunDataset,
    RunTable,
    TextColumn,
)
from runyard.rest.experiments import READ as READ_EXPERIMENTS
from runyard.rest.message import Int64, Message, Number, number, read_number
from runyard.rest.route import AnyRoute, Route
from runyard.rest.runs import READ
from runyard.rest.values import View
from runyard.tracking.requests import RunQuery
from runyard.tracking.table_requests import RunTableQuery


class GetTable(Message):
    """Which rows and columns, as `runyard.tracking.table_requests.RunTableQuery` has it."""

    experiment_ids: list[str] = []
    filter: str = ""
    run_view_type: View = "ACTIVE_ONLY"
    order_by: list[str] = []
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    max_results: Annotated[int, msgspec.Meta(ge=1, le=RunTableQuery.page_cap)] = 100
    metrics: list[str] = []
    params: list[str] = []
    tags: list[str] = []
    parent_run_id: str = ""
    nested: bool = False

    @classmethod
    def of(cls, query: RunTableQuery) -> GetTable:
        """Return a query as it is sent."""
        return cls(
            experiment_ids=[*query.experiment_ids],
            filter=query.filter.text if query.filter else "",
            run_view_type=query.view.name,
            order_by=[key.text for key in query.order_by],
            offset=query.offset,
            max_results=query.max_results,
            metrics=[*query.metrics],
            params=[*query.params],
            tags=[*query.tags],
            parent_run_id=query.parent_run_id or "",
            nested=query.nested,
        )


class CellsMessage(Message, omit_defaults=False):
    """A metric of the runs of a table, by columns."""

    latest: list[Number | None] = []
    minimum: list[Number | None] = []
    maximum: list[Number | None] = []
    steps: list[Int64 | None] = []

    @classmethod
    def of(cls, cells: MetricCells) -> CellsMessage:
        """Return a metric as it is sent."""
        return cls(
            latest=_numbers(cells.latest),
            minimum=_numbers(cells.minimum),
            maximum=_numbers(cells.maximum),
            steps=cells.steps,
        )

    def entity(self) -> MetricCells:
        """Return the metric that was sent."""
        return MetricCells(
            latest=_read(self.latest), minimum=_read(self.minimum), maximum=_read(self.maximum), steps=self.steps
        )


class TableDataset(Message, omit_defaults=False, gc=False):
    """A dataset that a run read."""

    name: str
    digest: str
    context: str = ""


class GetTableReply(Message, omit_defaults=False):
    """Rows of a table, by columns."""

    total: Int64
    run_ids: list[str] = []
    run_names: list[str] = []
    experiment_ids: list[str] = []
    user_ids: list[str] = []
    statuses: list[str] = []
    start_times: list[Int64 | None] = []
    end_times: list[Int64 | None] = []
    lifecycle_stages: list[str] = []
    parent_run_ids: list[str | None] = []
    child_counts: list[Int64] = []
    datasets: list[list[TableDataset]] = []
    metrics: dict[str, CellsMessage] = {}
    params: dict[str, list[str | None]] = {}
    tags: dict[str, list[str | None]] = {}

    @classmethod
    def of(cls, table: RunTable) -> GetTableReply:
        """Return a table as it is sent."""
        fields = dict(table)
        fields["datasets"] = [
            [TableDataset(name=item.name, digest=item.digest, context=item.context) for item in items]
            for items in table.datasets
        ]
        fields["metrics"] = {key: CellsMessage.of(cells) for key, cells in table.metrics.items()}
        return cls(**fields)

    def entity(self) -> RunTable:
        """Return the table that was sent."""
        fields = msgspec.structs.asdict(self)
        fields["datasets"] = [
            [RunDataset(item.name, item.digest, item.context) for item in items] for items in self.datasets
        ]
        fields["metrics"] = {key: cells.entity() for key, cells in self.metrics.items()}
        return RunTable(**fields)


class GetColumns(Message):
    """The runs of a table, and how many of them are looked at."""

    experiment_ids: list[str] = []
    filter: str = ""
    run_view_type: View = "ACTIVE_ONLY"
    order_by: list[str] = []
    max_runs: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None

    @classmethod
    def of(cls, query: RunQuery, max_runs: int | None) -> GetColumns:
        """Return a query as it is sent."""
        return cls(
            experiment_ids=[*query.experiment_ids],
            filter=query.filter.text if query.filter else "",
            run_view_type=query.view.name,
            order_by=[key.text for key in query.order_by],
            max_runs=max_runs,
        )


class MetricColumnMessage(Message, omit_defaults=False, gc=False):
    """What there is of a metric."""

    key: str
    runs: Int64
    differs: bool
    minimum: Number | None = None
    maximum: Number | None = None

    @classmethod
    def of(cls, column: MetricColumn) -> MetricColumnMessage:
        """Return a column as it is sent."""
        minimum, maximum = _numbers([column.minimum, column.maximum])
        return cls(key=column.key, runs=column.runs, differs=column.differs, minimum=minimum, maximum=maximum)

    def entity(self) -> MetricColumn:
        """Return the column that was sent."""
        minimum, maximum = _read([self.minimum, self.maximum])
        return MetricColumn(key=self.key, runs=self.runs, differs=self.differs, minimum=minimum, maximum=maximum)


class TextColumnMessage(Message, omit_defaults=False):
    """What there is of a param or tag."""

    key: str
    runs: Int64
    differs: bool
    distinct: Int64
    values: list[str] = []


class GetColumnsReply(Message, omit_defaults=False):
    """The columns that a table can have."""

    total: Int64
    runs: Int64
    metrics: list[MetricColumnMessage] = []
    params: list[TextColumnMessage] = []
    tags: list[TextColumnMessage] = []

    @classmethod
    def of(cls, columns: RunColumns) -> GetColumnsReply:
        """Return columns as they are sent."""
        return cls(
            total=columns.total,
            runs=columns.runs,
            metrics=[MetricColumnMessage.of(column) for column in columns.metrics],
            params=[TextColumnMessage(**dict(column)) for column in columns.params],
            tags=[TextColumnMessage(**dict(column)) for column in columns.tags],
        )

    def entity(self) -> RunColumns:
        """Return the columns that were sent."""
        params, tags = (
            [TextColumn(**msgspec.structs.asdict(column)) for column in columns] for columns in (self.params, self.tags)
        )
        return RunColumns(
            total=self.total,
            runs=self.runs,
            metrics=[column.entity() for column in self.metrics],
            params=params,
            tags=tags,
        )


class CountRunsOf(Message):
    """Which experiments."""

    experiment_ids: list[str] = []


class CountRunsOfReply(Message, omit_defaults=False):
    """By id of each experiment its active runs, and the start of the latest one, where there is one."""

    counts: dict[str, Int64] = {}
    last_start_times: dict[str, Int64] = {}

    @classmethod
    def of(cls, counts: dict[str, RunCount]) -> CountRunsOfReply:
        """Return counts as they are sent."""
        return cls(
            counts={key: count.active for key, count in counts.items()},
            last_start_times={
                key: count.last_start_time for key, count in counts.items() if count.last_start_time is not None
            },
        )

    def entity(self) -> dict[str, RunCount]:
        """Return the counts that were sent."""
        return {
            key: RunCount(active=active, last_start_time=self.last_start_times.get(key))
            for key, active in self.counts.items()
        }


def _numbers(values: Sequence[float | None]) -> list[float | str | None]:
    return [None if value is None else number(value) for value in values]


def _read(values: Sequence[float | str | None]) -> list[float | None]:
    return [None if value is None else read_number(value) for value in values]


TABLE = Route(
    method="POST",
    path="/runyard/runs/table",
    request=GetTable,
    reply=GetTableReply,
    permission=READ,
    summary="Return rows of a table of runs from any place on, by columns.",
)
COLUMNS = Route(
    method="POST",
    path="/runyard/runs/columns",
    request=GetColumns,
    reply=GetColumnsReply,
    permission=READ,
    summary="Return which metrics, params and tags there are among the runs of a search, and which of them differ.",
)
COUNTS = Route(
    method="POST",
    path="/runyard/experiments/counts",
    request=CountRunsOf,
    reply=CountRunsOfReply,
    permission=READ_EXPERIMENTS,
    summary="Return how many active runs experiments have, and when the latest was started.",
)

ROUTES: tuple[AnyRoute, ...] = (TABLE, COLUMNS, COUNTS)
