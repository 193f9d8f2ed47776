"""Logged models, and the active one."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import runyard
from runyard.entities import LoggedModelInput, LoggedModelOutput
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.client import RunyardClient


def test_a_model_is_made_filled_and_finalized() -> None:
    runyard.set_experiment("models")
    with runyard.start_run() as run:
        model = runyard.initialize_logged_model("tree", params={"depth": 3}, tags={"team": 7}, model_type="classifier")
    assert (model.name, model.status, model.model_type) == ("tree", "PENDING", "classifier")
    assert (model.source_run_id, model.experiment_id) == (run.info.run_id, run.info.experiment_id)
    assert model.params == {"depth": "3"}
    assert model.tags["team"] == "7"
    assert model.tags["mlflow.user"] == run.info.user_id
    runyard.log_model_params({"width": 4}, model_id=model.model_id)
    runyard.set_logged_model_tags(model.model_id, {"stage": 1, "team": 8})
    runyard.delete_logged_model_tag(model.model_id, "stage")
    ready = runyard.finalize_logged_model(model.model_id, "READY")
    assert (ready.status, ready.params, ready.tags["team"]) == ("READY", {"depth": "3", "width": "4"}, "8")
    assert runyard.get_logged_model(model.model_id) == ready
    with pytest.raises(NotFound):
        runyard.delete_logged_model_tag(model.model_id, "stage")
    with pytest.raises(InvalidInput, match="DONE"):
        runyard.finalize_logged_model(model.model_id, "DONE")


def test_a_model_of_a_run_in_another_experiment_goes_there() -> None:
    runyard.set_experiment("active")
    with runyard.start_run(experiment_id="0"):
        assert runyard.initialize_logged_model("m").experiment_id == "0"


def test_an_external_model_is_ready_at_once() -> None:
    model = runyard.create_external_model("elsewhere")
    assert (model.status, model.source_run_id) == ("READY", None)
    assert model.tags["mlflow.model.isExternal"] == "true"


def test_the_last_model_of_a_thread() -> None:
    assert runyard.last_logged_model() is None
    model = runyard.create_external_model("m")
    last = runyard.last_logged_model()
    assert last is not None
    assert last.model_id == model.model_id
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append(runyard.last_logged_model()))
    thread.start()
    thread.join()
    assert seen == [None]


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "a.b", "50%", "it's"])
def test_names_that_are_not_valid(name: str) -> None:
    with pytest.raises(InvalidInput):
        runyard.initialize_logged_model(name)


def test_metrics_are_linked_to_the_active_model(client: RunyardClient) -> None:
    with runyard.start_run() as run:
        with runyard.set_active_model(name="agent") as model:
            assert runyard.get_active_model_id() == model.model_id
            runyard.log_metric("quality", 0.5, step=2)
        runyard.log_metric("quality", 0.7, step=3)
    assert [(point.value, point.run_id) for point in runyard.get_logged_model(model.model_id).metrics] == [
        (0.5, run.info.run_id)
    ]
    assert runyard.get_run(run.info.run_id).data.metrics == {"quality": 0.7}
    assert len(client.get_metric_history(run.info.run_id, "quality")) == 2
    assert runyard.get_run(run.info.run_id).inputs.model_inputs == [LoggedModelInput(model.model_id)]


def test_metrics_are_linked_to_the_models_that_the_run_made_at_their_step(client: RunyardClient) -> None:
    with runyard.start_run() as run:
        models = [runyard.initialize_logged_model(f"m{number}") for number in range(3)]
        runyard.log_outputs([LoggedModelOutput(models[0].model_id, 1), LoggedModelOutput(models[1].model_id, 1)])
        client.log_outputs(run.info.run_id, [LoggedModelOutput(models[2].model_id, 2)])
        runyard.log_metric("acc", 0.5, step=1)
        runyard.log_metrics({"acc": 0.6}, step=2)
        runyard.log_metric("acc", 0.7, step=3)
        runyard.log_metric("acc", 0.8, step=1, model_id=models[2].model_id)
    metrics = [[point.value for point in runyard.get_logged_model(model.model_id).metrics] for model in models]
    assert metrics == [[0.5], [0.5], [0.6]]
    history = client.get_metric_history(run.info.run_id, "acc")
    assert sorted(point.value for point in history) == [0.5, 0.6, 0.7, 0.8]
    assert len(runyard.get_run(run.info.run_id).outputs.model_outputs) == 3


def test_a_resumed_run_knows_the_models_that_it_made() -> None:
    with runyard.start_run() as run:
        model = runyard.initialize_logged_model("m")
        runyard.log_outputs([LoggedModelOutput(model.model_id, 5)])
    with runyard.start_run(run.info.run_id):
        runyard.log_metric("acc", 0.5, step=5)
    assert [point.value for point in runyard.get_logged_model(model.model_id).metrics] == [0.5]


def test_the_active_model_is_found_by_name_or_made() -> None:
    first = runyard.set_active_model(name="agent")
    assert first.tags["mlflow.model.isExternal"] == "true"
    assert runyard.set_active_model(name="agent").model_id == first.model_id
    runyard.clear_active_model()
    assert runyard.get_active_model_id() is None
    assert runyard.set_active_model(model_id=first.model_id).name == "agent"
    for arguments in ({}, {"name": ""}, {"name": "it's"}):
        with pytest.raises(InvalidInput):
            runyard.set_active_model(**arguments)
    with pytest.raises(NotFound):
        runyard.set_active_model(model_id="m-" + "0" * 32)
    assert runyard.get_active_model_id() == first.model_id


def test_an_active_model_gives_way_to_the_one_before() -> None:
    with runyard.set_active_model(name="outer") as outer:
        with runyard.set_active_model(name="inner") as inner:
            assert runyard.get_active_model_id() == inner.model_id
        assert runyard.get_active_model_id() == outer.model_id
    assert runyard.get_active_model_id() is None


def test_the_active_model_is_that_of_the_thread_or_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    def look() -> None:
        thread = threading.Thread(target=lambda: seen.append(runyard.get_active_model_id()))
        thread.start()
        thread.join()

    model = runyard.set_active_model(name="agent")
    look()
    monkeypatch.setenv("MLFLOW_ACTIVE_MODEL_ID", model.model_id)
    look()
    assert seen == [None, model.model_id]


def test_params_of_the_active_model() -> None:
    with pytest.raises(InvalidInput, match="No model is active"):
        runyard.log_model_params({"a": 1})
    model = runyard.set_active_model(name="agent")
    runyard.log_model_params({"a": 1})
    with pytest.raises(InvalidInput):
        runyard.log_model_params({"a": 2, "b": 3})
    assert runyard.get_logged_model(model.model_id).params == {"a": "1"}


def test_models_are_searched() -> None:
    pytest.importorskip("pandas", reason="tables need pandas")
    with runyard.start_run():
        for number in range(4):
            model = runyard.initialize_logged_model(f"m{number}", params={"number": number})
            runyard.log_metric("acc", number, model_id=model.model_id)
    found = runyard.search_logged_models(
        filter_string="metrics.acc >= 1",
        order_by=[{"field_name": "metrics.acc", "ascending": False}],
        max_results=2,
        output_format="list",
    )
    assert [model.name for model in found] == ["m3", "m2"]
    table = runyard.search_logged_models(order_by=["metrics.acc ASC"])
    assert table["name"].tolist() == ["m0", "m1", "m2", "m3"]
    assert {"model_id", "params", "tags", "metrics", "artifact_location", "status"} <= set(table.columns)
    arguments: dict[str, Any]
    for arguments in ({"output_format": "x"}, {"order_by": [{}]}, {"datasets": [{}]}, {"filter_string": "name ="}):
        with pytest.raises(InvalidInput):
            runyard.search_logged_models(**arguments)


def test_the_client_knows_the_same(client: RunyardClient) -> None:
    model = client.create_logged_model("0", "m", params={"a": 1}, tags={"b": 2})
    client.log_model_params(model.model_id, {"c": 3})
    client.set_logged_model_tags(model.model_id, {"d": 4})
    client.delete_logged_model_tag(model.model_id, "b")
    client.finalize_logged_model(model.model_id, "FAILED")
    found = client.get_logged_model(model.model_id)
    assert (found.params, found.tags, found.status) == ({"a": "1", "c": "3"}, {"d": "4"}, "FAILED")
    assert [found.name for found in client.search_logged_models(["0"], max_results=1)] == ["m"]
    client.delete_logged_model(model.model_id)
    with pytest.raises(NotFound):
        client.get_logged_model(model.model_id)


def test_artifacts_of_a_model(client: RunyardClient, tmp_path: Any) -> None:
    model = client.create_logged_model("0", "m")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("a")
    client.log_model_artifact(model.model_id, tmp_path / "folder" / "a.txt", "deep")
    client.log_model_artifacts(model.model_id, tmp_path / "folder")
    assert [info.path for info in client.list_logged_model_artifacts(model.model_id)] == ["a.txt", "deep"]
    assert [info.path for info in client.list_logged_model_artifacts(model.model_id, "deep")] == ["deep/a.txt"]
