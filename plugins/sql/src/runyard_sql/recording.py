"""What a running script writes: metrics, params and tags, of one batch or of many at once.

These are the statements that have to be quick, so they are constant texts. Each call writes a few rows per batch, in
the order of their keys, so that those who write at the same time do not wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Any

from runyard.entities import Metric
from runyard.errors import InvalidInput, InvalidState, NotFound, RunyardError
from runyard.tracking.requests import RunBatch
from runyard_sql.commits import GroupCommit
from runyard_sql.database import Database
from runyard_sql.interned import Interned
from runyard_sql.keyed import KeyedValues, Name, ValueRow
from runyard_sql.session import Row, Session
from runyard_sql.values import NAN, special

__all__ = ["NOTE_ON_MODEL", "RUN_NAME_TAG", "Point", "Recorder", "Summary", "add_points"]

RUN_NAME_TAG = "mlflow.runName"

_FIND_RUNS = "SELECT run_id, id, experiment_id, deleted_time FROM runyard_runs WHERE run_id IN (?)"
_FIND_MODEL = "SELECT id, deleted_time FROM runyard_logged_models WHERE model_id = ?"

_ADD_POINTS = """
INSERT INTO runyard_metric_points (run_id, name_id, step, timestamp, value, special, dataset_id)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, name_id, step, timestamp, value, special, dataset_id) DO NOTHING
"""

# MySQL sets one column after the other, and each assignment sees those before it: what decides comes last.
_IS_LATER = """
(excluded.latest_step, excluded.latest_timestamp, excluded.latest_special, excluded.latest_value)
 > (runyard_run_metrics.latest_step, runyard_run_metrics.latest_timestamp, runyard_run_metrics.latest_special,
    runyard_run_metrics.latest_value)
"""
_IS_EARLIER = """
(excluded.earliest_step, excluded.earliest_timestamp, excluded.earliest_special, excluded.earliest_value)
 < (runyard_run_metrics.earliest_step, runyard_run_metrics.earliest_timestamp, runyard_run_metrics.earliest_special,
    runyard_run_metrics.earliest_value)
"""


def _where(condition: str, columns: Iterable[str], table: str) -> str:
    return ",\n".join(
        f"{column} = CASE WHEN {condition} THEN excluded.{column} ELSE {table}.{column} END" for column in columns
    )


_SUMMARIZE = f"""
INSERT INTO runyard_run_metrics (
    run_id, name_id, experiment_id, count, ordered,
    earliest_value, earliest_special, earliest_timestamp, earliest_step,
    latest_dataset_id, latest_value, latest_special, latest_timestamp, latest_step,
    minimum, maximum
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, name_id) DO UPDATE SET
count = runyard_run_metrics.count + excluded.count,
ordered = CASE WHEN runyard_run_metrics.ordered + excluded.ordered = 2
    AND excluded.earliest_step >= runyard_run_metrics.latest_step
    AND excluded.earliest_timestamp >= runyard_run_metrics.latest_timestamp THEN 1 ELSE 0 END,
minimum = CASE WHEN runyard_run_metrics.minimum IS NULL OR excluded.minimum < runyard_run_metrics.minimum
    THEN excluded.minimum ELSE runyard_run_metrics.minimum END,
