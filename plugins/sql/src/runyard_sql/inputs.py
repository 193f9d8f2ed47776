"""What runs read and made: datasets and logged models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from runyard.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Run,
)
from runyard.tracking.requests import RunInputsBatch
from runyard_sql.experiments import ExperimentStore
from runyard_sql.recording import find_active_run
from runyard_sql.session import Session

__all__ = ["INPUT", "OUTPUT", "InputStore", "link_datasets", "link_models"]

_FIND_DATASET = "SELECT id FROM runyard_datasets WHERE experiment_id = ? AND name = ? AND digest = ?"
_ADD_DATASET = """
INSERT INTO runyard_datasets (experiment_id, name, digest, source_type, source, "schema", profile)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (experiment_id, name, digest) DO NOTHING
"""
_LINK_DATASET = """
INSERT INTO runyard_run_datasets (run_id, dataset_id, position) VALUES (?, ?, ?)
ON CONFLICT (run_id, dataset_id) DO NOTHING
"""
_ADD_TAGS = """
INSERT INTO runyard_run_dataset_tags (run_id, dataset_id, position, "key", value) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (run_id, dataset_id, position) DO NOTHING
"""
_LINK_MODEL = """
INSERT INTO runyard_run_models (run_id, output, model_id, step, position) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (run_id, output, model_id) DO NOTHING
"""
_LAST_DATASET = "SELECT MAX(position) FROM runyard_run_datasets WHERE run_id = ?"
_LAST_MODEL = "SELECT MAX(position) FROM runyard_run_models WHERE run_id = ? AND output = ?"

_DATASET_LINKS = "SELECT run_id, position, dataset_id FROM runyard_run_datasets WHERE run_id IN (?)"
_DATASETS = """
SELECT id, name, digest, source_type, source, "schema", profile FROM runyard_datasets WHERE id IN (?)
"""
_TAGS = 'SELECT run_id, dataset_id, position, "key", value FROM runyard_run_dataset_tags WHERE run_id IN (?)'
_MODEL_LINKS = "SELECT run_id, output, position, model_id, step FROM runyard_run_models WHERE run_id IN (?)"

INPUT, OUTPUT = 0, 1


class InputStore(ExperimentStore):
    """The part of the store that keeps the inputs and outputs of runs."""

    def log_inputs(self, inputs: RunInputsBatch) -> None:
        def link(session: Session) -> None:
            run, experiment = find_active_run(session, inputs.run_id)
            if inputs.datasets:
                link_datasets(session, run, experiment, inputs.datasets)
            link_models(session, run, INPUT, ((model.model_id, 0) for model in inputs.models))

        self._database.write(link)

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        def link(session: Session) -> None:
            run, _ = find_active_run(session, run_id)
            link_models(session, run, OUTPUT, ((model.model_id, model.step) for model in models))

        self._database.write(link)

    # what runs are put together with

    def _add_datasets(self, session: Session, runs: Mapping[int, Run]) -> None:
        """Put the dataset inputs into runs, which are given by their numbers."""
        links = sorted(session.of_each(_DATASET_LINKS, runs))
        if not links:
            return
        # Each dataset once: runs share them, and their schemas and profiles are long.
        datasets = {
            number: Dataset(
                name=name, digest=digest, source_type=source_type, source=source, schema=schema, profile=profile
            )
            for number, name, digest, source_type, source, schema, profile in session.of_each(
                _DATASETS, {dataset for _, _, dataset in links}
            )
        }
        tags: dict[tuple[int, int], list[InputTag]] = {}
        for run, dataset, _, key, value in sorted(session.of_each(_TAGS, {run for run, _, _ in links})):
            tags.setdefault((run, dataset), []).append(InputTag(key, value))
        for run, _, dataset in links:
            runs[run].inputs.dataset_inputs.append(DatasetInput(datasets[dataset], tags.get((run, dataset), [])))

    def _add_models(self, session: Session, runs: Mapping[int, Run]) -> None:
        """Put the logged models that were read and made into runs, which are given by their numbers."""
        for number, output, _, model_id, step in sorted(session.of_each(_MODEL_LINKS, runs)):
            run = runs[number]
            if output == OUTPUT:
                run.outputs.model_outputs.append(LoggedModelOutput(model_id, step))
            else:
                run.inputs.model_inputs.append(LoggedModelInput(model_id))


def link_datasets(session: Session, run: int, experiment: int, inputs: Iterable[DatasetInput]) -> None:
    """Link a run to datasets; what is linked stays as it is, and so does a dataset that another run has brought."""
    first: dict[tuple[str, str], DatasetInput] = {}
    for item in inputs:
        first.setdefault((item.dataset.name, item.dataset.digest), item)
    # In order, so that two who add the same ones do not wait for each other in a circle.
    numbers = {pair: _dataset(session, experiment, first[pair].dataset) for pair in sorted(first)}
    position = _next_position(session, _LAST_DATASET, (run,))
    for pair, item in first.items():
        if session.run(_LINK_DATASET, (run, numbers[pair], position)):
            tags = {tag.key: tag.value for tag in item.tags}
            rows = [(run, numbers[pair], place, *tag) for place, tag in enumerate(tags.items())]
            if rows:
                session.many(_ADD_TAGS, rows)
            position += 1


def _dataset(session: Session, experiment: int, dataset: Dataset) -> int:
    """Return the number of a dataset of an experiment, which is added if it is new."""
    key = (experiment, dataset.name, dataset.digest)
    row = session.first(_FIND_DATASET, key)
    if row is None:
        about = (dataset.source_type, dataset.source, dataset.schema, dataset.profile)
        session.run(_ADD_DATASET, (*key, *about))
        row = session.first(_FIND_DATASET, key)
    assert row is not None  # noqa: S101
    number: int = row[0]
    return number


def link_models(session: Session, run: int, output: int, models: Iterable[tuple[str, int]]) -> None:
    """Link a run to logged models, given with their steps; what is linked stays as it is."""
    position = _next_position(session, _LAST_MODEL, (run, output))
    for place, (model_id, step) in enumerate(models, position):
        session.run(_LINK_MODEL, (run, output, model_id, step, place))


def _next_position(session: Session, last: str, values: tuple[int, ...]) -> int:
    row = session.first(last, values)
    return 0 if row is None or row[0] is None else row[0] + 1
