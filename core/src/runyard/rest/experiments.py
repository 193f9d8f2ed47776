"""Experiments on the wire."""

from __future__ import annotations

from runyard.entities import Experiment
from runyard.rest.access import Action, Permission, Resource
from runyard.rest.message import Empty, Int64, Message, PageSize, Required
from runyard.rest.route import AnyRoute, Route
from runyard.rest.values import Pair, View, pairs, values

READ, WRITE, DELETE = (Permission(Resource.EXPERIMENT, action) for action in Action)


class ExperimentMessage(Message):
    """An experiment."""

    experiment_id: str = ""
    name: str = ""
    artifact_location: str = ""
    lifecycle_stage: str = ""
    last_update_time: Int64 | None = None
    creation_time: Int64 | None = None
    tags: list[Pair] = []

    @classmethod
    def of(cls, experiment: Experiment) -> ExperimentMessage:
        """Return an experiment as it is sent."""
        return cls(
            experiment_id=experiment.experiment_id,
            name=experiment.name,
            artifact_location=experiment.artifact_location,
            lifecycle_stage=experiment.lifecycle_stage,
            last_update_time=experiment.last_update_time,
            creation_time=experiment.creation_time,
            tags=pairs(experiment.tags),
        )

    def entity(self) -> Experiment:
        """Return the experiment that was sent."""
        return Experiment(
            experiment_id=self.experiment_id,
            name=self.name,
            artifact_location=self.artifact_location,
            lifecycle_stage=self.lifecycle_stage or "active",
            tags=values(self.tags),
            creation_time=self.creation_time,
            last_update_time=self.last_update_time,
        )


class CreateExperiment(Message):
    """An experiment to be made."""

    name: Required
    artifact_location: str = ""
    tags: list[Pair] = []


class ExperimentId(Message):
    """Which experiment."""

    experiment_id: Required


class ExperimentName(Message):
    """Which experiment, by its name."""

    experiment_name: Required


class ExperimentReply(Message):
    """One experiment."""

    experiment: ExperimentMessage


class SearchExperiments(Message):
    """What to look for."""

    max_results: PageSize
    page_token: str = ""
    filter: str = ""
    order_by: list[str] = []
    view_type: View = "ACTIVE_ONLY"


class SearchExperimentsReply(Message):
    """A page of experiments."""

    experiments: list[ExperimentMessage] = []
    next_page_token: str = ""


class UpdateExperiment(Message):
    """Another name for an experiment."""

    experiment_id: Required
    new_name: Required


class SetExperimentTag(Message):
    """A tag of an experiment."""

    experiment_id: Required
    key: Required
    value: str = ""


class DeleteExperimentTag(Message):
    """Which tag of an experiment."""

    experiment_id: Required
    key: Required


class SearchDatasets(Message):
    """The experiments whose datasets are looked for."""

    experiment_ids: list[str] = []


class DatasetSummary(Message):
    """A dataset that runs of an experiment read, and what for."""

    experiment_id: str = ""
    name: str = ""
    digest: str = ""
    context: str = ""


class SearchDatasetsReply(Message):
    """Datasets, each once for each experiment and context."""

    dataset_summaries: list[DatasetSummary] = []


CREATE = Route(
    method="POST",
    path="/mlflow/experiments/create",
    request=CreateExperiment,
    reply=ExperimentId,
    permission=WRITE,
    summary="Make an experiment.",
)
GET = Route(
    method="GET",
    path="/mlflow/experiments/get",
    request=ExperimentId,
    reply=ExperimentReply,
    permission=READ,
    summary="Return an experiment, deleted or not.",
)
GET_BY_NAME = Route(
    method="GET",
    path="/mlflow/experiments/get-by-name",
    request=ExperimentName,
    reply=ExperimentReply,
    permission=READ,
    summary="Return the experiment of a name, deleted or not.",
)
SEARCH = Route(
    method="POST",
    path="/mlflow/experiments/search",
    request=SearchExperiments,
    reply=SearchExperimentsReply,
    permission=READ,
    summary="Return a page of experiments.",
)
SEARCH_BY_QUERY = Route(
    method="GET",
    path="/mlflow/experiments/search",
    request=SearchExperiments,
    reply=SearchExperimentsReply,
    permission=READ,
    summary="Return a page of experiments; what to look for is in the query string.",
)
UPDATE = Route(
    method="POST",
    path="/mlflow/experiments/update",
    request=UpdateExperiment,
    reply=Empty,
    permission=WRITE,
    summary="Give an experiment another name.",
)
MOVE_TO_TRASH = Route(
    method="POST",
    path="/mlflow/experiments/delete",
    request=ExperimentId,
    reply=Empty,
    permission=DELETE,
    summary="Move an experiment and its runs to the trash.",
)
RESTORE = Route(
    method="POST",
    path="/mlflow/experiments/restore",
    request=ExperimentId,
    reply=Empty,
    permission=DELETE,
    summary="Take an experiment and its runs out of the trash.",
)
SET_TAG = Route(
    method="POST",
    path="/mlflow/experiments/set-experiment-tag",
    request=SetExperimentTag,
    reply=Empty,
    permission=WRITE,
    summary="Set a tag of an experiment.",
)
DELETE_TAG = Route(
    method="POST",
    path="/mlflow/experiments/delete-experiment-tag",
    request=DeleteExperimentTag,
    reply=Empty,
    permission=WRITE,
    summary="Remove a tag of an experiment.",
)
SEARCH_DATASETS = Route(
    method="POST",
    path="/mlflow/experiments/search-datasets",
    request=SearchDatasets,
    reply=SearchDatasetsReply,
    permission=READ,
    summary="Return the datasets of up to 20 experiments, as far as their last runs tell.",
)

ROUTES: tuple[AnyRoute, ...] = (
    CREATE,
    GET,
    GET_BY_NAME,
    SEARCH,
    SEARCH_BY_QUERY,
    UPDATE,
    MOVE_TO_TRASH,
    RESTORE,
    SET_TAG,
    DELETE_TAG,
    SEARCH_DATASETS,
)
