"""The client: explicit ids, and the names that programs use."""

from __future__ import annotations

from pathlib import Path

import pytest

import runyard
from runyard.entities import Metric, Param, RunTag, ViewType
from runyard.errors import AlreadyExists, InvalidInput, InvalidState, NotFound, PluginMissing
from runyard.tracking.client import RunyardClient


def test_the_client_has_the_names_of_the_reference_system() -> None:
    assert runyard.MlflowClient is runyard.RunyardClient is runyard.tracking.MlflowClient is RunyardClient


def test_a_client_has_an_address_of_its_own(client: RunyardClient) -> None:
    other = RunyardClient("memory://other")
    assert (client.tracking_uri, other.tracking_uri) == ("memory://test", "memory://other")
    run = other.create_run("0")
    with pytest.raises(NotFound):
        client.get_run(run.info.run_id)


def test_a_run_of_the_client_has_no_tags_but_those_given(client: RunyardClient) -> None:
    run = client.create_run("0")
    assert run.data.tags == {"mlflow.runName": run.info.run_name}
    assert run.info.user_id == "unknown"
    named = client.create_run("0", start_time=5, tags={"mlflow.user": "ada", "n": 1}, run_name="engine")
    assert (named.info.start_time, named.info.user_id, named.info.run_name) == (5, "ada", "engine")
    assert named.data.tags == {"mlflow.user": "ada", "n": "1", "mlflow.runName": "engine"}
    assert client.create_run("0", tags={"mlflow.runName": "by tag"}).info.run_name == "by tag"


def test_two_names_are_refused(client: RunyardClient) -> None:
    with pytest.raises(InvalidInput, match=r"'b'.*'a'"):
        client.create_run("0", tags={"mlflow.runName": "a"}, run_name="b")


def test_runs_are_changed_and_ended(client: RunyardClient) -> None:
    run_id = client.create_run("0").info.run_id
    client.update_run(run_id, status="SCHEDULED", name="later")
    changed = client.get_run(run_id)
    assert (changed.info.status, changed.info.run_name) == ("SCHEDULED", "later")
    assert changed.data.tags["mlflow.runName"] == "later"
    client.set_terminated(run_id, end_time=77)
    assert (client.get_run(run_id).info.status, client.get_run(run_id).info.end_time) == ("FINISHED", 77)
    client.set_terminated(run_id, "KILLED")
    assert client.get_run(run_id).info.status == "KILLED"
    for call in (lambda: client.update_run(run_id, status="DONE"), lambda: client.set_terminated(run_id, "DONE")):
        with pytest.raises(InvalidInput, match="DONE"):
            call()
    assert client.get_run(run_id).info.status == "KILLED"


def test_deleted_runs_are_not_changed(client: RunyardClient) -> None:
    run_id = client.create_run("0").info.run_id
    client.delete_run(run_id)
    client.delete_run(run_id)
    for call in (
        lambda: client.update_run(run_id, name="x"),
        lambda: client.set_terminated(run_id),
        lambda: client.log_metric(run_id, "m", 1),
        lambda: client.log_inputs(run_id),
        lambda: client.log_text(run_id, "x", "x.txt"),
    ):
        with pytest.raises(InvalidState):
            call()
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    client.restore_run(run_id)
    assert client.list_artifacts(run_id) == []


def test_a_batch_is_recorded_whole_or_not_at_all(client: RunyardClient) -> None:
    run_id = client.create_run("0").info.run_id
    metrics = [Metric(f"m{number}", number, 1, 0) for number in range(1500)]
    params = [Param(f"p{number}", number) for number in range(250)]  # type: ignore[arg-type]
    client.log_batch(run_id, metrics, params, [RunTag("t", "1"), RunTag("t", "2")])
    data = client.get_run(run_id).data
    assert (len(data.metrics), len(data.params), data.tags["t"]) == (1500, 250, "2")
    for bad in (
        {"params": [Param("new", "1"), Param("p1", "other")]},
        {"params": [Param("new", "1"), Param("new", "1")]},
        {"metrics": [Metric("new", 1, 1), Metric("bad//key", 1, 1)]},
        {"tags": [RunTag("new", "1"), RunTag("", "1")]},
    ):
        with pytest.raises(InvalidInput):
            client.log_batch(run_id, **bad)  # type: ignore[arg-type]
    assert client.get_run(run_id).data == data


