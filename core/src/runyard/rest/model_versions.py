"""Model versions on the wire."""

from __future__ import annotations

from runyard.entities import ModelVersion
from runyard.errors import InvalidInput
from runyard.rest.access import Action, Permission, Resource
from runyard.rest.message import Empty, Int64, Message, Required
from runyard.rest.route import AnyRoute, Route
from runyard.rest.runs import MetricMessage
from runyard.rest.values import Pair, pairs, values
from runyard.uris import ModelURI

READ, WRITE, DELETE = (Permission(Resource.REGISTERED_MODEL, action) for action in Action)


class ModelParam(Message, omit_defaults=False):
    """A param of the logged model that a version was made from."""

    name: str = ""
    value: str = ""


class ModelVersionMessage(Message):
    """A version of a registered model.

    Where its files are is told by servers of ours only, if that is not the source; `GET_DOWNLOAD_URI` asks any server.
    """

    name: str = ""
    version: str = ""
    creation_timestamp: Int64 | None = None
    last_updated_timestamp: Int64 | None = None
    user_id: str = ""
    current_stage: str = ""
    description: str | None = None
    source: str | None = None
    run_id: str | None = None
    status: str = ""
    status_message: str = ""
    tags: list[Pair] = []
    run_link: str | None = None
    aliases: list[str] = []
    model_id: str = ""
    model_params: list[ModelParam] = []
    model_metrics: list[MetricMessage] = []
    storage_location: str | None = None

    @classmethod
    def of(cls, version: ModelVersion) -> ModelVersionMessage:
        """Return a version as it is sent."""
        return cls(
            name=version.name,
            version=version.version,
            creation_timestamp=version.creation_timestamp,
            last_updated_timestamp=version.last_updated_timestamp,
            user_id=version.user_id,
            current_stage=version.current_stage,
            description=version.description,
            source=version.source,
            run_id=version.run_id or "",
            status=version.status,
            status_message=version.status_message,
            tags=pairs(version.tags),
            run_link=version.run_link,
            aliases=version.aliases,
            model_id=version.model_id or "",
            model_params=[ModelParam(name=key, value=value) for key, value in version.params.items()],
            model_metrics=[MetricMessage.of(metric, metric.run_id) for metric in version.metrics],
            storage_location=None if version.storage_location == version.source else version.storage_location,
        )

    def entity(self) -> ModelVersion:
        """Return the version that was sent.

        A logged model that is not told is the one that the source names. The storage location is `None` where the
        source has to be resolved and the server did not tell the outcome.
        """
        source = self.source or ""
        return ModelVersion(
            name=self.name,
            version=self.version,
            creation_timestamp=self.creation_timestamp or 0,
            last_updated_timestamp=self.last_updated_timestamp or 0,
            description=self.description or "",
            user_id=self.user_id,
            current_stage=self.current_stage or "None",
            source=source,
            storage_location=self.storage_location or (None if source.startswith(("runs:", "models:")) else source),
            run_id=self.run_id or None,
            run_link=self.run_link or "",
            status=self.status or "READY",
            status_message=self.status_message,
            tags=values(self.tags),
            aliases=self.aliases,
            model_id=self.model_id or named_model(source),
            params={param.name: param.value for param in self.model_params},
            metrics=[metric.entity() for metric in self.model_metrics],
        )


def named_model(source: str) -> str | None:
    """Return the id of the logged model that a source of the form ``models:/<model id>`` names; `None` for others."""
    try:
        return ModelURI.parse(source).model_id
    except InvalidInput:
        return None


class ModelVersionReply(Message):
    """One version."""

    model_version: ModelVersionMessage


class CreatedVersionReply(ModelVersionReply):
    """A version that was made, and whether the server has announced it: only servers of ours do."""

    announced: bool = False


class CreateModelVersion(Message):
    """A version to be made."""

    name: Required
    source: Required
    run_id: str = ""
    tags: list[Pair] = []
    run_link: str = ""
    description: str = ""
    model_id: str = ""


class VersionReference(Message):
    """Which version of which registered model."""

    name: Required
    version: Required


class UpdateModelVersion(VersionReference):
    """The description of a version; an absent one empties it."""

    description: str = ""


class TransitionStage(VersionReference, kw_only=True):
    """The stage that a version is put into, and whether the others in it are archived."""

    stage: Required
    archive_existing_versions: bool = False


class SearchModelVersions(Message):
    """What to look for."""

    filter: str = ""
    max_results: Int64 = 10_000
    order_by: list[str] = []
    page_token: str = ""


class ModelVersionsReply(Message):
    """Versions, a page of them where there may be more."""

    model_versions: list[ModelVersionMessage] = []
    next_page_token: str = ""


class DownloadURIReply(Message):
    """Where the files of a version are."""

    artifact_uri: str


class SetModelVersionTag(VersionReference, kw_only=True):
    """A tag of a version."""

    key: Required
    value: str = ""


class DeleteModelVersionTag(VersionReference, kw_only=True):
    """Which tag of a version."""

    key: Required


CREATE = Route(
    method="POST",
    path="/mlflow/model-versions/create",
    request=CreateModelVersion,
    reply=CreatedVersionReply,
    permission=WRITE,
    summary="Make a version of a registered model.",
)
GET = Route(
    method="GET",
    path="/mlflow/model-versions/get",
    request=VersionReference,
    reply=ModelVersionReply,
    permission=READ,
    summary="Return a version.",
)
UPDATE = Route(
    method="PATCH",
    path="/mlflow/model-versions/update",
    request=UpdateModelVersion,
    reply=ModelVersionReply,
    permission=WRITE,
    summary="Set the description of a version.",
)
DELETE_VERSION = Route(
    method="DELETE",
    path="/mlflow/model-versions/delete",
    request=VersionReference,
    reply=Empty,
    permission=DELETE,
    summary="Delete a version for good, with the aliases that point to it.",
)
SEARCH = Route(
    method="GET",
    path="/mlflow/model-versions/search",
    request=SearchModelVersions,
    reply=ModelVersionsReply,
    permission=READ,
    summary="Return a page of versions.",
)
GET_DOWNLOAD_URI = Route(
    method="GET",
    path="/mlflow/model-versions/get-download-uri",
    request=VersionReference,
    reply=DownloadURIReply,
    permission=READ,
    summary="Return where the files of a version are.",
)
TRANSITION_STAGE = Route(
    method="POST",
    path="/mlflow/model-versions/transition-stage",
    request=TransitionStage,
    reply=ModelVersionReply,
    permission=WRITE,
    summary="Put a version into a stage.",
)
SET_TAG = Route(
    method="POST",
    path="/mlflow/model-versions/set-tag",
    request=SetModelVersionTag,
    reply=Empty,
    permission=WRITE,
    summary="Set a tag of a version.",
)
DELETE_TAG = Route(
    method="DELETE",
    path="/mlflow/model-versions/delete-tag",
    request=DeleteModelVersionTag,
    reply=Empty,
    permission=WRITE,
    summary="Remove a tag of a version.",
)

ROUTES: tuple[AnyRoute, ...] = (
    CREATE,
    GET,
    UPDATE,
    DELETE_VERSION,
    SEARCH,
    GET_DOWNLOAD_URI,
    TRANSITION_STAGE,
    SET_TAG,
    DELETE_TAG,
)
