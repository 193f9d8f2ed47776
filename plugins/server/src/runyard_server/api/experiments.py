"""What the routes on experiments do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from runyard.entities import ViewType, limits
from runyard.errors import InvalidInput, NotFound
from runyard.rest import experiments as wire
from runyard.rest.message import Empty
from runyard.rest.values import values
from runyard.search.records import DATASET_CONTEXT_TAG
from runyard.tracking.requests import NewExperiment, check_experiment_tags
from runyard.tracking.searching import experiment_query, run_query
from runyard_server.api.handlers import Handlers, view
from runyard_server.locations import check_artifact_location

if TYPE_CHECKING:
    from runyard_server.services import Services

HANDLERS = Handlers()

MOST_EXPERIMENTS = 20
MOST_SUMMARIES = 1000
RUNS_PER_PAGE = 1000
MOST_PAGES = 10


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


@HANDLERS.serves(wire.SEARCH_DATASETS)
def search_datasets(services: Services, request: wire.SearchDatasets) -> wire.SearchDatasetsReply:
    if not 1 <= len(request.experiment_ids) <= MOST_EXPERIMENTS:
        raise InvalidInput(
            f"The datasets of 1 to {MOST_EXPERIMENTS} experiments can be asked for, not of "
            f"{len(request.experiment_ids)}."
        )
    query = run_query(
        request.experiment_ids, "datasets.name LIKE '%'", ViewType.ACTIVE_ONLY, None, max_results=RUNS_PER_PAGE
    )
    found: set[tuple[str, str, str, str]] = set()
    for _ in range(MOST_PAGES):
        page = services.store.search_runs(query)
        for run in page:
            for item in run.inputs.dataset_inputs:
                context = next((tag.value for tag in item.tags if tag.key == DATASET_CONTEXT_TAG), "")
                found.add((run.info.experiment_id, item.dataset.name, item.dataset.digest, context))
        if page.token is None or len(found) >= MOST_SUMMARIES:
            break
        query = msgspec.structs.replace(query, page_token=page.token)
    summaries = [
        wire.DatasetSummary(experiment_id=experiment_id, name=name, digest=digest, context=context)
        for experiment_id, name, digest, context in sorted(found)[:MOST_SUMMARIES]
    ]
    return wire.SearchDatasetsReply(dataset_summaries=summaries)
