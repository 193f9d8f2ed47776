"""Files that are programs: what is data by its name makes no objects, and a model that runs code needs consent."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import runyard
from runyard.errors import DataDamaged, InvalidInput, NotFound, PermissionDenied
from runyard.models.consent import PickleWarning
from runyard.models.mlmodel import MLModel
from runyard.tracking.client import RunyardClient

YAML = [
    "!!python/object/apply:pathlib.Path.touch [pwned]\n",
    "run_id: !!python/object/apply:os.system ['touch pwned']\n",
    "a: !!python/name:os.system\n",
    "a: !!python/module:os\n",
]


class Program:
    """A pickle that makes a file."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("pwned"),)


@pytest.fixture(autouse=True)
def _nothing_was_run(root: Path) -> object:
    yield
    assert not (root.parent / "pwned").exists()


@pytest.mark.parametrize("text", YAML)
def test_yaml_makes_no_objects(client: RunyardClient, run_id: str, root: Path, text: str) -> None:
    (root / "0" / run_id / "meta.yaml").write_text(text)
    with pytest.raises(DataDamaged):
        client.get_run(run_id)
    folder = root.parent / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text(text)
    with pytest.raises(DataDamaged):
        runyard.pyfunc.load_model(folder)
    project = root.parent / "project"
    project.mkdir()
    (project / "MLproject").write_text(f"name: p\n{text}entry_points: {{}}\n")
    with pytest.raises(InvalidInput):
        runyard.projects.run(str(project))


def test_artifacts_that_are_read_as_data_make_no_objects(client: RunyardClient, run_id: str, root: Path) -> None:
    artifacts = root / "0" / run_id / "artifacts"
    for name in ("x.json", "x.yaml", "x.txt", "table.json", "image.png"):
        (artifacts / name).write_bytes(pickle.dumps(Program()))
    for load in (
        lambda: runyard.artifacts.load_dict(f"runs:/{run_id}/x.json"),
        lambda: runyard.artifacts.load_dict(f"runs:/{run_id}/x.yaml"),
        lambda: runyard.artifacts.load_text(f"runs:/{run_id}/x.txt"),
        lambda: runyard.artifacts.load_image(f"runs:/{run_id}/image.png"),
    ):
        with pytest.raises(Exception):  # noqa: B017 - any error will do: that nothing was run is what is tested
            load()


def test_an_index_is_data(client: RunyardClient, run_id: str, root: Path) -> None:
    (root / "0" / ".runyard-index").write_bytes(pickle.dumps(Program()))
    assert [run.info.run_id for run in RunyardClient().search_runs(["0"])] == [run_id]


@pytest.fixture
def stranger(root: Path) -> Path:
    """A model folder from elsewhere whose pickle makes a file."""
    folder = root.parent / "model"
    folder.mkdir()
    (folder / "python_model.pkl").write_bytes(pickle.dumps(Program()))
    (folder / "code").mkdir()
    (folder / "code" / "stranger.py").write_text("from pathlib import Path\nPath('pwned').touch()\n")
    return folder


@pytest.mark.parametrize(
    "section",
    [
        {"loader_module": "mlflow.pyfunc.model", "python_model": "python_model.pkl"},
        {"loader_module": "mlflow.pyfunc.model", "python_model": "python_model.pkl", "code": "code"},
        {"loader_module": "stranger", "code": "code"},
        {"loader_module": "stranger"},
        {"loader_module": "os"},
        {"loader_module": "mlflow.sklearn", "model_path": "python_model.pkl"},
    ],
)
def test_a_model_that_runs_code_is_refused_where_that_is_forbidden_and_announced_elsewhere(
    stranger: Path, section: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    flavors: dict[str, dict[str, str]] = {"python_function": section}
    if section["loader_module"] == "mlflow.sklearn":
        pytest.importorskip("runyard_sklearn", reason="the flavor of the loader")
        flavors["sklearn"] = {"pickled_model": "python_model.pkl", "serialization_format": "cloudpickle"}
    MLModel(flavors=flavors).save(stranger / "MLmodel")
    with pytest.raises(PickleWarning, match="from outside of your runs"):  # warnings are errors here: nothing goes on
        runyard.pyfunc.load_model(stranger)
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match="RUNYARD_ALLOW_PICKLE_DESERIALIZATION"):
        runyard.pyfunc.load_model(stranger)


def test_a_description_of_a_model_runs_nothing(stranger: Path) -> None:
    MLModel(flavors={"python_function": {"loader_module": "stranger", "code": "code"}}).save(stranger / "MLmodel")
    assert runyard.models.get_model_info(str(stranger)).flavors["python_function"]["loader_module"] == "stranger"
    with pytest.raises(NotFound):
        runyard.models.get_model_info(str(stranger / "code"))
