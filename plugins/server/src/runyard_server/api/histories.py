"""What the routes on metric histories do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.entities import limits
from runyard.errors import InvalidInput
from runyard.rest import histories as wire
from runyard.rest.message import number
from runyard.rest.runs import MetricMessage
from runyard.tracking.requests import MIN_SERIES_POINTS, HistoryQuery, SeriesQuery
from runyard_server.api.handlers import Handlers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runyard_server.services import Services

HANDLERS = Handlers()

MOST_RUNS = 100
MOST_POINTS = 25_000
MOST_SAMPLES = 2500


@HANDLERS.serves(wire.GET)
def get(services: Services, request: wire.GetHistory) -> wire.GetHistoryReply:
    query = HistoryQuery(
        run_id=limits.check_run_id(request.run()),
        key=request.metric_key,
        max_results=request.max_results,
        page_token=request.page_token or None,
    )
    page = services.store.metric_history(query)
    points = [MetricMessage.of(point) for point in page]
    return wire.GetHistoryReply(metrics=points, next_page_token=page.token or "")


@HANDLERS.serves(wire.SERIES)
def series(services: Services, request: wire.GetSeries) -> wire.GetSeriesReply:
    found = services.store.metric_series(request.query())
    return wire.GetSeriesReply(series=[wire.SeriesMessage.of(item) for item in found])


@HANDLERS.serves(wire.BULK)
def bulk(services: Services, request: wire.GetHistories) -> wire.GetHistoryReply:
    points: list[MetricMessage] = []
    for run_id in sorted(check_runs(request.run_id)):
        room = min(request.max_results, MOST_POINTS) - len(points)
        if room <= 0:
            break
        query = HistoryQuery(run_id=run_id, key=request.metric_key, max_results=room)
        points += [MetricMessage.of(point, run_id) for point in services.store.metric_history(query)]
    return wire.GetHistoryReply(metrics=points)


@HANDLERS.serves(wire.SAMPLE)
def sample(services: Services, request: wire.GetSample) -> wire.GetHistoryReply:
    if not 1 <= request.max_results <= MOST_SAMPLES:
        raise InvalidInput(f"Invalid value {request.max_results} for max_results: it must be from 1 to {MOST_SAMPLES}.")
    if (request.start_step is None) != (request.end_step is None):
        raise InvalidInput("Give both start_step and end_step, or none of them.")
    query = SeriesQuery(
        run_ids=tuple(check_runs(request.run_ids)),
        keys=(request.metric_key,),
        max_points=max(request.max_results, MIN_SERIES_POINTS),
        start_step=request.start_step,
        end_step=request.end_step,
    )
    return wire.GetHistoryReply(
        metrics=[
            MetricMessage(
                key=series.key,
                value=number(series.values[i]),
                timestamp=series.timestamps[i],
                step=series.steps[i],
                run_id=series.run_id,
            )
            for series in services.store.metric_series(query)
            for i in evenly(len(series.values), request.max_results)
        ]
    )


def check_runs(run_ids: Sequence[str]) -> Sequence[str]:
    """Return the ids of the runs that are asked for together.

    Raises:
        InvalidInput: There is none, or more than 100, or one is no id.
    """
    if not 1 <= len(run_ids) <= MOST_RUNS:
        raise InvalidInput(f"The histories of 1 to {MOST_RUNS} runs can be asked for together, not of {len(run_ids)}.")
    return [limits.check_run_id(run_id) for run_id in run_ids]


def evenly(count: int, most: int) -> list[int]:
    """Return indices of so many things at most, with equal gaps: the last always, the first if there may be two."""
    if count <= most:
        return [*range(count)]
    if most == 1:
        return [count - 1]
    return [i * (count - 1) // (most - 1) for i in range(most)]
