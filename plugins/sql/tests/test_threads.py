"""Many threads on one store."""

from __future__ import annotations

from functools import partial

import pytest

from runyard.entities import Dataset, DatasetInput, LoggedModelOutput, Metric, Param, RunTag
from runyard.errors import NotFound
from runyard.testing.contract import at_once, values_of
from runyard.tracking.requests import (
    NewExperiment,
    NewLoggedModel,
    NewRun,
    RunBatch,
    RunInputsBatch,
    RunQuery,
    RunUpdate,
)
from runyard.uris import StoreURI
from runyard_sql.store import SqlStore

THREADS = 20


@pytest.fixture
def store(address: StoreURI) -> SqlStore:
    return SqlStore(address)


def work(store: SqlStore, shared: str, number: int) -> str:
    """Do what a script does, and something in a run of all; return the id of the script's own run."""
    experiment_id = store.create_experiment(NewExperiment(name=f"experiment {number}", tags={"n": str(number)}))
    new = NewRun(experiment_id=experiment_id, user_id="me", start_time=number, run_name="run")
    run_id = store.create_run(new).info.run_id
    model_id = store.create_logged_model(NewLoggedModel(experiment_id=experiment_id)).model_id
    dataset = Dataset(name="wine", digest="1", source_type="code", source="{}")
    for target in (run_id, shared):
        store.log_inputs(RunInputsBatch.checked(target, [DatasetInput(dataset)]))
        store.log_outputs(target, [LoggedModelOutput(model_id)])
        for step in range(5):
            metrics = [Metric(f"m{key}", float(number), number + 1, step, model_id) for key in range(3)]
            store.log_batch(RunBatch.checked(target, metrics, [Param(f"{number}.{step}", "x")], [RunTag("t", "x")]))
        store.get_run(target)
    with pytest.raises(NotFound):
        store.delete_tag(run_id, "no such tag")
    store.finalize_logged_model(model_id, "READY")
    store.update_run(RunUpdate(run_id=run_id, status="FINISHED", end_time=2))
    assert len(store.search_runs(RunQuery(experiment_ids=(experiment_id,)))) == 1
    store.delete_run(run_id)
    store.restore_run(run_id)
    return run_id


def test_many_threads_do_all_kinds_of_things(store: SqlStore) -> None:
    shared = store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="run")).info.run_id
    runs = values_of(at_once([partial(work, store, shared, number) for number in range(THREADS)]))
    assert len(set(runs)) == THREADS
    for number, run_id in enumerate(runs):
        run = store.get_run(run_id)
        assert run.info.status == "FINISHED"
        assert run.data.metrics == dict.fromkeys(("m0", "m1", "m2"), float(number))
        assert len(run.data.params) == 5
        assert len(run.inputs.dataset_inputs) == len(run.outputs.model_outputs) == 1
    run = store.get_run(shared)
    assert run.data.metrics == dict.fromkeys(("m0", "m1", "m2"), THREADS - 1.0)
    assert len(run.data.params) == THREADS * 5
    assert (len(run.inputs.dataset_inputs), len(run.outputs.model_outputs)) == (1, THREADS)


def test_every_connection_comes_back(store: SqlStore) -> None:
    def task(number: int) -> None:
        with pytest.raises(NotFound):
            store.get_run(f"{number:032x}")
        store.set_experiment_tags("0", {f"t{number}": "x"})

    values_of(at_once([partial(task, number) for number in range(THREADS)]))
    pool = store._database._pool
    assert pool._in_use == 0
    assert 1 <= len(pool._idle) <= store._database.dialect.pool_size
