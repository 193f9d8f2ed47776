"""What is asked of a tracking store, as types that check themselves: who holds one holds valid values.

A store implements its methods on these and checks nothing twice; a server decodes its requests into them; the HTTP
client encodes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from runyard.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    Metric,
    Param,
    RunStatus,
    RunTag,
    TrashItem,
    ViewType,
    limits,
)
from runyard.errors import InvalidInput
from runyard.search import Filter, OrderBy

__all__ = [
    "PARENT_TAG",
    "ExperimentQuery",
    "HistoryQuery",
    "LoggedModelQuery",
    "NewExperiment",
    "NewLoggedModel",
    "NewRun",
    "RunBatch",
    "RunInputsBatch",
    "RunQuery",
    "RunUpdate",
    "SeriesQuery",
    "TrashQuery",
]

PARENT_TAG = "mlflow.parentRunId"
"""The tag of a run that names the one which it is nested in."""

MAX_PAGE = 50_000
MIN_SERIES_POINTS = 8
MAX_SERIES_POINTS = 50_000


def run_tags(tags: Mapping[str, Any] | Iterable[RunTag]) -> tuple[RunTag, ...]:
    """Return checked tags; of two with one key the last wins."""
    pairs = tags.items() if isinstance(tags, Mapping) else [(tag.key, tag.value) for tag in tags]
    checked = {
        limits.check_key(key, "tag"): limits.check_long_value(key, value, "tag", limits.MAX_TAG_VALUE)
        for key, value in pairs
    }
    return tuple(RunTag(key, value) for key, value in checked.items())


class NewExperiment(msgspec.Struct, frozen=True, kw_only=True):
    """An experiment to be made.

    Attributes:
        name: Its name.
        artifact_location: Where its runs shall keep their artifacts; the store decides when absent.
        tags: Its first tags.
    """

    name: str
    artifact_location: str | None = None
    tags: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        from runyard import config
        from runyard.uris import ArtifactURI

        limits.check_experiment_name(self.name)
        if self.artifact_location:
            limits.check_text(self.artifact_location, "artifact location", config.ARTIFACT_LOCATION_MAX_LENGTH.get())
            if ArtifactURI.parse(self.artifact_location).scheme == "runs":
                raise InvalidInput("An experiment cannot keep its artifacts below 'runs:/'.")
        check_experiment_tags(self.tags)


def check_experiment_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Return the tags of an experiment.

    Raises:
        InvalidInput: A key is not valid, or a value is longer than 20,000 characters.
    """
    for key, value in tags.items():
        limits.check_key(key, "tag")
        limits.check_text(value, f"value of the experiment tag {key!r}", limits.MAX_EXPERIMENT_TAG_VALUE)
    return tags


class ExperimentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search for experiments. Default order: newest first, then by id."""

    page_cap: ClassVar[int] = MAX_PAGE

    filter: Filter | None = None
    view: ViewType = ViewType.ACTIVE_ONLY
    max_results: int = 1000
    order_by: tuple[OrderBy, ...] = ()
    page_token: str | None = None

    def __post_init__(self) -> None:
        limits.check_page_size(self.max_results, self.page_cap)


class NewRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run to be made.

    Attributes:
        experiment_id: Where.
        user_id: Who starts it.
        start_time: Milliseconds since 1970 UTC.
        tags: Its first tags, with the tag ``mlflow.runName`` equal to the name.
        run_name: Its name, never empty.
    """

    experiment_id: str
    user_id: str
    start_time: int
    run_name: str
    tags: tuple[RunTag, ...] = ()


class RunUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a run; what is `None` stays. A new name also becomes the tag ``mlflow.runName``."""

    run_id: str
    status: str | None = None
    end_time: int | None = None
    run_name: str | None = None

    def __post_init__(self) -> None:
        if self.status is not None:
            RunStatus.from_string(self.status)


class RunBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Values to be recorded in a run, any number of each kind. Build it with `checked`.

    Attributes:
        run_id: The run.
        metrics: Points, in the order in which they are written.
        params: Params; keys are unique.
        tags: Tags; keys are unique.
    """

    run_id: str
    metrics: Sequence[Metric] = ()
    params: Sequence[Param] = ()
    tags: Sequence[RunTag] = ()

    @classmethod
    def checked(
        cls,
        run_id: str,
        metrics: Iterable[Metric] = (),
        params: Iterable[Param] = (),
        tags: Iterable[RunTag] = (),
    ) -> RunBatch:
        """Check every value; nothing is built from a batch of which one is wrong.

        Raises:
            InvalidInput: A key, value, timestamp or step is not valid, or a param key comes twice.
        """
        points = tuple([_checked_metric(metric) for metric in metrics])
        values: dict[str, str] = {}
        for param in params:
            key = limits.check_key(param.key, "param")
            if key in values:
                raise InvalidInput(f"The param {key!r} comes twice in one batch; a param is written once.")
            values[key] = limits.check_long_value(key, param.value, "param", limits.MAX_PARAM_VALUE)
        return cls(
            run_id=limits.check_run_id(run_id),
            metrics=points,
            params=tuple([Param(key, value) for key, value in values.items()]),
            tags=run_tags(tags) if tags else (),
        )


def _checked_metric(metric: Metric) -> Metric:
    key, value, timestamp, step = metric.key, metric.value, metric.timestamp, metric.step
    limits.check_key(key, "metric")
    if (
        type(value) is float
        and type(timestamp) is int
        and type(step) is int
        and 0 <= timestamp < 2**63
        and -(2**63) <= step < 2**63
    ):
        return metric
    return Metric(
        key,
        limits.check_metric_value(key, value),
        limits.check_timestamp(timestamp),
        limits.check_step(step),
        metric.model_id,
        metric.dataset_name,
        metric.dataset_digest,
        metric.run_id,
    )


class RunQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search for runs. Default order: latest start first, then by id; orders that are given come before those two.

    Attributes:
        experiment_ids: Where to look; nothing is found without one.
        filter: What must hold; everything when `None`.
        view: Active, deleted or all runs.
        max_results: The size of a page.
        order_by: Sort keys.
        page_token: Where the page begins, from the page before.
    """

    page_cap: ClassVar[int] = MAX_PAGE

    experiment_ids: tuple[str, ...]
    filter: Filter | None = None
    view: ViewType = ViewType.ACTIVE_ONLY
    max_results: int = 1000
    order_by: tuple[OrderBy, ...] = ()
    page_token: str | None = None

    def __post_init__(self) -> None:
        limits.check_page_size(self.max_results, self.page_cap)


class HistoryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one metric of one run, in the order timestamp, step, value (NaN lowest).

    Attributes:
        run_id: The run.
        key: The metric.
        max_results: The size of a page; everything when `None`.
        page_token: Where the page begins.
    """

    run_id: str
    key: str
    max_results: int | None = None
    page_token: str | None = None

    def __post_init__(self) -> None:
        if self.max_results is not None:
            limits.check_page_size(self.max_results, 2**63 - 1)


class SeriesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Metrics of runs as series for charts: at most so many points each, none of their extremes lost.

    Which points come is the same for every store; see `runyard.tracking.sampling`.

    Attributes:
        run_ids: The runs.
        keys: The metrics; of every run all of them.
        max_points: How many points of one series at most, from 8 to 50,000.
        start_step: The first step that counts.
        end_step: The last step that counts.
        start_time: The first timestamp that counts, in milliseconds since 1970 UTC.
        end_time: The last timestamp that counts.
    """

    run_ids: tuple[str, ...]
    keys: tuple[str, ...]
    max_points: int = 1000
    start_step: int | None = None
    end_step: int | None = None
    start_time: int | None = None
    end_time: int | None = None

    def __post_init__(self) -> None:
        for run_id in self.run_ids:
            limits.check_run_id(run_id)
        for key in self.keys:
            limits.check_key(key, "metric")
        number = self.max_points
        if type(number) is not int or not MIN_SERIES_POINTS <= number <= MAX_SERIES_POINTS:
            raise InvalidInput(
                f"Invalid value {number!r} for max_points: it must be an integer from {MIN_SERIES_POINTS} to "
                f"{MAX_SERIES_POINTS}."
            )
        _check_range("step", self.start_step, self.end_step)
        _check_range("time", self.start_time, self.end_time)


def _check_range(what: str, start: int | None, end: int | None) -> None:
    for name, bound in (("start", start), ("end", end)):
        if bound is not None and (type(bound) is not int or not -(2**63) <= bound < 2**63):
            raise InvalidInput(
                f"Invalid value {bound!r} for {name}_{what}: it must be an integer that fits into 64 bits."
            )
    if start is not None and end is not None and start > end:
        raise InvalidInput(f"The range is empty: start_{what} is {start}, end_{what} is {end}. Swap them.")


class RunInputsBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a run read: datasets and logged models. Build it with `checked`."""

    run_id: str
    datasets: tuple[DatasetInput, ...] = ()
    models: tuple[LoggedModelInput, ...] = ()

    @classmethod
    def checked(
        cls, run_id: str, datasets: Iterable[DatasetInput] = (), models: Iterable[LoggedModelInput] = ()
    ) -> RunInputsBatch:
        """Check every dataset and tag.

        Raises:
            InvalidInput: A name, digest, source, schema, profile or tag is too long.
        """
        inputs = tuple(datasets)
        for item in inputs:
            _check_dataset(item.dataset)
            for tag in item.tags:
                _check_input_tag(tag)
        return cls(run_id=limits.check_run_id(run_id), datasets=inputs, models=tuple(models))


