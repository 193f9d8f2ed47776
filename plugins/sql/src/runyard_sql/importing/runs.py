"""Runs on their way into our tables, with all that belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select  # noqa: TID253 - imported to move things only

from runyard.entities import Dataset, DatasetInput, InputTag, RunStatus
from runyard_sql.adding import Point, add_points
from runyard_sql.base import now
from runyard_sql.importing.numbers import decoded
from runyard_sql.importing.target import UNFINISHED_TAG
from runyard_sql.inputs import INPUT, OUTPUT, link_datasets, link_models
from runyard_sql.recording import RUN_NAME_TAG

if TYPE_CHECKING:
    from runyard_sql.importing.source import Source
    from runyard_sql.importing.target import Target
    from runyard_sql.session import Session

__all__ = ["RunMover"]

_COLUMNS = (
    "run_uuid experiment_id name user_id status start_time end_time artifact_uri lifecycle_stage deleted_time "
    "source_type source_name entry_point_name source_version"
)
_ADD = """
INSERT INTO runyard_runs (
    run_id, experiment_id, name, user_id, status, start_time, end_time, artifact_uri, deleted_time
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id) DO NOTHING
"""
_NUMBERS = "SELECT run_id, id, experiment_id FROM runyard_runs WHERE run_id IN (?)"

# What MLflow kept in columns before it kept it in tags.
_SOURCE_TAGS = ("mlflow.source.type", "mlflow.source.name", "mlflow.project.entryPoint", "mlflow.source.git.commit")
_NOTHING_SAID = (None, "", "UNKNOWN")

_POINTS_AT_ONCE = 50_000

Number = tuple[int, int]
"""The numbers of a run and of its experiment."""


class RunMover:
    """Moves runs, some at a time.

    First what is short is written, with a tag that says that the run is not whole; then the points of all metrics, in
    transactions that never grow; then the tag goes.

    Args:
        source: Where the runs are.
        target: Where they go.
        experiments: The number with us for each of MLflow's experiments.
        tell: Called with a number of points when they have been moved.
    """

    def __init__(
        self, source: Source, target: Target, experiments: Mapping[int, int], tell: Callable[[int], None]
    ) -> None:
        self._source = source
        self._target = target
        self._experiments = experiments
        self._tell = tell
        self._params = target.values("runyard_run_params", "run_id")
        self._tags = target.values("runyard_run_tags", "run_id")

    def move(self, run_ids: Sequence[str]) -> None:
        """Move some runs.

        Raises:
            Unavailable, StorageFailure: One of the databases cannot be reached, or refuses.
        """
        read = self._source.of
        with self._source.state():
            rows = read("runs", _COLUMNS, "run_uuid", run_ids)
            run_ids = [row[0] for row in rows]  # without those that MLflow has removed meanwhile
            params = read("params", "run_uuid key value", "run_uuid", run_ids)
            texts = read("tags", "run_uuid key value", "run_uuid", run_ids)
            datasets = _datasets(self._source, run_ids)
            inputs = _models(self._source, "RUN_INPUT", run_ids)
            outputs = _models(self._source, "RUN_OUTPUT", run_ids)
        if not rows:
            return
        tags: dict[str, dict[str, str]] = {run_id: {} for run_id in run_ids}
        for run_id, key, value in texts:
            tags[run_id][key] = value or ""
        for row in rows:
            _complete(tags[row[0]], row)
        self._target.names.add((key,) for _, key, _ in params)
        self._target.names.add((key,) for own in tags.values() for key in own)

        def write(session: Session) -> dict[str, Number]:
            session.many(_ADD, [self._row(row, tags[row[0]]) for row in rows])
            numbers = {run_id: (run, into) for run_id, run, into in session.of_each(_NUMBERS, run_ids)}
            self._params.set(session, (self._params.row(numbers[run][0], key, value) for run, key, value in params))
            self._tags.set(
                session, (row for run_id, own in tags.items() for row in self._tags.rows(numbers[run_id][0], own))
            )
            for run_id, own_datasets in datasets.items():
                link_datasets(session, *numbers[run_id], own_datasets)
            for output, links in ((INPUT, inputs), (OUTPUT, outputs)):
                for run_id, models in links.items():
                    link_models(session, numbers[run_id][0], output, models)
            return numbers

        numbers = self._target.database.write(write)
        self._move_points(run_ids, numbers)
        self._target.database.write(lambda session: self._finish(session, numbers))

    def _finish(self, session: Session, numbers: Mapping[str, Number]) -> None:
        for number, _ in sorted(numbers.values()):
            self._tags.remove(session, number, UNFINISHED_TAG)

    def _row(self, row: Sequence[Any], tags: Mapping[str, str]) -> tuple[Any, ...]:
        run_id, experiment, name, user, status, started, ended, artifacts, stage, deleted, *_ = row
        trashed = (deleted or ended or now()) if stage == "deleted" else None
        return (
            *(run_id, self._experiments[experiment], name or tags.get(RUN_NAME_TAG, ""), user or ""),
            *(int(RunStatus.from_string(status or "RUNNING")), started, ended, artifacts or "", trashed),
        )

    def _move_points(self, run_ids: Sequence[str], numbers: Mapping[str, Number]) -> None:
        source = self._source
        query: Select[Any] = source.select("metrics", "run_uuid key step timestamp value is_nan").where(
            source.column("metrics", "run_uuid").in_(run_ids)
        )
        with source.state():
            for rows in source.stream(query, _POINTS_AT_ONCE):
                self._target.names.add({(row[1],) for row in rows})
                points = [*self._points(rows, numbers)]
                experiments = dict(numbers.values())
                self._target.database.write(partial(add_points, points=points, experiments=experiments))
                self._tell(len(rows))

    def _points(self, rows: Sequence[Sequence[Any]], numbers: Mapping[str, Number]) -> Iterator[Point]:
        number_of, storable = self._target.names.number, self._target.dialect.number
        for run_id, key, step, timestamp, value, is_nan in rows:
            number, kind = decoded(value, is_nan)
            if kind:
                number = storable(number)
            yield numbers[run_id][0], number_of((key,)), step, timestamp, number, kind, 0


def _complete(tags: dict[str, str], row: Sequence[Any]) -> None:
    """Add the tags for what MLflow may have kept in columns only, and the one that says that the run is not whole."""
    for key, said in zip((RUN_NAME_TAG, *_SOURCE_TAGS), (row[2], *row[10:]), strict=True):
        if said not in _NOTHING_SAID:
            tags.setdefault(key, said)
    tags[UNFINISHED_TAG] = "unfinished"


def _datasets(source: Source, run_ids: Sequence[str]) -> dict[str, list[DatasetInput]]:
    """Return the datasets that runs have read, by run."""
    if not run_ids or not source.has("inputs"):
        return {}
    links = source.all(
        source.select("inputs", "destination_id source_id input_uuid").where(
            source.column("inputs", "source_type") == "DATASET",
            source.column("inputs", "destination_type") == "RUN",
            source.column("inputs", "destination_id").in_(run_ids),
        )
    )
    # Each dataset once: runs share them, and their schemas and profiles are long.
    keys = "dataset_uuid name digest dataset_source_type dataset_source dataset_schema dataset_profile"
    datasets = {
        uuid: Dataset(name=name, digest=digest, source_type=kind, source=origin, schema=schema, profile=profile)
        for uuid, name, digest, kind, origin, schema, profile in source.of(
            "datasets", keys, "dataset_uuid", [*{uuid for _, uuid, _ in links}]
        )
    }
    tags: dict[str, list[InputTag]] = {}
    for link, key, value in sorted(
        source.of("input_tags", "input_uuid name value", "input_uuid", [x[2] for x in links])
    ):
        tags.setdefault(link, []).append(InputTag(key, value))
    found: dict[str, list[DatasetInput]] = {}
    for run_id, uuid, link in links:
        if uuid in datasets:
            found.setdefault(run_id, []).append(DatasetInput(datasets[uuid], tags.get(link, [])))
    for inputs in found.values():
        inputs.sort(key=lambda each: (each.dataset.name, each.dataset.digest))
    return found


def _models(source: Source, kind: str, run_ids: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """Return the logged models that runs have read or made, with their steps, by run."""
    if not run_ids or not source.has("inputs"):
        return {}
    links = source.all(
        source.select("inputs", "source_id destination_id step").where(
            source.column("inputs", "source_type") == kind, source.column("inputs", "source_id").in_(run_ids)
        )
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for run_id, model_id, step in sorted(links):
        found.setdefault(run_id, []).append((model_id, step or 0))
    return found
