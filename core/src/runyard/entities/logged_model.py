"""A logged model: the files of one model that a run made, with params, metrics and tags of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from runyard.entities.entity import Entity
from runyard.entities.run import Metric


class LoggedModelParameter(Entity, msgspec.Struct, frozen=True):
    """One parameter of a logged model, written once."""

    key: str
    value: str


class LoggedModelTag(Entity, msgspec.Struct, frozen=True):
    """One tag of a logged model."""

    key: str
    value: str


class LoggedModel(Entity, msgspec.Struct, kw_only=True):
    """A logged model.

    Attributes:
        model_id: ``m-`` and 32 lower-case hexadecimal digits.
        experiment_id: The experiment that it belongs to.
        name: Its name, not unique.
        artifact_location: Where its files are.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC: when it was made, finalized or deleted; what is added to it
            does not count.
        model_type: A free word for what it is.
        source_run_id: The run that made it.
        status: A name of `LoggedModelStatus`.
        status_message: What went wrong, where something did.
        lifecycle_stage: ``active`` or ``deleted``.
        tags: Values by key.
        params: Values by key.
        metrics: The latest point of each key, run and dataset.
    """

    model_id: str
    experiment_id: str
    name: str
    artifact_location: str
    creation_timestamp: int
    last_updated_timestamp: int
    model_type: str | None = None
    source_run_id: str | None = None
    status: str = "READY"
    status_message: str | None = None
    lifecycle_stage: str = "active"
    tags: dict[str, str] = {}
    params: dict[str, str] = {}
    metrics: list[Metric] = []

    @property
    def model_uri(self) -> str:
        """The URI that loads it."""
        return f"models:/{self.model_id}"

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield from super().__iter__()
        yield "model_uri", self.model_uri
