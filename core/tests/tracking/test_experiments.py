"""Choosing, finding and changing experiments."""

from __future__ import annotations

import threading

import pytest

import runyard
from runyard.errors import AlreadyExists, InvalidInput, InvalidState, NotFound
from runyard.tracking.requests import NewExperiment
from runyard.tracking.uris import tracking_store


def chosen() -> str:
    """Return the experiment that a new run goes to."""
    with runyard.start_run(nested=True) as run:
        return run.info.experiment_id


def test_runs_go_to_the_default_experiment_without_any_setting() -> None:
    assert chosen() == "0"


def test_set_experiment_makes_finds_and_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    experiment = runyard.set_experiment("wine")
    assert experiment.name == "wine"
    assert chosen() == experiment.experiment_id
    assert os.environ["RUNYARD_EXPERIMENT_ID"] == os.environ["MLFLOW_EXPERIMENT_ID"] == experiment.experiment_id
    runyard.set_experiment(experiment_id="0")
    assert chosen() == "0"
    assert runyard.set_experiment("wine").experiment_id == experiment.experiment_id


def test_the_experiment_holds_for_all_threads() -> None:
    experiment = runyard.set_experiment("wine")
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(chosen()))
    thread.start()
    thread.join()
    assert found == [experiment.experiment_id]


def test_the_name_in_the_environment_is_made_if_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_EXPERIMENT_NAME", "from outside")
    experiment_id = chosen()
    assert runyard.get_experiment(experiment_id).name == "from outside"
    assert chosen() == experiment_id


def test_the_id_in_the_environment_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "404")
    with pytest.raises(NotFound):
        chosen()
    experiment_id = runyard.create_experiment("there")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment_id)
    assert chosen() == experiment_id


def test_name_and_id_in_the_environment_must_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_EXPERIMENT_NAME", "wine")
    monkeypatch.setenv("RUNYARD_EXPERIMENT_ID", "0")
    with pytest.raises(InvalidInput, match="RUNYARD_EXPERIMENT_NAME"):
        chosen()


def test_set_experiment_wins_over_the_environment_and_keeps_it_in_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("RUNYARD_EXPERIMENT_NAME", "outside")
    experiment = runyard.set_experiment("inside")
    assert chosen() == experiment.experiment_id
    assert os.environ["RUNYARD_EXPERIMENT_NAME"] == "inside"


@pytest.mark.parametrize("arguments", [{}, {"experiment_name": "a", "experiment_id": "0"}])
def test_set_experiment_wants_one_of_name_and_id(arguments: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="exactly one"):
        runyard.set_experiment(**arguments)


@pytest.mark.parametrize("name", ["", "x" * 501, 7])
def test_names_that_are_not_valid(name: str) -> None:
    for call in (runyard.set_experiment, runyard.create_experiment):
        with pytest.raises(InvalidInput):
            call(name)
    assert len(runyard.search_experiments(view_type=3)) == 1


def test_a_deleted_experiment_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment_id = runyard.create_experiment("gone")
    runyard.delete_experiment(experiment_id)
    with pytest.raises(InvalidState, match="gone"):
        runyard.set_experiment("gone")
    with pytest.raises(InvalidState):
        runyard.set_experiment(experiment_id=experiment_id)
    with pytest.raises(InvalidState):
        runyard.start_run(experiment_id=experiment_id)
    monkeypatch.setenv("RUNYARD_EXPERIMENT_NAME", "gone")
    with pytest.raises(InvalidState):
        chosen()
    runyard.restore_experiment(experiment_id)
    assert chosen() == experiment_id


def test_an_unknown_experiment() -> None:
    with pytest.raises(NotFound):
        runyard.set_experiment(experiment_id="404")
    with pytest.raises(NotFound):
        runyard.get_experiment("404")
    assert runyard.get_experiment_by_name("nobody") is None


def test_somebody_else_may_make_the_experiment_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    store = tracking_store()
    create = store.create_experiment

    def too_late(experiment: NewExperiment) -> str:
        create(experiment)
        raise AlreadyExists("somebody was faster")

    monkeypatch.setattr(store, "create_experiment", too_late)
    assert runyard.set_experiment("race").name == "race"


def test_create_experiment_takes_location_and_tags() -> None:
    experiment_id = runyard.create_experiment("wine", artifact_location="memory://shelf", tags={"year": 1997})
    experiment = runyard.get_experiment_by_name("wine")
    assert experiment is not None
    assert experiment.experiment_id == experiment_id
    assert experiment.artifact_location == "memory://shelf"
    assert experiment.tags == {"year": "1997"}
    with runyard.start_run(experiment_id=experiment_id) as run:
        assert run.info.artifact_uri.startswith("memory://shelf/")
    with pytest.raises(AlreadyExists, match="wine"):
        runyard.create_experiment("wine")
    with pytest.raises(InvalidInput):
        runyard.create_experiment("other", artifact_location="runs:/abc")


def test_tags_of_the_active_experiment() -> None:
    experiment = runyard.set_experiment("wine")
    runyard.set_experiment_tag("a", 1)
    runyard.set_experiment_tags({"b": 2, "c": "x"})
    runyard.delete_experiment_tag("b")
    assert runyard.get_experiment(experiment.experiment_id).tags == {"a": "1", "c": "x"}
    with pytest.raises(NotFound):
        runyard.delete_experiment_tag("b")
    with pytest.raises(InvalidInput):
        runyard.set_experiment_tags({"good": 1, "bad\n": 2})
    assert runyard.get_experiment(experiment.experiment_id).tags == {"a": "1", "c": "x"}


def test_search_finds_all_pages(small_pages: None) -> None:
    for number in range(5):
        runyard.create_experiment(f"e{number}", tags={"parity": number % 2})
    names = [experiment.name for experiment in runyard.search_experiments(order_by=["name ASC"])]
    assert names == ["Default", "e0", "e1", "e2", "e3", "e4"]
    odd = runyard.search_experiments(filter_string="tags.parity = '1'", order_by=["name DESC"])
    assert [experiment.name for experiment in odd] == ["e3", "e1"]
    assert len(runyard.search_experiments(max_results=3)) == 3


@pytest.mark.parametrize(
    "arguments",
    [{"max_results": -1}, {"max_results": "many"}, {"filter_string": "name ="}, {"view_type": 7}, {"order_by": ["?"]}],
)
def test_search_refuses_what_does_not_parse(arguments: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        runyard.search_experiments(**arguments)  # type: ignore[arg-type]
