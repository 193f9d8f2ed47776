"""What the routes on logged models do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.entities import limits
from runyard.rest import logged_models as wire
from runyard.rest.message import Empty
from runyard.rest.values import values
from runyard.tracking.requests import NewLoggedModel
from runyard.tracking.searching import logged_model_query
from runyard_server.api.handlers import Handlers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runyard.rest.values import Pair
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.CREATE)
def create(services: Services, request: wire.CreateLoggedModel) -> wire.LoggedModelReply:
    new = NewLoggedModel(
        experiment_id=limits.check_experiment_id(request.experiment_id),
        name=request.name or None,
        source_run_id=limits.check_run_id(request.source_run_id) if request.source_run_id else None,
        model_type=request.model_type or None,
        params=values(request.params),
        tags=values(request.tags),
    )
    return wire.LoggedModelReply(model=wire.LoggedModelMessage.of(services.store.create_logged_model(new)))


@HANDLERS.serves(wire.GET)
def get(services: Services, request: wire.GetLoggedModel) -> wire.LoggedModelReply:
    model = services.store.get_logged_model(request.model_id, allow_deleted=request.allow_deleted)
    return wire.LoggedModelReply(model=wire.LoggedModelMessage.of(model))


@HANDLERS.serves(wire.FINALIZE)
def finalize(services: Services, request: wire.FinalizeLoggedModel) -> wire.LoggedModelReply:
    status = wire.read_status(request.status)
    model = services.store.finalize_logged_model(request.model_id, status.value)
    return wire.LoggedModelReply(model=wire.LoggedModelMessage.of(model))


@HANDLERS.serves(wire.MOVE_TO_TRASH)
def move_to_trash(services: Services, request: wire.LoggedModelId) -> Empty:
    services.store.delete_logged_model(request.model_id)
    return Empty()


@HANDLERS.serves(wire.SEARCH)
def search(services: Services, request: wire.SearchLoggedModels) -> wire.SearchLoggedModelsReply:
    query = logged_model_query(
        request.experiment_ids,
        request.filter,
        [dataset.mapping() for dataset in request.datasets],
        [key.mapping() for key in request.order_by],
        max_results=request.max_results,
        page_token=request.page_token or None,
    )
    page = services.store.search_logged_models(query)
    found = [wire.LoggedModelMessage.of(model) for model in page]
    return wire.SearchLoggedModelsReply(models=found, next_page_token=page.token or "")


@HANDLERS.serves(wire.SET_TAGS)
def set_tags(services: Services, request: wire.SetLoggedModelTags) -> Empty:
    services.store.set_logged_model_tags(request.model_id, _checked(request.tags, "tag"))
    return Empty()


@HANDLERS.serves(wire.DELETE_TAG)
def delete_tag(services: Services, request: wire.DeleteLoggedModelTag) -> Empty:
    services.store.delete_logged_model_tag(request.model_id, request.tag_key)
    return Empty()


@HANDLERS.serves(wire.LOG_PARAMS)
def log_params(services: Services, request: wire.LogLoggedModelParams) -> Empty:
    services.store.log_logged_model_params(request.model_id, _checked(request.params, "param"))
    return Empty()


def _checked(given: Iterable[Pair], what: str) -> dict[str, str]:
    """Return tags or params by key.

    Raises:
        InvalidInput: A key is not valid.
    """
    return {limits.check_key(pair.key, what): pair.value for pair in given}
