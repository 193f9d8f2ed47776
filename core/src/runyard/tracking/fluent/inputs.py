"""Linking the active run to the data and models that it reads, and to the models that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.entities import DatasetInput, InputTag
from runyard.errors import InvalidInput
from runyard.tracking import active
from runyard.tracking.fluent.runs import active_frame
from runyard.tracking.requests import RunInputsBatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runyard.data.dataset import Dataset
    from runyard.entities import LoggedModelInput, LoggedModelOutput

__all__ = ["log_input", "log_inputs", "log_outputs"]

CONTEXT = "mlflow.data.context"
"""The tag of an input that says what the data was for."""


def log_input(
    dataset: Dataset | None = None,
    context: str | None = None,
    tags: Mapping[str, Any] | None = None,
    model: LoggedModelInput | None = None,
) -> None:
    """Link the active run to a dataset or a logged model that it reads; without a run, one is started.

    Args:
        dataset: The data, from `runyard.data`.
        context: What it is for, such as ``train``.
        tags: Further tags of the link.
        model: A logged model.

    Raises:
        InvalidInput: Something of the dataset or a tag is too long.
    """
    log_inputs([dataset], [context], [tags], [model])


def log_inputs(
    datasets: Sequence[Dataset | None] | None = None,
    contexts: Sequence[str | None] | None = None,
    tags_list: Sequence[Mapping[str, Any] | None] | None = None,
    models: Sequence[LoggedModelInput | None] | None = None,
) -> None:
    """Link the active run to several datasets and logged models that it reads, all or none.

    Args:
        datasets: The data, from `runyard.data`.
        contexts: What each is for; nothing is said when absent.
        tags_list: Further tags of each link; none when absent.
        models: Logged models.

    Raises:
        InvalidInput: The lists differ in length, or something of a dataset or a tag is too long.
    """
    items = list(datasets or ())
    purposes, tags = _as_long(items, contexts, "contexts"), _as_long(items, tags_list, "tags_list")
    inputs = []
    for dataset, purpose, further in zip(items, purposes, tags, strict=True):
        if dataset is None:
            continue
        texts = {key: str(value) for key, value in (further or {}).items()}
        if purpose is not None:
            texts[CONTEXT] = purpose
        inputs.append(DatasetInput(dataset.to_entity(), [InputTag(key, value) for key, value in texts.items()]))
    frame = active_frame()
    read = [model for model in models or () if model is not None]
    frame.store.log_inputs(RunInputsBatch.checked(frame.run_id, inputs, read))


def _as_long(items: Sequence[Any], values: Sequence[Any] | None, what: str) -> Sequence[Any]:
    if values is None:
        return [None] * len(items)
    if len(values) != len(items):
        raise InvalidInput(f"There are {len(items)} datasets, but {len(values)} {what}.")
    return values


def log_outputs(models: Sequence[LoggedModelOutput] | None = None) -> None:
    """Link the active run to logged models that it made; its metrics of their step are linked to them from now on."""
    frame = active_frame()
    made = list(models or ())
    frame.store.log_outputs(frame.run_id, made)
    active.note_outputs(frame.run_id, made)
