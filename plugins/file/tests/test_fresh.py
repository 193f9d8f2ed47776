"""Stores in which nothing was written yet: they can be read, and the first write makes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runyard.entities import ViewType
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.requests import ExperimentQuery, LoggedModelQuery, NewExperiment, NewLoggedModel, NewRun, RunQuery
from runyard.uris import StoreURI
from runyard_file.store import FileStore

RUN = NewRun(experiment_id="0", user_id="me", start_time=1, run_name="r")


@pytest.mark.parametrize("exists", [True, False])
def test_reading_makes_nothing(root: Path, exists: bool) -> None:
    if exists:
        root.mkdir()
    store = FileStore(StoreURI.parse(root))
    default = store.get_experiment("0")
    assert (default.name, default.artifact_location) == ("Default", f"{root.as_uri()}/0")
    assert store.get_experiment_by_name("Default") == default
    assert store.search_experiments(ExperimentQuery(view=ViewType.ALL)) == [default]
    assert store.search_runs(RunQuery(experiment_ids=("0",))) == []
    assert store.count_runs(RunQuery(experiment_ids=("0",))) == 0
    assert store.search_logged_models(LoggedModelQuery(experiment_ids=("0",))) == []
    for ask in (store.get_run, store.get_experiment, store.delete_run, store.delete_experiment):
        with pytest.raises(NotFound):
            ask("1")
    for change in (store.restore_experiment, lambda one: store.rename_experiment(one, "n")):
        with pytest.raises(NotFound):
            change("1")
    assert root.exists() is exists
    assert not exists or [*root.iterdir()] == []


@pytest.mark.parametrize(
    "write",
    [
        lambda store: store.create_run(RUN),
        lambda store: store.create_experiment(NewExperiment(name="e")),
        lambda store: store.create_logged_model(NewLoggedModel(experiment_id="0")),
        lambda store: store.set_experiment_tags("0", {"a": "b"}),
        lambda store: store.rename_experiment("0", "e"),
        lambda store: store.delete_experiment("0"),
    ],
)
def test_the_first_write_makes_the_default_experiment(root: Path, write: Callable[[FileStore], object]) -> None:
    store = FileStore(StoreURI.parse(root))
    write(store)
    experiment = store.get_experiment("0")
    assert experiment.creation_time
    assert experiment == FileStore(StoreURI.parse(root)).get_experiment("0")


def test_a_folder_that_was_removed_is_made_anew(store: FileStore, root: Path) -> None:
    import shutil

    run_id = store.create_run(RUN).info.run_id
    shutil.rmtree(root)
    with pytest.raises(NotFound):
        store.get_run(run_id)
    store.create_run(RUN)
    assert len(store.search_runs(RunQuery(experiment_ids=("0",)))) == 1


def test_a_default_experiment_that_was_removed_stays_away(store: FileStore, root: Path) -> None:
    import shutil

    store.create_experiment(NewExperiment(name="other"))
    shutil.rmtree(root / "0")
    assert [item.name for item in store.search_experiments(ExperimentQuery())] == ["other"]
    with pytest.raises(NotFound):
        store.create_run(RUN)


@pytest.mark.parametrize("below", ["", "sub"])
def test_a_file_in_the_place_of_the_folder_is_named(root: Path, below: str) -> None:
    root.write_text("notes")
    with pytest.raises(InvalidInput, match="is no folder"):
        FileStore(StoreURI.parse(root / below))
