"""Runs on a server, and their metrics."""

from __future__ import annotations

import msgspec

from runyard.entities import Metric, MetricSeries, Page, Run, RunInfo
from runyard.rest import histories, recording
from runyard.rest import runs as wire
from runyard.rest.values import Pair
from runyard.tracking.requests import HistoryQuery, NewRun, RunQuery, RunUpdate, SeriesQuery
from runyard_http.base import HttpStoreBase

__all__ = ["HttpRuns"]


class HttpRuns(HttpStoreBase):
    """The methods on runs."""

    def create_run(self, run: NewRun) -> Run:
        new = wire.CreateRun(
            experiment_id=run.experiment_id,
            user_id=run.user_id,
            run_name=run.run_name,
            start_time=run.start_time,
            tags=[Pair(key=tag.key, value=tag.value) for tag in run.tags],
        )
        return _run(self._call(wire.CREATE, new, repeat=False).run)

    def get_run(self, run_id: str) -> Run:
        return _run(self._call(wire.GET, _reference(run_id)).run)

    def update_run(self, update: RunUpdate) -> RunInfo:
        change = wire.UpdateRun(
            run_id=update.run_id,
            run_uuid=update.run_id,
            status=update.status,
            end_time=update.end_time,
            run_name=update.run_name or "",
        )
        return self._call(wire.UPDATE, change).run_info.entity()

    def delete_run(self, run_id: str) -> None:
        self._call(wire.MOVE_TO_TRASH, _reference(run_id))

    def restore_run(self, run_id: str) -> None:
        self._call(wire.RESTORE, _reference(run_id))

    def delete_tag(self, run_id: str, key: str) -> None:
        self._call(recording.DELETE_TAG, recording.DeleteTag(run_id=run_id, key=key))

    def search_runs(self, query: RunQuery) -> Page[Run]:
        reply = self._call(wire.SEARCH, _search(query))
        return Page((_run(found) for found in reply.runs), reply.next_page_token or None)

    def count_runs(self, query: RunQuery) -> int:
        reply = self._call_if_there(wire.COUNT, _search(query))
        return self._count_pages(query) if reply is None else reply.count

    def _count_pages(self, query: RunQuery) -> int:
        """Count the runs of every page, where the server cannot."""
        page = msgspec.structs.replace(query, max_results=RunQuery.page_cap, page_token=None)
        count = 0
        while True:
            reply = self._call(wire.SEARCH, _search(page))
            count += len(reply.runs)
            if not reply.next_page_token:
                return count
            page = msgspec.structs.replace(page, page_token=reply.next_page_token)

    def metric_history(self, query: HistoryQuery) -> Page[Metric]:
        asked = histories.GetHistory(
            run_id=query.run_id,
            run_uuid=query.run_id,
            metric_key=query.key,
            max_results=query.max_results,
            page_token=query.page_token or "",
        )
        reply = self._call(histories.GET, asked)
        return Page((_point(point, query.run_id) for point in reply.metrics), reply.next_page_token or None)

    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        reply = self._call_if_there(histories.SERIES, histories.GetSeries.of(query))
        return super().metric_series(query) if reply is None else [found.entity() for found in reply.series]


def _reference(run_id: str) -> wire.RunReference:
    """Return a run by both of its names, as servers of any age know one of them."""
    return wire.RunReference(run_id=run_id, run_uuid=run_id)


def _search(query: RunQuery) -> wire.SearchRuns:
    return wire.SearchRuns(
        experiment_ids=[*query.experiment_ids],
        filter=query.filter.text if query.filter else "",
        run_view_type=query.view.name,
        max_results=query.max_results,
        order_by=[key.text for key in query.order_by],
        page_token=query.page_token or "",
    )


def _point(message: wire.MetricMessage, run_id: str) -> Metric:
    message.run_id = run_id
    return message.entity()


def _run(message: wire.RunMessage) -> Run:
    info = message.info
    for point in message.data.metrics if message.data else ():
        point.run_id = info.run_id or info.run_uuid
    return message.entity()
