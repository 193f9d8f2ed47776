"""Logged models on their way into our tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runyard_sql.adding import NOTE_ON_MODEL
from runyard_sql.importing.numbers import decoded

if TYPE_CHECKING:
    from runyard_sql.importing.source import Source
    from runyard_sql.importing.target import Target
    from runyard_sql.session import Session

__all__ = ["LoggedModelMover"]

_COLUMNS = (
    "model_id experiment_id name artifact_location creation_timestamp_ms last_updated_timestamp_ms model_type "
    "source_run_id status status_message lifecycle_stage"
)
_ADD = """
INSERT INTO runyard_logged_models (
    model_id, experiment_id, name, artifact_location, creation_timestamp, last_updated_timestamp, model_type,
    source_run_id, status, status_message, deleted_time
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (model_id) DO NOTHING
"""
_NUMBERS = "SELECT model_id, id FROM runyard_logged_models WHERE model_id IN (?)"
_RUNS = "SELECT run_id, id FROM runyard_runs WHERE run_id IN (?)"

Series = tuple[str, str, str, str, str]
"""Of one model: its id, the key of a metric, a run, and the name and digest of a dataset."""


class LoggedModelMover:
    """Moves logged models, some at a time, each of them whole.

    Args:
        source: Where they are.
        target: Where they go; the runs are there already.
        experiments: The number with us for each of MLflow's experiments.
    """

    def __init__(self, source: Source, target: Target, experiments: Mapping[int, int]) -> None:
        self._source = source
        self._target = target
        self._experiments = experiments
        self._params = target.values("runyard_logged_model_params", "logged_model_id")
        self._tags = target.values("runyard_logged_model_tags", "logged_model_id")

    def move(self, model_ids: Sequence[str]) -> None:
        """Move some logged models.

        Raises:
            Unavailable, StorageFailure: One of the databases cannot be reached, or refuses.
        """
        read = self._source.of
        with self._source.state():
            rows = read("logged_models", _COLUMNS, "model_id", model_ids)
            model_ids = [row[0] for row in rows]  # without those that MLflow has removed meanwhile
            params = read("logged_model_params", "model_id param_key param_value", "model_id", model_ids)
            tags = read("logged_model_tags", "model_id tag_key tag_value", "model_id", model_ids)
            latest = self._latest(model_ids)
        if not rows:
            return
        self._target.names.add((key,) for _, key, _ in (*params, *tags))
        self._target.names.add((key,) for _, key, *_ in latest)
        self._target.datasets.add((name, digest) for *_, name, digest in latest if name and digest)

        def write(session: Session) -> None:
            session.many(_ADD, [self._row(row) for row in rows])
            numbers: dict[str, int] = dict(session.of_each(_NUMBERS, model_ids))
            self._params.set(session, (self._params.row(numbers[each], key, text) for each, key, text in params))
            self._tags.set(session, (self._tags.row(numbers[each], key, text) for each, key, text in tags))
            runs: dict[str, int] = dict(session.of_each(_RUNS, {run_id for _, _, run_id, _, _ in latest}))
            points = sorted(
                self._point(series, latest[series], numbers, runs) for series in latest if series[2] in runs
            )
            if points:
                session.many(NOTE_ON_MODEL, points)

        self._target.database.write(write)

    def _row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        model_id, experiment, name, location, created, updated, kind, run_id, status, message, stage = row
        return (
            *(model_id, self._experiments[experiment], name, location, created, updated, kind, run_id, status, message),
            updated if stage == "deleted" else None,
        )

    def _latest(self, model_ids: Sequence[str]) -> dict[Series, tuple[int, int, int, float]]:
        """Return step, timestamp, kind and value of the last point of each series.

        MLflow writes 0 for NaN here, so the metrics of the run are asked which of the two it was.
        """
        points = self._source.of(
            "logged_model_metrics",
            "model_id metric_name run_id dataset_name dataset_digest metric_step metric_timestamp_ms metric_value",
            "model_id",
            model_ids,
        )
        nans = self._nans(sorted({run_id for _, _, run_id, _, _, _, _, value in points if not value}))
        latest: dict[Series, tuple[int, int, int, float]] = {}
        for model_id, key, run_id, name, digest, step, timestamp, value in points:
            series = (model_id, key, run_id, name or "", digest or "")
            number, kind = decoded(value, value == 0 and (run_id, key, step, timestamp) in nans)
            point = (step, timestamp, kind, number)
            latest[series] = max(point, latest.get(series, point))
        return latest

    def _nans(self, run_ids: Sequence[str]) -> set[tuple[str, str, int, int]]:
        if not run_ids:
            return set()
        column = self._source.column
        query = self._source.select("metrics", "run_uuid key step timestamp is_nan").where(
            column("metrics", "run_uuid").in_(run_ids), column("metrics", "value") == 0
        )
        return {(run_id, key, step, time) for run_id, key, step, time, is_nan in self._source.all(query) if is_nan}

    def _point(
        self,
        series: Series,
        point: tuple[int, int, int, float],
        numbers: Mapping[str, int],
        runs: Mapping[str, int],
    ) -> tuple[Any, ...]:
        model_id, key, run_id, name, digest = series
        step, timestamp, kind, value = point
        dataset = self._target.datasets.number((name, digest)) if name and digest else 0
        return (
            *(numbers[model_id], self._target.names.number((key,)), runs[run_id], dataset),
            *(self._target.dialect.number(value), kind, timestamp, step),
        )
