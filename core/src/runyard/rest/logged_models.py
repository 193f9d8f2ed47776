"""Logged models on the wire."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from runyard.entities import LoggedModel, LoggedModelStatus
from runyard.errors import InvalidInput
from runyard.rest.access import Action, Permission, Resource
from runyard.rest.message import Empty, Int64, Message, Required
from runyard.rest.route import AnyRoute, Route
from runyard.rest.runs import MetricMessage
from runyard.rest.values import Pair, pairs, values

READ, WRITE, DELETE = (Permission(Resource.LOGGED_MODEL, action) for action in Action)

STATUS_NAMES = {
    LoggedModelStatus.UNSPECIFIED: "LOGGED_MODEL_STATUS_UNSPECIFIED",
    LoggedModelStatus.PENDING: "LOGGED_MODEL_PENDING",
    LoggedModelStatus.READY: "LOGGED_MODEL_READY",
    LoggedModelStatus.FAILED: "LOGGED_MODEL_UPLOAD_FAILED",
}
"""What the protocol calls the status of a logged model."""

Status = Annotated[
    str | Int64, msgspec.Meta(extra_json_schema={"enum": [*STATUS_NAMES.values(), *range(len(STATUS_NAMES))]})
]
"""How a logged model stands: a name or a number."""


def read_status(status: str | int) -> LoggedModelStatus:
    """Return the status that a message names, by its name or its number.

    Raises:
        InvalidInput: There is no such status.
    """
    for known, name in STATUS_NAMES.items():
        if status in (name, known.to_int(), str(known.to_int())):
            return known
    names = ", ".join(STATUS_NAMES.values())
    raise InvalidInput(f"Invalid value {status!r} for parameter 'status': there are {names}.")


class LoggedModelInfoMessage(Message):
    """What identifies a logged model and says how it stands; only servers of ours tell that it is deleted."""

    model_id: str = ""
    experiment_id: str = ""
    name: str = ""
    creation_timestamp_ms: Int64 | None = None
    last_updated_timestamp_ms: Int64 | None = None
    artifact_uri: str = ""
    status: Status | None = None
    model_type: str | None = None
    source_run_id: str | None = None
    status_message: str | None = None
    tags: list[Pair] = []
    lifecycle_stage: str = "active"


class LoggedModelDataMessage(Message):
    """What is recorded of a logged model."""

    params: list[Pair] = []
    metrics: list[MetricMessage] = []


class LoggedModelMessage(Message):
    """A logged model."""

    info: LoggedModelInfoMessage
    data: LoggedModelDataMessage | None = None

    @classmethod
    def of(cls, model: LoggedModel) -> LoggedModelMessage:
        """Return a logged model as it is sent."""
        return cls(
            info=LoggedModelInfoMessage(
                model_id=model.model_id,
                experiment_id=model.experiment_id,
                name=model.name,
                creation_timestamp_ms=model.creation_timestamp,
                last_updated_timestamp_ms=model.last_updated_timestamp,
                artifact_uri=model.artifact_location,
                status=STATUS_NAMES[LoggedModelStatus(model.status)],
                model_type=model.model_type or "",
                source_run_id=model.source_run_id or "",
                status_message=model.status_message or None,
                tags=pairs(model.tags),
                lifecycle_stage=model.lifecycle_stage,
            ),
            data=LoggedModelDataMessage(
                params=pairs(model.params),
                metrics=[MetricMessage.of(metric, metric.run_id) for metric in model.metrics],
            ),
        )

    def entity(self) -> LoggedModel:
        """Return the logged model that was sent.

        Raises:
            InvalidInput: Its status is none.
        """
        info, data = self.info, self.data or LoggedModelDataMessage()
        return LoggedModel(
            model_id=info.model_id,
            experiment_id=info.experiment_id,
            name=info.name,
            artifact_location=info.artifact_uri,
            creation_timestamp=info.creation_timestamp_ms or 0,
            last_updated_timestamp=info.last_updated_timestamp_ms or 0,
            model_type=info.model_type or None,
            source_run_id=info.source_run_id or None,
            status=read_status(info.status or 0).value,
            status_message=info.status_message or None,
            lifecycle_stage=info.lifecycle_stage,
            tags=values(info.tags),
            params=values(data.params),
            metrics=[metric.entity() for metric in data.metrics],
        )


class LoggedModelReply(Message):
    """One logged model."""

    model: LoggedModelMessage


class CreateLoggedModel(Message):
    """A logged model to be made."""

    experiment_id: Required
    name: str = ""
    model_type: str = ""
    source_run_id: str = ""
    params: list[Pair] = []
    tags: list[Pair] = []


class LoggedModelId(Message):
    """Which logged model."""

    model_id: Required


class GetLoggedModel(Message):
    """Which logged model, and whether it may be a deleted one."""

    model_id: Required
    allow_deleted: bool = False


class FinalizeLoggedModel(Message):
    """What became of a logged model: the name or the number of its status."""

    model_id: Required
    status: Status


class SetLoggedModelTags(Message):
    """Tags of a logged model."""

    model_id: Required
    tags: list[Pair] = []


class DeleteLoggedModelTag(Message):
    """Which tag of a logged model."""

    model_id: Required
    tag_key: Required


class LogLoggedModelParams(Message):
    """Further params of a logged model."""

    model_id: Required
    params: list[Pair] = []


class MeasuredOn(Message):
    """A dataset, by its name, or by name and digest."""

    dataset_name: str = ""
    dataset_digest: str = ""

    def mapping(self) -> dict[str, str]:
        """Return what was given, as a search takes it."""
        given = {"dataset_name": self.dataset_name, "dataset_digest": self.dataset_digest}
        return {key: value for key, value in given.items() if value}


class SortKey(Message):
    """A sort key; with a dataset, only metrics that were measured there count."""

    field_name: str = ""
    ascending: bool = True
    dataset_name: str = ""
    dataset_digest: str = ""

    def mapping(self) -> dict[str, Any]:
        """Return the key as a search takes it."""
        given = {"dataset_name": self.dataset_name, "dataset_digest": self.dataset_digest}
        return {
            "field_name": self.field_name,
            "ascending": self.ascending,
            **{name: value for name, value in given.items() if value},
        }


class SearchLoggedModels(Message):
    """What to look for."""

    experiment_ids: list[str]
    filter: str = ""
    datasets: list[MeasuredOn] = []
    max_results: Int64 = 50
    order_by: list[SortKey] = []
    page_token: str = ""


class SearchLoggedModelsReply(Message):
    """A page of logged models."""

    models: list[LoggedModelMessage] = []
    next_page_token: str = ""


CREATE = Route(
    method="POST",
    path="/mlflow/logged-models",
    request=CreateLoggedModel,
    reply=LoggedModelReply,
    permission=WRITE,
    summary="Make a logged model, whose files follow.",
)
GET = Route(
    method="GET",
    path="/mlflow/logged-models/{model_id}",
    request=GetLoggedModel,
    reply=LoggedModelReply,
    permission=READ,
    summary="Return a logged model with its params and metrics.",
)
FINALIZE = Route(
    method="PATCH",
    path="/mlflow/logged-models/{model_id}",
    request=FinalizeLoggedModel,
    reply=LoggedModelReply,
    permission=WRITE,
    summary="Say that the files of a logged model are complete, or given up.",
)
MOVE_TO_TRASH = Route(
    method="DELETE",
    path="/mlflow/logged-models/{model_id}",
    request=LoggedModelId,
    reply=Empty,
    permission=DELETE,
    summary="Move a logged model to the trash.",
)
SEARCH = Route(
    method="POST",
    path="/mlflow/logged-models/search",
    request=SearchLoggedModels,
    reply=SearchLoggedModelsReply,
    permission=READ,
    summary="Return a page of logged models.",
)
SET_TAGS = Route(
    method="PATCH",
    path="/mlflow/logged-models/{model_id}/tags",
    request=SetLoggedModelTags,
    reply=Empty,
    permission=WRITE,
    summary="Set tags of a logged model.",
)
DELETE_TAG = Route(
    method="DELETE",
    path="/mlflow/logged-models/{model_id}/tags/{tag_key:path}",
    request=DeleteLoggedModelTag,
    reply=Empty,
    permission=WRITE,
    summary="Remove a tag of a logged model.",
)
LOG_PARAMS = Route(
    method="POST",
    path="/mlflow/logged-models/{model_id}/params",
    request=LogLoggedModelParams,
    reply=Empty,
    permission=WRITE,
    summary="Add params to a logged model.",
)

ROUTES: tuple[AnyRoute, ...] = (CREATE, GET, FINALIZE, MOVE_TO_TRASH, SEARCH, SET_TAGS, DELETE_TAG, LOG_PARAMS)
