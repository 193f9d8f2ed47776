"""A run and its data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from runyard.entities.dataset import DatasetInput, LoggedModelInput, LoggedModelOutput
from runyard.entities.entity import Entity


class Metric(Entity, msgspec.Struct, frozen=True, gc=False):
    """One point of a metric.

    Attributes:
        key: The metric's name.
        value: The number; NaN and infinities are kept.
        timestamp: Milliseconds since 1970 UTC.
        step: Any signed 64-bit integer.
        model_id: The logged model that the point is about, among the points of that model.
        dataset_name: The name of the dataset that it was measured on, if any.
        dataset_digest: The digest of that dataset.
        run_id: The run that it belongs to; whoever logs it leaves this out.
    """

    key: str
    value: float
    timestamp: int
    step: int = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None

    @property
    def order(self) -> tuple[int, int, bool, float]:
        """What decides which point of a key is the latest: step, then timestamp, then value (NaN lowest)."""
        is_number = self.value == self.value
        return (self.step, self.timestamp, is_number, self.value if is_number else 0.0)


class Param(Entity, msgspec.Struct, frozen=True, gc=False):
    """One parameter of a run, written once."""

    key: str
    value: str


class RunTag(Entity, msgspec.Struct, frozen=True, gc=False):
    """One tag of a run."""

    key: str
    value: str


class RunInfo(Entity, msgspec.Struct, kw_only=True, gc=False):
    """What identifies a run and says how it stands.

    Attributes:
        run_id: 32 lower-case hexadecimal digits (runs of old releases: other forms too).
        run_name: Its display name.
        experiment_id: The experiment that it belongs to.
        user_id: Who started it.
        status: A name of `RunStatus`.
        start_time: Milliseconds since 1970 UTC.
        end_time: Milliseconds since 1970 UTC; `None` while it has not ended.
        artifact_uri: Where its artifacts are.
        lifecycle_stage: ``active`` or ``deleted``.
    """

    run_id: str
    run_name: str
    experiment_id: str
    user_id: str = ""
    status: str = "RUNNING"
    start_time: int | None = None
    end_time: int | None = None
    artifact_uri: str = ""
    lifecycle_stage: str = "active"


class RunData(Entity, msgspec.Struct, kw_only=True, dict=True):
    """What a run recorded.

    Attributes:
        latest_metrics: The latest point of each key (largest step, then timestamp, then value).
        params: Values by key.
        tags: Values by key.
    """

    latest_metrics: list[Metric] = []
    params: dict[str, str] = {}
    tags: dict[str, str] = {}

    @cached_property
    def metrics(self) -> dict[str, float]:
        """The latest value of each key."""
        return {metric.key: metric.value for metric in self.latest_metrics}

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield from (("metrics", self.metrics), ("params", self.params), ("tags", self.tags))


class RunInputs(Entity, msgspec.Struct, kw_only=True, gc=False):
    """What a run read."""

    dataset_inputs: list[DatasetInput] = []
    model_inputs: list[LoggedModelInput] = []


class RunOutputs(Entity, msgspec.Struct, kw_only=True, gc=False):
    """What a run made."""

    model_outputs: list[LoggedModelOutput] = []


class Run(Entity, msgspec.Struct, kw_only=True, gc=False):
    """A run: one execution of some code, with everything it recorded."""

    info: RunInfo
    data: RunData = msgspec.field(default_factory=RunData)
    inputs: RunInputs = msgspec.field(default_factory=RunInputs)
    outputs: RunOutputs = msgspec.field(default_factory=RunOutputs)
