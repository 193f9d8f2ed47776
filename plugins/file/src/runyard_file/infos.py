"""Runs, experiments and logged models as the mappings of their ``meta.yaml`` files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runyard.entities import Experiment, LoggedModel, LoggedModelStatus, RunInfo, RunStatus
from runyard.errors import DataDamaged, InvalidInput
from runyard_file.meta import read_meta, text_or_none, whole_number

__all__ = [
    "ACTIVE",
    "DELETED",
    "experiment_from",
    "experiment_meta",
    "model_from",
    "model_meta",
    "read_info",
    "run_meta",
]

ACTIVE, DELETED = "active", "deleted"
RUN_NAME_TAG = "mlflow.runName"

# Fields that are no longer used and that readers of old releases ask for.
_CONSTANTS: dict[str, Any] = {
    "source_type": 4,
    "source_name": "",
    "source_version": "",
    "entry_point_name": "",
    "tags": [],
}


def run_meta(info: RunInfo) -> dict[str, Any]:
    """Return the contents of a new run's ``meta.yaml``."""
    return {
        **_CONSTANTS,
        "artifact_uri": info.artifact_uri,
        "deleted_time": None,
        "end_time": info.end_time,
        "experiment_id": info.experiment_id,
        "lifecycle_stage": info.lifecycle_stage,
        "run_id": info.run_id,
        "run_name": info.run_name,
        "start_time": info.start_time,
        "status": int(RunStatus[info.status]),
        "user_id": info.user_id,
    }


def read_info(path: str) -> RunInfo:
    """Return the run that a ``meta.yaml`` describes; fields that old releases did not write get defaults.

    Args:
        path: The file; the names of the two folders above are the ids of the run and its experiment.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: It cannot be understood, or belongs to another run or experiment.
        StorageFailure: It cannot be read.
    """
    content = read_meta(path)
    experiment_id, run_id = path.split("/")[-3:-1]
    own_id = text_or_none(content, "run_id") or text_or_none(content, "run_uuid")
    if own_id != run_id:
        raise DataDamaged(f"{path!r} is damaged: it describes the run {own_id!r} and lies in the folder {run_id!r}.")
    _check_experiment(path, content, experiment_id)
    return RunInfo(
        run_id=run_id,
        run_name=text_or_none(content, "run_name") or text_or_none(content, "name") or "",
        experiment_id=experiment_id,
        user_id=text_or_none(content, "user_id") or "",
        status=_run_status(path, content),
        start_time=whole_number(path, content, "start_time"),
        end_time=whole_number(path, content, "end_time"),
        artifact_uri=text_or_none(content, "artifact_uri") or "",
        lifecycle_stage=stage(content),
    )


def experiment_meta(experiment: Experiment) -> dict[str, Any]:
    """Return the contents of a new experiment's ``meta.yaml``."""
    return {
        "artifact_location": experiment.artifact_location,
        "creation_time": experiment.creation_time,
        "experiment_id": experiment.experiment_id,
        "last_update_time": experiment.last_update_time,
        "lifecycle_stage": experiment.lifecycle_stage,
        "name": experiment.name,
    }


def experiment_from(path: str, content: Mapping[str, Any], experiment_id: str, *, in_trash: bool) -> Experiment:
    """Return the experiment that a ``meta.yaml`` describes, without its tags.

    Args:
        path: The file, for messages.
        content: What it holds.
        experiment_id: The name of its folder.
        in_trash: Whether that is in the trash.

    Raises:
        DataDamaged: It belongs to another experiment, or a field has no sense.
    """
    _check_experiment(path, content, experiment_id)
    return Experiment(
        experiment_id=experiment_id,
        name=text_or_none(content, "name") or "",
        artifact_location=text_or_none(content, "artifact_location") or "",
        lifecycle_stage=DELETED if in_trash else stage(content),
        tags={},
        creation_time=whole_number(path, content, "creation_time"),
        last_update_time=whole_number(path, content, "last_update_time"),
    )


def model_meta(model: LoggedModel) -> dict[str, Any]:
    """Return the contents of a new logged model's ``meta.yaml``."""
    return {
        "artifact_location": model.artifact_location,
        "creation_timestamp": model.creation_timestamp,
        "experiment_id": model.experiment_id,
        "last_updated_timestamp": model.last_updated_timestamp,
        "lifecycle_stage": model.lifecycle_stage,
        "model_id": model.model_id,
        "model_type": model.model_type,
        "name": model.name,
        "source_run_id": model.source_run_id,
        "status": LoggedModelStatus.parse(model.status).to_int(),
        "status_message": model.status_message,
    }


def model_from(path: str, content: Mapping[str, Any], model_id: str, experiment_id: str) -> LoggedModel:
    """Return the logged model that a ``meta.yaml`` describes, without tags, params and metrics.

    Raises:
        DataDamaged: It belongs to another model or experiment, or a field has no sense.
    """
    own_id = text_or_none(content, "model_id")
    if own_id != model_id:
        raise DataDamaged(
            f"{path!r} is damaged: it describes the logged model {own_id!r} and lies in the folder {model_id!r}."
        )
    _check_experiment(path, content, experiment_id)
    created = whole_number(path, content, "creation_timestamp") or 0
    return LoggedModel(
        model_id=model_id,
        experiment_id=experiment_id,
        name=text_or_none(content, "name") or "",
        artifact_location=text_or_none(content, "artifact_location") or "",
        creation_timestamp=created,
        last_updated_timestamp=whole_number(path, content, "last_updated_timestamp") or created,
        model_type=text_or_none(content, "model_type"),
        source_run_id=text_or_none(content, "source_run_id"),
        status=_model_status(path, content),
        status_message=text_or_none(content, "status_message"),
        lifecycle_stage=stage(content),
        tags={},
        params={},
        metrics=[],
    )


def stage(content: Mapping[str, Any]) -> str:
    """Return the lifecycle stage that a ``meta.yaml`` names."""
    return DELETED if content.get("lifecycle_stage") == DELETED else ACTIVE


def _check_experiment(path: str, content: Mapping[str, Any], experiment_id: str) -> None:
    own_id = text_or_none(content, "experiment_id")
    if own_id != experiment_id:
        raise DataDamaged(
            f"{path!r} is damaged: it belongs to the experiment {own_id!r} and lies in the folder of the experiment "
            f"{experiment_id!r}."
        )


def _run_status(path: str, content: Mapping[str, Any]) -> str:
    value = content.get("status", RunStatus.RUNNING)
    try:
        return RunStatus[value.upper()].name if isinstance(value, str) else RunStatus(value).name
    except (KeyError, ValueError):
        raise _no_status(path, value) from None


def _model_status(path: str, content: Mapping[str, Any]) -> str:
    value = content.get("status", LoggedModelStatus.READY)
    try:
        return (LoggedModelStatus.parse(value) if isinstance(value, str) else LoggedModelStatus.from_int(value)).value
    except (InvalidInput, TypeError):
        raise _no_status(path, value) from None


def _no_status(path: str, value: object) -> DataDamaged:
    return DataDamaged(f"{path!r} is damaged: {value!r} is no status.")
