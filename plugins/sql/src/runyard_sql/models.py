"""Logged models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runyard.entities import LoggedModel, LoggedModelStatus, Metric, Page
from runyard.entities.ids import new_model_id
from runyard.errors import NotFound
from runyard.tracking.requests import LoggedModelQuery, NewLoggedModel
from runyard_sql.base import artifact_folder, now
from runyard_sql.inputs import InputStore
from runyard_sql.recording import find_model
from runyard_sql.search import find
from runyard_sql.session import Row, Session
from runyard_sql.values import value_of

__all__ = ["LoggedModelStore"]

_COLUMNS = (
    "id, model_id, experiment_id, name, artifact_location, creation_timestamp, last_updated_timestamp, model_type, "
    "source_run_id, status, status_message, deleted_time"
)
_OF_NUMBERS = f"SELECT {_COLUMNS} FROM runyard_logged_models WHERE id IN (?)"  # noqa: S608 - constants
_CREATE = """
INSERT INTO runyard_logged_models (
    model_id, experiment_id, name, artifact_location, creation_timestamp, last_updated_timestamp, model_type,
    source_run_id, status
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (model_id) DO NOTHING
"""
_FINALIZE = "UPDATE runyard_logged_models SET status = ?, last_updated_timestamp = ? WHERE id = ?"
_MOVE = "UPDATE runyard_logged_models SET deleted_time = ?, last_updated_timestamp = ? WHERE id = ?"
_METRICS = """
SELECT points.logged_model_id, points.name_id, runs.run_id, points.dataset_id, points.value, points.special,
    points.timestamp, points.step
FROM runyard_logged_model_metrics AS points JOIN runyard_runs AS runs ON runs.id = points.run_id
WHERE points.logged_model_id IN (?)
"""

_STATUSES = [status.value for status in LoggedModelStatus]


class LoggedModelStore(InputStore):
    """The part of the store that keeps logged models.

    They are active or deleted by themselves: one that is not deleted can be read and changed also while its experiment
    is in the trash.
    """

    def create_logged_model(self, model: NewLoggedModel) -> LoggedModel:
        model_id = new_model_id()
        self._names.add((key,) for key in (*model.params, *model.tags))

        def create(session: Session) -> LoggedModel:
            experiment = self._active_row(session, model.experiment_id)
            time = now()
            made = LoggedModel(
                model_id=model_id,
                experiment_id=model.experiment_id,
                name=model.name or f"model-{model_id[2:10]}",
                artifact_location=artifact_folder(
                    self._fixed_location(session, experiment), "models", model_id, "artifacts"
                ),
                creation_timestamp=time,
                last_updated_timestamp=time,
                model_type=model.model_type,
                source_run_id=model.source_run_id,
                status=LoggedModelStatus.PENDING.value,
                params=dict(model.params),
                tags=dict(model.tags),
            )
            session.run(
                _CREATE,
                (
                    *(model_id, experiment[0], made.name, made.artifact_location, time, time, made.model_type),
                    *(made.source_run_id, LoggedModelStatus.PENDING.to_int()),
                ),
            )
            number = find_model(session, model_id)
            self._model_params.add(session, self._model_params.rows(number, model.params))
            self._model_tags.set(session, self._model_tags.rows(number, model.tags))
            return made

        return self._database.write(create)

    def get_logged_model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        with self._database.read() as session:
            number = find_model(session, model_id, allow_deleted=allow_deleted)
            return self._logged_models_of(session, [number])[0]

    def finalize_logged_model(self, model_id: str, status: str) -> LoggedModel:
        number_of_status = LoggedModelStatus.parse(status).to_int()

        def finalize(session: Session) -> LoggedModel:
            number = find_model(session, model_id)
            session.run(_FINALIZE, (number_of_status, now(), number))
            return self._logged_models_of(session, [number])[0]

        return self._database.write(finalize)

    def delete_logged_model(self, model_id: str) -> None:
        def delete(session: Session) -> None:
            time = now()
            session.run(_MOVE, (time, time, find_model(session, model_id)))

        self._database.write(delete)

    def log_logged_model_params(self, model_id: str, params: Mapping[str, str]) -> None:
        self._names.add((key,) for key in params)

        def add(session: Session) -> None:
            self._model_params.add(session, self._model_params.rows(find_model(session, model_id), params))

        self._database.write(add)

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, str]) -> None:
        self._names.add((key,) for key in tags)

        def change(session: Session) -> None:
            self._model_tags.set(session, self._model_tags.rows(find_model(session, model_id), tags))

        self._database.write(change)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        def delete(session: Session) -> None:
            if not self._model_tags.remove(session, find_model(session, model_id), key):
                raise NotFound(f"The logged model {model_id!r} has no tag {key!r}.")

        self._database.write(delete)

    def search_logged_models(self, query: LoggedModelQuery) -> Page[LoggedModel]:
        from runyard.search import LOGGED_MODELS

        with self._database.read() as session:
            numbers, token = find(session, self._names, LOGGED_MODELS, query)
            return Page(self._logged_models_of(session, numbers), token)

    # what the methods above stand on

    def _logged_models_of(self, session: Session, numbers: Sequence[int]) -> list[LoggedModel]:
        """Return the logged models of numbers, deleted or not, in their order, with params, tags and metrics."""
        rows = {row[0]: row for row in session.of_each(_OF_NUMBERS, numbers)}
        models = {number: _model(rows[number]) for number in numbers}
        self._model_params.fill(session, {number: model.params for number, model in models.items()})
        self._model_tags.fill(session, {number: model.tags for number, model in models.items()})
        self._add_points(session, models)
        return [*models.values()]

    def _add_points(self, session: Session, models: Mapping[int, LoggedModel]) -> None:
        """Put the latest point of each key, run and dataset into models."""
        for number, name, run_id, dataset, value, kind, timestamp, step in session.each_of(_METRICS, models):
            model = models[number]
            dataset_name, digest = self._datasets.key(session, dataset) if dataset else (None, None)
            model.metrics.append(
                Metric(
                    *(self._names.key(session, name)[0], value_of(value, kind), timestamp, step, model.model_id),
                    *(dataset_name, digest, run_id),
                )
            )
        for model in models.values():
            model.metrics.sort(key=_series)


def _series(metric: Metric) -> tuple[str, ...]:
    return metric.key, metric.run_id or "", metric.dataset_name or "", metric.dataset_digest or ""


def _model(row: Row) -> LoggedModel:
    _, model_id, experiment, name, location, created, updated, model_type, run_id, status, message, deleted = row
    return LoggedModel(
        model_id=model_id,
        experiment_id=str(experiment),
        name=name,
        artifact_location=location,
        creation_timestamp=created,
        last_updated_timestamp=updated,
        model_type=model_type,
        source_run_id=run_id,
        status=_STATUSES[status],
        status_message=message,
        lifecycle_stage="active" if deleted is None else "deleted",
        tags={},
        params={},
        metrics=[],
    )
