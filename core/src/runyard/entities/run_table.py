"""Runs as a table wants them: by columns, with no more of each run than is shown."""

from __future__ import annotations

import msgspec

from runyard.entities.entity import Entity


class RunDataset(Entity, msgspec.Struct, frozen=True, gc=False):
    """A dataset that a run read, as far as a table shows it.

    Attributes:
        name: Its name.
        digest: Its digest.
        context: What it was read for, such as ``train``; empty if nobody said.
    """

    name: str
    digest: str
    context: str = ""


class MetricCells(Entity, msgspec.Struct, kw_only=True):
    """A metric of the runs of a table, one entry for each; `None` where a run does not have it.

    Attributes:
        latest: The value of the latest point (largest step, then timestamp, then value).
        minimum: The smallest number; NaN where there is nothing else.
        maximum: The largest number; likewise.
        steps: The step of the latest point.
    """

    latest: list[float | None] = []
    minimum: list[float | None] = []
    maximum: list[float | None] = []
    steps: list[int | None] = []


class RunTable(Entity, msgspec.Struct, kw_only=True):
    """Some rows of a table of runs: of each list but the mappings, one entry for each run, in order.

    Attributes:
        total: How many runs the query finds, of which these are some.
        run_ids: Their ids.
        run_names: Their names.
        experiment_ids: The experiments that they belong to.
        user_ids: Who started them.
        statuses: Names of `RunStatus`.
        start_times: Milliseconds since 1970 UTC.
        end_times: Milliseconds since 1970 UTC; `None` for those that have not ended.
        lifecycle_stages: ``active`` or ``deleted``.
        parent_run_ids: The run that each is nested in, `None` for the others.
        child_counts: How many active runs of the experiments of the query are nested in each, whatever the filter.
        datasets: What each has read.
        metrics: Values by key.
        params: Values by key; `None` where a run does not have it.
        tags: Likewise.
    """

    total: int
    run_ids: list[str] = []
    run_names: list[str] = []
    experiment_ids: list[str] = []
    user_ids: list[str] = []
    statuses: list[str] = []
    start_times: list[int | None] = []
    end_times: list[int | None] = []
    lifecycle_stages: list[str] = []
    parent_run_ids: list[str | None] = []
    child_counts: list[int] = []
    datasets: list[list[RunDataset]] = []
    metrics: dict[str, MetricCells] = {}
    params: dict[str, list[str | None]] = {}
    tags: dict[str, list[str | None]] = {}


class MetricColumn(Entity, msgspec.Struct, kw_only=True, gc=False):
    """What there is of a metric among some runs.

    Attributes:
        key: The metric.
        runs: How many of the runs have it.
        differs: Whether the latest values of two runs are different, or some of the runs do not have it.
        minimum: The smallest of the latest values; `None` if all are NaN.
        maximum: The largest of them; likewise.
    """

    key: str
    runs: int
    differs: bool
    minimum: float | None = None
    maximum: float | None = None


class TextColumn(Entity, msgspec.Struct, kw_only=True):
    """What there is of a param or tag among some runs.

    Attributes:
        key: The param or tag.
        runs: How many of the runs have it.
        differs: Whether two runs have different values, or some of the runs do not have it.
        distinct: How many different values there are, counted up to a thousand.
        values: Some of them, sorted; long ones are left out.
    """

    key: str
    runs: int
    differs: bool
    distinct: int
    values: list[str] = []


class RunColumns(Entity, msgspec.Struct, kw_only=True):
    """Every column that a table of some runs can have; each list is sorted by key.

    Attributes:
        total: How many runs the query finds.
        runs: How many of them were looked at: all, or as many of the first as the query allows.
        metrics: The metrics that at least one of those has.
        params: Likewise.
        tags: Likewise.
    """

    total: int
    runs: int
    metrics: list[MetricColumn] = []
    params: list[TextColumn] = []
    tags: list[TextColumn] = []


class RunCount(Entity, msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many runs an experiment has.

    Attributes:
        active: How many of its runs are not deleted.
        last_start_time: When the latest of those was started, in milliseconds since 1970 UTC; `None` without one.
    """

    active: int = 0
    last_start_time: int | None = None