def test_searches_come_in_pages(client: RunyardClient) -> None:
    ids = [client.create_run("0", start_time=number).info.run_id for number in range(5)]
    first = client.search_runs(["0"], max_results=2)
    assert [run.info.run_id for run in first] == [ids[4], ids[3]]
    second = client.search_runs(["0"], max_results=2, page_token=first.token)
    third = client.search_runs(["0"], max_results=2, page_token=second.token)
    assert [run.info.run_id for run in (*second, *third)] == [ids[2], ids[1], ids[0]]
    assert third.token is None
    assert len(client.search_runs("0", filter_string="attributes.start_time > 2")) == 2
    client.delete_run(ids[0])
    assert [run.info.run_id for run in client.search_runs(["0"], run_view_type=ViewType.DELETED_ONLY)] == [ids[0]]


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_results": 0},
        {"max_results": 50_001},
        {"filter_string": "metrics.a >"},
        {"order_by": ["metrics.a SIDEWAYS"]},
        {"page_token": "?"},
        {"run_view_type": "some"},
    ],
)
def test_searches_that_do_not_parse(client: RunyardClient, arguments: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        client.search_runs(["0"], **arguments)  # type: ignore[arg-type]


def test_experiments(client: RunyardClient) -> None:
    experiment_id = client.create_experiment("wine", tags={"a": 1})
    with pytest.raises(AlreadyExists):
        client.create_experiment("wine")
    client.rename_experiment(experiment_id, "cheese")
    client.set_experiment_tag(experiment_id, "b", 2)
    client.delete_experiment_tag(experiment_id, "a")
    assert client.get_experiment(experiment_id).tags == {"b": "2"}
    assert client.get_experiment_by_name("wine") is None
    assert [found.name for found in client.search_experiments(filter_string="name = 'cheese'")] == ["cheese"]
    with pytest.raises(InvalidInput):
        client.rename_experiment(experiment_id, "")
    with pytest.raises(AlreadyExists):
        client.rename_experiment(experiment_id, "Default")
    client.delete_experiment(experiment_id)
    with pytest.raises(NotFound):
        client.delete_experiment(experiment_id)
    with pytest.raises(InvalidState):
        client.set_experiment_tag(experiment_id, "c", 3)
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    client.restore_experiment(experiment_id)
    with pytest.raises(NotFound):
        client.restore_experiment(experiment_id)
    page = client.search_experiments(max_results=1, order_by=["name ASC"])
    assert [found.name for found in page] == ["Default"]
    assert [found.name for found in client.search_experiments(max_results=1, page_token=page.token, order_by=["name"])]


def test_parents(client: RunyardClient) -> None:
    parent = client.create_run("0")
    child = client.create_run("0", tags={"mlflow.parentRunId": parent.info.run_id})
    found = client.get_parent_run(child.info.run_id)
    assert found is not None
    assert found.info.run_id == parent.info.run_id
    assert client.get_parent_run(parent.info.run_id) is None


def test_names_that_old_tutorials_use(client: RunyardClient) -> None:
    run = client.create_run("0")
    client.create_experiment("wine")
    assert {experiment.name for experiment in client.list_experiments()} == {"Default", "wine"}
    assert [info.run_id for info in client.list_run_infos("0")] == [run.info.run_id]


def test_a_client_of_a_folder_keeps_it_when_the_working_directory_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = RunyardClient("runs here")
    monkeypatch.chdir("/")
    with pytest.raises(PluginMissing):
        client.get_experiment("0")
    assert client._address.text == str(tmp_path / "runs here")
    with pytest.raises(InvalidInput):
        RunyardClient("a\nb")
