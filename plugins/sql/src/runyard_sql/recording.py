"""What a running script writes: metrics, params and tags, of one batch or of many at once.

Each call writes a few rows per batch, in the order of their keys, so that those who write at the same time do not wait
for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

from runyard.entities import Metric
from runyard.errors import InvalidInput, InvalidState, NotFound, RunyardError
from runyard.tracking.requests import RunBatch
from runyard_sql.adding import NOTE_ON_MODEL, Point, add_points
from runyard_sql.commits import GroupCommit
from runyard_sql.database import Database
from runyard_sql.interned import Interned
from runyard_sql.keyed import KeyedValues, Name, ValueRow
from runyard_sql.session import Row, Session
from runyard_sql.staging import stage, stage_for
from runyard_sql.values import NAN, special

__all__ = ["RUN_NAME_TAG", "Recorder"]

RUN_NAME_TAG = "mlflow.runName"

_FIND_RUNS = "SELECT run_id, id, experiment_id, deleted_time FROM runyard_runs WHERE run_id IN (?)"
_FIND_MODEL = "SELECT id, deleted_time FROM runyard_logged_models WHERE model_id = ?"

_RENAME = "UPDATE runyard_runs SET name = ? WHERE id = ?"

# Of so many runs their numbers are remembered.
_MOST_KNOWN = 10_000
# Of a larger batch a trip more does not matter.
_SMALL = 256

Dataset = tuple[str, str]


class Recorder:
    """Writes batches. Threads that write at the same time share transactions.

    Args:
        database: The database.
        names: The keys of metrics, params and tags.
        datasets: The names and digests of what points were measured on.
        params: The params of runs.
        tags: The tags of runs.
    """

    def __init__(
        self,
        database: Database,
        names: Interned[Name],
        datasets: Interned[Dataset],
        params: KeyedValues,
        tags: KeyedValues,
    ) -> None:
        self._database = database
        self._names = names
        self._datasets = datasets
        self._params = params
        self._tags = tags
        # What is no more than a look for runs and one statement needs no trips for the ends of a transaction.
        self._begins_late = database.dialect.stages_points and not database.dialect.in_process
        self._known: dict[str, int] = {}
        self._commits: GroupCommit[RunBatch] = GroupCommit(self._write, database.dialect.writers)

    def log(self, batch: RunBatch) -> None:
        """Write a batch, as `runyard.tracking.store.TrackingStore.log_batch` says."""
        self._commits.submit(batch)

    def log_all(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        """Write batches together, as `runyard.tracking.store.TrackingStore.log_batches` says."""
        return self._write(batches) if batches else []

    def _write(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        try:
            self._intern(batches)
            return self._database.write(lambda session: self._apply(session, batches), begun=not self._begins_late)
        except InvalidInput as error:
            if len(batches) == 1:
                return [error]
        # Something of one of them, such as a param: it is found by writing them one by one.
        return [self._write([batch])[0] for batch in batches]

    def _intern(self, batches: Sequence[RunBatch]) -> None:
        """See to it that every key and dataset has a number."""
        keys: set[str] = set()
        for batch in batches:
            for values in (batch.metrics, batch.params, batch.tags):
                keys |= {value.key for value in values}
        self._names.add((key,) for key in keys)
        self._datasets.add(
            (point.dataset_name, point.dataset_digest)
            for batch in batches
            for point in batch.metrics
            if point.dataset_name and point.dataset_digest
        )

    def _apply(self, session: Session, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        """Write batches in a transaction of a session; return the errors of those that concern nobody else.

        Raises:
            InvalidInput: A param has another value.
        """
        if self._begins_late and self._stage_at_once(session, batches):
            return [None] * len(batches)
        errors: list[RunyardError | None] = []
        points: list[Point] = []
        of_models: dict[tuple[int, int, int, int], Metric] = {}
        params: list[ValueRow] = []
        tags: dict[tuple[int, str], ValueRow] = {}
        names: dict[int, str] = {}
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        runs = _find_runs(session, {batch.run_id for batch in batches})
        for batch in batches:
            try:
                run, _ = _active(session, batch.run_id, runs)
                models = {
                    model_id: find_model(session, model_id)
                    for model_id in {point.model_id for point in batch.metrics if point.model_id}
                }
            except (NotFound, InvalidState) as error:
                errors.append(error)
                continue
            errors.append(None)
            self._known[batch.run_id] = run
            points += self._points(batch.metrics, run, of_models, models)
            params += [self._params.row(run, param.key, param.value) for param in batch.params]
            for tag in batch.tags:
                tags[run, tag.key] = self._tags.row(run, tag.key, tag.value)
                if tag.key == RUN_NAME_TAG:
                    names[run] = tag.value
        if params or tags or of_models:
            session.begin()
        self._params.add(session, params)
        if points:
            if session.dialect.stages_points:
                stage(session, points)
            else:
                add_points(session, points, dict(row[1:3] for row in runs.values()))
        if of_models:
            session.many(NOTE_ON_MODEL, [self._model_row(*pair) for pair in sorted(of_models.items(), key=_first)])
        self._tags.set(session, tags.values())
        for run, text in sorted(names.items()):
            session.run(_RENAME, (text, run))
        return errors

    def _stage_at_once(self, session: Session, batches: Sequence[RunBatch]) -> bool:
        """Write small batches that have only points, of runs that were seen before; say whether that was possible."""
        runs: dict[str, int] = {}
        points: list[Point] = []
        for batch in batches:
            run = self._known.get(batch.run_id)
            if run is None or batch.params or batch.tags or len(batch.metrics) > _SMALL:
                return False
            if any(point.model_id for point in batch.metrics):
                return False
            runs[batch.run_id] = run
            points += self._points(batch.metrics, run, {}, {})
        return bool(points) and stage_for(session, points, runs)

    def _points(
        self,
        metrics: Sequence[Metric],
        run: int,
        of_models: dict[tuple[int, int, int, int], Metric],
        models: dict[str, int],
    ) -> Iterator[Point]:
        """Yield the rows of points, and note those that are the latest of a logged model."""
        finite = self._database.dialect.number
        number_of = self._names.number
        for metric in metrics:
            name = number_of((metric.key,))
            value = metric.value
            kind = 0 if value - value == 0.0 else special(value)
            if kind:
                value = finite(-inf if kind == NAN else value)
            dataset = self._dataset(metric) if metric.dataset_name else 0
            if metric.model_id:
                series = (models[metric.model_id], name, run, dataset)
                known = of_models.get(series)
                if known is None or metric.order > known.order:
                    of_models[series] = metric
            yield (run, name, metric.step, metric.timestamp, value, kind, dataset)

    def _dataset(self, metric: Metric) -> int:
        if metric.dataset_name and metric.dataset_digest:
            return self._datasets.number((metric.dataset_name, metric.dataset_digest))
        return 0

    def _model_row(self, series: tuple[int, int, int, int], metric: Metric) -> tuple[Any, ...]:
        kind = special(metric.value)
        value = self._database.dialect.number(-inf if kind == NAN else metric.value)
        return (*series, value, kind, metric.timestamp, metric.step)


def _first(pair: tuple[tuple[int, int, int, int], Metric]) -> tuple[int, int, int, int]:
    return pair[0]


def find_active_run(session: Session, run_id: str) -> tuple[int, int]:
    """Return the numbers of a run that may be changed and of its experiment.

    Raises:
        NotFound: There is none of that id.
        InvalidState: It is deleted.
    """
    return _active(session, run_id, _find_runs(session, [run_id]))


def _find_runs(session: Session, run_ids: Iterable[str]) -> dict[str, Row]:
    """Return by id what there is of some runs."""
    held = filter(session.dialect.holds, run_ids)  # an id may be any text
    return {row[0]: row for row in session.each_of(_FIND_RUNS, held)}


def _active(session: Session, run_id: str, runs: Mapping[str, Row]) -> tuple[int, int]:
    row = runs.get(run_id)
    if row is None:
        raise NotFound(f"There is no run {run_id!r}.", hint=f"The store is {session.dialect.where}.")
    _, number, experiment, deleted = row
    if deleted is not None:
        raise InvalidState(f"The run {run_id!r} is deleted, so it cannot be changed; restore it first.")
    return number, experiment


def find_model(session: Session, model_id: str, *, allow_deleted: bool = False) -> int:
    """Return the number of a logged model.

    Raises:
        NotFound: There is none of that id, or it is deleted and may not be.
    """
    row = session.find(_FIND_MODEL, model_id)
    if row is None or not (allow_deleted or row[1] is None):
        raise NotFound(f"There is no logged model {model_id!r}.", hint=f"The store is {session.dialect.where}.")
    number: int = row[0]
    return number
