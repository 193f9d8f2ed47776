"""Runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runyard.entities import Metric, Page, Run, RunData, RunInfo, RunStatus
from runyard.entities.ids import new_run_id
from runyard.errors import NotFound, RunyardError
from runyard.tracking.requests import NewRun, RunBatch, RunQuery, RunUpdate
from runyard_sql.base import artifact_folder, now
from runyard_sql.interned import Lookup
from runyard_sql.models import LoggedModelStore
from runyard_sql.recording import RUN_NAME_TAG, find_active_run
from runyard_sql.search import count, find
from runyard_sql.session import Row, Session
from runyard_sql.values import value_of

__all__ = ["OF_NUMBERS", "RunStore", "info_of"]

_COLUMNS = "id, run_id, experiment_id, name, user_id, status, start_time, end_time, artifact_uri, deleted_time"
_BY_ID = f"SELECT {_COLUMNS} FROM runyard_runs WHERE run_id = ?"  # noqa: S608 - constants
OF_NUMBERS = f"SELECT {_COLUMNS} FROM runyard_runs WHERE id IN (?)"  # noqa: S608 - constants
_CREATE = """
INSERT INTO runyard_runs (run_id, experiment_id, name, user_id, status, start_time, artifact_uri)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id) DO NOTHING
"""
_UPDATE = """
UPDATE runyard_runs SET status = COALESCE(?, status), end_time = COALESCE(?, end_time), name = COALESCE(?, name)
WHERE id = ?
"""
_MOVE = "UPDATE runyard_runs SET deleted_time = ? WHERE id = ?"
_METRICS = """
SELECT run_id, name_id, latest_value, latest_special, latest_timestamp, latest_step, latest_dataset_id
FROM runyard_run_metrics WHERE run_id IN (?)
"""

_STATUS_NAMES = {int(status): status.name for status in RunStatus}


class RunStore(LoggedModelStore):
    """The part of the store that keeps runs."""

    def create_run(self, run: NewRun) -> Run:
        run_id = new_run_id()
        tags = {tag.key: tag.value for tag in run.tags}
        tags.setdefault(RUN_NAME_TAG, run.run_name)
        self._names.add((key,) for key in tags)

        def create(session: Session) -> RunInfo:
            experiment = self._active_row(session, run.experiment_id)
            info = RunInfo(
                run_id=run_id,
                run_name=run.run_name,
                experiment_id=run.experiment_id,
                user_id=run.user_id,
                start_time=run.start_time,
                artifact_uri=artifact_folder(self._fixed_location(session, experiment), run_id, "artifacts"),
            )
            session.run(
                _CREATE,
                (
                    *(run_id, experiment[0], run.run_name, run.user_id, int(RunStatus.RUNNING)),
                    *(run.start_time, info.artifact_uri),
                ),
            )
            number, _ = find_active_run(session, run_id)
            self._run_tags.set(session, self._run_tags.rows(number, tags))
            return info

        return Run(info=self._database.write(create), data=RunData(tags=tags))

    def get_run(self, run_id: str) -> Run:
        with self._database.read() as session:
            row = self._run_row(session, run_id)
            run = self._runs(session, [row])[0]
            self._add_models(session, {row[0]: run})
            return run

    def update_run(self, update: RunUpdate) -> RunInfo:
        if update.run_name is not None:
            self._names.add([(RUN_NAME_TAG,)])

        def change(session: Session) -> RunInfo:
            number, _ = find_active_run(session, update.run_id)
            status = None if update.status is None else int(RunStatus.from_string(update.status))
            session.run(_UPDATE, (status, update.end_time, update.run_name, number))
            if update.run_name is not None:
                self._run_tags.set(session, [self._run_tags.row(number, RUN_NAME_TAG, update.run_name)])
            return info_of(self._run_row(session, update.run_id))

        return self._database.write(change)

    def delete_run(self, run_id: str) -> None:
        self._move_run(run_id, now())

    def restore_run(self, run_id: str) -> None:
        self._move_run(run_id, None)

    def log_batch(self, batch: RunBatch) -> None:
        self._recorder.log(batch)

    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        return self._recorder.log_all(batches)

    def delete_tag(self, run_id: str, key: str) -> None:
        def delete(session: Session) -> None:
            number, _ = find_active_run(session, run_id)
            if not self._run_tags.remove(session, number, key):
                raise NotFound(f"The run {run_id!r} has no tag {key!r}.")

        self._database.write(delete)

    def search_runs(self, query: RunQuery) -> Page[Run]:
        from runyard.search import RUNS

        with self._database.read() as session:
            numbers, token = find(session, self._names, RUNS, query)
            return Page(self._runs_of(session, numbers), token)

    def count_runs(self, query: RunQuery) -> int:
        from runyard.search import RUNS

        with self._database.read() as session:
            return count(session, self._names, RUNS, query)

    # what the methods above stand on

    def _run_row(self, session: Session, run_id: str) -> Row:
        """Return the row of a run, deleted or not.

        Raises:
            NotFound: There is none of that id.
        """
        row = session.find(_BY_ID, run_id)
        if row is None:
            raise self._missing("run", run_id)
        return row

    def _runs_of(self, session: Session, numbers: Sequence[int]) -> list[Run]:
        """Return the runs of numbers, in their order, with data and dataset inputs."""
        rows = {row[0]: row for row in session.of_each(OF_NUMBERS, numbers)}
        return self._runs(session, [rows[number] for number in numbers])

    def _runs(self, session: Session, rows: Sequence[Row]) -> list[Run]:
        """Return the runs of rows, with data and dataset inputs."""
        params = self._run_params.of_each(session, (row[0] for row in rows))
        tags = self._run_tags.of_each(session, (row[0] for row in rows))
        metrics = self._latest_metrics(session, {row[0]: row[1] for row in rows})
        runs = {
            (number := row[0]): Run(
                info=info_of(row),
                data=RunData(
                    latest_metrics=metrics[number], params=params.get(number) or {}, tags=tags.get(number) or {}
                ),
            )
            for row in rows
        }
        self._add_datasets(session, runs)
        return [*runs.values()]

    def _latest_metrics(self, session: Session, run_ids: Mapping[int, str]) -> dict[int, list[Metric]]:
        """Return the latest point of each metric of runs, whose ids are given by their numbers."""
        keys = Lookup(lambda name: self._names.key(session, name)[0])
        datasets = Lookup(lambda dataset: self._datasets.key(session, dataset))
        metrics: dict[int, list[Metric]] = {number: [] for number in run_ids}
        for number, name, value, kind, timestamp, step, dataset in session.each_of(_METRICS, run_ids):
            if kind:
                value = value_of(value, kind)
            on, digest = datasets[dataset] if dataset else (None, None)
            metrics[number].append(Metric(keys[name], value, timestamp, step, None, on, digest, run_ids[number]))
        return metrics

    def _move_run(self, run_id: str, time: int | None) -> None:
        def move(session: Session) -> None:
            row = self._run_row(session, run_id)
            if (row[9] is None) is not (time is None):
                session.run(_MOVE, (time, row[0]))

        self._database.write(move)


def info_of(row: Row) -> RunInfo:
    """Return what a row tells of a run."""
    _, run_id, experiment, name, user_id, status, start_time, end_time, artifact_uri, deleted = row
    return RunInfo(
        run_id=run_id,
        run_name=name,
        experiment_id=str(experiment),
        user_id=user_id,
        status=_STATUS_NAMES[status],
        start_time=start_time,
        end_time=end_time,
        artifact_uri=artifact_uri,
        lifecycle_stage="active" if deleted is None else "deleted",
    )
