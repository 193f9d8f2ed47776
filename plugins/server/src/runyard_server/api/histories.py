"""What the routes on metric histories do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from runyard.entities import limits
from runyard.errors import InvalidInput
from runyard.rest import histories as wire
from runyard.rest.message import encode, number
from runyard.rest.runs import MetricMessage
from runyard.tracking.requests import MAX_SERIES_POINTS, HistoryQuery, SeriesQuery
from runyard_server.api.handlers import Handlers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runyard.entities import MetricSeries
    from runyard.rest.message import Message
    from runyard_server.services import Services

HANDLERS = Handlers()

MOST_RUNS = 100
MOST_POINTS = 25_000
FEW_POINTS = 1000


@HANDLERS.streams_to(wire.GET)
def get(services: Services, request: wire.GetHistory) -> Iterator[bytes]:
    run_id = limits.check_run_id(request.run())
    left, token, pieces = request.max_results, request.page_token or None, _Pieces("metrics")
    while True:
        size = MOST_POINTS if left is None else min(left, MOST_POINTS)
        query = HistoryQuery(run_id=run_id, key=request.metric_key, max_results=size, page_token=token)
        page = services.store.metric_history(query)
        yield from pieces.more([MetricMessage.of(point) for point in page])
        token, left = page.token, None if left is None else left - len(page)
        if not token or left == 0:
            break
    yield pieces.end(wire.GetHistoryReply(next_page_token=token or ""))


@HANDLERS.streams_to(wire.SERIES)
def series(services: Services, request: wire.GetSeries) -> Iterator[bytes]:
    query, pieces = request.query(), _Pieces("series")
    many = max(1, MOST_POINTS // (query.max_points * max(1, len(query.keys))))
    for start in range(0, len(query.run_ids), many):
        found = services.store.metric_series(replace(query, run_ids=query.run_ids[start : start + many]))
        yield from pieces.more([wire.SeriesMessage.of(item) for item in found])
    yield pieces.end(wire.GetSeriesReply())


class _Pieces:
    """The text of a reply with one long list, piece by piece.

    Args:
        name: The field that the list is in.
    """

    def __init__(self, name: str) -> None:
        self._before = f'{{"{name}":['.encode()
        self._is_empty = True

    def more(self, items: Sequence[Message]) -> Iterator[bytes]:
        """Return the text of further items, if there are any."""
        if items:
            yield self._before + msgspec.json.encode(items)[1:-1]
            self._before, self._is_empty = b",", False

    def end(self, rest: Message) -> bytes:
        """Return what follows: the other fields."""
        fields = encode(rest)
        if self._is_empty:
            return fields
        return b"]}" if fields == b"{}" else b"]," + fields[1:]


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
    if (request.start_step is None) != (request.end_step is None):
        raise InvalidInput("Give both start_step and end_step, or none of them.")
    query = SeriesQuery(
        run_ids=tuple(check_runs(request.run_ids)),
        keys=(request.metric_key,),
        max_points=min(max(FEW_POINTS, 4 * request.max_results), MAX_SERIES_POINTS),
        start_step=request.start_step,
        end_step=request.end_step,
    )
    points = [
        point
        for run_id in query.run_ids
        for series in services.store.metric_series(replace(query, run_ids=(run_id,)))
        for point in _points(series, request.max_results)
    ]
    return wire.GetHistoryReply(metrics=points)


def _points(series: MetricSeries, most: int) -> Iterator[MetricMessage]:
    for i in evenly(len(series.values), most):
        yield MetricMessage(
            key=series.key,
            value=number(series.values[i]),
            timestamp=series.timestamps[i],
            step=series.steps[i],
            run_id=series.run_id,
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
