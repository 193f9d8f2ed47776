"""The edges between a run and the datasets and logged models that it read and made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from runyard.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    RunInputs,
    RunOutputs,
)
from runyard_file.files import create_text
from runyard_file.index import Folder, Index
from runyard_file.layout import DATASETS, INPUTS, OUTPUTS, folders
from runyard_file.meta import META, dump_meta, text_or_none
from runyard_file.reports import warn_once

__all__ = ["add_inputs", "add_outputs", "dataset_inputs", "inputs_of", "outputs_of"]


def _fingerprint(*parts: str) -> str:
    import hashlib

    # Other programs find these folders by the same sum; nothing depends on its strength.
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def add_inputs(run: str, datasets: Iterable[DatasetInput], models: Iterable[LoggedModelInput]) -> None:
    """Link a run to what it read; what is linked already stays as it is.

    Args:
        run: The folder of the run.
        datasets: Datasets with the tags of the link.
        models: Logged models.

    Raises:
        StorageFailure: A file cannot be written; the links before it were made.
    """
    experiment, run_id = os.path.split(run)
    for item in datasets:
        dataset = item.dataset
        dataset_id = _fingerprint(dataset.name, dataset.digest)
        _write_once(f"{experiment}/{DATASETS}/{dataset_id}", _dataset_meta(dataset), experiment)
        tags = {tag.key: tag.value for tag in item.tags}
        _add_input(run, run_id, "DATASET", dataset_id, tags)
    for model in models:
        _add_input(run, run_id, "MODEL", model.model_id, {})


def _add_input(run: str, run_id: str, source_type: str, source_id: str, tags: dict[str, str]) -> None:
    meta = {
        "destination_id": source_id,  # not the run: so the reference writes it, and readers may rely on it
        "destination_type": "RUN",
        "source_id": source_id,
        "source_type": source_type,
        "tags": tags,
    }
    _write_once(f"{run}/{INPUTS}/{_fingerprint(source_id, run_id)}", meta, run)


def add_outputs(run: str, models: Iterable[LoggedModelOutput]) -> None:
    """Link a run to the logged models that it made; what is linked already stays as it is.

    Raises:
        StorageFailure: A file cannot be written; the links before it were made.
    """
    for model in models:
        meta = {
            "destination_id": model.model_id,
            "destination_type": "MODEL_OUTPUT",
            "source_id": model.model_id,
            "source_type": "RUN_OUTPUT",
            "step": model.step,
            "tags": {},
        }
        _write_once(f"{run}/{OUTPUTS}/{model.model_id}", meta, run)


def _write_once(folder: str, meta: dict[str, Any], owner: str) -> None:
    path = f"{folder}/{META}"
    if not os.path.exists(path):
        create_text(path, dump_meta(meta), staging=owner)


def _dataset_meta(dataset: Dataset) -> dict[str, Any]:
    return {
        "digest": dataset.digest,
        "name": dataset.name,
        "profile": dataset.profile,
        "schema": dataset.schema,
        "source": dataset.source,
        "source_type": dataset.source_type,
    }


def inputs_of(run: Folder, index: Index) -> RunInputs:
    """Return what a run read."""
    links = _links(run, INPUTS)
    models = [
        LoggedModelInput(str(link["source_id"]))
        for link in links
        if link.get("source_type") in ("MODEL", "RUN_INPUT") and link.get("source_id")
    ]
    return RunInputs(dataset_inputs=_datasets(links, run, index), model_inputs=models)


def dataset_inputs(run: Folder, index: Index) -> list[DatasetInput]:
    """Return the datasets that a run read."""
    return _datasets(_links(run, INPUTS), run, index)


def _datasets(links: Iterable[dict[str, Any]], run: Folder, index: Index) -> list[DatasetInput]:
    found = []
    for link in links:
        if link.get("source_type") == "DATASET":
            name = f"{DATASETS}/{os.path.basename(str(link.get('source_id')))}"
            meta = index.folder(name).meta(META)
            if meta is None:
                warn_once(
                    run.path,
                    f"The run in {run.path!r} read a dataset that is missing: {index.path}/{name}. It is left out.",
                )
                continue
            tags = link.get("tags")
            pairs = tags.items() if isinstance(tags, dict) else ()
            found.append(DatasetInput(_dataset(meta), [InputTag(str(key), str(value)) for key, value in pairs]))
    return found


def _dataset(meta: dict[str, Any]) -> Dataset:
    return Dataset(
        name=text_or_none(meta, "name") or "",
        digest=text_or_none(meta, "digest") or "",
        source_type=text_or_none(meta, "source_type") or "",
        source=text_or_none(meta, "source") or "",
        schema=text_or_none(meta, "schema"),
        profile=text_or_none(meta, "profile"),
    )


def outputs_of(run: Folder) -> RunOutputs:
    """Return what a run made."""
    return RunOutputs(
        model_outputs=[
            LoggedModelOutput(str(link["destination_id"]), step if type(step := link.get("step")) is int else 0)
            for link in _links(run, OUTPUTS)
            if link.get("destination_type") == "MODEL_OUTPUT" and link.get("destination_id")
        ]
    )


def _links(run: Folder, kind: str) -> list[dict[str, Any]]:
    metas = (run.meta(f"{kind}/{name}/{META}") for name in sorted(folders(f"{run.path}/{kind}")))
    return [meta for meta in metas if meta is not None]
