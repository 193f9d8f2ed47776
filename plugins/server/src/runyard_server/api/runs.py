"""What the routes on runs do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.entities import RunStatus, limits
from runyard.errors import InvalidInput
from runyard.rest import runs as wire
from runyard.rest.message import Empty
from runyard.rest.values import member, values
from runyard.tracking.new_run import new_run
from runyard.tracking.requests import RunQuery, RunUpdate
from runyard.tracking.searching import run_query
from runyard_server.api.handlers import Handlers, view

if TYPE_CHECKING:
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.CREATE)
def create(services: Services, request: wire.CreateRun) -> wire.RunReply:
    new = new_run(
        limits.check_experiment_id(request.experiment_id),
        values(request.tags),
        run_name=request.run_name or None,
        start_time=request.start_time or 0,
        user_id=request.user_id,
    )
    message = wire.RunMessage.of(services.store.create_run(new))
    message.outputs = None  # as clients know a new run
    return wire.RunReply(run=message)


@HANDLERS.serves(wire.GET)
def get(services: Services, request: wire.RunReference) -> wire.RunReply:
    return wire.RunReply(run=wire.RunMessage.of(services.store.get_run(limits.check_run_id(request.run()))))


@HANDLERS.serves(wire.UPDATE)
def update(services: Services, request: wire.UpdateRun) -> wire.RunInfoReply:
    change = RunUpdate(
        run_id=limits.check_run_id(request.run()),
        status=_status(request.status),
        end_time=request.end_time or None,
        run_name=request.run_name or None,
    )
    return wire.RunInfoReply(run_info=wire.RunInfoMessage.of(services.store.update_run(change)))


def _status(word: str | int | None) -> str | None:
    """Return the name of a status; a word that nobody knows changes nothing, as the protocol has it.

    Raises:
        InvalidInput: No status has that number.
    """
    status = None if word is None else member(RunStatus, word)
    if status is None and isinstance(word, int):
        raise InvalidInput(f"Invalid value {word} for parameter 'status' supplied: no status has that number.")
    return None if status is None else status.name


@HANDLERS.serves(wire.MOVE_TO_TRASH)
def move_to_trash(services: Services, request: wire.RunReference) -> Empty:
    services.store.delete_run(limits.check_run_id(request.run()))
    return Empty()


@HANDLERS.serves(wire.RESTORE)
def restore(services: Services, request: wire.RunReference) -> Empty:
    services.store.restore_run(limits.check_run_id(request.run()))
    return Empty()


@HANDLERS.serves(wire.SEARCH)
def search(services: Services, request: wire.SearchRuns) -> wire.SearchRunsReply:
    page = services.store.search_runs(_query(request))
    return wire.SearchRunsReply(runs=[wire.RunMessage.of(run) for run in page], next_page_token=page.token or "")


@HANDLERS.serves(wire.COUNT)
def count(services: Services, request: wire.SearchRuns) -> wire.CountRunsReply:
    return wire.CountRunsReply(count=services.store.count_runs(_query(request)))


def _query(request: wire.SearchRuns) -> RunQuery:
    return run_query(
        request.experiment_ids,
        request.filter,
        view(request.run_view_type, "run_view_type"),
        request.order_by,
        max_results=request.max_results,
        page_token=request.page_token or None,
    )
