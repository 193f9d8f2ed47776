"""Purging leaves no row behind, and is done once however often the database lets one try."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, RunTag
from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.tracking.requests import NewExperiment, NewLoggedModel, NewRun, RunBatch, RunInputsBatch, TrashQuery
from runyard.uris import StoreURI
from runyard_sql.store import SqlStore
from runyard_sql.tables import metadata

KEPT = {"runyard_names", "runyard_metric_datasets", "runyard_revision"}


@pytest.fixture
def store(address: StoreURI, tmp_path: Path) -> SqlStore:
    return SqlStore(address, str(tmp_path / "artifacts"))


def everything(store: SqlStore) -> tuple[str, str, str]:
    """Make an experiment, a run and a logged model that have rows in every table, and return their ids."""
    experiment_id = store.create_experiment(NewExperiment(name="old", tags={"a": "b"}))
    run = NewRun(experiment_id=experiment_id, user_id="me", start_time=1, run_name="r")
    run_id = store.create_run(run).info.run_id
    model_id = store.create_logged_model(
        NewLoggedModel(experiment_id=experiment_id, source_run_id=run_id, params={"p": "x"}, tags={"t": "y"})
    ).model_id
    points = [Metric("m", 1.5, 10, step, model_id, "wine", "1") for step in range(3)]
    store.log_batch(RunBatch.checked(run_id, points, [Param("p", "x")], [RunTag("t", "y")]))
    data = Dataset(name="wine", digest="1", source_type="code", source="{}")
    store.log_inputs(RunInputsBatch.checked(run_id, [DatasetInput(data, [InputTag("context", "train")])]))
    store.log_outputs(run_id, [LoggedModelOutput(model_id)])
    return experiment_id, run_id, model_id


def rows(store: SqlStore) -> dict[str, int]:
    """Return how many rows each table has, of those that have any."""
    with store._database.read() as session:
        counts = {name: session.all(f"SELECT COUNT(*) FROM {name}")[0][0] for name in metadata.tables}
    return {name: count for name, count in counts.items() if count and name not in KEPT}


def test_no_row_is_left(store: SqlStore) -> None:
    store.get_experiment("0")
    before = rows(store)
    experiment_id, run_id, model_id = everything(store)
    owned = {name for name in metadata.tables if not any(word in name for word in ("registered", "version"))} - KEPT
    assert set(rows(store)) == owned - {"runyard_staged_points"}  # which are settled for whoever reads
    store.delete_experiment(experiment_id)
    store.purge_run(run_id)
    store.purge_logged_model(model_id)
    store.purge_experiment(experiment_id)
    assert rows(store) == before


@pytest.mark.parametrize("order", ["run first", "model first"])
def test_what_is_left_can_be_read(store: SqlStore, order: str) -> None:
    _, run_id, model_id = everything(store)
    if order == "run first":
        store.delete_run(run_id)
        store.purge_run(run_id)
        assert store.get_logged_model(model_id).metrics == []
    else:
        store.delete_logged_model(model_id)
        store.purge_logged_model(model_id)
        run = store.get_run(run_id)
        assert [output.model_id for output in run.outputs.model_outputs] == [model_id]
        assert run.data.metrics == {"m": 1.5}


def test_a_refusal_takes_everything_back(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment_id, run_id, _ = everything(store)
    store.delete_experiment(experiment_id)
    before = rows(store)
    with monkeypatch.context() as patched:
        from runyard_sql import trash

        patched.setattr(trash, "_PURGE_RUN", (*trash._PURGE_RUN, "DELETE FROM runyard_nothing WHERE id = ?"))
        with pytest.raises(StorageFailure):
            store.purge_run(run_id)
    assert rows(store) == before
    store.purge_run(run_id)


def test_a_commit_that_nobody_heard_of_is_no_error(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    _, run_id, _ = everything(store)
    store.delete_run(run_id)
    write = store._database.write

    def twice(change: object) -> object:
        write(change)  # type: ignore[arg-type]
        return write(change)  # type: ignore[arg-type]

    monkeypatch.setattr(store._database, "write", twice)
    store.purge_run(run_id)
    with pytest.raises(NotFound):
        store.purge_run(run_id)


@pytest.mark.parametrize("token", ["x", "3abc", "-1"])
def test_a_token_that_is_made_up_is_refused(store: SqlStore, token: str) -> None:
    with pytest.raises(InvalidInput, match="page token"):
        store.list_trash(TrashQuery(page_token=token))


def test_a_trash_that_is_larger_than_what_is_fetched_at_once(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from runyard_sql import trash

    monkeypatch.setattr(trash, "_CHUNK", 3)
    experiments = [store.create_experiment(NewExperiment(name=name)) for name in "ab"]
    for number in range(10):
        store.create_run(NewRun(experiment_id=experiments[number % 2], user_id="me", start_time=1, run_name="r"))
    for experiment_id in experiments:
        store.delete_experiment(experiment_id)
    assert len(store.list_trash(TrashQuery())) == 12
    assert len(store.list_trash(TrashQuery(experiment_ids=(experiments[1],)))) == 6
