"""What is in the trash of the memory store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runyard.entities import Experiment, LifecycleStage, LoggedModel, TrashItem, TrashKind
from runyard.testing.memory.runs import RunRecord

DELETED = str(LifecycleStage.DELETED)


def trash(
    experiments: Mapping[str, Experiment], runs: Iterable[RunRecord], models: Iterable[LoggedModel]
) -> list[TrashItem]:
    """Return what is deleted, or in an experiment that is, in the order of a look into the trash."""
    gone = {key: each for key, each in experiments.items() if each.lifecycle_stage == DELETED}
    items = (*_runs(gone, runs), *_models(gone, models), *_experiments(gone))
    return sorted(items, key=lambda item: (item.kind.rank, item.id))


def _runs(gone: Mapping[str, Experiment], runs: Iterable[RunRecord]) -> Iterator[TrashItem]:
    for run in runs:
        experiment = gone.get(run.info.experiment_id)
        if run.info.lifecycle_stage == DELETED or experiment is not None:
            yield TrashItem(
                kind=TrashKind.RUN,
                id=run.info.run_id,
                name=run.info.run_name,
                experiment_id=run.info.experiment_id,
                artifact_location=run.info.artifact_uri,
                deleted_time=run.deleted_time or (experiment.last_update_time if experiment else None),
            )


def _models(gone: Mapping[str, Experiment], models: Iterable[LoggedModel]) -> Iterator[TrashItem]:
    for model in models:
        deleted, experiment = model.lifecycle_stage == DELETED, gone.get(model.experiment_id)
        if deleted or experiment is not None:
            yield TrashItem(
                kind=TrashKind.LOGGED_MODEL,
                id=model.model_id,
                name=model.name,
                experiment_id=model.experiment_id,
                artifact_location=model.artifact_location,
                deleted_time=model.last_updated_timestamp
                if deleted or experiment is None
                else experiment.last_update_time,
            )


def _experiments(gone: Mapping[str, Experiment]) -> Iterator[TrashItem]:
    for experiment in gone.values():
        yield TrashItem(
            kind=TrashKind.EXPERIMENT,
            id=experiment.experiment_id,
            name=experiment.name,
            experiment_id=experiment.experiment_id,
            artifact_location=experiment.artifact_location,
            deleted_time=experiment.last_update_time,
        )
