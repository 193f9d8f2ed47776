"""Trees that other programs, old releases and version control leave behind."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from runyard.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, RunTag, ViewType
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.requests import (
    ExperimentQuery,
    HistoryQuery,
    LoggedModelQuery,
    NewExperiment,
    NewLoggedModel,
    RunBatch,
    RunInputsBatch,
    RunQuery,
    RunUpdate,
)
from runyard.uris import StoreURI
from runyard_file import experiments as experiments_module
from runyard_file.base import change_meta
from runyard_file.store import FileStore

OLD_ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
OLD_RUN = f"""\
artifact_uri: /home/jo/mlruns/0/{OLD_ID}/artifacts
end_time: 1530000001000
entry_point_name: main
experiment_id: 0
name: 'first: try'
run_uuid: {OLD_ID}
source_name: train.py
source_type: 4
source_version: 1a2b3c
start_time: 1530000000000
status: 3
tags: []
user_id: jo
"""


@pytest.fixture
def old_root(root: Path) -> Path:
    """An experiment and a run as the first releases wrote them, as they come out of version control."""
    run = root / "0" / OLD_ID
    (run / "metrics").mkdir(parents=True)
    (root / "0" / "meta.yaml").write_text("artifact_location: /home/jo/mlruns/0\nexperiment_id: 0\nname: Default\n")
    (run / "meta.yaml").write_text(OLD_RUN)
    (run / "metrics" / "loss").write_text("1530000000 0.5\n1530000001 0.25\n")
    return root


def test_trees_of_old_releases_are_read(old_root: Path) -> None:
    store = FileStore(StoreURI.parse(old_root))
    (experiment,) = store.search_experiments(ExperimentQuery())
    assert (experiment.experiment_id, experiment.name, experiment.creation_time) == ("0", "Default", None)
    (run,) = store.search_runs(RunQuery(experiment_ids=("0",)))
    assert run == store.get_run(OLD_ID)
    assert (run.info.run_id, run.info.run_name, run.info.experiment_id) == (OLD_ID, "first: try", "0")
    assert (run.info.status, run.info.lifecycle_stage, run.info.user_id) == ("FINISHED", "active", "jo")
    assert run.data.metrics == {"loss": 0.25}
    history = store.metric_history(HistoryQuery(run_id=OLD_ID, key="loss"))
    assert [(point.timestamp, point.value, point.step) for point in history] == [
        (1530000000, 0.5, 0),
        (1530000001, 0.25, 0),
    ]


def test_a_run_whose_empty_folders_are_missing_can_be_continued(old_root: Path) -> None:
    store = FileStore(StoreURI.parse(old_root))
    shutil.rmtree(old_root / "0" / OLD_ID / "metrics")
    store.log_batch(RunBatch.checked(OLD_ID, [Metric("acc", 1.0, 5, 1)], tags=[RunTag("mlflow.runName", "again")]))
    run = store.get_run(OLD_ID)
    assert (run.info.run_name, run.data.metrics, run.data.tags) == ("again", {"acc": 1.0}, {"mlflow.runName": "again"})
    meta = (old_root / "0" / OLD_ID / "meta.yaml").read_text()
    assert "source_version: '1a2b3c'" in meta  # what is not used here stays


def test_a_run_without_a_name_takes_that_of_its_tag(old_root: Path) -> None:
    path = old_root / "0" / OLD_ID / "meta.yaml"
    path.write_text(OLD_RUN.replace("name: 'first: try'\n", ""))
    (path.parent / "tags").mkdir()
    (path.parent / "tags" / "mlflow.runName").write_text("by tag")
    store = FileStore(StoreURI.parse(old_root))
    assert store.get_run(OLD_ID).info.run_name == "by tag"
    assert store.search_runs(RunQuery(experiment_ids=("0",)))[0].info.run_name == "by tag"


def test_metric_lines_of_every_form_are_read(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    (root / "0" / run_id / "metrics" / "m").write_text(
        "1 0.5\n2 nan 1\n3 -inf 2\n4 1e-3 3 data 12ab\n4 1e-3 3 data 12ab\n"
    )
    points = store.metric_history(HistoryQuery(run_id=run_id, key="m"))
    assert [(point.step, str(point.value), point.dataset_name, point.dataset_digest) for point in points] == [
        (0, "0.5", None, None),
        (1, "nan", None, None),
        (2, "-inf", None, None),
        (3, "0.001", "data", "12ab"),
    ]
    (latest,) = store.get_run(run_id).data.latest_metrics
    assert (latest.step, latest.dataset_name) == (3, "data")


def test_blanks_in_the_name_of_a_dataset_survive(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    store.log_batch(RunBatch.checked(run_id, [Metric("m", 1.0, 1, 2, None, "my data", "a b")]))
    assert len((root / "0" / run_id / "metrics" / "m").read_text().split(" ")) == 5  # or nobody else could read it
    (point,) = store.metric_history(HistoryQuery(run_id=run_id, key="m"))
    assert (point.step, point.dataset_name, point.dataset_digest) == (2, "my data", "a b")


def test_a_new_run_has_the_files_that_other_programs_look_for(
    store: FileStore, root: Path, new_run: Callable[..., str]
) -> None:
    run_id = new_run("yes")
    run = root / "0" / run_id
    assert sorted(path.name for path in run.iterdir()) == ["artifacts", "meta.yaml", "metrics", "params", "tags"]
    location = f"file://{root}/0/{run_id}/artifacts"
    assert (run / "meta.yaml").read_text() == (
        f"artifact_uri: {location}\ndeleted_time: null\nend_time: null\nentry_point_name: ''\nexperiment_id: '0'\n"
        f"lifecycle_stage: active\nrun_id: {_plain(run_id)}\nrun_name: 'yes'\nsource_name: ''\nsource_type: 4\n"
        "source_version: ''\nstart_time: 1700000000000\nstatus: 1\ntags: []\nuser_id: me\n"
    )
    assert (run / "tags" / "mlflow.runName").read_text() == "yes"


def _plain(run_id: str) -> str:
    return run_id if run_id[0].isalpha() else f"'{run_id}'"


def test_keys_with_slashes_are_nested_folders(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    store.log_batch(RunBatch.checked(run_id, [Metric("val/loss", 1.0, 1)], tags=[RunTag("a/b/c", "x")]))
    assert (root / "0" / run_id / "metrics" / "val" / "loss").read_text() == "1 1.0 0\n"
    assert (root / "0" / run_id / "tags" / "a" / "b" / "c").read_text() == "x"


@pytest.mark.parametrize(
    ("first", "second"), [(["a"], ["x", "a/b"]), (["a/b"], ["x", "a"]), ([], ["c", "c/d"]), ([], ["x", "é" * 200])]
)
def test_keys_that_no_folder_can_hold_together_are_refused_whole(
    store: FileStore, new_run: Callable[..., str], first: list[str], second: list[str]
) -> None:
    run_id = new_run()
    for kind in ("metrics", "params", "tags"):

        def batch(names: list[str], kind: str = kind) -> RunBatch:
            points = [Metric(name, 1.0, 1) for name in names]
            params = [Param(name, "v") for name in names]
            tags = [RunTag(name, "v") for name in names]
            choice = {"metrics": (points, (), ()), "params": (points[:1], params, ()), "tags": ((), params[:1], tags)}
            return RunBatch.checked(run_id, *choice[kind])

        store.log_batch(batch(first))
        before = store.get_run(run_id)
        with pytest.raises(InvalidInput, match="in files"):
            store.log_batch(batch(second))
        assert store.get_run(run_id) == before


def test_files_that_cannot_be_values_are_overlooked(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    (root / "0" / run_id / "params" / "lr~").write_bytes(b"\xff")
    (root / "0" / "notes").mkdir()
    (root / "notes").mkdir()
    (root / "0" / "README.md").write_text("mine")
    assert store.get_run(run_id).data.params == {}
    assert len(store.search_runs(RunQuery(experiment_ids=("0",)))) == 1
    assert len(store.search_experiments(ExperimentQuery())) == 1


def test_inputs_outputs_and_model_metrics_lie_where_others_look(
    store: FileStore, root: Path, new_run: Callable[..., str]
) -> None:
    run_id = new_run()
    model = store.create_logged_model(NewLoggedModel(experiment_id="0", name="net", params={"depth": "2"}))
    dataset = Dataset(name="d", digest="abc", source_type="local", source="{}")
    store.log_inputs(
        RunInputsBatch.checked(run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "train")])])
    )
    store.log_outputs(run_id, [LoggedModelOutput(model.model_id, 7)])
    store.log_batch(RunBatch.checked(run_id, [Metric("acc", 0.5, 9, 1, model.model_id, "d", "abc")]))
    dataset_id = hashlib.md5(b"dabc", usedforsecurity=False).hexdigest()
    assert (root / "0" / "datasets" / dataset_id / "meta.yaml").exists()
    (link,) = (root / "0" / run_id / "inputs").iterdir()
    assert f"source_id: {dataset_id}" in (link / "meta.yaml").read_text().replace("'", "")
    assert "step: 7" in (root / "0" / run_id / "outputs" / model.model_id / "meta.yaml").read_text()
    folder = root / "0" / "models" / model.model_id
    assert (folder / "metrics" / "acc").read_text() == f"9 0.5 1 {run_id} d abc\n"
    assert (folder / "params" / "depth").read_text() == "2"
    assert (root / "0" / run_id / "metrics" / "acc").read_text() == "9 0.5 1 d abc\n"


def test_deleted_experiments_move_to_the_trash_with_their_runs(
    store: FileStore, root: Path, new_run: Callable[..., str]
) -> None:
    experiment_id = store.create_experiment(NewExperiment(name="e"))
    run_id = new_run(experiment_id=experiment_id)
    store.delete_experiment(experiment_id)
    meta = root / ".trash" / experiment_id / run_id / "meta.yaml"
    assert "lifecycle_stage: deleted" in meta.read_text()
    assert not (root / experiment_id).exists()
    (run,) = store.search_runs(RunQuery(experiment_ids=(experiment_id,), view=ViewType.DELETED_ONLY))
    assert run.info.run_id == run_id
    store.restore_experiment(experiment_id)
    store.update_run(RunUpdate(run_id=run_id, status="FINISHED"))
    assert store.get_run(run_id).info.lifecycle_stage == "active"


@pytest.mark.parametrize("what", ["delete", "restore"])
def test_a_deletion_or_restoration_that_was_interrupted_can_be_repeated(
    store: FileStore, root: Path, new_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    experiment_id = store.create_experiment(NewExperiment(name="e"))
    run_id = new_run(experiment_id=experiment_id)
    if what == "restore":
        store.delete_experiment(experiment_id)
    call = store.delete_experiment if what == "delete" else store.restore_experiment
    calls = iter([None, KeyboardInterrupt()])

    def interrupted(*arguments: object, **changes: object) -> object:
        if error := next(calls):
            raise error
        return change_meta(*arguments, **changes)  # type: ignore[arg-type]

    monkeypatch.setattr(experiments_module, "change_meta", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call(experiment_id)
    monkeypatch.undo()
    call(experiment_id)
    stage = "deleted" if what == "delete" else "active"
    assert store.get_experiment(experiment_id).lifecycle_stage == stage
    assert store.get_run(run_id).info.lifecycle_stage == stage


def test_experiment_ids_are_random_and_artifacts_lie_below_the_experiment(store: FileStore, root: Path) -> None:
    ids = {store.create_experiment(NewExperiment(name=name)) for name in "abc"}
    assert len(ids) == 3
    assert {len(experiment_id) for experiment_id in ids} == {18}
    assert {store.get_experiment(item).artifact_location for item in ids} == {f"file://{root}/{item}" for item in ids}


def test_another_artifact_root_and_location_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    store = FileStore(StoreURI.parse(root), "s3://bucket/base/")
    assert store.get_experiment("0").artifact_location == "s3://bucket/base/0"
    ids = [
        store.create_experiment(NewExperiment(name=location, artifact_location=location))
        for location in ("gs://b/p", "here", "file:there", "file:///a b")
    ]
    assert [store.get_experiment(item).artifact_location for item in ids] == [
        "gs://b/p",
        f"{root.parent}/here",
        f"file://{root.parent}/there",
        "file:///a%20b",
    ]


@pytest.mark.parametrize("odd", ["..", "../0", "0/..", "/etc", "a\x00b", "", ".", ".trash", "0/x"])
def test_ids_that_are_paths_lead_nowhere(store: FileStore, root: Path, new_run: Callable[..., str], odd: str) -> None:
    new_run()
    (root.parent / "meta.yaml").write_text("experiment_id: x\nrun_id: x\nname: outside\n")
    calls: list[Callable[[str], object]] = [
        store.get_experiment,
        store.delete_experiment,
        store.restore_experiment,
        lambda name: store.set_experiment_tags(name, {"a": "b"}),
        store.get_run,
        store.delete_run,
        lambda name: store.log_batch(RunBatch(run_id=name, metrics=[Metric("m", 1.0, 1)])),
        store.get_logged_model,
        store.delete_logged_model,
        lambda name: store.set_logged_model_tags(name, {"a": "b"}),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call(odd)
    assert store.search_runs(RunQuery(experiment_ids=(odd,))) == []
    assert store.search_logged_models(LoggedModelQuery(experiment_ids=(odd,))) == []
    assert sorted(path.name for path in root.parent.iterdir()) == ["meta.yaml", "mlruns"]


def test_a_run_in_the_wrong_place_is_reported_and_left_out(
    store: FileStore, root: Path, new_run: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    run_id = new_run()
    other = store.create_experiment(NewExperiment(name="other"))
    shutil.copytree(root / "0" / run_id, root / other / run_id)
    with caplog.at_level(logging.WARNING):
        assert store.search_runs(RunQuery(experiment_ids=(other,))) == []
    assert f"{other}/{run_id}/meta.yaml" in caplog.text
    assert FileStore(store.uri).get_run(run_id).info.experiment_id == "0"