maximum = CASE WHEN runyard_run_metrics.maximum IS NULL OR excluded.maximum > runyard_run_metrics.maximum
    THEN excluded.maximum ELSE runyard_run_metrics.maximum END,
{
    _where(
        _IS_EARLIER,
        ("earliest_value", "earliest_special", "earliest_timestamp", "earliest_step"),
        "runyard_run_metrics",
    )
},
{
    _where(
        _IS_LATER,
        ("latest_dataset_id", "latest_value", "latest_special", "latest_timestamp", "latest_step"),
        "runyard_run_metrics",
    )
}
"""  # noqa: S608 - constants

# After points that were there already: what the summary has counted may be too much.
_COUNT_AGAIN = """
UPDATE runyard_run_metrics SET count = (
    SELECT COUNT(*) FROM runyard_metric_points WHERE run_id = ? AND name_id = ?
) WHERE run_id = ? AND name_id = ?
"""

NOTE_ON_MODEL = f"""
INSERT INTO runyard_logged_model_metrics (
    logged_model_id, name_id, run_id, dataset_id, value, special, timestamp, step
) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (logged_model_id, name_id, run_id, dataset_id) DO UPDATE SET
{
    _where(
        '''
(excluded.step, excluded.timestamp, excluded.special, excluded.value)
 > (runyard_logged_model_metrics.step, runyard_logged_model_metrics.timestamp,
    runyard_logged_model_metrics.special, runyard_logged_model_metrics.value)
''',
        ("value", "special", "timestamp", "step"),
        "runyard_logged_model_metrics",
    )
}
"""  # noqa: S608 - constants

_RENAME = "UPDATE runyard_runs SET name = ? WHERE id = ?"

Dataset = tuple[str, str]
Point = tuple[int, int, int, int, float, int, int]


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
            return self._database.write(lambda session: self._apply(session, batches))
        except InvalidInput as error:
            if len(batches) == 1:
                return [error]
        # Something of one of them, such as a param: it is found by writing them one by one.
        return [self._write([batch])[0] for batch in batches]

    def _intern(self, batches: Sequence[RunBatch]) -> None:
        """See to it that every key and dataset has a number."""
        self._names.add(
            (value.key,)
            for batch in batches
            for values in (batch.metrics, batch.params, batch.tags)
            for value in values
        )
        self._datasets.add(
            (point.dataset_name, point.dataset_digest)
            for batch in batches
            for point in batch.metrics
            if point.dataset_name and point.dataset_digest
        )

    def _apply(self, session: Session, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        """Write batches in the transaction of a session; return the errors of those that concern nobody else.

        Raises:
            InvalidInput: A param has another value.
        """
        errors: list[RunyardError | None] = []
        points: dict[Point, None] = {}
        summaries: dict[tuple[int, int], Summary] = {}
        of_models: dict[tuple[int, int, int, int], Metric] = {}
        params: list[ValueRow] = []
        tags: dict[tuple[int, str], ValueRow] = {}
        names: dict[int, str] = {}
        runs = _find_runs(session, {batch.run_id for batch in batches})
        for batch in batches:
            try:
                run, experiment = _active(session, batch.run_id, runs)
                models = {
                    model_id: find_model(session, model_id)
                    for model_id in {point.model_id for point in batch.metrics if point.model_id}
                }
            except (NotFound, InvalidState) as error:
                errors.append(error)
                continue
            errors.append(None)
            self._collect_points(batch.metrics, run, experiment, points, summaries, of_models, models)
            params += [self._params.row(run, param.key, param.value) for param in batch.params]
            for tag in batch.tags:
                tags[run, tag.key] = self._tags.row(run, tag.key, tag.value)
                if tag.key == RUN_NAME_TAG:
                    names[run] = tag.value
        self._params.add(session, params)
        if points:
            add_points(session, sorted(points), summaries)
        if of_models:
            session.many(NOTE_ON_MODEL, [self._model_row(*pair) for pair in sorted(of_models.items(), key=_first)])
        self._tags.set(session, tags.values())
        for run, text in sorted(names.items()):
            session.run(_RENAME, (text, run))
        return errors

    def _collect_points(
        self,
        metrics: Sequence[Metric],
        run: int,
        experiment: int,
        points: dict[Point, None],
        summaries: dict[tuple[int, int], Summary],
        of_models: dict[tuple[int, int, int, int], Metric],
        models: dict[str, int],
    ) -> None:
        finite = self._database.dialect.number
        for metric in metrics:
            name = self._names[(metric.key,)]
            value = metric.value
            kind = 0 if value - value == 0.0 else special(value)
            if kind:
                value = finite(-inf if kind == NAN else value)
            dataset = self._dataset(metric)
            if metric.model_id:
                series = (models[metric.model_id], name, run, dataset)
                known = of_models.get(series)
                if known is None or metric.order > known.order:
                    of_models[series] = metric
            point = (run, name, metric.step, metric.timestamp, value, kind, dataset)
            if point in points:
                continue
            points[point] = None
            summary = summaries.get((run, name))
            if summary is None:
                summaries[run, name] = Summary(point, experiment)
            else:
                summary.add(point)

    def _dataset(self, metric: Metric) -> int:
        if metric.dataset_name and metric.dataset_digest:
            return self._datasets[metric.dataset_name, metric.dataset_digest]
        return 0

    def _model_row(self, series: tuple[int, int, int, int], metric: Metric) -> tuple[Any, ...]:
        kind = special(metric.value)
        value = self._database.dialect.number(-inf if kind == NAN else metric.value)
        return (*series, value, kind, metric.timestamp, metric.step)


def _first(pair: tuple[tuple[int, int, int, int], Metric]) -> tuple[int, int, int, int]:
    return pair[0]


def add_points(session: Session, points: Sequence[Point], summaries: Mapping[tuple[int, int], Summary]) -> None:
    """Write points that differ from each other, some of which may be there already.

    Args:
        session: A session in a transaction.
        points: The points, in order, so that two who write the same ones do not wait for each other in a circle.
        summaries: What they add to the summaries, by the numbers of run and key.
    """
    added = session.many(_ADD_POINTS, points)
    ordered = sorted(summaries)
    session.many(_SUMMARIZE, [summaries[key].row() for key in ordered])
    if added != len(points):
        for key in ordered:
            session.run(_COUNT_AGAIN, (*key, *key))


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


class Summary:
    """What a batch adds to the summary of a metric of a run."""

    __slots__ = ("count", "earliest", "experiment", "latest", "maximum", "minimum", "ordered")

    def __init__(self, point: Point, experiment: int) -> None:
        self.experiment = experiment
        self.count = 1
        self.ordered = True
        self.earliest = self.latest = point
        self.minimum = self.maximum = None if point[5] == NAN else point[4]

    def add(self, point: Point) -> None:
        self.count += 1
        _, _, step, timestamp, value, kind, _ = point
        latest = self.latest
        if step < latest[2] or timestamp < latest[3]:
            self.ordered = False
        if _order(point) > _order(latest):
            self.latest = point
        elif _order(point) < _order(self.earliest):
            self.earliest = point
        if kind != NAN:
            if self.minimum is None or self.maximum is None:
                self.minimum = self.maximum = value
            elif value < self.minimum:
                self.minimum = value
            elif value > self.maximum:
                self.maximum = value

    def row(self) -> tuple[Any, ...]:
        """Return the values of the statement that adds this to the summary."""
        run, name, step, timestamp, value, kind, _ = self.earliest
        _, _, last_step, last_timestamp, last_value, last_kind, dataset = self.latest
        return (
            *(run, name, self.experiment, self.count, int(self.ordered)),
            *(value, kind, timestamp, step),
            *(dataset, last_value, last_kind, last_timestamp, last_step),
            *(self.minimum, self.maximum),
        )


def _order(point: Point) -> tuple[int, int, int, float]:
    _, _, step, timestamp, value, kind, _ = point
    return step, timestamp, kind, value
