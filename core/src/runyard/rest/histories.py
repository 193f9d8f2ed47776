"""Metric histories on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from runyard.entities import MetricSeries
from runyard.rest.message import Int64, Message, Number, Required, number, read_number
from runyard.rest.route import AnyRoute, Route
from runyard.rest.runs import READ, MetricMessage, RunReference
from runyard.tracking.requests import MAX_SERIES_POINTS, MIN_SERIES_POINTS, SeriesQuery


class GetHistory(RunReference, kw_only=True):
    """Which points."""

    metric_key: Required
    max_results: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None
    page_token: str = ""


class GetHistoryReply(Message):
    """A page of points."""

    metrics: list[MetricMessage] = []
    next_page_token: str = ""


class GetSeries(Message):
    """Which series, as `runyard.tracking.requests.SeriesQuery` has it."""

    run_ids: list[str]
    keys: list[str]
    max_points: Annotated[int, msgspec.Meta(ge=MIN_SERIES_POINTS, le=MAX_SERIES_POINTS)] = 1000
    start_step: Int64 | None = None
    end_step: Int64 | None = None
    start_time: Int64 | None = None
    end_time: Int64 | None = None

    @classmethod
    def of(cls, query: SeriesQuery) -> GetSeries:
        """Return a query as it is sent."""
        return cls(
            run_ids=[*query.run_ids],
            keys=[*query.keys],
            max_points=query.max_points,
            start_step=query.start_step,
            end_step=query.end_step,
            start_time=query.start_time,
            end_time=query.end_time,
        )

    def query(self) -> SeriesQuery:
        """Return the query that was sent."""
        return SeriesQuery(
            run_ids=tuple(self.run_ids),
            keys=tuple(self.keys),
            max_points=self.max_points,
            start_step=self.start_step,
            end_step=self.end_step,
            start_time=self.start_time,
            end_time=self.end_time,
        )


class SeriesMessage(Message):
    """A series by columns."""

    run_id: Required
    key: Required
    total: Int64
    steps: list[Int64]
    timestamps: list[Int64]
    values: list[Number]

    @classmethod
    def of(cls, series: MetricSeries) -> SeriesMessage:
        """Return a series as it is sent."""
        return cls(
            run_id=series.run_id,
            key=series.key,
            total=series.total,
            steps=series.steps,
            timestamps=series.timestamps,
            values=[number(value) for value in series.values],
        )

    def entity(self) -> MetricSeries:
        """Return the series that was sent."""
        return MetricSeries(
            run_id=self.run_id,
            key=self.key,
            total=self.total,
            steps=self.steps,
            timestamps=self.timestamps,
            values=[read_number(value) for value in self.values],
        )


class GetSeriesReply(Message):
    """Series, by run and key."""

    series: list[SeriesMessage] = []


class GetHistories(Message):
    """The points of one metric of several runs."""

    run_id: list[str]
    metric_key: Required
    max_results: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] = 25_000


class GetSample(Message):
    """Some points of one metric of several runs, evenly spaced."""

    run_ids: list[str]
    metric_key: Required
    start_step: Int64 | None = None
    end_step: Int64 | None = None
    max_results: Annotated[int, msgspec.Meta(ge=1, le=2500)] = 2500


GET = Route(
    method="GET",
    path="/mlflow/metrics/get-history",
    request=GetHistory,
    reply=GetHistoryReply,
    permission=READ,
    summary="Return the points of a metric of a run.",
)
BULK = Route(
    method="GET",
    path="/mlflow/metrics/get-history-bulk",
    request=GetHistories,
    reply=GetHistoryReply,
    permission=READ,
    summary="Return the points of a metric of several runs.",
)
SAMPLE = Route(
    method="GET",
    path="/mlflow/metrics/get-history-bulk-interval",
    request=GetSample,
    reply=GetHistoryReply,
    permission=READ,
    summary="Return some points of a metric of several runs, evenly spaced.",
)
SERIES = Route(
    method="POST",
    path="/runyard/metrics/series",
    request=GetSeries,
    reply=GetSeriesReply,
    permission=READ,
    summary="Return metrics of runs for charts: at most so many points each, none of their extremes lost.",
)

ROUTES: tuple[AnyRoute, ...] = (GET, BULK, SAMPLE, SERIES)
