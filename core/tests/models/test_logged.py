from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import runyard
from runyard import pyfunc
from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.models import MLModel, get_model_info, set_signature
from runyard.models.schema import ColSpec, Schema
from runyard.models.signature import ModelSignature
from runyard.tracking.client import RunyardClient
from runyard.tracking.uris import tracking_store

pytest.importorskip("cloudpickle")
pytestmark = pytest.mark.usefixtures("memory_uri")


def double(model_input: Any) -> Any:
    return [2 * value for value in model_input]


def test_a_model_of_a_run() -> None:
    with runyard.start_run() as run:
        runyard.log_param("alpha", 1)
        runyard.log_metric("early", 0.1)
        runyard.log_metric("late", 0.9, step=3)
        info = pyfunc.log_model(
            name="doubler", python_model=double, params={"beta": 2}, tags={"team": "a"}, model_type="toy", step=3
        )
    logged = RunyardClient().get_logged_model(info.model_id or "")
    assert (logged.name, logged.status, logged.model_type) == ("doubler", "READY", "toy")
    assert logged.params == {"alpha": "1", "beta": "2"}
    assert logged.tags["team"] == "a"
    assert logged.source_run_id == run.info.run_id
    assert [(point.key, point.value, point.step) for point in logged.metrics] == [("late", 0.9, 3)]
    outputs = runyard.get_run(run.info.run_id).outputs.model_outputs
    assert [(output.model_id, output.step) for output in outputs] == [(info.model_id, 3)]
    assert info.model_uri == f"models:/{info.model_id}"
    assert info.model_uuid == info.model_id
    assert (info.run_id, info.name, info.params) == (run.info.run_id, "doubler", logged.params)
    assert info.artifact_path == logged.artifact_location


@pytest.fixture
def logged() -> tuple[str, str]:
    """Return a run and the logged model that it made."""
    with runyard.start_run() as run:
        info = pyfunc.log_model("doubler", double)
    return run.info.run_id, info.model_id or ""


def test_it_is_loaded_by_its_run(logged: tuple[str, str]) -> None:
    run_id, model_id = logged
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a pickle of the user's own is not announced
        loaded = pyfunc.load_model(f"runs:/{run_id}/doubler")
    assert loaded.predict([1]) == [2]
    assert (loaded.model_id, loaded.metadata.run_id) == (model_id, run_id)
    with pytest.raises(NotFound, match=r"no model at .*other.*made 'doubler'"):
        pyfunc.load_model(f"runs:/{run_id}/other")


def test_it_is_loaded_by_its_id(logged: tuple[str, str]) -> None:
    uri = f"models:/{logged[1]}"
    assert pyfunc.load_model(uri).predict([1]) == [2]
    assert get_model_info(uri).model_uri == uri
    assert MLModel.load(uri).model_id == logged[1]


def test_it_is_downloaded_where_the_caller_says(logged: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    pyfunc.load_model(f"models:/{logged[1]}", dst_path=tmp_path / "here")
    assert (tmp_path / "here" / "MLmodel").is_file() or list((tmp_path / "here").rglob("MLmodel"))


def test_its_signature_can_be_set(logged: tuple[str, str]) -> None:
    signature = ModelSignature(inputs=Schema([ColSpec("any")]))
    set_signature(f"models:/{logged[1]}", signature)
    assert get_model_info(f"runs:/{logged[0]}/doubler").signature == signature


def test_models_among_the_artifacts_of_a_run(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "saved", double)
    with runyard.start_run() as run:
        runyard.log_artifacts(tmp_path / "saved", "folder/model")
    assert pyfunc.load_model(f"runs:/{run.info.run_id}/folder/model").predict([1]) == [2]


def test_a_model_without_a_run() -> None:
    runyard.set_experiment("alone")
    info = pyfunc.log_model(python_model=double)
    logged = RunyardClient().get_logged_model(info.model_id or "")
    experiment = runyard.get_experiment_by_name("alone")
    assert experiment is not None
    assert (logged.name, logged.source_run_id, logged.experiment_id) == ("model", None, experiment.experiment_id)
    assert info.run_id is None
    last = runyard.last_logged_model()
    assert last is not None
    assert last.model_id == info.model_id
    assert runyard.active_run() is None


def test_the_run_may_be_another_than_the_active_one() -> None:
    with runyard.start_run() as first:
        pass
    with runyard.start_run():
        info = pyfunc.log_model(python_model=double, run_id=first.info.run_id)
    assert info.run_id == first.info.run_id


def test_files_for_a_logged_model_that_exists() -> None:
    made = RunyardClient().create_logged_model("0", name="made before")
    info = pyfunc.log_model(python_model=double, model_id=made.model_id, params={"a": 1})
    assert (info.model_id, info.name, info.params) == (made.model_id, "made before", {"a": "1"})
    assert RunyardClient().get_logged_model(made.model_id).status == "READY"


def test_nothing_is_made_when_saving_fails() -> None:
    for arguments in (
        {"python_model": 3},
        {"name": "a/b", "python_model": double},
        {"registered_model_name": "", "python_model": double},
    ):
        with pytest.raises(InvalidInput):
            pyfunc.log_model(**arguments)  # type: ignore[arg-type]
    assert list(RunyardClient().search_logged_models(["0"])) == []


def test_a_model_whose_files_cannot_be_stored_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StorageFailure("The disk is full.")

    monkeypatch.setattr("runyard.artifacts.transfer.upload", refuse)
    with pytest.raises(StorageFailure, match="full"):
        pyfunc.log_model(python_model=double)
    assert [model.status for model in RunyardClient().search_logged_models(["0"])] == ["FAILED"]


def test_registration() -> None:
    for version in ("1", "2"):
        with runyard.start_run() as run:
            info = pyfunc.log_model(python_model=double, registered_model_name="toy", tags={"team": "a"})
        assert info.registered_model_version == version
    registered = RunyardClient().get_model_version("toy", "2")
    assert (registered.source, registered.run_id) == (info.model_uri, run.info.run_id)
    assert registered.model_id == info.model_id
    assert pyfunc.load_model("models:/toy/2").predict([1]) == [2]
    assert tracking_store().get_logged_model(info.model_id or "").status == "READY"
