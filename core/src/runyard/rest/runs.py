"""Runs on the wire."""

from __future__ import annotations

from runyard.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
)
from runyard.errors import InvalidInput
from runyard.rest.access import Action, Permission, Resource
from runyard.rest.message import Empty, Int64, Message, Number, PageSize, Required, Timestamp, number, read_number
from runyard.rest.route import AnyRoute, Route
from runyard.rest.values import Pair, Status, View, pairs, values

READ, WRITE, DELETE = (Permission(Resource.RUN, action) for action in Action)


class RunReference(Message):
    """Which run: its id under either of two names."""

    run_id: str = ""
    run_uuid: str = ""

    def run(self) -> str:
        """Return the id.

        Raises:
            InvalidInput: It was not given.
        """
        run_id = self.run_id or self.run_uuid
        if not run_id:
            raise InvalidInput("Missing value for required parameter 'run_id'.")
        return run_id


class MetricMessage(Message, gc=False):
    """A point of a metric, or the latest one."""

    key: Required
    value: Number
    timestamp: Timestamp
    step: Int64 | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    model_id: str | None = None
    run_id: str | None = None

    @classmethod
    def of(cls, metric: Metric, run_id: str | None = None) -> MetricMessage:
        """Return a point as it is sent, with the id of its run where that is not clear."""
        return cls(
            key=metric.key,
            value=number(metric.value),
            timestamp=metric.timestamp,
            step=metric.step,
            dataset_name=metric.dataset_name,
            dataset_digest=metric.dataset_digest,
            model_id=metric.model_id,
            run_id=run_id,
        )

    def entity(self) -> Metric:
        """Return the point that was sent."""
        return Metric(
            self.key,
            read_number(self.value),
            self.timestamp,
            self.step or 0,
            self.model_id or None,
            self.dataset_name or None,
            self.dataset_digest or None,
            self.run_id or None,
        )


class DatasetMessage(Message):
    """A dataset."""

    name: str = ""
    digest: str = ""
    source_type: str = ""
    source: str = ""
    schema: str | None = None
    profile: str | None = None


class DatasetInputMessage(Message, kw_only=True):
    """A dataset that a run read."""

    tags: list[Pair] = []
    dataset: DatasetMessage

    @classmethod
    def of(cls, item: DatasetInput) -> DatasetInputMessage:
        """Return what a run read as it is sent."""
        dataset = item.dataset
        return cls(
            tags=[Pair(key=tag.key, value=tag.value) for tag in item.tags],
            dataset=DatasetMessage(
                name=dataset.name,
                digest=dataset.digest,
                source_type=dataset.source_type,
                source=dataset.source,
                schema=dataset.schema,
                profile=dataset.profile,
            ),
        )

    def entity(self) -> DatasetInput:
        """Return what was sent."""
        dataset = self.dataset
        return DatasetInput(
            Dataset(
                name=dataset.name,
                digest=dataset.digest,
                source_type=dataset.source_type,
                source=dataset.source,
                schema=dataset.schema,
                profile=dataset.profile,
            ),
            [InputTag(tag.key, tag.value) for tag in self.tags],
        )


class ModelInputMessage(Message):
    """A logged model that a run read."""

    model_id: Required


class ModelOutputMessage(Message):
    """A logged model that a run made."""

    model_id: Required
    step: Int64 | None = None

    def entity(self) -> LoggedModelOutput:
        """Return what was sent."""
        return LoggedModelOutput(self.model_id, self.step or 0)


class RunInfoMessage(Message):
    """What identifies a run and says how it stands."""

    run_uuid: str = ""
    experiment_id: str = ""
    run_name: str = ""
    user_id: str | None = None
    status: str = ""
    start_time: Int64 | None = None
    end_time: Int64 | None = None
    artifact_uri: str = ""
    lifecycle_stage: str = ""
    run_id: str = ""

    @classmethod
    def of(cls, info: RunInfo) -> RunInfoMessage:
        """Return the information as it is sent."""
        return cls(
            run_uuid=info.run_id,
            experiment_id=info.experiment_id,
            run_name=info.run_name,
            user_id=info.user_id,
            status=info.status,
            start_time=info.start_time,
            end_time=info.end_time,
            artifact_uri=info.artifact_uri,
            lifecycle_stage=info.lifecycle_stage,
            run_id=info.run_id,
        )

    def entity(self) -> RunInfo:
        """Return the information that was sent."""
        return RunInfo(
            run_id=self.run_id or self.run_uuid,
            run_name=self.run_name,
            experiment_id=self.experiment_id,
            user_id=self.user_id or "",
            status=self.status or "RUNNING",
            start_time=self.start_time,
            end_time=self.end_time,
            artifact_uri=self.artifact_uri,
            lifecycle_stage=self.lifecycle_stage or "active",
        )


