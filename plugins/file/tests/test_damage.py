"""Files that were damaged, or left unfinished by a writer that died."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from runyard.entities import Metric, RunTag
from runyard.errors import DataDamaged
from runyard.search import RUNS, parse_order_by
from runyard.tracking.requests import (
    ExperimentQuery,
    HistoryQuery,
    LoggedModelQuery,
    NewExperiment,
    NewLoggedModel,
    RunBatch,
    RunQuery,
)
from runyard_file.store import FileStore

ALL = RunQuery(experiment_ids=("0",))


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"run_id: [", b"- 1\n", b"run_id: other\nexperiment_id: '0'\n"])
def test_a_damaged_run_is_named_and_the_rest_is_listed(
    store: FileStore, root: Path, new_run: Callable[..., str], caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    good, bad = new_run("good"), new_run("bad")
    (root / "0" / bad / "meta.yaml").write_bytes(damage)
    with pytest.raises(DataDamaged, match=f"{bad}/meta.yaml"):
        store.get_run(bad)
    with pytest.raises(DataDamaged, match=f"{bad}/meta.yaml"):
        store.log_batch(RunBatch(run_id=bad, tags=[RunTag("a", "b")]))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert [run.info.run_id for run in store.search_runs(ALL)] == [good]
    assert caplog.text.count(f"{bad}/meta.yaml") == 1


def test_a_damaged_status_is_named(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    path = root / "0" / run_id / "meta.yaml"
    path.write_text(path.read_text().replace("status: 1", "status: 77"))
    with pytest.raises(DataDamaged, match="77 is no status"):
        store.get_run(run_id)


def test_a_damaged_experiment_is_named_and_the_rest_is_listed(
    store: FileStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = store.create_experiment(NewExperiment(name="bad"))
    (root / bad / "meta.yaml").write_text("name: [")
    with pytest.raises(DataDamaged, match=f"{bad}/meta.yaml"):
        store.get_experiment(bad)
    with caplog.at_level(logging.WARNING):
        assert [item.name for item in store.search_experiments(ExperimentQuery())] == ["Default"]
        store.create_experiment(NewExperiment(name="bad"))
    assert caplog.text.count(f"{bad}/meta.yaml") == 1


def test_a_damaged_logged_model_is_named_and_the_rest_is_listed(
    store: FileStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = (store.create_logged_model(NewLoggedModel(experiment_id="0")).model_id for _ in range(2))
    (root / "0" / "models" / bad / "meta.yaml").write_text("{")
    with pytest.raises(DataDamaged, match=f"{bad}/meta.yaml"):
        store.get_logged_model(bad)
    with caplog.at_level(logging.WARNING):
        found = store.search_logged_models(LoggedModelQuery(experiment_ids=("0",)))
    assert [model.model_id for model in found] == [good]
    assert caplog.text.count(f"{bad}/meta.yaml") == 1


def test_a_damaged_metric_is_named_and_left_out_of_searches(
    store: FileStore, root: Path, new_run: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    run_id = new_run()
    store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("good", 1.0, 1)]))
    (root / "0" / run_id / "metrics" / "bad").write_text("1 0.5 0\nnonsense\n")
    for read in (
        lambda: store.get_run(run_id),
        lambda: store.metric_history(HistoryQuery(run_id=run_id, key="bad")),
    ):
        with pytest.raises(DataDamaged, match=r"metrics/bad.*nonsense"):
            read()
    with caplog.at_level(logging.WARNING):
        (run,) = store.search_runs(ALL)
        store.search_runs(RunQuery(experiment_ids=("0",), order_by=parse_order_by(["metrics.bad"], RUNS)))
    assert run.data.metrics == {"good": 1.0}
    assert caplog.text.count("metrics/bad") == 1


def test_a_torn_last_line_is_ignored_reported_once_and_repaired(
    store: FileStore, root: Path, new_run: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    run_id = new_run()
    store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", 1.0, 1, 1)]))
    path = root / "0" / run_id / "metrics" / "m"
    with path.open("a") as stream:
        stream.write("2 2.5")  # with an end it would be a valid point of an old release
    query = HistoryQuery(run_id=run_id, key="m")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert [point.value for point in store.metric_history(query)] == [1.0]
            assert store.get_run(run_id).data.metrics == {"m": 1.0}
            assert store.search_runs(ALL)[0].data.metrics == {"m": 1.0}
    assert caplog.text.count("metrics/m") == 1
    assert path.read_bytes().endswith(b"2 2.5")  # readers repair nothing
    store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", 3.0, 3, 3)]))
    assert path.read_bytes() == b"1 1.0 1\n3 3.0 3\n"


def test_a_metric_file_without_a_whole_line_is_no_metric(
    store: FileStore, root: Path, new_run: Callable[..., str]
) -> None:
    run_id = new_run()
    (root / "0" / run_id / "metrics" / "empty").touch()
    assert store.get_run(run_id).data.metrics == {}
    assert store.search_runs(ALL)[0].data.metrics == {}
    assert store.metric_history(HistoryQuery(run_id=run_id, key="empty")) == []


def test_a_dataset_that_is_missing_is_reported(
    store: FileStore, root: Path, new_run: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    run_id = new_run()
    link = root / "0" / run_id / "inputs" / "x"
    link.mkdir(parents=True)
    (link / "meta.yaml").write_text("source_type: DATASET\nsource_id: ../../gone\ndestination_type: RUN\ntags: {}\n")
    with caplog.at_level(logging.WARNING):
        assert store.get_run(run_id).inputs.dataset_inputs == []
    assert "datasets/gone" in caplog.text
