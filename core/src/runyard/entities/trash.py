"""What is in the trash of a tracking store."""

from __future__ import annotations

from enum import Enum

import msgspec

from runyard.entities.entity import Entity


class TrashKind(str, Enum):
    """What an item of the trash is, in the order in which items can be purged: an experiment after its contents."""

    RUN = "run"
    LOGGED_MODEL = "logged_model"
    EXPERIMENT = "experiment"

    def __str__(self) -> str:
        return self.value

    @property
    def rank(self) -> int:
        """Its place among the kinds, from 0."""
        return list(TrashKind).index(self)


class TrashItem(Entity, msgspec.Struct, frozen=True, kw_only=True):
    """Something that was deleted and can still be restored, or that is in an experiment of which this is true.

    Attributes:
        kind: What it is.
        id: The id of the run, logged model or experiment.
        name: Its name.
        experiment_id: The experiment that it belongs to; its own id for an experiment.
        artifact_location: Where its artifacts are, as the run, logged model or experiment says.
        deleted_time: Milliseconds since 1970 UTC; `None` where it was not noted.
        moved_to: Where its artifacts are if the store moved them with it and `artifact_location` leads there no more.
    """

    kind: TrashKind
    id: str
    name: str
    experiment_id: str
    artifact_location: str
    deleted_time: int | None = None
    moved_to: str | None = None