class RunDataMessage(Message):
    """What a run recorded."""

    metrics: list[MetricMessage] = []
    params: list[Pair] = []
    tags: list[Pair] = []


class RunInputsMessage(Message):
    """What a run read."""

    dataset_inputs: list[DatasetInputMessage] = []
    model_inputs: list[ModelInputMessage] = []


class RunOutputsMessage(Message):
    """What a run made."""

    model_outputs: list[ModelOutputMessage] = []


class RunMessage(Message):
    """A run."""

    info: RunInfoMessage
    data: RunDataMessage | None = None
    inputs: RunInputsMessage | None = None
    outputs: RunOutputsMessage | None = None

    @classmethod
    def of(cls, run: Run) -> RunMessage:
        """Return a run as it is sent."""
        data, inputs, outputs = run.data, run.inputs, run.outputs
        return cls(
            info=RunInfoMessage.of(run.info),
            data=RunDataMessage(
                metrics=[MetricMessage.of(metric) for metric in data.latest_metrics],
                params=pairs(data.params),
                tags=pairs(data.tags),
            ),
            inputs=RunInputsMessage(
                dataset_inputs=[DatasetInputMessage.of(item) for item in inputs.dataset_inputs],
                model_inputs=[ModelInputMessage(model_id=item.model_id) for item in inputs.model_inputs],
            ),
            outputs=RunOutputsMessage(
                model_outputs=[
                    ModelOutputMessage(model_id=item.model_id, step=item.step) for item in outputs.model_outputs
                ]
            ),
        )

    def entity(self) -> Run:
        """Return the run that was sent."""
        data = self.data or RunDataMessage()
        inputs, outputs = self.inputs or RunInputsMessage(), self.outputs or RunOutputsMessage()
        return Run(
            info=self.info.entity(),
            data=RunData(
                latest_metrics=[metric.entity() for metric in data.metrics],
                params=values(data.params),
                tags=values(data.tags),
            ),
            inputs=RunInputs(
                dataset_inputs=[item.entity() for item in inputs.dataset_inputs],
                model_inputs=[LoggedModelInput(item.model_id) for item in inputs.model_inputs],
            ),
            outputs=RunOutputs(model_outputs=[item.entity() for item in outputs.model_outputs]),
        )


class RunReply(Message):
    """One run."""

    run: RunMessage


class CreateRun(Message):
    """A run to be made."""

    experiment_id: Required
    user_id: str = ""
    run_name: str = ""
    start_time: Int64 | None = None
    tags: list[Pair] = []


class UpdateRun(RunReference):
    """What changes about a run; an end time of 0 and an empty name change nothing, nor does an unknown status."""

    status: Status | None = None
    end_time: Int64 | None = None
    run_name: str = ""


class RunInfoReply(Message):
    """How a run stands."""

    run_info: RunInfoMessage


class SearchRuns(Message):
    """What to look for."""

    experiment_ids: list[str] = []
    filter: str = ""
    run_view_type: View = "ACTIVE_ONLY"
    max_results: PageSize = 1000
    order_by: list[str] = []
    page_token: str = ""


class SearchRunsReply(Message):
    """A page of runs."""

    runs: list[RunMessage] = []
    next_page_token: str = ""


class CountRunsReply(Message, omit_defaults=False):
    """How many runs there are."""

    count: Int64


CREATE = Route(
    method="POST",
    path="/mlflow/runs/create",
    request=CreateRun,
    reply=RunReply,
    permission=WRITE,
    summary="Make a run.",
)
GET = Route(
    method="GET",
    path="/mlflow/runs/get",
    request=RunReference,
    reply=RunReply,
    permission=READ,
    summary="Return a run with its data, deleted or not.",
)
UPDATE = Route(
    method="POST",
    path="/mlflow/runs/update",
    request=UpdateRun,
    reply=RunInfoReply,
    permission=WRITE,
    summary="Change status, end time or name of a run.",
)
MOVE_TO_TRASH = Route(
    method="POST",
    path="/mlflow/runs/delete",
    request=RunReference,
    reply=Empty,
    permission=DELETE,
    summary="Move a run to the trash.",
)
RESTORE = Route(
    method="POST",
    path="/mlflow/runs/restore",
    request=RunReference,
    reply=Empty,
    permission=DELETE,
    summary="Take a run out of the trash.",
)
SEARCH = Route(
    method="POST",
    path="/mlflow/runs/search",
    request=SearchRuns,
    reply=SearchRunsReply,
    permission=READ,
    summary="Return a page of runs.",
)
COUNT = Route(
    method="POST",
    path="/runyard/runs/count",
    request=SearchRuns,
    reply=CountRunsReply,
    permission=READ,
    summary="Return how many runs a search finds on all its pages.",
)

ROUTES: tuple[AnyRoute, ...] = (CREATE, GET, UPDATE, MOVE_TO_TRASH, RESTORE, SEARCH, COUNT)
