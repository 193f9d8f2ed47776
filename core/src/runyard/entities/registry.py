"""Registered models and their versions."""

from __future__ import annotations

import msgspec

from runyard.entities.entity import Entity
from runyard.entities.run import Metric


class RegisteredModelTag(Entity, msgspec.Struct, frozen=True):
    """One tag of a registered model."""

    key: str
    value: str


class ModelVersionTag(Entity, msgspec.Struct, frozen=True):
    """One tag of a model version."""

    key: str
    value: str


class ModelVersion(Entity, msgspec.Struct, kw_only=True):
    """One version of a registered model.

    Attributes:
        name: The registered model's name.
        version: Its number, as text.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC: when its description, stage or name changed last; tags and
            aliases do not count.
        description: Free text.
        user_id: Who made it.
        current_stage: A value of `ModelStage`.
        source: The URI that it was made from.
        storage_location: The URI of its files; the source, unless that had to be resolved.
        run_id: The run that made the model.
        run_link: A link to that run on another server.
        status: ``READY``, ``PENDING_REGISTRATION`` or ``FAILED_REGISTRATION``.
        status_message: What went wrong, where something did.
        tags: Values by key.
        aliases: The names that point to it.
        model_id: The logged model that it was made from.
        params: The logged model's params.
        metrics: The logged model's metrics.
    """

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""
    user_id: str = ""
    current_stage: str = "None"
    source: str = ""
    storage_location: str | None = None
    run_id: str | None = None
    run_link: str = ""
    status: str = "READY"
    status_message: str = ""
    tags: dict[str, str] = {}
    aliases: list[str] = []
    model_id: str | None = None
    params: dict[str, str] = {}
    metrics: list[Metric] = []


class RegisteredModel(Entity, msgspec.Struct, kw_only=True):
    """A named line of model versions.

    Attributes:
        name: Its name, unique in the registry.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC: when its description or name changed last, or a version was
            made, deleted or put into a stage; tags and aliases do not count.
        description: Free text.
        latest_versions: The newest version of each stage.
        tags: Values by key.
        aliases: Version numbers by alias.
    """

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""
    latest_versions: list[ModelVersion] = []
    tags: dict[str, str] = {}
    aliases: dict[str, str] = {}
