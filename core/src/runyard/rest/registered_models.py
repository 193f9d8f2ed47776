"""Registered models and their aliases on the wire."""

from __future__ import annotations

from runyard.entities import RegisteredModel
from runyard.rest.message import Empty, Int64, Message, Required
from runyard.rest.model_versions import (
    DELETE,
    READ,
    WRITE,
    ModelVersionMessage,
    ModelVersionReply,
    ModelVersionsReply,
)
from runyard.rest.route import AnyRoute, Route
from runyard.rest.values import Pair, pairs, values


class AliasMessage(Message):
    """An alias, and the version that it points to."""

    alias: str = ""
    version: str = ""


class RegisteredModelMessage(Message):
    """A registered model."""

    name: str = ""
    creation_timestamp: Int64 | None = None
    last_updated_timestamp: Int64 | None = None
    description: str = ""
    latest_versions: list[ModelVersionMessage] = []
    tags: list[Pair] = []
    aliases: list[AliasMessage] = []

    @classmethod
    def of(cls, model: RegisteredModel) -> RegisteredModelMessage:
        """Return a registered model as it is sent."""
        return cls(
            name=model.name,
            creation_timestamp=model.creation_timestamp,
            last_updated_timestamp=model.last_updated_timestamp,
            description=model.description,
            latest_versions=[ModelVersionMessage.of(version) for version in model.latest_versions],
            tags=pairs(model.tags),
            aliases=[AliasMessage(alias=alias, version=version) for alias, version in model.aliases.items()],
        )

    def entity(self) -> RegisteredModel:
        """Return the registered model that was sent."""
        return RegisteredModel(
            name=self.name,
            creation_timestamp=self.creation_timestamp or 0,
            last_updated_timestamp=self.last_updated_timestamp or 0,
            description=self.description,
            latest_versions=[version.entity() for version in self.latest_versions],
            tags=values(self.tags),
            aliases={alias.alias: alias.version for alias in self.aliases},
        )


class RegisteredModelReply(Message):
    """One registered model."""

    registered_model: RegisteredModelMessage


class CreateRegisteredModel(Message):
    """A registered model to be made."""

    name: Required
    tags: list[Pair] = []
    description: str = ""


class ModelName(Message):
    """Which registered model."""

    name: Required


class RenameRegisteredModel(ModelName):
    """Another name for a registered model."""

    new_name: Required


class UpdateRegisteredModel(ModelName):
    """The description of a registered model; an absent one empties it."""

    description: str = ""


class SearchRegisteredModels(Message):
    """What to look for."""

    filter: str = ""
    max_results: Int64 = 100
    order_by: list[str] = []
    page_token: str = ""


class SearchRegisteredModelsReply(Message):
    """A page of registered models."""

    registered_models: list[RegisteredModelMessage] = []
    next_page_token: str = ""


class GetLatestVersions(ModelName):
    """The stages to look into; every stage where none is given."""

    stages: list[str] = []


class SetRegisteredModelTag(ModelName, kw_only=True):
    """A tag of a registered model."""

    key: Required
    value: str = ""


class DeleteRegisteredModelTag(ModelName):
    """Which tag of a registered model."""

    key: Required


class AliasReference(ModelName):
    """Which alias of a registered model."""

    alias: Required


class SetAlias(AliasReference):
    """The version that an alias points to."""

    version: Required


CREATE = Route(
    method="POST",
    path="/mlflow/registered-models/create",
    request=CreateRegisteredModel,
    reply=RegisteredModelReply,
    permission=WRITE,
    summary="Make a registered model.",
)
GET = Route(
    method="GET",
    path="/mlflow/registered-models/get",
    request=ModelName,
    reply=RegisteredModelReply,
    permission=READ,
    summary="Return a registered model with the newest version of each stage.",
)
RENAME = Route(
    method="POST",
    path="/mlflow/registered-models/rename",
    request=RenameRegisteredModel,
    reply=RegisteredModelReply,
    permission=WRITE,
    summary="Give a registered model and its versions another name.",
)
UPDATE = Route(
    method="PATCH",
    path="/mlflow/registered-models/update",
    request=UpdateRegisteredModel,
    reply=RegisteredModelReply,
    permission=WRITE,
    summary="Set the description of a registered model.",
)
DELETE_MODEL = Route(
    method="DELETE",
    path="/mlflow/registered-models/delete",
    request=ModelName,
    reply=Empty,
    permission=DELETE,
    summary="Delete a registered model for good, with its versions.",
)
SEARCH = Route(
    method="GET",
    path="/mlflow/registered-models/search",
    request=SearchRegisteredModels,
    reply=SearchRegisteredModelsReply,
    permission=READ,
    summary="Return a page of registered models; prompts only where the filter asks for them.",
)
GET_LATEST_VERSIONS = Route(
    method="POST",
    path="/mlflow/registered-models/get-latest-versions",
    request=GetLatestVersions,
    reply=ModelVersionsReply,
    permission=READ,
    summary="Return the newest version of each stage.",
)
GET_LATEST_VERSIONS_BY_QUERY = Route(
    method="GET",
    path="/mlflow/registered-models/get-latest-versions",
    request=GetLatestVersions,
    reply=ModelVersionsReply,
    permission=READ,
    summary="Return the newest version of each stage; the stages are in the query string.",
)
SET_TAG = Route(
    method="POST",
    path="/mlflow/registered-models/set-tag",
    request=SetRegisteredModelTag,
    reply=Empty,
    permission=WRITE,
    summary="Set a tag of a registered model.",
)
DELETE_TAG = Route(
    method="DELETE",
    path="/mlflow/registered-models/delete-tag",
    request=DeleteRegisteredModelTag,
    reply=Empty,
    permission=WRITE,
    summary="Remove a tag of a registered model.",
)
SET_ALIAS = Route(
    method="POST",
    path="/mlflow/registered-models/alias",
    request=SetAlias,
    reply=Empty,
    permission=WRITE,
    summary="Point an alias to a version.",
)
GET_BY_ALIAS = Route(
    method="GET",
    path="/mlflow/registered-models/alias",
    request=AliasReference,
    reply=ModelVersionReply,
    permission=READ,
    summary="Return the version that an alias points to.",
)
DELETE_ALIAS = Route(
    method="DELETE",
    path="/mlflow/registered-models/alias",
    request=AliasReference,
    reply=Empty,
    permission=WRITE,
    summary="Remove an alias.",
)

ROUTES: tuple[AnyRoute, ...] = (
    CREATE,
    GET,
    RENAME,
    UPDATE,
    DELETE_MODEL,
    SEARCH,
    GET_LATEST_VERSIONS,
    GET_LATEST_VERSIONS_BY_QUERY,
    SET_TAG,
    DELETE_TAG,
    SET_ALIAS,
    GET_BY_ALIAS,
    DELETE_ALIAS,
)
