"""Logging a model: its files are stored as a logged model, and the run that made it is linked to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runyard.entities import LoggedModel, LoggedModelOutput, Metric, Run
from runyard.models.mlmodel import MLMODEL, MLModel
from runyard.models.saving import Details, write_model

if TYPE_CHECKING:
    from runyard.models.flavor import Flavor
    from runyard.models.info import ModelInfo
    from runyard.tracking.store import TrackingStore

__all__ = ["Destination", "log"]


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where a logged model goes, and what it gets beside its files.

    Attributes:
        name: What it is called.
        params: Its params, beside those of the run.
        tags: Its tags.
        model_type: A free word for what it is.
        step: The step of the run that it was made at.
        model_id: A logged model that was made before, instead of a new one.
        run_id: The run that makes it, instead of the active one.
        registered_model_name: The registered model that gets a version of it.
    """

    name: str = "model"
    params: Mapping[str, Any] = {}
    tags: Mapping[str, Any] = {}
    model_type: str | None = None
    step: int = 0
    model_id: str | None = None
    run_id: str | None = None
    registered_model_name: str | None = None


def log(
    flavor: Flavor, model: Any, details: Details, options: Mapping[str, Any], destination: Destination
) -> ModelInfo:
    """Save a model to a private folder, store that as a logged model, and register it if asked.

    Nothing reaches the store before the model is saved; a logged model whose files cannot be stored becomes ``FAILED``.
    """
    import tempfile

    from runyard.entities.limits import check_logged_model_name, check_model_name

    check_logged_model_name(destination.name)
    if destination.registered_model_name is not None:
        check_model_name(destination.registered_model_name)
    with tempfile.TemporaryDirectory(prefix="runyard-model-") as temporary:
        folder = Path(temporary)
        described = write_model(flavor, model, folder, details, options)
        store, run = _source(destination.run_id)
        logged = _create(store, run, destination)
        try:
            _store_files(described, folder, logged, run, store)
        except BaseException:
            store.finalize_logged_model(logged.model_id, "FAILED")
            raise
    store.finalize_logged_model(logged.model_id, "READY")
    if run is not None:
        _link(store, run, logged.model_id, destination.step)
    version = _register(logged, destination)
    logged = store.get_logged_model(logged.model_id)
    return described.get_model_info(
        model_uri=logged.model_uri,
        name=logged.name,
        params=logged.params,
        metrics=logged.metrics,
        tags=logged.tags,
        creation_timestamp=logged.creation_timestamp,
        registered_model_version=version,
    )


def _source(run_id: str | None) -> tuple[TrackingStore, Run | None]:
    """Return the store, and the run that makes the model as it is now: the one of an id, the active one, or none."""
    from runyard.tracking import active
    from runyard.tracking.uris import tracking_store

    frame = next((frame for frame in reversed(active.stack()) if run_id in (None, frame.run_id)), None)
    if frame is not None:
        from runyard.tracking.fluent.runs import flush_background

        flush_background(frame.run_id)
        return frame.store, frame.store.get_run(frame.run_id)
    store = tracking_store()
    return store, store.get_run(run_id) if run_id is not None else None


def _create(store: TrackingStore, run: Run | None, destination: Destination) -> LoggedModel:
    """Return the logged model that takes the files: a new one with the params of the run, or the one that was named."""
    from runyard.tracking import active
    from runyard.tracking.context import run_tags
    from runyard.tracking.fluent.experiments import active_experiment_id
    from runyard.tracking.requests import NewLoggedModel

    params = {key: str(value) for key, value in destination.params.items()}
    if destination.model_id is not None:
        if params:
            store.log_logged_model_params(destination.model_id, params)
        if destination.tags:
            store.set_logged_model_tags(destination.model_id, {k: str(v) for k, v in destination.tags.items()})
        return store.get_logged_model(destination.model_id)
    inherited = run.data.params if run is not None else {}
    logged = store.create_logged_model(
        NewLoggedModel(
            experiment_id=run.info.experiment_id if run is not None else active_experiment_id(store),
            name=destination.name,
            source_run_id=run.info.run_id if run is not None else None,
            model_type=destination.model_type,
            params={**inherited, **params},
            tags={**run_tags(), **{key: str(value) for key, value in destination.tags.items()}},
        )
    )
    active.set_last_model_id(logged.model_id)
    return logged


def _store_files(described: MLModel, folder: Path, logged: LoggedModel, run: Run | None, store: TrackingStore) -> None:
    from runyard.artifacts.repositories import open_repository
    from runyard.artifacts.transfer import upload
    from runyard.uris import ArtifactPath

    described.model_id = described.model_uuid = logged.model_id
    described.run_id = run.info.run_id if run is not None else None
    described.artifact_path = logged.artifact_location
    described.save(folder / MLMODEL)
    upload(open_repository(logged.artifact_location, store), folder, ArtifactPath())


def _link(store: TrackingStore, run: Run, model_id: str, step: int) -> None:
    """Make the model an output of the run, and the run's latest metrics of that step metrics of the model too."""
    from runyard.tracking import active
    from runyard.tracking.requests import RunBatch

    output = LoggedModelOutput(model_id, step)
    store.log_outputs(run.info.run_id, [output])
    active.note_outputs(run.info.run_id, [output])
    points: list[Metric] = [
        msgspec.structs.replace(metric, model_id=model_id, run_id=run.info.run_id)
        for metric in run.data.latest_metrics
        if metric.step == step
    ]
    if points:
        store.log_batch(RunBatch(run_id=run.info.run_id, metrics=tuple(points)))


def _register(logged: LoggedModel, destination: Destination) -> str | None:
    """Make a version of the registered model and return its number."""
    name = destination.registered_model_name
    if name is None:
        return None
    from runyard.registry.fluent import register_model

    tags = {key: str(value) for key, value in destination.tags.items()}
    return str(register_model(logged.model_uri, name, tags=tags).version)
