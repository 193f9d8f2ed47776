"""What a run records, on the wire: metrics, params, tags, inputs and outputs."""

from __future__ import annotations

from runyard.entities import LoggedModelInput, Metric, Param, RunTag
from runyard.errors import InvalidInput
from runyard.rest.message import Empty, Int64, Message, Number, Required, Timestamp, read_number
from runyard.rest.route import AnyRoute, Route
from runyard.rest.runs import (
    WRITE,
    DatasetInputMessage,
    MetricMessage,
    ModelInputMessage,
    ModelOutputMessage,
    RunReference,
)
from runyard.rest.values import Pair
from runyard.tracking.requests import RunBatch, RunInputsBatch

MAX_METRICS = 1000
MAX_PARAMS = 100
MAX_TAGS = 100
MAX_VALUES = 1000
"""How much a batch may hold at most, of each kind and in all."""


class LogMetric(RunReference, kw_only=True):
    """One point."""

    key: Required
    value: Number
    timestamp: Timestamp
    step: Int64 = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None

    def batch(self) -> RunBatch:
        """Return the point as a batch of one."""
        point = Metric(
            self.key,
            read_number(self.value),
            self.timestamp,
            self.step,
            self.model_id or None,
            self.dataset_name or None,
            self.dataset_digest or None,
        )
        return RunBatch.checked(self.run(), metrics=(point,))


class LogParam(RunReference, kw_only=True):
    """One param."""

    key: Required
    value: str = ""

    def batch(self) -> RunBatch:
        """Return the param as a batch of one."""
        return RunBatch.checked(self.run(), params=(Param(self.key, self.value),))


class SetTag(RunReference, kw_only=True):
    """One tag."""

    key: Required
    value: str = ""

    def batch(self) -> RunBatch:
        """Return the tag as a batch of one."""
        return RunBatch.checked(self.run(), tags=(RunTag(self.key, self.value),))


class LogBatch(Message):
    """Metrics, params and tags."""

    run_id: Required
    metrics: list[MetricMessage] = []
    params: list[Pair] = []
    tags: list[Pair] = []

    @classmethod
    def of(cls, batch: RunBatch) -> LogBatch:
        """Return a batch as it is sent."""
        return cls(
            run_id=batch.run_id,
            metrics=[MetricMessage.of(metric) for metric in batch.metrics],
            params=[Pair(key=param.key, value=param.value) for param in batch.params],
            tags=[Pair(key=tag.key, value=tag.value) for tag in batch.tags],
        )

    def batch(self) -> RunBatch:
        """Return the batch that was sent.

        Raises:
            InvalidInput: It is too large, or a value of it is not valid.
        """
        metrics, params, tags = len(self.metrics), len(self.params), len(self.tags)
        _check_size(metrics, MAX_METRICS, "metrics")
        _check_size(params, MAX_PARAMS, "params")
        _check_size(tags, MAX_TAGS, "tags")
        _check_size(metrics + params + tags, MAX_VALUES, "metrics, params and tags together")
        return RunBatch.checked(
            self.run_id,
            [metric.entity() for metric in self.metrics],
            [Param(param.key, param.value) for param in self.params],
            [RunTag(tag.key, tag.value) for tag in self.tags],
        )


def _check_size(count: int, most: int, what: str) -> None:
    if count > most:
        raise InvalidInput(f"The batch has {count} {what}; one request takes {most} at most. Send several.")


class DeleteTag(Message):
    """Which tag of a run."""

    run_id: Required
    key: Required


class LogInputs(Message):
    """What a run read."""

    run_id: Required
    datasets: list[DatasetInputMessage] = []
    models: list[ModelInputMessage] = []

    @classmethod
    def of(cls, inputs: RunInputsBatch) -> LogInputs:
        """Return what a run read as it is sent."""
        return cls(
            run_id=inputs.run_id,
            datasets=[DatasetInputMessage.of(item) for item in inputs.datasets],
            models=[ModelInputMessage(model_id=item.model_id) for item in inputs.models],
        )

    def inputs(self) -> RunInputsBatch:
        """Return what was sent."""
        return RunInputsBatch.checked(
            self.run_id,
            [item.entity() for item in self.datasets],
            [LoggedModelInput(item.model_id) for item in self.models],
        )


class LogOutputs(Message):
    """What a run made."""

    run_id: Required
    models: list[ModelOutputMessage]


class LogModel(RunReference, kw_only=True):
    """A model as old clients tell of it: the contents of its ``MLmodel`` file as JSON text."""

    model_json: Required


METRIC = Route(
    method="POST",
    path="/mlflow/runs/log-metric",
    request=LogMetric,
    reply=Empty,
    permission=WRITE,
    summary="Record one point of a metric.",
)
PARAM = Route(
    method="POST",
    path="/mlflow/runs/log-parameter",
    request=LogParam,
    reply=Empty,
    permission=WRITE,
    summary="Record a param.",
)
SET_TAG = Route(
    method="POST",
    path="/mlflow/runs/set-tag",
    request=SetTag,
    reply=Empty,
    permission=WRITE,
    summary="Set a tag of a run.",
)
DELETE_TAG = Route(
    method="POST",
    path="/mlflow/runs/delete-tag",
    request=DeleteTag,
    reply=Empty,
    permission=WRITE,
    summary="Remove a tag of a run.",
)
BATCH = Route(
    method="POST",
    path="/mlflow/runs/log-batch",
    request=LogBatch,
    reply=Empty,
    permission=WRITE,
    summary="Record metrics, params and tags, all or none of them.",
)
INPUTS = Route(
    method="POST",
    path="/mlflow/runs/log-inputs",
    request=LogInputs,
    reply=Empty,
    permission=WRITE,
    summary="Link a run to what it read.",
)
OUTPUTS = Route(
    method="POST",
    path="/mlflow/runs/outputs",
    request=LogOutputs,
    reply=Empty,
    permission=WRITE,
    summary="Link a run to the logged models that it made.",
)
MODEL = Route(
    method="POST",
    path="/mlflow/runs/log-model",
    request=LogModel,
    reply=Empty,
    permission=WRITE,
    summary="Note a model in the tag that old clients read.",
)

ROUTES: tuple[AnyRoute, ...] = (METRIC, PARAM, SET_TAG, DELETE_TAG, BATCH, INPUTS, OUTPUTS, MODEL)