def _check_dataset(dataset: Dataset) -> None:
    limits.check_text(dataset.name, "dataset name", limits.MAX_DATASET_NAME)
    limits.check_text(dataset.digest, "dataset digest", limits.MAX_DATASET_DIGEST)
    limits.check_text(dataset.source, "dataset source", limits.MAX_DATASET_SOURCE)
    limits.check_text(dataset.schema or "", "dataset schema", limits.MAX_DATASET_SCHEMA)
    limits.check_text(dataset.profile or "", "dataset profile", limits.MAX_DATASET_PROFILE)


def _check_input_tag(tag: InputTag) -> None:
    limits.check_text(tag.key, "key of a dataset input's tag", limits.MAX_INPUT_TAG_KEY)
    limits.check_text(tag.value, f"value of the dataset input's tag {tag.key!r}", limits.MAX_INPUT_TAG_VALUE)


class NewLoggedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A logged model to be made; its files follow, then it is finalized.

    Attributes:
        experiment_id: Where.
        name: Its name; the store makes one up when absent.
        source_run_id: The run that makes it.
        model_type: A free word.
        params: Its params.
        tags: Its tags.
    """

    experiment_id: str
    name: str | None = None
    source_run_id: str | None = None
    model_type: str | None = None
    params: Mapping[str, str] = {}
    tags: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        if self.name is not None:
            limits.check_logged_model_name(self.name)
        for key in (*self.params, *self.tags):
            limits.check_key(key, "logged model")


class LoggedModelQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search for logged models. Default order: newest first, then by id.

    Attributes:
        experiment_ids: Where to look.
        filter: What must hold; everything when `None`.
        datasets: Names, or names with digests, of datasets: only models that were measured on one of them are found,
            and conditions on metrics see only what was measured there.
        max_results: The size of a page.
        order_by: Sort keys.
        page_token: Where the page begins.
    """

    page_cap: ClassVar[int] = MAX_PAGE

    experiment_ids: tuple[str, ...]
    filter: Filter | None = None
    datasets: tuple[tuple[str, str | None], ...] = ()
    max_results: int = 50
    order_by: tuple[OrderBy, ...] = ()
    page_token: str | None = None

    def __post_init__(self) -> None:
        limits.check_page_size(self.max_results, self.page_cap)


class TrashQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A look into the trash. The order is: runs, logged models, experiments; each kind by id.

    Attributes:
        experiment_ids: Only these experiments and what is in them; everything when `None`.
        deleted_before: Milliseconds since 1970 UTC: only what was deleted before that; what has no time was not.
        max_results: The size of a page.
        page_token: Where the page begins, from the page before.
    """

    page_cap: ClassVar[int] = MAX_PAGE

    experiment_ids: tuple[str, ...] | None = None
    deleted_before: int | None = None
    max_results: int = 1000
    page_token: str | None = None

    def __post_init__(self) -> None:
        limits.check_page_size(self.max_results, self.page_cap)

    def wants(self, item: TrashItem) -> bool:
        """Say whether this asks for an item of the trash."""
        if self.experiment_ids is not None and item.experiment_id not in self.experiment_ids:
            return False
        if self.deleted_before is None:
            return True
        return item.deleted_time is not None and item.deleted_time < self.deleted_before
