"""What the routes on experiments do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.entities import limits
from runyard.errors import NotFound
from runyard.rest import experiments as wire
from runyard.rest.message import Empty
from runyard.rest.values import values
from runyard.tracking.requests import NewExperiment, check_experiment_tags
from runyard.tracking.searching import experiment_query
from runyard_server.api.handlers import Handlers, view
from runyard_server.locations import check_artifact_location

if TYPE_CHECKING:
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.CREATE)
def create(services: Services, request: wire.CreateExperiment) -> wire.ExperimentId:
    location = (
        check_artifact_location(request.artifact_location, services.context) if request.artifact_location else None
    )
    new = NewExperiment(name=request.name, artifact_location=location, tags=values(request.tags))
    return wire.ExperimentId(experiment_id=services.store.create_experiment(new))


@HANDLERS.serves(wire.GET)
def get(services: Services, request: wire.ExperimentId) -> wire.ExperimentReply:
    experiment = services.store.get_experiment(limits.check_experiment_id(request.experiment_id))
    return wire.ExperimentReply(experiment=wire.ExperimentMessage.of(experiment))


@HANDLERS.serves(wire.GET_BY_NAME)
def get_by_name(services: Services, request: wire.ExperimentName) -> wire.ExperimentReply:
    experiment = services.store.get_experiment_by_name(request.experiment_name)
    if experiment is None:
        raise NotFound(f"There is no experiment named {request.experiment_name!r}.")
    return wire.ExperimentReply(experiment=wire.ExperimentMessage.of(experiment))


@HANDLERS.serves(wire.SEARCH_BY_QUERY)
@HANDLERS.serves(wire.SEARCH)
def search(services: Services, request: wire.SearchExperiments) -> wire.SearchExperimentsReply:
    query = experiment_query(
        view(request.view_type, "view_type"),
        request.filter,
        request.order_by,
        max_results=request.max_results,
        page_token=request.page_token or None,
    )
    page = services.store.search_experiments(query)
    found = [wire.ExperimentMessage.of(experiment) for experiment in page]
    return wire.SearchExperimentsReply(experiments=found, next_page_token=page.token or "")


@HANDLERS.serves(wire.UPDATE)
def update(services: Services, request: wire.UpdateExperiment) -> Empty:
    services.store.rename_experiment(limits.check_experiment_id(request.experiment_id), request.new_name)
    return Empty()


@HANDLERS.serves(wire.MOVE_TO_TRASH)
def move_to_trash(services: Services, request: wire.ExperimentId) -> Empty:
    services.store.delete_experiment(limits.check_experiment_id(request.experiment_id))
    return Empty()


@HANDLERS.serves(wire.RESTORE)
def restore(services: Services, request: wire.ExperimentId) -> Empty:
    services.store.restore_experiment(limits.check_experiment_id(request.experiment_id))
    return Empty()


@HANDLERS.serves(wire.SET_TAG)
def set_tag(services: Services, request: wire.SetExperimentTag) -> Empty:
    tags = check_experiment_tags({request.key: request.value})
    services.store.set_experiment_tags(limits.check_experiment_id(request.experiment_id), tags)
    return Empty()


@HANDLERS.serves(wire.DELETE_TAG)
def delete_tag(services: Services, request: wire.DeleteExperimentTag) -> Empty:
    services.store.delete_experiment_tag(limits.check_experiment_id(request.experiment_id), request.key)
    return Empty()
