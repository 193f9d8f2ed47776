"""The datasets of experiments, for pages that offer them to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from asking import Answer, ask
from runyard.entities import Dataset, DatasetInput, InputTag
from runyard.rest.extension import ServerContext
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.tracking.new_run import new_run
from runyard.tracking.requests import NewExperiment, RunInputsBatch
from runyard.uris import StoreURI
from runyard_server.api import experiments
from runyard_server.application import Application
from serving import serving_application


@pytest.fixture
def store(runyard_isolated: None) -> MemoryTrackingStore:
    return MemoryTrackingStore(StoreURI.parse("memory://datasets"))


@pytest.fixture
def server(store: MemoryTrackingStore) -> Iterator[str]:
    context = ServerContext(store=store, registry=MemoryModelRegistry(store.uri), artifacts=None)
    with serving_application(Application(context)) as address:
        yield address


def search(server: str, *experiment_ids: str) -> Answer:
    fields = {"experiment_ids": [*experiment_ids]}
    return ask(server, "POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", fields)


def read(store: MemoryTrackingStore, names: Sequence[str], context: str = "", experiment_id: str = "0") -> None:
    run_id = store.create_run(new_run(experiment_id, {})).info.run_id
    tags = [InputTag("mlflow.data.context", context)] if context else []
    items = [DatasetInput(Dataset(name=name, digest="1", source_type="local", source="{}"), tags) for name in names]
    store.log_inputs(RunInputsBatch.checked(run_id, items, []))


def test_each_dataset_comes_once_for_each_use(server: str, store: MemoryTrackingStore) -> None:
    read(store, ["wine"], "train")
    read(store, ["wine"], "train")
    read(store, ["wine"], "eval")
    read(store, ["beer"])
    wine = {"experiment_id": "0", "name": "wine", "digest": "1"}
    assert search(server, "0").json == {
        "dataset_summaries": [
            {"experiment_id": "0", "name": "beer", "digest": "1"},
            {**wine, "context": "eval"},
            {**wine, "context": "train"},
        ]
    }


def test_only_the_given_experiments_are_looked_at(server: str, store: MemoryTrackingStore) -> None:
    other = store.create_experiment(NewExperiment(name="other"))
    read(store, ["wine"], experiment_id=other)
    assert search(server, "0").json == {}
    assert [found["experiment_id"] for found in search(server, "0", other).json["dataset_summaries"]] == [other]


def test_further_pages_of_runs_are_looked_at(
    server: str, store: MemoryTrackingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments, "RUNS_PER_PAGE", 2)
    monkeypatch.setattr(experiments, "MOST_PAGES", 2)
    for name in "abcde":
        read(store, [name])
    assert len(search(server, "0").json["dataset_summaries"]) == 4


@pytest.mark.parametrize("experiment_ids", [[], ["0"] * 21, ["a/b"]])
def test_experiments_that_cannot_be_asked_for(server: str, experiment_ids: list[str]) -> None:
    assert search(server, *experiment_ids).error == (400, "INVALID_PARAMETER_VALUE")
