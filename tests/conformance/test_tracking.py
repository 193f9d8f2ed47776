"""What tutorials do with runs, params, metrics, tags and experiments."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

import runyard as mlflow
from runyard.entities import Metric, Param, RunTag, ViewType
from runyard.tracking import MlflowClient


def test_quickstart() -> None:
    mlflow.set_experiment("quickstart")
    with mlflow.start_run() as run:
        mlflow.log_param("learning_rate", 0.01)
        mlflow.log_params({"epochs": 3, "optimizer": "adam"})
        for epoch in range(3):
            mlflow.log_metric("loss", 1 / (epoch + 1), step=epoch)
        mlflow.log_metrics({"accuracy": 0.9, "f1": 0.8})
        mlflow.set_tag("release", "1.0")
        mlflow.set_tags({"team": "vision", "reviewed": True})
        assert mlflow.active_run().info.run_id == run.info.run_id  # type: ignore[union-attr]
    assert mlflow.active_run() is None

    finished = mlflow.get_run(run.info.run_id)
    assert finished.info.status == "FINISHED"
    assert finished.info.end_time >= finished.info.start_time  # type: ignore[operator]
    assert finished.data.params == {"learning_rate": "0.01", "epochs": "3", "optimizer": "adam"}
    assert finished.data.metrics == {"loss": 1 / 3, "accuracy": 0.9, "f1": 0.8}
    own = {key: value for key, value in finished.data.tags.items() if not key.startswith("mlflow.")}
    assert own == {"release": "1.0", "team": "vision", "reviewed": "True"}
    assert finished.data.tags["mlflow.runName"] == finished.info.run_name
    assert mlflow.last_active_run().info.run_id == run.info.run_id  # type: ignore[union-attr]
    assert Path("mlruns", finished.info.experiment_id, run.info.run_id, "metrics", "loss").is_file()


def test_run_without_a_block() -> None:
    run = mlflow.start_run(run_name="by hand")
    mlflow.log_param("a", 1)
    mlflow.end_run()
    assert mlflow.get_run(run.info.run_id).info.status == "FINISHED"

    mlflow.log_metric("m", 1)
    started = mlflow.active_run()
    assert started is not None
    mlflow.end_run(status="KILLED")
    assert mlflow.get_run(started.info.run_id).info.status == "KILLED"


def test_run_that_fails() -> None:
    with pytest.raises(ZeroDivisionError), mlflow.start_run() as run:
        mlflow.log_metric("m", 1 / 0)
    assert mlflow.get_run(run.info.run_id).info.status == "FAILED"


def test_description_and_tags_of_a_new_run() -> None:
    with mlflow.start_run(run_name="baseline", tags={"stage": "dev"}, description="The **first** try.") as run:
        pass
    tags = mlflow.get_run(run.info.run_id).data.tags
    assert run.info.run_name == tags["mlflow.runName"] == "baseline"
    assert (tags["stage"], tags["mlflow.note.content"]) == ("dev", "The **first** try.")


def test_resumed_run() -> None:
    with mlflow.start_run() as first:
        mlflow.log_metric("loss", 1.0, step=0)
    with mlflow.start_run(run_id=first.info.run_id, tags={"resumed": "yes"}) as second:
        assert mlflow.get_run(second.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("loss", 0.5, step=1)
    assert second.info.run_id == first.info.run_id
    run = mlflow.get_run(first.info.run_id)
    assert (run.info.status, run.data.tags["resumed"]) == ("FINISHED", "yes")
    history = MlflowClient().get_metric_history(first.info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(0, 1.0), (1, 0.5)]


def test_nested_runs() -> None:
    with mlflow.start_run(run_name="parent") as parent:
        for depth in (2, 4):
            with mlflow.start_run(run_name=f"child {depth}", nested=True) as child:
                mlflow.log_param("depth", depth)
        assert mlflow.active_run().info.run_id == parent.info.run_id  # type: ignore[union-attr]
    with mlflow.start_run(run_name="late child", parent_run_id=parent.info.run_id):
        pass
    children = mlflow.search_runs(filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert set(children["tags.mlflow.runName"]) == {"child 2", "child 4", "late child"}
    assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id  # type: ignore[union-attr]
    with pytest.raises(Exception, match="active"), mlflow.start_run():
        mlflow.start_run()


def test_search_over_settings() -> None:
    mlflow.set_experiment("search")
    settings = [(depth, rate) for depth in (2, 4, 8) for rate in (0.1, 0.01)]
    with mlflow.start_run(run_name="sweep"):
        for depth, rate in settings:
            with mlflow.start_run(nested=True):
                mlflow.log_params({"depth": depth, "rate": rate})
                mlflow.log_metric("rmse", abs(depth - 4) + rate)
    best = mlflow.search_runs(
        experiment_names=["search"],
        filter_string="metrics.rmse < 3 AND params.depth != '8'",
        order_by=["metrics.rmse ASC"],
        max_results=3,
    )
    assert list(best["params.depth"]) == ["4", "4", "2"]
    assert best.iloc[0]["params.rate"] == "0.01"
    assert list(best.columns[:4]) == ["run_id", "experiment_id", "status", "artifact_uri"]
    everything = mlflow.search_runs(order_by=["start_time DESC"])
    assert len(everything) == len(settings) + 1
    assert everything["metrics.rmse"].isna().sum() == 1
    assert everything["params.depth"].isna().sum() == 1
    runs = mlflow.search_runs(output_format="list", search_all_experiments=True, filter_string="params.depth = '8'")
    assert sorted(run.data.params["rate"] for run in runs) == ["0.01", "0.1"]
    nothing = mlflow.search_runs(filter_string="metrics.rmse > 1000")
    assert nothing.empty
    assert list(nothing.columns) == ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"]


def test_deleted_and_restored() -> None:
    experiment_id = mlflow.create_experiment("old", artifact_location=Path("elsewhere").absolute().as_uri())
    with mlflow.start_run(experiment_id=experiment_id) as run:
        pass
    assert run.info.artifact_uri.startswith(Path("elsewhere").absolute().as_uri())
    mlflow.delete_run(run.info.run_id)
    assert mlflow.search_runs([experiment_id]).empty
    deleted = mlflow.search_runs([experiment_id], run_view_type=ViewType.DELETED_ONLY, output_format="list")
    assert [found.info.lifecycle_stage for found in deleted] == ["deleted"]
    with pytest.raises(mlflow.exceptions.MlflowException):
        mlflow.start_run(run_id=run.info.run_id)
    client = MlflowClient()
    client.restore_run(run.info.run_id)
    assert len(mlflow.search_runs([experiment_id])) == 1

    mlflow.delete_experiment(experiment_id)
    assert mlflow.get_experiment(experiment_id).lifecycle_stage == "deleted"
    with pytest.raises(mlflow.exceptions.MlflowException):
        mlflow.set_experiment("old")
    client.restore_experiment(experiment_id)
    client.rename_experiment(experiment_id, "new")
    assert mlflow.set_experiment("new").experiment_id == experiment_id


def test_experiments() -> None:
    assert mlflow.get_experiment_by_name("missing") is None
    first = mlflow.create_experiment("first", tags={"team": "a"})
    mlflow.create_experiment("second", tags={"team": "b"})
    with pytest.raises(mlflow.exceptions.MlflowException) as caught:
        mlflow.create_experiment("first")
    assert caught.value.error_code == "RESOURCE_ALREADY_EXISTS"
    assert dict(mlflow.get_experiment(first))["name"] == "first"
    found = mlflow.search_experiments(filter_string="tags.team = 'b'")
    assert [experiment.name for experiment in found] == ["second"]
    names = [experiment.name for experiment in mlflow.search_experiments(order_by=["name"])]
    assert names == ["Default", "first", "second"]
    mlflow.set_experiment(experiment_id=first)
    mlflow.set_experiment_tags({"owner": "ada"})
    mlflow.set_experiment_tag("phase", 2)
    assert mlflow.get_experiment(first).tags == {"team": "a", "owner": "ada", "phase": "2"}


@pytest.mark.parametrize("variable", ["MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID"])
def test_experiment_of_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment_id = mlflow.create_experiment("from outside")
    monkeypatch.setenv(variable, "from outside" if variable.endswith("NAME") else experiment_id)
    with mlflow.start_run() as run:
        pass
    assert run.info.experiment_id == experiment_id


def test_run_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    created = MlflowClient().create_run("0")
    monkeypatch.setenv("MLFLOW_RUN_ID", created.info.run_id)
    with mlflow.start_run() as run:
        mlflow.log_param("a", 1)
    assert run.info.run_id == created.info.run_id
    with mlflow.start_run() as other:
        pass
    assert other.info.run_id != created.info.run_id


@pytest.mark.parametrize("as_path", [True, False])
def test_tracking_uri(as_path: bool, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    mlflow.set_tracking_uri(folder if as_path else folder.as_uri())
    assert mlflow.is_tracking_uri_set()
    assert mlflow.get_tracking_uri() == folder.as_uri()
    with mlflow.start_run() as run:
        mlflow.log_param("a", 1)
    assert (folder / "0" / run.info.run_id / "params" / "a").read_text() == "1"
    assert mlflow.get_artifact_uri("x").endswith("artifacts/x")
    mlflow.end_run()
    assert MlflowClient(tracking_uri=str(folder)).get_run(run.info.run_id).data.params == {"a": "1"}


def test_threads_have_runs_of_their_own() -> None:
    ids: dict[int, str] = {}
    barrier = threading.Barrier(4)

    def work(number: int) -> None:
        with mlflow.start_run(run_name=f"worker {number}") as run:
            barrier.wait(30)
            mlflow.log_param("number", number)
            for step in range(20):
                mlflow.log_metric("m", number * step, step=step)
            ids[number] = run.info.run_id

    with mlflow.start_run() as main:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        mlflow.log_param("number", "main")
    assert len({main.info.run_id, *ids.values()}) == 5
    for number, run_id in ids.items():
        run = mlflow.get_run(run_id)
        assert (run.data.params, run.data.metrics) == ({"number": str(number)}, {"m": number * 19.0})
        assert "mlflow.parentRunId" not in run.data.tags


def test_metrics_of_numpy_and_text() -> None:
    numpy = pytest.importorskip("numpy", reason="its numbers are logged")
    with mlflow.start_run() as run:
        mlflow.log_metrics({"a": numpy.float32(0.5), "b": numpy.mean([1, 2])}, step=3)
        mlflow.log_metric("c", numpy.array(2))
        mlflow.log_metric("d", "0.25")  # type: ignore[arg-type]
        mlflow.log_metric("e", float("nan"))
        with pytest.raises(mlflow.exceptions.MlflowException):
            mlflow.log_metric("f", "high")  # type: ignore[arg-type]
    data = mlflow.get_run(run.info.run_id).data
    assert data.metrics.pop("e") != data.metrics.get("e", 0)
    assert data.metrics == {"a": 0.5, "b": 1.5, "c": 2.0, "d": 0.25}


def test_param_with_another_value() -> None:
    with mlflow.start_run() as run:
        assert mlflow.log_param("depth", 3) == 3
        mlflow.log_param("depth", "3")
        with pytest.raises(mlflow.MlflowException) as caught:
            mlflow.log_param("depth", 4)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    assert mlflow.get_run(run.info.run_id).data.params == {"depth": "3"}


def test_client() -> None:
    client = MlflowClient()
    experiment_id = client.create_experiment("by client", tags={"k": "v"})
    run = client.create_run(experiment_id, tags={"a": "b"}, run_name="named")
    run_id = run.info.run_id
    assert run.info.status == "RUNNING"
    client.log_param(run_id, "p", 1)
    client.log_metric(run_id, "m", 0.5, step=1)
    client.log_metric(run_id, "m", 0.25, timestamp=1_700_000_000_000, step=2)
    client.log_batch(
        run_id,
        metrics=[Metric("m", 0.125, 1_700_000_000_001, 3), Metric(key="n", value=1, timestamp=5, step=0)],
        params=[Param("q", "2")],
        tags=[RunTag("t", "u")],
    )
    client.set_tag(run_id, "x", 1)
    client.delete_tag(run_id, "a")
    client.update_run(run_id, name="renamed")
    client.set_terminated(run_id)
    found = client.get_run(run_id)
    assert (found.info.run_name, found.info.status) == ("renamed", "FINISHED")
    assert found.data.params == {"p": "1", "q": "2"}
    assert found.data.metrics == {"m": 0.125, "n": 1.0}
    assert {"t": "u", "x": "1", "mlflow.runName": "renamed"}.items() <= found.data.tags.items()
    assert "a" not in found.data.tags
    assert sorted(point.step for point in client.get_metric_history(run_id, "m")) == [1, 2, 3]
    page = client.search_runs([experiment_id], "params.p = '1'", order_by=["metrics.m DESC"], max_results=1)
    assert [each.info.run_id for each in page] == [run_id]
    assert not page.token
    with pytest.raises(mlflow.exceptions.MlflowException) as caught:
        client.get_run("0" * 32)
    assert (caught.value.error_code, caught.value.get_http_status_code()) == ("RESOURCE_DOES_NOT_EXIST", 404)


def test_pages() -> None:
    client = MlflowClient()
    for number in range(5):
        client.create_run("0", start_time=1_700_000_000_000 + number, run_name=f"run {number}")
    names: list[str] = []
    token: Any = None
    while True:
        page = client.search_runs(["0"], max_results=2, order_by=["start_time"], page_token=token)
        names += [run.info.run_name for run in page]
        token = page.token
        if not token:
            break
    assert names == [f"run {number}" for number in range(5)]


def test_logging_in_the_background() -> None:
    with mlflow.start_run() as run:
        operations = [mlflow.log_metric("m", step, step=step, synchronous=False) for step in range(10)]
        mlflow.log_params({"a": 1}, synchronous=False).wait()  # type: ignore[union-attr]
        for operation in operations:
            operation.wait()  # type: ignore[union-attr]
        mlflow.set_tag("t", "u", synchronous=False)
        mlflow.flush_async_logging()
        assert mlflow.get_run(run.info.run_id).data.tags["t"] == "u"
    assert len(MlflowClient().get_metric_history(run.info.run_id, "m")) == 10
    assert mlflow.get_run(run.info.run_id).data.params == {"a": "1"}
