"""One run of the memory store, and the rules of its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from runyard.entities import (
    DatasetInput,
    LifecycleStage,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunTag,
)
from runyard.errors import InvalidInput
from runyard.testing.memory.state import now

RUN_NAME_TAG = "mlflow.runName"


def check_params(present: Mapping[str, str], added: Iterable[tuple[str, str]]) -> None:
    """Refuse a param that exists with another value."""
    for key, value in added:
        before = present.get(key, value)
        if before != value:
            raise InvalidInput(
                f"The param {key!r} exists with the value {before!r} and cannot become {value!r}: a param is written "
                "once. Take another key, or log the value as a tag."
            )


class RunRecord:
    """Everything that is kept of one run."""

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self.deleted_time: int | None = None
        self.tags: dict[str, str] = {}
        self._params: dict[str, str] = {}
        self._points: dict[str, dict[tuple[object, ...], Metric]] = {}
        self._datasets: dict[tuple[str, str], DatasetInput] = {}
        self._models_read: dict[str, LoggedModelInput] = {}
        self._models_made: dict[str, LoggedModelOutput] = {}

    def snapshot(self) -> Run:
        """Return the run as it is now."""
        latest = [max(points.values(), key=lambda point: point.order) for points in self._points.values()]
        return Run(
            info=replace(self.info),
            data=RunData(latest_metrics=latest, params=dict(self._params), tags=dict(self.tags)),
            inputs=RunInputs(
                dataset_inputs=[replace(item, tags=list(item.tags)) for item in self._datasets.values()],
                model_inputs=list(self._models_read.values()),
            ),
            outputs=RunOutputs(model_outputs=list(self._models_made.values())),
        )

    def move(self, stage: str) -> None:
        """Put the run into the trash, or take it out; where it is already nothing happens."""
        if stage != self.info.lifecycle_stage:
            self.info.lifecycle_stage = stage
            self.deleted_time = now() if stage == LifecycleStage.DELETED else None

    def history(self, key: str) -> list[Metric]:
        """Return the points of a metric by timestamp, then step, then value."""
        points = self._points.get(key, {}).values()
        return sorted(points, key=lambda point: (point.timestamp, *point.order))

    def add_params(self, params: Iterable[Param]) -> None:
        """Add params, all or none."""
        pairs = [(param.key, param.value) for param in params]
        check_params(self._params, pairs)
        self._params.update(pairs)

    def add_points(self, points: Iterable[Metric]) -> None:
        """Append points; one that is there already counts once."""
        for point in points:
            # NaN is not equal to itself: its text is
            identity = (point.timestamp, point.step, repr(point.value), point.dataset_name, point.dataset_digest)
            own = replace(point, model_id=None, run_id=self.info.run_id)
            self._points.setdefault(point.key, {}).setdefault(identity, own)

    def set_tags(self, tags: Iterable[RunTag]) -> None:
        """Set tags; that of the run's name renames the run."""
        self.tags.update((tag.key, tag.value) for tag in tags)
        self.info.run_name = self.tags.get(RUN_NAME_TAG, self.info.run_name)

    def add_inputs(self, datasets: Iterable[DatasetInput], models: Iterable[LoggedModelInput]) -> None:
        """Link what the run read; a dataset that is linked already stays as it is."""
        for item in datasets:
            self._datasets.setdefault((item.dataset.name, item.dataset.digest), item)
        for model in models:
            self._models_read.setdefault(model.model_id, model)

    def add_outputs(self, models: Iterable[LoggedModelOutput]) -> None:
        """Link what the run made; a model that is linked already stays as it is."""
        for model in models:
            self._models_made.setdefault(model.model_id, model)
