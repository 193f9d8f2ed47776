"""An experiment: the folder that runs are kept in."""

from __future__ import annotations

import msgspec

from runyard.entities.entity import Entity


class ExperimentTag(Entity, msgspec.Struct, frozen=True):
    """One tag of an experiment."""

    key: str
    value: str


class Experiment(Entity, msgspec.Struct, kw_only=True):
    """An experiment.

    Attributes:
        experiment_id: Its id, always text.
        name: Its name, unique among all experiments of the store, deleted ones included.
        artifact_location: The URI below which its runs keep their artifacts.
        lifecycle_stage: ``active`` or ``deleted``.
        tags: Its tags by key.
        creation_time: Milliseconds since 1970 UTC; `None` in trees of old releases.
        last_update_time: Milliseconds since 1970 UTC of the last rename, deletion or restoration.
    """

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str = "active"
    tags: dict[str, str] = {}
    creation_time: int | None = None
    last_update_time: int | None = None
