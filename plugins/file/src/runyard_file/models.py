"""Logged models: one folder each below ``models`` in their experiment, in place also when they are deleted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from runyard.entities import LoggedModel, LoggedModelStatus, Metric, Page
from runyard.entities.ids import new_model_id
from runyard.errors import DataDamaged, NotFound
from runyard.tracking.requests import LoggedModelQuery, NewLoggedModel
from runyard_file.base import artifact_folder, change_meta, now
from runyard_file.experiments import ExperimentStore
from runyard_file.files import discard_folder, ensure_folder, replace_text
from runyard_file.index import Folder, direct
from runyard_file.infos import ACTIVE, DELETED, model_from, model_meta
from runyard_file.layout import ARTIFACTS, METRICS, MODELS, PARAMS, TAGS, folders
from runyard_file.meta import META, dump_meta
from runyard_file.points import read_points
from runyard_file.reports import warn_once
from runyard_file.values import add_params, delete_value, keys, replace_values

__all__ = ["LoggedModelStore", "read_model_info"]


class LoggedModelStore(ExperimentStore):
    """The part of the store that keeps logged models."""

    def create_logged_model(self, model: NewLoggedModel) -> LoggedModel:
        experiment = self._active_experiment(model.experiment_id)
        model_id, time = new_model_id(), now()
        made = LoggedModel(
            model_id=model_id,
            experiment_id=model.experiment_id,
            name=model.name or f"model-{model_id[2:10]}",
            artifact_location=artifact_folder(self._location(experiment), MODELS, model_id, ARTIFACTS),
            creation_timestamp=time,
            last_updated_timestamp=time,
            model_type=model.model_type,
            source_run_id=model.source_run_id,
            status=LoggedModelStatus.PENDING.value,
            tags=dict(model.tags),
            params=dict(model.params),
        )
        folder = f"{experiment}/{MODELS}/{model_id}"
        try:
            for name in (METRICS, PARAMS):
                ensure_folder(f"{folder}/{name}")
            add_params(folder, model.params.items(), f"logged model {model_id!r}")
            replace_values(folder, model.tags)
            replace_text(f"{folder}/{META}", dump_meta(model_meta(made)))
        except BaseException:
            discard_folder(folder)
            raise
        return made

    def get_logged_model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        model = _read_model(direct(self._layout.model(model_id)))
        if model is None or not (allow_deleted or model.lifecycle_stage == ACTIVE):
            raise self._layout.missing("logged model", model_id)
        return model

    def finalize_logged_model(self, model_id: str, status: str) -> LoggedModel:
        self._change_model(model_id, status=LoggedModelStatus.parse(status).to_int())
        return self.get_logged_model(model_id)

    def delete_logged_model(self, model_id: str) -> None:
        self._change_model(model_id, lifecycle_stage=DELETED)

    def search_logged_models(self, query: LoggedModelQuery) -> Page[LoggedModel]:
        from runyard.search import LOGGED_MODELS, find, logged_model_record

        seen = {model.model_id: model for model in self._models_in_view(query)}
        visible = [restricted for model in seen.values() if (restricted := _restrict(model, query.datasets))]
        found = find(visible, query.filter, query.order_by, LOGGED_MODELS, logged_model_record)
        page = Page.cut(found, query.max_results, query.page_token)
        return Page([seen[model.model_id] for model in page], page.token)

    def log_logged_model_params(self, model_id: str, params: Mapping[str, str]) -> None:
        add_params(self._active_model(model_id), params.items(), f"logged model {model_id!r}")

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, str]) -> None:
        replace_values(self._active_model(model_id), tags)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        delete_value(self._active_model(model_id), key, f"logged model {model_id!r}")

    # what the methods above stand on

    def _active_model(self, model_id: str) -> str:
        folder = self._layout.model(model_id)
        model = read_model_info(direct(folder))
        if model is None or model.lifecycle_stage != ACTIVE:
            raise self._layout.missing("logged model", model_id)
        return folder

    def _change_model(self, model_id: str, **changes: object) -> None:
        folder = self._active_model(model_id)
        change_meta(folder, f"logged model {model_id!r}", last_updated_timestamp=now(), **changes)

    def _models_in_view(self, query: LoggedModelQuery) -> Iterator[LoggedModel]:
        for experiment_id in dict.fromkeys(query.experiment_ids):
            try:
                index = self._index(self._layout.experiment(experiment_id))
            except NotFound:
                continue
            names = folders(f"{index.path}/{MODELS}")
            for name in names:
                folder = index.folder(f"{MODELS}/{name}")
                try:
                    model = _read_model(folder)
                except DataDamaged as error:
                    warn_once(folder.path, f"{error} The logged model is left out.")
                    continue
                if model is not None and model.lifecycle_stage == ACTIVE:
                    yield model
            index.forget_others(names, f"{MODELS}/")
            index.save()


def read_model_info(model: Folder) -> LoggedModel | None:
    """Return a logged model without tags, params and metrics; `None` where there is none.

    Raises:
        DataDamaged: Its ``meta.yaml`` cannot be understood.
    """
    meta = model.meta()
    experiment, model_id = os.path.dirname(os.path.dirname(model.path)), os.path.basename(model.path)
    if meta is None:
        return None
    return model_from(f"{model.path}/{META}", meta, model_id, os.path.basename(experiment))


def _read_model(folder: Folder) -> LoggedModel | None:
    """Return a logged model; `None` where there is none.

    Raises:
        DataDamaged: One of its files cannot be understood.
    """
    model = read_model_info(folder)
    if model is not None:
        model.tags = folder.values(TAGS)
        model.params = folder.values(PARAMS)
        metrics = f"{folder.path}/{METRICS}"
        model.metrics = [
            point
            for key in keys(metrics)
            for point in _latest(read_points(f"{metrics}/{key}", key, None, model.model_id))
        ]
    return model


def _latest(points: list[Metric]) -> list[Metric]:
    """Return the latest point of each run and dataset."""
    latest: dict[tuple[str | None, ...], Metric] = {}
    for point in points:
        series = (point.run_id, point.dataset_name, point.dataset_digest)
        if series not in latest or point.order > latest[series].order:
            latest[series] = point
    return [*latest.values()]


def _restrict(model: LoggedModel, datasets: tuple[tuple[str, str | None], ...]) -> LoggedModel | None:
    """Return the model with those metrics that were measured on one of the datasets, `None` if there are none."""
    if not datasets:
        return model
    metrics = [
        metric
        for metric in model.metrics
        if any(metric.dataset_name == name and digest in (None, metric.dataset_digest) for name, digest in datasets)
    ]
    return replace(model, metrics=metrics) if metrics else None
