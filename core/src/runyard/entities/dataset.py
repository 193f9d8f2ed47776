"""Datasets, and the edges between a run and what it read and made."""

from __future__ import annotations

import msgspec

from runyard.entities.entity import Entity


class Dataset(Entity, msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a data set that a run used.

    Attributes:
        name: Its name.
        digest: A short fingerprint of its contents, 36 characters at most.
        source_type: The kind of its source, such as ``local`` or ``code``.
        source: JSON text that says where it came from.
        schema: JSON text of its columns or tensors.
        profile: JSON text of its statistics.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class InputTag(Entity, msgspec.Struct, frozen=True):
    """One tag of a dataset input; ``mlflow.data.context`` says what the data was for."""

    key: str
    value: str


class DatasetInput(Entity, msgspec.Struct, frozen=True):
    """A dataset that a run read."""

    dataset: Dataset
    tags: list[InputTag] = []


class LoggedModelInput(Entity, msgspec.Struct, frozen=True):
    """A logged model that a run read."""

    model_id: str


class LoggedModelOutput(Entity, msgspec.Struct, frozen=True):
    """A logged model that a run made, and the step it was made at."""

    model_id: str
    step: int = 0
