"""What a database cannot keep is refused, with nothing half written; what cannot be there is not found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runyard.entities import Dataset, DatasetInput, LoggedModelOutput, Metric, Param, RunTag
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.requests import (
    HistoryQuery,
    NewExperiment,
    NewLoggedModel,
    NewRun,
    RunBatch,
    RunInputsBatch,
    RunUpdate,
)
from runyard.uris import StoreURI
from runyard_sql.store import SqlStore

HALF = "half of \ud83d"
NUL = "a\0b"
IDS = (HALF, NUL, "x" * 5000, "", "'; DROP TABLE runyard_runs; --", "%s", "?")


@pytest.fixture
def store(address: StoreURI) -> SqlStore:
    return SqlStore(address)


@pytest.fixture
def run_id(store: SqlStore) -> str:
    return store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="run")).info.run_id


@pytest.mark.parametrize("name", IDS, ids=ascii)
def test_no_text_is_too_odd_to_be_looked_for(store: SqlStore, run_id: str, name: str) -> None:
    model_id = store.create_logged_model(NewLoggedModel(experiment_id="0")).model_id
    calls: tuple[Callable[[], object], ...] = (
        lambda: store.get_run(name),
        lambda: store.delete_run(name),
        lambda: store.purge_run(name),
        lambda: store.log_batch(RunBatch(run_id=name, params=[Param("p", "x")])),
        lambda: store.metric_history(HistoryQuery(run_id=name, key="m")),
        lambda: store.get_experiment(name),
        lambda: store.purge_experiment(name),
        lambda: store.get_logged_model(name),
        lambda: store.purge_logged_model(name),
        lambda: store.delete_tag(run_id, name),
        lambda: store.delete_experiment_tag("0", name),
        lambda: store.delete_logged_model_tag(model_id, name),
        lambda: store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", 1.0, 1, 0, name or "no model")])),
    )
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert store.get_experiment_by_name(name) is None
    assert store.metric_history(HistoryQuery(run_id=run_id, key=name)) == []


def attempts(store: SqlStore, run_id: str, text: str) -> dict[str, Callable[[], object]]:
    """Return ways to write a text, next to what is fine."""
    fine = Metric("fine", 1.0, 1, 0)
    return {
        "param": lambda: store.log_batch(RunBatch(run_id=run_id, metrics=[fine], params=[Param("p", text)])),
        "tag": lambda: store.log_batch(RunBatch(run_id=run_id, metrics=[fine], tags=[RunTag("t", text)])),
        "dataset of a point": lambda: store.log_batch(
            RunBatch(run_id=run_id, metrics=[fine, Metric("m", 1.0, 1, 0, None, text, "1")])
        ),
        "dataset": lambda: store.log_inputs(
            RunInputsBatch(
                run_id=run_id,
                datasets=(
                    DatasetInput(Dataset(name="fine", digest="1", source_type="code", source="{}")),
                    DatasetInput(Dataset(name="odd", digest="1", source_type="code", source=text)),
                ),
            )
        ),
        "output": lambda: store.log_outputs(run_id, [LoggedModelOutput("fine"), LoggedModelOutput(text)]),
        "user": lambda: store.create_run(NewRun(experiment_id="0", user_id=text, start_time=1, run_name="x")),
        "model": lambda: store.create_logged_model(NewLoggedModel(experiment_id="0", params={"p": text})),
        "tag of an experiment": lambda: store.set_experiment_tags("0", {"a": "fine", "b": text}),
    }


@pytest.mark.parametrize("text", [HALF, NUL], ids=["half of a character", "nul"])
def test_text_that_cannot_be_kept_is_refused(store: SqlStore, run_id: str, text: str) -> None:
    if store._database.dialect.holds(text):
        pytest.skip("this database keeps it")
    before = store.get_run(run_id), store.get_experiment("0")
    for what, attempt in attempts(store, run_id, text).items():
        with pytest.raises(InvalidInput) as caught:
            attempt()
        assert "keep" in str(caught.value) or "kept" in str(caught.value), what
    assert (store.get_run(run_id), store.get_experiment("0")) == before


def test_text_with_a_nul_comes_back_where_it_can_be_kept(store: SqlStore, run_id: str) -> None:
    if not store._database.dialect.holds(NUL):
        pytest.skip("this database does not keep it")
    store.log_batch(RunBatch.checked(run_id, (), [Param("p", NUL)], [RunTag("t", NUL)]))
    store.create_experiment(NewExperiment(name=NUL))
    data = store.get_run(run_id).data
    assert (data.params["p"], data.tags["t"]) == (NUL, NUL)
    experiment = store.get_experiment_by_name(NUL)
    assert experiment is not None
    assert experiment.name == NUL


def test_numbers_of_more_than_64_bits_are_refused(store: SqlStore, run_id: str) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: store.update_run(RunUpdate(run_id=run_id, status="FINISHED", end_time=2**63)),
        lambda: store.create_run(NewRun(experiment_id="0", user_id="me", start_time=2**63, run_name="run")),
        lambda: store.log_outputs(run_id, [LoggedModelOutput("m-1"), LoggedModelOutput("m-2", 2**63)]),
    )
    for call in calls:
        with pytest.raises(InvalidInput, match="cannot keep a value"):
            call()
    run = store.get_run(run_id)
    assert (run.info.status, run.outputs.model_outputs) == ("RUNNING", [])


def test_longest_dataset_is_kept_or_refused(store: SqlStore, run_id: str) -> None:
    """A profile may be as long as the largest statement that a MariaDB takes by default."""
    dataset = Dataset(
        name="d", digest="1", source_type="code", source="s", schema="s" * 1_048_575, profile="p" * 16_777_215
    )
    batch = RunInputsBatch.checked(run_id, [DatasetInput(dataset)])
    if store._database.dialect.name == "mysql":
        with pytest.raises(InvalidInput, match="max_allowed_packet"):
            store.log_inputs(batch)
    else:
        store.log_inputs(batch)
        (found,) = store.get_run(run_id).inputs.dataset_inputs
        assert found.dataset == dataset
    half = Dataset(name="h", digest="1", source_type="code", source="s", profile="'" * 4_000_000)
    store.log_inputs(RunInputsBatch.checked(run_id, [DatasetInput(half)]))
    assert half in [item.dataset for item in store.get_run(run_id).inputs.dataset_inputs]
