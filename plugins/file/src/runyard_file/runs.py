"""Runs: one folder each below their experiment, in place also when they are deleted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from msgspec.structs import replace

from runyard.entities import LoggedModelOutput, Metric, MetricSeries, Page, Run, RunData, RunInfo, RunStatus, RunTag
from runyard.entities.ids import new_run_id
from runyard.errors import StorageFailure
from runyard.tracking.requests import HistoryQuery, NewRun, RunBatch, RunInputsBatch, RunUpdate, SeriesQuery
from runyard.uris import StoreURI
from runyard_file.base import artifact_folder, change_meta, deleted, now
from runyard_file.files import discard_folder, ensure_folder, refused, write_new
from runyard_file.index import Folder, Index, direct, signature
from runyard_file.infos import ACTIVE, DELETED, RUN_NAME_TAG, run_meta
from runyard_file.inputs import add_inputs, add_outputs, inputs_of, outputs_of
from runyard_file.layout import ARTIFACTS, METRICS, PARAMS, TAGS
from runyard_file.meta import META, dump_meta
from runyard_file.models import LoggedModelStore
from runyard_file.points import append_points, read_points
from runyard_file.values import add_params, check_names, delete_value, is_key, replace_values

__all__ = ["RunStore", "info_of", "read_run"]

_REMEMBERED = 10_000


class RunStore(LoggedModelStore):
    """The part of the store that keeps runs."""

    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        super().__init__(uri, artifact_root)
        # Folder of a run, and the signature that its meta.yaml had when the run was active.
        self._active_runs: dict[str, tuple[str, int]] = {}

    def close(self) -> None:
        super().close()
        self._active_runs.clear()

    def create_run(self, run: NewRun) -> Run:
        experiment = self._active_experiment(run.experiment_id)
        run_id = new_run_id()
        info = RunInfo(
            run_id=run_id,
            run_name=run.run_name,
            experiment_id=run.experiment_id,
            user_id=run.user_id,
            status=RunStatus.RUNNING.name,
            start_time=run.start_time,
            artifact_uri=artifact_folder(self._location(experiment), run_id, ARTIFACTS),
        )
        tags = {tag.key: tag.value for tag in run.tags}
        tags.setdefault(RUN_NAME_TAG, run.run_name)
        folder = f"{experiment}/{run_id}"
        _write_run(folder, info, tags)
        self._layout.remember_run(run_id, folder)
        return Run(info=info, data=RunData(tags=tags))

    def get_run(self, run_id: str) -> Run:
        folder = self._layout.run(run_id)
        return read_run(
            direct(folder), self._info(folder), Index(os.path.dirname(folder), tolerant=False, stored=False)
        )

    def update_run(self, update: RunUpdate) -> RunInfo:
        folder = self._active_run(update.run_id)
        changes: dict[str, object] = {}
        if update.status is not None:
            changes["status"] = int(RunStatus.from_string(update.status))
        if update.end_time is not None:
            changes["end_time"] = update.end_time
        if update.run_name is not None:
            changes["run_name"] = update.run_name
            replace_values(folder, {RUN_NAME_TAG: update.run_name})
        if changes:
            change_meta(folder, f"run {update.run_id!r}", **changes)
        return self._info(folder)

    def delete_run(self, run_id: str) -> None:
        self._move_run(run_id, DELETED, now())

    def restore_run(self, run_id: str) -> None:
        self._move_run(run_id, ACTIVE, None)

    def log_batch(self, batch: RunBatch) -> None:
        """As the contract says; a medium that refuses midway leaves the values that were written before.

        A point that names a logged model is also recorded there.
        """
        run_id = batch.run_id
        folder = self._active_run(run_id)
        models: dict[str, list[Metric]] = {}
        for metric in batch.metrics:
            if metric.model_id:
                models.setdefault(metric.model_id, []).append(metric)
        if len(batch.params) + len(batch.metrics) + len(batch.tags) > 1:
            check_names(f"{folder}/{PARAMS}", [param.key for param in batch.params])
            check_names(f"{folder}/{METRICS}", {metric.key for metric in batch.metrics})
            check_names(f"{folder}/{TAGS}", [tag.key for tag in batch.tags])
        model_folders = {model_id: self._active_model(model_id) for model_id in models}
        if batch.params:
            add_params(folder, [(param.key, param.value) for param in batch.params], f"run {run_id!r}")
        if batch.metrics:
            append_points(f"{folder}/{METRICS}", batch.metrics, folder)
            for model_id, points in models.items():
                model = model_folders[model_id]
                append_points(f"{model}/{METRICS}", points, model, run_id)
        if batch.tags:
            self._set_tags(run_id, folder, batch.tags)

    def delete_tag(self, run_id: str, key: str) -> None:
        delete_value(self._active_run(run_id), key, f"run {run_id!r}")

    def metric_history(self, query: HistoryQuery) -> Page[Metric]:
        folder = self._layout.run(query.run_id)
        points: list[Metric] = []
        if is_key(query.key):
            with suppress(FileNotFoundError):
                points = read_points(f"{folder}/{METRICS}/{query.key}", query.key, query.run_id)
        return Page.cut(points, query.max_results, query.page_token)

    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        from runyard.tracking.sampling import downsample
        from runyard_file.series import read_series

        found: list[MetricSeries] = []
        for run_id in query.run_ids:
            folder = self._layout.run(run_id)
            for key in query.keys:
                with suppress(FileNotFoundError):
                    series = downsample(read_series(f"{folder}/{METRICS}/{key}", key, run_id), query)
                    if series is not None:
                        found.append(series)
        return found

    def log_inputs(self, inputs: RunInputsBatch) -> None:
        add_inputs(self._active_run(inputs.run_id), inputs.datasets, inputs.models)

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        folder = self._active_run(run_id)
        for model in models:
            self._layout.check(model.model_id, "logged model")
        add_outputs(folder, models)

    # what the methods above stand on

    def _active_run(self, run_id: str) -> str:
        """Return the folder of a run that may be changed.

        Raises:
            NotFound: There is none of that id.
            InvalidState: It is deleted.
        """
        known = self._active_runs.get(run_id)
        if known is not None:
            folder, seen = known
            try:
                if signature(os.stat(f"{folder}/{META}")) == seen:
                    return folder
            except OSError:
                pass  # moved or removed: looked for below, where it is missed by name
        folder = self._layout.run(run_id)
        path = f"{folder}/{META}"
        try:
            seen = signature(os.stat(path))
        except OSError as error:
            refused(path, error, "read")
        info = self._info(folder)
        if info.lifecycle_stage != ACTIVE:
            raise deleted(f"run {run_id!r}")
        if len(self._active_runs) >= _REMEMBERED:
            self._active_runs.clear()
        self._active_runs[run_id] = (folder, seen)
        return folder

    def _info(self, folder: str) -> RunInfo:
        """Return what identifies a run that was found a moment ago."""
        info = info_of(direct(folder))
        if info is None:
            raise self._layout.missing("run", os.path.basename(folder))
        return info

    def _set_tags(self, run_id: str, folder: str, tags: Sequence[RunTag]) -> None:
        replace_values(folder, [(tag.key, tag.value) for tag in tags])
        for tag in tags:
            if tag.key == RUN_NAME_TAG:
                change_meta(folder, f"run {run_id!r}", run_name=tag.value)

    def _move_run(self, run_id: str, lifecycle_stage: str, time: int | None) -> None:
        folder = self._layout.run(run_id)
        if self._info(folder).lifecycle_stage != lifecycle_stage:
            change_meta(folder, f"run {run_id!r}", lifecycle_stage=lifecycle_stage, deleted_time=time)


def _write_run(folder: str, info: RunInfo, tags: dict[str, str]) -> None:
    """Write a new run; it is there once its ``meta.yaml`` is, and leaves nothing when it cannot be written.

    Raises:
        StorageFailure: It cannot be written.
    """
    try:
        os.mkdir(folder)
        for name in (METRICS, PARAMS, ARTIFACTS, TAGS):
            os.mkdir(f"{folder}/{name}")
        for key, value in tags.items():
            if "/" in key:
                ensure_folder(os.path.dirname(f"{folder}/{TAGS}/{key}"))
            write_new(f"{folder}/{TAGS}/{key}", value)
        write_new(f"{folder}/{META}.new", dump_meta(run_meta(info)))
        os.rename(f"{folder}/{META}.new", f"{folder}/{META}")
    except BaseException as error:
        discard_folder(folder)
        if isinstance(error, OSError) and not isinstance(error, StorageFailure):
            refused(folder, error, "create")
        raise


def info_of(run: Folder) -> RunInfo | None:
    """Return what identifies a run; `None` where there is none.

    Raises:
        DataDamaged: Its ``meta.yaml`` cannot be understood.
    """
    info = run.info()
    if info is not None and not info.run_name:
        return replace(info, run_name=run.text(f"{TAGS}/{RUN_NAME_TAG}") or "")
    return info


def read_run(run: Folder, info: RunInfo, index: Index) -> Run:
    """Return a run with its data, inputs and outputs.

    Args:
        run: Its folder.
        info: What identifies it.
        index: Its experiment's, for the datasets.
    """
    summaries = ((key, run.summary(key)) for key in run.keys(METRICS))
    return Run(
        info=replace(info),
        data=RunData(
            latest_metrics=[summary.metric(key, info.run_id) for key, summary in summaries if summary is not None],
            params=run.values(PARAMS),
            tags=run.values(TAGS),
        ),
        inputs=inputs_of(run, index),
        outputs=outputs_of(run),
    )
