"""A tracking store in the memory of this process: ``memory://NAME``."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runyard.entities import (
    Dataset,
    Experiment,
    LifecycleStage,
    LoggedModel,
    LoggedModelOutput,
    LoggedModelStatus,
    Metric,
    Page,
    Run,
    RunInfo,
    RunStatus,
    TrashItem,
)
from runyard.entities.ids import new_model_id, new_run_id
from runyard.errors import AlreadyExists, InvalidState, NotFound
from runyard.testing.memory.runs import RUN_NAME_TAG, RunRecord, check_params
from runyard.testing.memory.state import name_of, now, state
from runyard.testing.memory.trash import trash
from runyard.tracking.requests import (
    ExperimentQuery,
    HistoryQuery,
    LoggedModelQuery,
    NewExperiment,
    NewLoggedModel,
    NewRun,
    RunBatch,
    RunInputsBatch,
    RunQuery,
    RunUpdate,
    TrashQuery,
)
from runyard.tracking.store import DEFAULT_EXPERIMENT_NAME, TrackingStore
from runyard.uris import ArtifactURI, StoreURI

if TYPE_CHECKING:
    from runyard.search import Record

ACTIVE, DELETED = str(LifecycleStage.ACTIVE), str(LifecycleStage.DELETED)


class _State:
    """What the stores of one address share. Every access holds the lock; what is handed out is a copy."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.experiments: dict[str, Experiment] = {}
        self.experiments_made = 0
        self.runs: dict[str, RunRecord] = {}
        self.models: dict[str, LoggedModel] = {}
        self.datasets: dict[tuple[str, str, str], Dataset] = {}


