"""Clauses on what a run read and made."""

from __future__ import annotations

from runyard.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput
from runyard.testing.tracking_store.base import StoreClauses
from runyard.tracking.requests import RunInputsBatch, RunQuery
from runyard.tracking.store import TrackingStore

FIRST, SECOND = "m-" + "1" * 32, "m-" + "2" * 32


def dataset(name: str = "wine", digest: str = "abc123", profile: str | None = '{"rows": 2}') -> Dataset:
    """Return a dataset with everything."""
    return Dataset(
        name=name,
        digest=digest,
        source_type="http",
        source='{"url": "https://example.org/wine.csv"}',
        schema='{"columns": ["a", "ü"]}',
        profile=profile,
    )


class InputClauses(StoreClauses):
    """Linking runs with datasets and models."""

    def test_dataset_comes_back(self, store: TrackingStore) -> None:
        self.require("inputs")
        run_id = self.run(store).info.run_id
        item = DatasetInput(dataset(), [InputTag("mlflow.data.context", "train"), InputTag("weight", "0.5")])
        store.log_inputs(RunInputsBatch.checked(run_id, [item]))
        (found,) = store.get_run(run_id).inputs.dataset_inputs
        assert found.dataset == item.dataset, "A dataset comes back with everything that is known of it."
        assert set(found.tags) == set(item.tags)

    def test_dataset_without_schema_and_profile(self, store: TrackingStore) -> None:
        self.require("inputs")
        run_id = self.run(store).info.run_id
        plain = Dataset(name="plain", digest="1", source_type="code", source="{}")
        store.log_inputs(RunInputsBatch.checked(run_id, [DatasetInput(plain)]))
        (found,) = store.get_run(run_id).inputs.dataset_inputs
        assert (found.dataset.schema or None, found.dataset.profile or None) == (None, None)
        assert found.tags == []

    def test_linked_dataset_stays_as_it_is(self, store: TrackingStore) -> None:
        self.require("inputs")
        run_id = self.run(store).info.run_id
        for context in ("train", "eval"):
            item = DatasetInput(dataset(), [InputTag("mlflow.data.context", context)])
            store.log_inputs(RunInputsBatch.checked(run_id, [item]))
        (found,) = store.get_run(run_id).inputs.dataset_inputs
        assert [tag.value for tag in found.tags] == ["train"], "A dataset that is linked already stays as it is."

    def test_datasets_differ_by_name_and_digest(self, store: TrackingStore) -> None:
        self.require("inputs")
        run_id = self.run(store).info.run_id
        wanted = [("wine", "1"), ("wine", "2"), ("iris", "1")]
        batch = RunInputsBatch.checked(run_id, [DatasetInput(dataset(*pair)) for pair in wanted])
        store.log_inputs(batch)
        found = {(item.dataset.name, item.dataset.digest) for item in store.get_run(run_id).inputs.dataset_inputs}
        assert found == set(wanted), "A dataset is told apart by name and digest."

    def test_dataset_of_two_runs_has_tags_of_its_own_in_each(self, store: TrackingStore) -> None:
        self.require("inputs")
        runs = {context: self.run(store).info.run_id for context in ("train", "eval")}
        for context, run_id in runs.items():
            item = DatasetInput(dataset(), [InputTag("mlflow.data.context", context)])
            store.log_inputs(RunInputsBatch.checked(run_id, [item]))
        for context, run_id in runs.items():
            (found,) = store.get_run(run_id).inputs.dataset_inputs
            assert found.tags == [InputTag("mlflow.data.context", context)], "Tags belong to the link, not the dataset."

    def test_experiment_has_one_dataset_of_each_name_and_digest(self, store: TrackingStore) -> None:
        self.require("inputs")
        here, elsewhere = self.experiment(store), self.experiment(store)
        for experiment, profile, expected in ((here, "1", "1"), (here, "2", "1"), (elsewhere, "3", "3")):
            run_id = self.run(store, experiment).info.run_id
            store.log_inputs(RunInputsBatch.checked(run_id, [DatasetInput(dataset(profile=profile))]))
            (found,) = store.get_run(run_id).inputs.dataset_inputs
            assert found.dataset.profile == expected, (
                "What a run of the experiment told of a dataset first is what is known of it in all its runs."
            )

    def test_search_brings_datasets(self, store: TrackingStore) -> None:
        self.require("inputs")
        run_id = self.run(store).info.run_id
        store.log_inputs(RunInputsBatch.checked(run_id, [DatasetInput(dataset())]))
        (found,) = store.search_runs(RunQuery(experiment_ids=("0",)))
        assert [item.dataset.name for item in found.inputs.dataset_inputs] == ["wine"], (
            "A run is found with its datasets."
        )

    def test_models_read(self, store: TrackingStore) -> None:
        self.require("inputs")
        run_id = self.run(store).info.run_id
        store.log_inputs(RunInputsBatch.checked(run_id, (), [LoggedModelInput(FIRST), LoggedModelInput(SECOND)]))
        store.log_inputs(RunInputsBatch.checked(run_id, (), [LoggedModelInput(FIRST)]))
        found = sorted(item.model_id for item in store.get_run(run_id).inputs.model_inputs)
        assert found == [FIRST, SECOND], "A model that was read is linked once."

    def test_models_made(self, store: TrackingStore) -> None:
        self.require("inputs")
        run_id = self.run(store).info.run_id
        store.log_outputs(run_id, [LoggedModelOutput(FIRST, 3)])
        store.log_outputs(run_id, [LoggedModelOutput(SECOND), LoggedModelOutput(FIRST, 9)])
        found = {(item.model_id, item.step) for item in store.get_run(run_id).outputs.model_outputs}
        assert found == {(FIRST, 3), (SECOND, 0)}, "A model that was made is linked once, with its first step."
        assert len(store.get_run(run_id).outputs.model_outputs) == 2
