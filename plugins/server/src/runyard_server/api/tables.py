"""What the routes on tables of runs do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.rest import tables as wire
from runyard.tracking.searching import run_query
from runyard.tracking.table_requests import RunTableQuery, check_experiments
from runyard_server.api.handlers import Handlers, view

if TYPE_CHECKING:
    from runyard.tracking.requests import RunQuery
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.TABLE)
def table(services: Services, request: wire.GetTable) -> wire.GetTableReply:
    search = _search(request)
    query = RunTableQuery(
        experiment_ids=search.experiment_ids,
        filter=search.filter,
        view=search.view,
        order_by=search.order_by,
        offset=request.offset,
        max_results=request.max_results,
        metrics=tuple(request.metrics),
        params=tuple(request.params),
        tags=tuple(request.tags),
        parent_run_id=request.parent_run_id or None,
        nested=request.nested,
    )
    return wire.GetTableReply.of(services.store.run_table(query))


@HANDLERS.serves(wire.COLUMNS)
def columns(services: Services, request: wire.GetColumns) -> wire.GetColumnsReply:
    return wire.GetColumnsReply.of(services.store.run_columns(_search(request), request.max_runs))


@HANDLERS.serves(wire.COUNTS)
def counts(services: Services, request: wire.CountRunsOf) -> wire.CountRunsOfReply:
    return wire.CountRunsOfReply.of(services.store.run_counts(check_experiments(tuple(request.experiment_ids))))


def _search(request: wire.GetTable | wire.GetColumns) -> RunQuery:
    seen = view(request.run_view_type, "run_view_type")
    return run_query(request.experiment_ids, request.filter, seen, request.order_by)
