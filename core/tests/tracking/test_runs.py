"""Starting, nesting, resuming and ending runs."""

from __future__ import annotations

import pytest

import runyard
from runyard.errors import InvalidInput, InvalidState, NotFound
from runyard.tracking.client import RunyardClient


def status(run_id: str) -> str:
    return runyard.get_run(run_id).info.status


def test_a_run_that_is_left_in_order_is_finished() -> None:
    with runyard.start_run(run_name="first", tags={"team": 7}, description="**why**") as run:
        assert runyard.active_run() is run
        assert status(run.info.run_id) == "RUNNING"
    assert runyard.active_run() is None
    ended = runyard.get_run(run.info.run_id)
    assert (ended.info.status, ended.info.run_name, ended.info.experiment_id) == ("FINISHED", "first", "0")
    assert ended.info.end_time is not None
    assert ended.info.start_time is not None
    assert ended.info.end_time >= ended.info.start_time
    assert ended.data.tags["team"] == "7"
    assert ended.data.tags["mlflow.note.content"] == "**why**"
    assert ended.data.tags["mlflow.runName"] == "first"
    assert ended.info.user_id == ended.data.tags["mlflow.user"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_run_that_is_left_by_an_exception_is_failed(error: type[BaseException]) -> None:
    with pytest.raises(error), runyard.start_run() as run:
        raise error
    assert status(run.info.run_id) == "FAILED"


def test_a_run_gets_a_random_name() -> None:
    with runyard.start_run() as run:
        adjective, animal, number = run.info.run_name.split("-")
    assert adjective.isalpha()
    assert animal.isalpha()
    assert 0 <= int(number) <= 1000
    assert run.data.tags["mlflow.runName"] == run.info.run_name


def test_the_tag_of_the_name_names_a_run_and_the_argument_wins() -> None:
    with runyard.start_run(tags={"mlflow.runName": "by tag"}) as run:
        assert run.info.run_name == "by tag"
    with runyard.start_run(run_name="by argument", tags={"mlflow.runName": "by tag"}) as run:
        assert run.info.run_name == "by argument"
        assert run.data.tags["mlflow.runName"] == "by argument"


def test_two_descriptions_are_refused_and_no_run_is_made() -> None:
    with pytest.raises(InvalidInput, match="two descriptions"):
        runyard.start_run(description="a", tags={"mlflow.note.content": "b"})
    assert runyard.active_run() is None
    assert len(runyard.search_runs(["0"], output_format="list")) == 0


def test_a_second_run_is_refused_while_one_is_active() -> None:
    with runyard.start_run() as run, pytest.raises(InvalidState, match=run.info.run_id):
        runyard.start_run()


def test_a_nested_run_is_a_child() -> None:
    with runyard.start_run() as parent:
        with runyard.start_run(nested=True) as child:
            assert runyard.active_run() is child
        assert runyard.active_run() is parent
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
    found = runyard.get_parent_run(child.info.run_id)
    assert found is not None
    assert found.info.run_id == parent.info.run_id
    assert runyard.get_parent_run(parent.info.run_id) is None


def test_leaving_a_run_ends_the_nested_ones_that_were_left_open() -> None:
    with runyard.start_run() as parent:
        child = runyard.start_run(nested=True)
    assert runyard.active_run() is None
    assert status(child.info.run_id) == status(parent.info.run_id) == "FINISHED"


def test_a_parent_that_is_named() -> None:
    with runyard.start_run() as parent:
        pass
    with runyard.start_run(parent_run_id=parent.info.run_id) as child:
        assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
        with pytest.raises(InvalidState, match="end the active run first"):
            runyard.start_run(nested=True, parent_run_id=parent.info.run_id)
        with runyard.start_run(nested=True, parent_run_id=child.info.run_id) as grandchild:
            assert grandchild.data.tags["mlflow.parentRunId"] == child.info.run_id


def test_a_parent_that_does_not_exist_or_is_deleted_is_refused() -> None:
    with pytest.raises(NotFound):
        runyard.start_run(parent_run_id="0" * 32)
    with runyard.start_run() as parent:
        pass
    runyard.delete_run(parent.info.run_id)
    with pytest.raises(InvalidState, match="deleted"):
        runyard.start_run(parent_run_id=parent.info.run_id)
    assert runyard.active_run() is None


def test_resuming_keeps_the_end_and_adds_tags() -> None:
    with runyard.start_run(tags={"a": 1}) as run:
        runyard.log_metric("loss", 0.5)
    end_time = runyard.get_run(run.info.run_id).info.end_time
    with runyard.start_run(run.info.run_id, run_name="renamed", tags={"b": 2}, description="more") as resumed:
        assert resumed.info.status == "RUNNING"
        assert resumed.info.end_time == end_time
        assert resumed.info.run_name == "renamed"
        assert resumed.data.metrics == {"loss": 0.5}
        assert {"a": "1", "b": "2", "mlflow.note.content": "more"}.items() <= resumed.data.tags.items()
        runyard.log_metric("loss", 0.25, step=1)
    assert runyard.get_run(run.info.run_id).data.metrics == {"loss": 0.25}
    assert status(run.info.run_id) == "FINISHED"


@pytest.mark.parametrize(
    ("run_id", "error"), [("0" * 32, NotFound), ("../elsewhere", InvalidInput), ("a\n", InvalidInput)]
)
def test_resuming_what_does_not_exist(run_id: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        runyard.start_run(run_id)
    assert runyard.active_run() is None


def test_resuming_a_deleted_run_is_refused() -> None:
    with runyard.start_run() as run:
        pass
    runyard.delete_run(run.info.run_id)
    with pytest.raises(InvalidState, match="Restore it first"):
        runyard.start_run(run.info.run_id)
    runyard.restore_run(run.info.run_id)
    with runyard.start_run(run.info.run_id):
        pass


def test_resuming_a_run_of_another_experiment_than_the_one_that_was_set_is_refused() -> None:
    with runyard.start_run() as run:
        pass
    runyard.set_experiment("other")
    with pytest.raises(InvalidInput, match="experiment 0"):
        runyard.start_run(run.info.run_id)


def test_the_run_id_of_the_environment_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunyardClient().create_run("0")
    monkeypatch.setenv("RUNYARD_RUN_ID", run.info.run_id)
    with runyard.start_run() as first:
        assert first.info.run_id == run.info.run_id
    with runyard.start_run() as second:
        assert second.info.run_id != run.info.run_id


def test_the_variable_of_the_reference_system_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunyardClient().create_run("0")
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    with runyard.start_run() as resumed:
        assert resumed.info.run_id == run.info.run_id


def test_end_run_takes_a_status_and_does_nothing_without_a_run() -> None:
    runyard.end_run()
    run = runyard.start_run()
    runyard.end_run("KILLED")
    assert status(run.info.run_id) == "KILLED"


def test_a_status_that_does_not_exist_leaves_the_run_active() -> None:
    with runyard.start_run() as run:
        with pytest.raises(InvalidInput, match="RUNNING, SCHEDULED, FINISHED, FAILED, KILLED"):
            runyard.end_run("DONE")
        assert runyard.active_run() is run


def test_a_run_that_was_ended_inside_its_block_keeps_its_status() -> None:
    with runyard.start_run() as run:
        runyard.end_run("KILLED")
    assert status(run.info.run_id) == "KILLED"


def test_the_last_active_run_is_fetched_fresh() -> None:
    assert runyard.last_active_run() is None
    with runyard.start_run() as run:
        runyard.log_param("depth", 3)
        last = runyard.last_active_run()
        assert last is not None
        assert last.data.params == {"depth": "3"}
        assert run.data.params == {}
    last = runyard.last_active_run()
    assert last is not None
    assert (last.info.run_id, last.info.status) == (run.info.run_id, "FINISHED")


def test_an_active_run_keeps_its_store_when_the_address_changes() -> None:
    with runyard.start_run() as run:
        before = runyard.get_tracking_uri()
        runyard.set_tracking_uri("memory://elsewhere")
        runyard.log_metric("loss", 1)
    runyard.set_tracking_uri(before)
    assert runyard.get_run(run.info.run_id).data.metrics == {"loss": 1.0}
    assert status(run.info.run_id) == "FINISHED"


def test_system_metrics_are_said_not_to_be_recorded() -> None:
    with pytest.warns(UserWarning, match="System metrics"), runyard.start_run(log_system_metrics=True):
        pass


def test_a_run_that_is_not_valid_is_not_made() -> None:
    for arguments in ({"tags": {"bad\nkey": 1}}, {"experiment_id": "404"}):
        with pytest.raises((InvalidInput, NotFound)):
            runyard.start_run(**arguments)  # type: ignore[arg-type]
        assert runyard.active_run() is None


def test_addresses_are_printed_for_servers_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from runyard.tracking.uris import tracking_store
    from runyard.uris import StoreURI

    with runyard.start_run():
        pass
    assert capsys.readouterr().out == ""
    with runyard.start_run(run_name="remote") as run:
        monkeypatch.setattr(tracking_store(), "uri", StoreURI.parse("http://host:5000"))
    address = "http://host:5000/#/experiments/0"
    assert capsys.readouterr().out.splitlines() == [
        f"🏃 View run remote at: {address}/runs/{run.info.run_id}",
        f"🧪 View experiment at: {address}",
    ]
    monkeypatch.setenv("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    with runyard.start_run():
        pass
    assert capsys.readouterr().out == ""