class MemoryTrackingStore(TrackingStore):
    """Keeps runs in memory; artifacts go to ``memory://NAME/EXPERIMENT`` unless another root is given."""

    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        super().__init__(uri, artifact_root)
        self._root = ArtifactURI.parse(artifact_root or f"memory://{name_of(uri)}/")
        self._state = state(_State, name_of(uri))
        with self._state.lock:
            if not self._state.experiments_made:
                self.create_experiment(NewExperiment(name=DEFAULT_EXPERIMENT_NAME))

    # experiments

    def create_experiment(self, experiment: NewExperiment) -> str:
        with self._state.lock:
            self._check_free(experiment.name)
            experiment_id, time = str(self._state.experiments_made), now()
            self._state.experiments_made += 1
            self._state.experiments[experiment_id] = Experiment(
                experiment_id=experiment_id,
                name=experiment.name,
                artifact_location=experiment.artifact_location or str(self._root / experiment_id),
                tags=dict(experiment.tags),
                creation_time=time,
                last_update_time=time,
            )
            return experiment_id

    def get_experiment(self, experiment_id: str) -> Experiment:
        with self._state.lock:
            return deepcopy(self._experiment(experiment_id))

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        with self._state.lock:
            return deepcopy(next((item for item in self._state.experiments.values() if item.name == name), None))

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        from runyard.search import EXPERIMENTS, experiment_record, find

        with self._state.lock:
            visible = [item for item in self._state.experiments.values() if query.view.shows(item.lifecycle_stage)]
            found = find(visible, query.filter, query.order_by, EXPERIMENTS, experiment_record)
            return deepcopy(Page.cut(found, query.max_results, query.page_token))

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        with self._changed_experiment(experiment_id) as experiment:
            if new_name != experiment.name:
                self._check_free(new_name)
            experiment.name, experiment.last_update_time = new_name, now()

    def delete_experiment(self, experiment_id: str) -> None:
        self._move_experiment(experiment_id, ACTIVE, DELETED)

    def restore_experiment(self, experiment_id: str) -> None:
        self._move_experiment(experiment_id, DELETED, ACTIVE)

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str]) -> None:
        with self._changed_experiment(experiment_id) as experiment:
            experiment.tags.update(tags)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        with self._changed_experiment(experiment_id) as experiment:
            if key not in experiment.tags:
                raise NotFound(f"The experiment {experiment_id!r} has no tag {key!r}.")
            del experiment.tags[key]

    # runs

    def create_run(self, run: NewRun) -> Run:
        with self._changed_experiment(run.experiment_id) as experiment:
            run_id = new_run_id()
            info = RunInfo(
                run_id=run_id,
                run_name=run.run_name,
                experiment_id=run.experiment_id,
                user_id=run.user_id,
                status=RunStatus.RUNNING.name,
                start_time=run.start_time,
                artifact_uri=str(ArtifactURI.parse(experiment.artifact_location) / f"{run_id}/artifacts"),
            )
            record = self._state.runs[run_id] = RunRecord(info)
            record.set_tags(run.tags)
            return record.snapshot()

    def get_run(self, run_id: str) -> Run:
        with self._state.lock:
            return self._run(run_id).snapshot()

    def update_run(self, update: RunUpdate) -> RunInfo:
        with self._changed_run(update.run_id) as run:
            if update.status is not None:
                run.info.status = RunStatus[update.status.upper()].name
            if update.end_time is not None:
                run.info.end_time = update.end_time
            if update.run_name is not None:
                run.info.run_name = run.tags[RUN_NAME_TAG] = update.run_name
            return replace(run.info)

    def delete_run(self, run_id: str) -> None:
        with self._state.lock:
            self._run(run_id).move(DELETED)

    def restore_run(self, run_id: str) -> None:
        with self._state.lock:
            self._run(run_id).move(ACTIVE)

    def log_batch(self, batch: RunBatch) -> None:
        with self._changed_run(batch.run_id) as run:
            models = {metric.model_id: self._model(metric.model_id) for metric in batch.metrics if metric.model_id}
            run.add_params(batch.params)
            run.add_points(batch.metrics)
            run.set_tags(batch.tags)
            for metric in batch.metrics:
                if metric.model_id:
                    _link(models[metric.model_id], replace(metric, run_id=batch.run_id))

    def delete_tag(self, run_id: str, key: str) -> None:
        with self._changed_run(run_id) as run:
            if key not in run.tags:
                raise NotFound(f"The run {run_id!r} has no tag {key!r}.")
            del run.tags[key]

    def search_runs(self, query: RunQuery) -> Page[Run]:
        return Page.cut(self._find_runs(query), query.max_results, query.page_token)

    def count_runs(self, query: RunQuery) -> int:
        return len(self._find_runs(query))

    def metric_history(self, query: HistoryQuery) -> Page[Metric]:
        with self._state.lock:
            return Page.cut(self._run(query.run_id).history(query.key), query.max_results, query.page_token)

    def log_inputs(self, inputs: RunInputsBatch) -> None:
        with self._changed_run(inputs.run_id) as run:
            known = self._state.datasets
            datasets = [
                replace(item, dataset=known.setdefault((run.info.experiment_id, made.name, made.digest), made))
                for item in inputs.datasets
                for made in (item.dataset,)
            ]
            run.add_inputs(datasets, inputs.models)

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        with self._changed_run(run_id) as run:
            run.add_outputs(models)

    # logged models

    def create_logged_model(self, model: NewLoggedModel) -> LoggedModel:
        with self._changed_experiment(model.experiment_id) as experiment:
            model_id, time = new_model_id(), now()
            location = ArtifactURI.parse(experiment.artifact_location) / f"models/{model_id}/artifacts"
            made = self._state.models[model_id] = LoggedModel(
                model_id=model_id,
                experiment_id=model.experiment_id,
                name=model.name or f"model-{model_id[2:10]}",
                artifact_location=str(location),
                creation_timestamp=time,
                last_updated_timestamp=time,
                model_type=model.model_type,
                source_run_id=model.source_run_id,
                status=LoggedModelStatus.PENDING.value,
                tags=dict(model.tags),
                params=dict(model.params),
            )
            return deepcopy(made)

    def get_logged_model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        with self._state.lock:
            return deepcopy(self._model(model_id, allow_deleted=allow_deleted))

    def finalize_logged_model(self, model_id: str, status: str) -> LoggedModel:
        with self._changed_model(model_id) as model:
            model.status, model.last_updated_timestamp = LoggedModelStatus.parse(status).value, now()
        return self.get_logged_model(model_id)

    def delete_logged_model(self, model_id: str) -> None:
        with self._changed_model(model_id) as model:
            model.lifecycle_stage, model.last_updated_timestamp = DELETED, now()

    def search_logged_models(self, query: LoggedModelQuery) -> Page[LoggedModel]:
        from runyard.search import LOGGED_MODELS, find, logged_model_record

        with self._state.lock:
            visible = [
                model
                for model in self._state.models.values()
                if model.experiment_id in query.experiment_ids and model.lifecycle_stage == ACTIVE
            ]
            if query.datasets:
                visible = [seen for model in visible if (seen := _restrict(model, query.datasets)).metrics]
            found = find(visible, query.filter, query.order_by, LOGGED_MODELS, logged_model_record)
            page = Page.cut([model.model_id for model in found], query.max_results, query.page_token)
            return Page([self.get_logged_model(model_id) for model_id in page], page.token)

    def log_logged_model_params(self, model_id: str, params: Mapping[str, str]) -> None:
        with self._changed_model(model_id) as model:
            check_params(model.params, params.items())
            model.params.update(params)

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, str]) -> None:
        with self._changed_model(model_id) as model:
            model.tags.update(tags)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        with self._changed_model(model_id) as model:
            if key not in model.tags:
                raise NotFound(f"The logged model {model_id!r} has no tag {key!r}.")
            del model.tags[key]

    # trash

    def list_trash(self, query: TrashQuery) -> Page[TrashItem]:
        with self._state.lock:
            found = [item for item in self._trash() if query.wants(item)]
        return Page.cut(found, query.max_results, query.page_token)

    def purge_run(self, run_id: str) -> None:
        with self._state.lock:
            self._run(run_id)
            self._check_in_trash("run", run_id)
            del self._state.runs[run_id]

    def purge_logged_model(self, model_id: str) -> None:
        with self._state.lock:
            if model_id not in self._state.models:
                raise NotFound(f"There is no logged model {model_id!r}.", hint=f"The store is {self.uri}.")
            self._check_in_trash("logged model", model_id)
            del self._state.models[model_id]

    def purge_experiment(self, experiment_id: str) -> None:
        with self._state.lock:
            self._experiment(experiment_id)
            self._check_in_trash("experiment", experiment_id)
            if any(item.experiment_id == experiment_id != item.id for item in self._trash()):
                raise InvalidState(f"The experiment {experiment_id!r} has runs or logged models; purge these first.")
            del self._state.experiments[experiment_id]

    # what the methods above stand on

    def _trash(self) -> list[TrashItem]:
        return trash(self._state.experiments, self._state.runs.values(), self._state.models.values())

    def _check_in_trash(self, kind: str, name: str) -> None:
        if all(item.id != name for item in self._trash()):
            raise InvalidState(f"The {kind} {name!r} is not in the trash; delete it first.")

    def _check_free(self, name: str) -> None:
        taken = self.get_experiment_by_name(name)
        if taken is not None:
            raise AlreadyExists(
                f"The name {name!r} is taken by the {taken.lifecycle_stage} experiment {taken.experiment_id}."
            )

    def _experiment(self, experiment_id: str) -> Experiment:
        try:
            return self._state.experiments[experiment_id]
        except KeyError:
            raise NotFound(f"There is no experiment {experiment_id!r}.", hint=f"The store is {self.uri}.") from None

    def _run(self, run_id: str) -> RunRecord:
        try:
            return self._state.runs[run_id]
        except KeyError:
            raise NotFound(f"There is no run {run_id!r}.", hint=f"The store is {self.uri}.") from None

    def _model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        model = self._state.models.get(model_id)
        if model is None or not (allow_deleted or model.lifecycle_stage == ACTIVE):
            raise NotFound(f"There is no logged model {model_id!r}.", hint=f"The store is {self.uri}.")
        return model

    @contextmanager
    def _changed_experiment(self, experiment_id: str) -> Iterator[Experiment]:
        with self._state.lock:
            experiment = self._experiment(experiment_id)
            if experiment.lifecycle_stage != ACTIVE:
                raise InvalidState(f"The experiment {experiment_id!r} is deleted; restore it first.")
            yield experiment

    @contextmanager
    def _changed_run(self, run_id: str) -> Iterator[RunRecord]:
        with self._state.lock:
            run = self._run(run_id)
            if run.info.lifecycle_stage != ACTIVE:
                raise InvalidState(f"The run {run_id!r} is deleted; restore it first.")
            yield run

    @contextmanager
    def _changed_model(self, model_id: str) -> Iterator[LoggedModel]:
        with self._state.lock:
            model = self._model(model_id)
            yield model

    def _move_experiment(self, experiment_id: str, before: str, after: str) -> None:
        with self._state.lock:
            experiment = self._experiment(experiment_id)
            if experiment.lifecycle_stage != before:
                raise NotFound(f"There is no {before} experiment {experiment_id!r}.", hint=f"The store is {self.uri}.")
            experiment.lifecycle_stage, experiment.last_update_time = after, now()
            for run in self._state.runs.values():
                if run.info.experiment_id == experiment_id:
                    run.move(after)

    def _find_runs(self, query: RunQuery) -> list[Run]:
        from runyard.search import RUNS, find

        with self._state.lock:
            visible = [
                run.snapshot()
                for run in self._state.runs.values()
                if run.info.experiment_id in query.experiment_ids and query.view.shows(run.info.lifecycle_stage)
            ]
            return find(visible, query.filter, query.order_by, RUNS, self._as_record)

    def _as_record(self, run: Run) -> Record:
        from runyard.search import run_record

        record = self._run(run.info.run_id)
        return run_record(run, lambda key: [point.value for point in record.history(key)])


def _link(model: LoggedModel, metric: Metric) -> None:
    """Keep the latest point of each key, run and dataset."""

    def series(point: Metric) -> tuple[str | None, ...]:
        return (point.key, point.run_id, point.dataset_name, point.dataset_digest)

    rivals = [point for point in model.metrics if series(point) == series(metric)]
    others = [point for point in model.metrics if series(point) != series(metric)]
    model.metrics = [*others, max((*rivals, metric), key=lambda point: point.order)]


def _restrict(model: LoggedModel, datasets: Iterable[tuple[str, str | None]]) -> LoggedModel:
    """Return the model with no other metrics than those that were measured on one of these datasets."""
    metrics = [
        metric
        for metric in model.metrics
        if any(metric.dataset_name == name and digest in (None, metric.dataset_digest) for name, digest in datasets)
    ]
    return replace(model, metrics=metrics)
