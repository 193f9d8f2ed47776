"""What a filter or an order reads from an object, and the entities seen that way.

A store that keeps its objects in another form gives records of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from runyard.errors import NotSupported
from runyard.search.syntax import Statistic

if TYPE_CHECKING:
    from runyard.entities import Experiment, LoggedModel, Metric, ModelVersion, RegisteredModel, Run

__all__ = [
    "Record",
    "experiment_record",
    "extreme",
    "logged_model_record",
    "model_version_record",
    "registered_model_record",
    "run_record",
]

DATASET_CONTEXT_TAG = "mlflow.data.context"
IS_PROMPT_TAG = "mlflow.prompt.is_prompt"

History = Callable[[str], Iterable[float]]
"""Gives the values of every point of a metric."""

DatasetName = tuple[str, str | None]
"""The name of a dataset, and its digest if that matters."""


class Record(Protocol):
    """An object as filters and orders see it. `None` stands for what the object does not have."""

    def attribute(self, name: str, /) -> str | float | None:
        """Return an attribute by its canonical name (`Attribute.name`)."""

    def metric(self, key: str, statistic: Statistic, dataset: DatasetName | None, /) -> float | None:
        """Return a value of a metric.

        Args:
            key: The metric.
            statistic: Which value.
            dataset: The dataset that it was measured on; asked of logged models only.
        """

    def param(self, key: str, /) -> str | None:
        """Return the value of a param."""

    def tag(self, key: str, /) -> str | None:
        """Return the value of a tag."""

    def datasets(self, key: str, /) -> Iterable[str]:
        """Return the ``name``, ``digest`` or ``context`` of each dataset that the object read; empty without one."""


def extreme(values: Iterable[float], statistic: Statistic) -> float | None:
    """Return the smallest or largest value, NaN only where there is nothing else; `None` for no values."""
    found = list(values)
    numbers = [value for value in found if value == value]
    if not numbers:
        return math.nan if found else None
    return min(numbers) if statistic is Statistic.MIN else max(numbers)


class _EntityRecord:
    """Reads attributes and tags off an entity; there is nothing else to read."""

    __slots__ = ("entity", "tags")

    def __init__(self, entity: Any, tags: dict[str, str]) -> None:
        self.entity = entity
        self.tags = tags

    def attribute(self, name: str) -> str | float | None:
        value: str | float | None = getattr(self.entity, name)
        return value

    def metric(self, _key: str, _statistic: Statistic, _dataset: DatasetName | None) -> float | None:
        return None

    def param(self, _key: str) -> str | None:
        return None

    def tag(self, key: str) -> str | None:
        return self.tags.get(key)

    def datasets(self, _key: str) -> Iterable[str]:
        return ()


class _RunRecord(_EntityRecord):
    __slots__ = ("history", "run")

    def __init__(self, run: Run, history: History | None) -> None:
        super().__init__(run.info, run.data.tags)
        self.run = run
        self.history = history

    def metric(self, key: str, statistic: Statistic, _dataset: DatasetName | None) -> float | None:
        latest = self.run.data.metrics.get(key)
        if statistic is Statistic.LAST or latest is None:
            return latest
        if self.history is None:
            raise NotSupported(
                f"'metrics.{key}.{statistic.value}' needs every point of a metric, which is not at hand."
            )
        return extreme(self.history(key), statistic)

    def param(self, key: str) -> str | None:
        return self.run.data.params.get(key)

    def datasets(self, key: str) -> Iterable[str]:
        inputs = self.run.inputs.dataset_inputs
        if key == "context":
            return [tag.value for item in inputs for tag in item.tags if tag.key == DATASET_CONTEXT_TAG]
        return [getattr(item.dataset, key) for item in inputs]


class _LoggedModelRecord(_EntityRecord):
    __slots__ = ()
    entity: LoggedModel

    def metric(self, key: str, statistic: Statistic, dataset: DatasetName | None) -> float | None:
        points = [point for point in self.entity.metrics if point.key == key and _is_on(point, dataset)]
        if statistic is Statistic.LAST:
            return max(points, key=lambda point: point.order).value if points else None
        return extreme((point.value for point in points), statistic)

    def param(self, key: str) -> str | None:
        return self.entity.params.get(key)


class _ModelVersionRecord(_EntityRecord):
    __slots__ = ()
    entity: ModelVersion

    def attribute(self, name: str) -> str | float | None:
        if name == "version_number":
            return int(self.entity.version)
        return super().attribute("source" if name == "source_path" else name)


class _RegisteredModelRecord(_EntityRecord):
    __slots__ = ()

    def tag(self, key: str) -> str | None:
        # Clients ask for models that are no prompts by `!= 'true'`, and those do not have the tag.
        return self.tags.get(key, "false" if key == IS_PROMPT_TAG else None)


def _is_on(point: Metric, dataset: DatasetName | None) -> bool:
    return dataset is None or (point.dataset_name == dataset[0] and dataset[1] in (None, point.dataset_digest))


def experiment_record(experiment: Experiment) -> Record:
    """Return an experiment as a record."""
    return _EntityRecord(experiment, experiment.tags)


def run_record(run: Run, history: History | None = None) -> Record:
    """Return a run as a record.

    Args:
        run: The run.
        history: Gives the values of every point of one of its metrics; without it, a smallest or largest value raises
            `NotSupported`.
    """
    return _RunRecord(run, history)


def registered_model_record(model: RegisteredModel) -> Record:
    """Return a registered model as a record."""
    return _RegisteredModelRecord(model, model.tags)


def model_version_record(version: ModelVersion) -> Record:
    """Return a model version as a record."""
    return _ModelVersionRecord(version, version.tags)


def logged_model_record(model: LoggedModel) -> Record:
    """Return a logged model as a record; its smallest and largest values are those among its latest points."""
    return _LoggedModelRecord(model, model.tags)
