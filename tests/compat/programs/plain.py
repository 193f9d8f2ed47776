"""What both systems give to programs, as JSON: objects by the fields that they have in common."""

from __future__ import annotations

import json
from enum import Enum

FIELDS = {
    "Experiment": "experiment_id name artifact_location lifecycle_stage tags creation_time last_update_time",
    "Run": "info data inputs outputs",
    "RunInfo": "run_id run_name experiment_id user_id status start_time end_time artifact_uri lifecycle_stage",
    "RunData": "metrics params tags",
    "RunInputs": "dataset_inputs model_inputs",
    "RunOutputs": "model_outputs",
    "DatasetInput": "dataset tags",
    "Dataset": "name digest source_type source schema profile",
    "InputTag": "key value",
    "LoggedModelInput": "model_id",
    "LoggedModelOutput": "model_id step",
    "Metric": "key value timestamp step",
    "FileInfo": "path is_dir file_size",
    "LoggedModel": (
        "model_id experiment_id name artifact_location creation_timestamp last_updated_timestamp model_type "
        "source_run_id status status_message tags params metrics model_uri"
    ),
    "ModelMetric": "key value timestamp step run_id dataset_name dataset_digest",
    "RegisteredModel": "name creation_timestamp last_updated_timestamp description latest_versions tags aliases",
    "ModelVersion": (
        "name version creation_timestamp last_updated_timestamp description user_id current_stage source run_id status "
        "status_message tags run_link aliases"
    ),
}

# A text that is not there is empty over HTTP and in runyard, and None in the folders of MLflow.
EMPTY = ("description", "user_id", "status_message", "run_link", "run_id", "model_type")


def plain(thing: object, kind: str | None = None) -> object:
    """Return what JSON can hold: floats as text, because NaN equals nothing; lists that are no tuples in order."""
    if thing is None or (isinstance(thing, (bool, int, str)) and not isinstance(thing, Enum)):
        return thing
    if isinstance(thing, float):
        return repr(thing)
    if isinstance(thing, Enum):
        return thing.value if isinstance(thing.value, str) else thing.name
    if isinstance(thing, dict):
        return {key: plain(value) for key, value in sorted(thing.items())}
    if isinstance(thing, tuple):
        return [plain(item, kind) for item in thing]
    if isinstance(thing, list) or (kind is None and type(thing).__name__ not in FIELDS):
        return sorted((plain(item, kind) for item in thing), key=json.dumps)
    kind = kind or type(thing).__name__
    # Older releases lack some.
    fields = {name: getattr(thing, name, None) for name in FIELDS[kind].split()}
    if kind == "LoggedModel":
        fields["metrics"] = plain(fields["metrics"] or [], "ModelMetric")
    if kind in ("LoggedModel", "RegisteredModel", "ModelVersion"):
        fields |= {name: fields[name] or "" for name in EMPTY if name in fields}
    if kind == "ModelVersion":
        fields["version"] = str(fields["version"])
    if kind == "RegisteredModel":
        fields["aliases"] = {alias: str(version) for alias, version in fields["aliases"].items()}
    return {name: plain(value) for name, value in fields.items()}
