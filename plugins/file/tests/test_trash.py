"""The trash in the folder: where artifacts are then, what interrupted deletions leave, and trees that were copied."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from runyard.entities import TrashItem, TrashKind
from runyard.errors import DataDamaged, InvalidState, NotFound, StorageFailure
from runyard.tracking.garbage import Collector, Outcome, Selection
from runyard.tracking.requests import NewExperiment, NewLoggedModel, TrashQuery
from runyard.uris import ArtifactURI, StoreURI
from runyard_file.base import change_meta
from runyard_file.store import FileStore

NewRun = Callable[..., str]


def trash(store: FileStore) -> list[TrashItem]:
    return list(store.list_trash(TrashQuery()))


def collect(store: FileStore) -> list[Outcome]:
    collector = Collector(store)
    return list(collector.collect(collector.select(Selection())))


def put(location: str, text: str = "four") -> Path:
    path = Path(ArtifactURI.parse(location).path) / "notes" / "a.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def old(store: FileStore, new_run: NewRun) -> str:
    """A deleted experiment with a run and a logged model, both with an artifact of four bytes."""
    experiment_id = store.create_experiment(NewExperiment(name="old", tags={"a": "b"}))
    put(store.get_run(new_run(experiment_id=experiment_id)).info.artifact_uri)
    put(store.create_logged_model(NewLoggedModel(experiment_id=experiment_id)).artifact_location)
    store.delete_experiment(experiment_id)
    return experiment_id


def test_artifacts_of_a_deleted_experiment_are_found_where_they_are_now(store: FileStore, old: str) -> None:
    run, model, experiment = trash(store)
    for item, below in ((run, run.id), (model, f"models/{model.id}")):
        assert item.artifact_location == f"file://{store.uri.text}/{old}/{below}/artifacts"
        assert item.moved_to == f"file://{store.uri.text}/.trash/{old}/{below}/artifacts"
    assert experiment.moved_to is None
    assert [outcome.size for outcome in collect(store)] == [4, 4, 0]
    assert trash(store) == []


def test_nothing_is_left_of_what_is_purged(store: FileStore, root: Path, old: str, new_run: NewRun) -> None:
    kept, gone = new_run(), new_run()
    put(store.get_run(gone).info.artifact_uri)
    store.delete_run(gone)
    assert all(outcome.kept is None for outcome in collect(store))
    assert os.listdir(root / ".trash") == []
    assert {path.name for path in (root / "0").iterdir()} - {".runyard-index", "tags"} == {"meta.yaml", kept}


def test_artifacts_elsewhere_go_with_their_folder(root: Path, tmp_path: Path) -> None:
    store = FileStore(StoreURI.parse(root), str(tmp_path / "files"))
    experiment_id = store.create_experiment(NewExperiment(name="old"))
    model = store.create_logged_model(NewLoggedModel(experiment_id=experiment_id))
    put(model.artifact_location)
    shared = put(f"{store.get_experiment(experiment_id).artifact_location}/shared")
    store.delete_experiment(experiment_id)
    (item, _) = trash(store)
    assert item.moved_to is None
    assert [(outcome.size, outcome.kept) for outcome in collect(store)] == [(4, None), (0, None)]
    assert not Path(ArtifactURI.parse(model.artifact_location).path).parent.exists()
    assert shared.exists()


def test_emptying_the_trash_of_a_copy_leaves_the_original_its_artifacts(
    store: FileStore, root: Path, old: str, tmp_path: Path
) -> None:
    store.restore_experiment(old)
    before = sorted(root.rglob("*.txt"))
    shutil.copytree(root, tmp_path / "copy")
    copy = FileStore(StoreURI.parse(tmp_path / "copy"))
    copy.delete_experiment(old)
    assert sum(outcome.size for outcome in collect(copy)) == 8
    assert sorted(root.rglob("*.txt")) == before
    assert len(before) == 2


def test_times_are_those_of_the_deletions(store: FileStore, root: Path, new_run: NewRun) -> None:
    run_id = new_run()
    store.delete_run(run_id)
    change_meta(f"{root}/0/{run_id}", "run", lifecycle_stage="deleted", deleted_time=1_700_000_000_000)
    assert [item.deleted_time for item in trash(store)] == [1_700_000_000_000]
    assert len(store.list_trash(TrashQuery(deleted_before=1_700_000_000_001))) == 1
    change_meta(f"{root}/0/{run_id}", "run", lifecycle_stage="deleted", deleted_time=None)
    assert [item.deleted_time for item in trash(store)] == [None]
    assert store.list_trash(TrashQuery(deleted_before=2_000_000_000_000)) == []


def test_an_experiment_that_did_not_reach_the_trash_is_in_it(store: FileStore, root: Path, old: str) -> None:
    (root / ".trash" / old).rename(root / old)
    assert [item.kind for item in trash(store)] == [TrashKind.RUN, TrashKind.LOGGED_MODEL, TrashKind.EXPERIMENT]
    assert all(outcome.kept is None for outcome in collect(store))
    assert not (root / old).exists()


@pytest.mark.parametrize("where", ["run", "experiment"])
def test_what_cannot_be_moved_is_there_as_before(
    store: FileStore, root: Path, new_run: NewRun, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = store.create_experiment(NewExperiment(name="old"))
    run_id = new_run()
    store.delete_run(run_id)
    store.delete_experiment(experiment_id)
    before = trash(store)
    purge = {"run": lambda: store.purge_run(run_id), "experiment": lambda: store.purge_experiment(experiment_id)}[where]

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", refuse)
        with pytest.raises(StorageFailure, match="Permission denied"):
            purge()
    assert trash(store) == before
    purge()
    assert len(trash(store)) == 1


def test_what_an_interrupted_deletion_left_goes_with_the_next(
    store: FileStore, root: Path, new_run: NewRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new_run(), new_run()
    for run_id in (first, second):
        store.delete_run(run_id)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", die)
        with pytest.raises(KeyboardInterrupt):
            store.purge_run(first)
    with pytest.raises(NotFound):
        store.get_run(first)
    assert [item.id for item in trash(store)] == [second]
    assert len(os.listdir(root / "0" / "runyard-purging")) == 1
    store.purge_run(second)
    assert not (root / "0" / "runyard-purging").exists()


def test_a_folder_that_is_a_link_is_unlinked(store: FileStore, root: Path, new_run: NewRun, tmp_path: Path) -> None:
    run_id = new_run()
    store.delete_run(run_id)
    (root / "0" / run_id).rename(tmp_path / "elsewhere")
    (root / "0" / run_id).symlink_to(tmp_path / "elsewhere")
    store.purge_run(run_id)
    assert trash(store) == []
    assert (tmp_path / "elsewhere" / "meta.yaml").exists()


def test_a_run_that_is_purged_while_it_is_restored(
    store: FileStore, root: Path, new_run: NewRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = new_run()
    store.delete_run(run_id)
    info = store._info

    def slow(folder: str) -> object:
        found = info(folder)
        FileStore(store.uri).purge_run(run_id)
        return found

    monkeypatch.setattr(store, "_info", slow)
    with pytest.raises((NotFound, StorageFailure)):
        store.restore_run(run_id)


def test_damaged_things_are_reported_and_kept(
    store: FileStore, root: Path, old: str, new_run: NewRun, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = new_run(experiment_id="0"), new_run()
    store.delete_run(bad)
    store.delete_run(good)
    (root / "0" / bad / "meta.yaml").write_text("lifecycle_stage: [\n")
    (run,) = (item for item in trash(store) if item.experiment_id == old and item.kind is TrashKind.RUN)
    (root / ".trash" / old / run.id / "meta.yaml").write_text("nothing\n")
    with caplog.at_level(logging.WARNING):
        outcomes = {outcome.item.id: outcome for outcome in collect(store)}
    assert bad not in outcomes
    assert outcomes[good].kept is None
    assert outcomes[old].failed
    assert "purge them first" in str(outcomes[old].kept)
    assert any(bad in record.getMessage() for record in caplog.records)
    with pytest.raises(DataDamaged):
        store.purge_run(bad)


def test_the_default_experiment_can_be_purged(store: FileStore, new_run: NewRun) -> None:
    with pytest.raises(InvalidState):
        store.purge_experiment("0")
    other = store.create_experiment(NewExperiment(name="other"))
    store.delete_experiment("0")
    store.purge_experiment("0")
    with pytest.raises(NotFound):
        store.get_experiment("0")
    assert store.get_experiment_by_name("Default") is None
    assert store.get_experiment(other).name == "other"
