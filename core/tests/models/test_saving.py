"""Saving and loading through the core, with a flavor of a few lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from runyard import pyfunc
from runyard.errors import AlreadyExists, DataDamaged, InvalidInput, NotFound, PluginMissing, StorageFailure
from runyard.models import MLModel, ModelSignature, functions, get_model_info, set_signature, validate_schema
from runyard.models.flavor import Flavor, SavedFlavor
from runyard.models.schema import ColSpec, Schema
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import FlavorPlugin


class Doubler:
    """What the flavor below saves."""

    raw_model: Doubler

    def __init__(self, factor: int) -> None:
        self.factor = factor
        self.raw_model = self

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        return data * self.factor + (params or {}).get("plus", 0)


class DoublerFlavor(Flavor):
    name = "doubler"
    loader_module = "mlflow.doubler"

    def accepts(self, model: Any) -> bool:
        return isinstance(model, Doubler)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        if not self.accepts(model):
            raise InvalidInput(f"{model!r} is no doubler.")
        (folder / "factor.json").write_text(json.dumps(model.factor))
        if options.get("fails"):
            raise InvalidInput("asked to fail")
        return SavedFlavor(
            {"file": "factor.json"}, None if options.get("no_pyfunc") else {"data": "factor.json"}, {"yaml"}
        )

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        return Doubler(json.loads((folder / "factor.json").read_text()))

    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = {}) -> Any:
        return self.load(folder, model, {})

    def requirements(self) -> list[str]:
        return ["msgspec"]


@hookimpl
def runyard_flavors() -> Iterator[FlavorPlugin]:
    yield FlavorPlugin(name="doubler", factory=f"{__name__}:DoublerFlavor", loaders=("mlflow.doubler",))


@pytest.fixture(autouse=True)
def plugins(runyard_isolated: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from runyard.testing.isolation import plugins_in_place

    module = sys.modules.setdefault(__name__, sys.modules.get(__name__) or type(sys)(__name__))
    monkeypatch.setattr(module, "DoublerFlavor", DoublerFlavor, raising=False)
    monkeypatch.setattr(module, "runyard_flavors", runyard_flavors, raising=False)
    with plugins_in_place(module):
        yield


def save(path: Path, **arguments: Any) -> MLModel:
    return functions.save_model("doubler", Doubler(2), path, **arguments)


def test_a_model_comes_back(tmp_path: Path) -> None:
    saved = save(tmp_path / "deep" / "model", metadata={"owner": "me"})
    assert functions.load_model("doubler", tmp_path / "deep" / "model").factor == 2
    loaded = pyfunc.load_model(tmp_path / "deep" / "model")
    assert loaded.predict(3) == 6
    assert loaded.metadata.metadata == {"owner": "me"}
    assert loaded.loader_module == "mlflow.doubler"
    assert loaded.get_raw_model().factor == 2
    assert saved.model_uuid == loaded.metadata.model_uuid
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["model"]


def test_what_is_written(tmp_path: Path) -> None:
    save(tmp_path / "model", pip_requirements=["a==1"])
    data = yaml.safe_load((tmp_path / "model" / "MLmodel").read_text())
    python = ".".join(map(str, sys.version_info[:3]))
    assert data["flavors"] == {
        "doubler": {"file": "factor.json", "code": None},
        "python_function": {
            "loader_module": "mlflow.doubler",
            "python_version": python,
            "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
            "data": "factor.json",
        },
    }
    assert list(data["digests"]) == ["factor.json"]
    sizes = [path.stat().st_size for path in (tmp_path / "model").iterdir() if path.name != "MLmodel"]
    assert data["model_size_bytes"] == sum(sizes)
    names = {path.name for path in (tmp_path / "model").iterdir()}
    assert names == {"MLmodel", "factor.json", "requirements.txt", "conda.yaml", "python_env.yaml"}


def test_requirements_follow_from_the_flavor_and_the_files(tmp_path: Path) -> None:
    save(tmp_path / "model")
    lines = (tmp_path / "model" / "requirements.txt").read_text().splitlines()
    assert lines[0] == "mlflow<4"
    assert [line.partition("==")[0] for line in lines[1:]] == ["msgspec", "PyYAML"]


def test_the_place_must_be_free(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    save(tmp_path / "empty")
    with pytest.raises(AlreadyExists, match="not an empty folder"):
        save(tmp_path / "empty")
    (tmp_path / "file").write_text("")
    with pytest.raises(AlreadyExists, match="file"):
        save(tmp_path / "file")


def test_a_medium_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailure, match="file/model"):
        save(tmp_path / "file" / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"fails": True},
        {"signature": "double"},
        {"input_example": object()},
        {"metadata": [1]},
        {"pip_requirements": ["a b c"]},
        {"pip_requirements": ["a"], "conda_env": {}},
        {"code_paths": "text"},
    ],
    ids=str,
)
def test_what_fails_leaves_nothing_behind(tmp_path: Path, arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        save(tmp_path / "model", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_foreign_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no doubler"):
        functions.save_model("doubler", object(), tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_the_signature_follows_from_the_example(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    save(tmp_path / "model", input_example=(np.array([1.0]), {"plus": 1}))
    loaded = pyfunc.load_model(tmp_path / "model")
    signature = loaded.metadata.signature
    assert signature is not None
    assert signature.params is not None
    assert repr(signature.inputs) == repr(signature.outputs) == "[Tensor('float64', (-1,))]"
    assert loaded.predict(np.array([1.0])).tolist() == [3.0]
    assert loaded.predict(np.array([1.0]), {"plus": 5}).tolist() == [7.0]
    assert loaded.input_example.tolist() == [1.0]
    with pytest.raises(InvalidInput, match="int64"):
        loaded.predict(np.array([1]))
    save(tmp_path / "without", input_example=np.array([1.0]), signature=False)
    assert MLModel.load(tmp_path / "without").signature is None


def test_an_example_that_the_model_cannot_predict(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="could not predict its own input example"):
        save(tmp_path / "model", input_example={"a": 1})
    signature = MLModel.load(tmp_path / "model").signature
    assert signature is not None
    assert signature.outputs is None


def test_params_without_a_schema_are_ignored_with_a_warning(tmp_path: Path) -> None:
    save(tmp_path / "model")
    with pytest.warns(UserWarning, match="plus are ignored"):
        assert pyfunc.load_model(tmp_path / "model").predict(1, {"plus": 1}) == 2


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    save(tmp_path / "model")
    (tmp_path / "model" / "factor.json").write_text("3")
    for load in (pyfunc.load_model, lambda path: functions.load_model("doubler", path)):
        with pytest.raises(DataDamaged, match=r"factor\.json"):
            load(tmp_path / "model")
    (tmp_path / "model" / "factor.json").unlink()
    with pytest.raises(DataDamaged, match=r"factor\.json' is missing"):
        pyfunc.load_model(tmp_path / "model")


def test_environment_files_may_be_edited(tmp_path: Path) -> None:
    save(tmp_path / "model")
    (tmp_path / "model" / "requirements.txt").write_text("")
    (tmp_path / "model" / "registered_model_meta").write_text("model_name: x\n")
    assert pyfunc.load_model(tmp_path / "model").predict(1) == 2


def test_manifests_cannot_point_outside(tmp_path: Path) -> None:
    save(tmp_path / "model")
    model = MLModel.load(tmp_path / "model")
    model.digests = {"../../etc/passwd": "sha256:0"}
    model.save(tmp_path / "model" / "MLmodel")
    with pytest.raises(InvalidInput, match="Invalid path"):
        pyfunc.load_model(tmp_path / "model")


def test_flavors_that_are_not_installed(tmp_path: Path) -> None:
    save(tmp_path / "model")
    model = MLModel.load(tmp_path / "model")
    model.flavors["python_function"]["loader_module"] = "mlflow.xgboost"
    model.save(tmp_path / "model" / "MLmodel")
    with pytest.raises(PluginMissing, match="pip install runyard-xgboost"):
        pyfunc.load_model(tmp_path / "model")
    with pytest.raises(PluginMissing, match="pip install runyard-sklearn"):
        functions.load_model("sklearn", tmp_path / "model")


def test_models_without_the_flavor_that_is_asked_for(tmp_path: Path) -> None:
    save(tmp_path / "model", no_pyfunc=True)
    with pytest.raises(NotFound, match="no python_function flavor; it has doubler"):
        pyfunc.load_model(tmp_path / "model")
    with pytest.raises(NotFound, match="has no flavor 'python_function'"):
        functions.load_model("python_function", tmp_path / "model")


def test_code_that_comes_with_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "code_of_mine"
    package.mkdir()
    (package / "__init__.py").write_text("NUMBER = 7\n")
    (package / "__pycache__").mkdir()
    save(tmp_path / "model", code_paths=[package])
    assert [path.name for path in (tmp_path / "model" / "code" / "code_of_mine").iterdir()] == ["__init__.py"]
    monkeypatch.setattr(sys, "path", list(sys.path))
    pyfunc.load_model(tmp_path / "model")
    import code_of_mine  # type: ignore[import-not-found]

    assert code_of_mine.NUMBER == 7
    del sys.modules["code_of_mine"]
    with pytest.raises(NotFound, match="nowhere"):
        save(tmp_path / "other", code_paths=[tmp_path / "nowhere"])
    with pytest.raises(InvalidInput, match="holds the folder"):
        save(tmp_path / "other", code_paths=[tmp_path])


def test_loaders_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loader_of_mine.py").write_text(
        "class Model:\n    def predict(self, data):\n        return 'mine'\n\n"
        "def _load_pyfunc(path):\n    return Model()\n"
    )
    save(tmp_path / "model", code_paths=[tmp_path / "loader_of_mine.py"])
    model = MLModel.load(tmp_path / "model")
    model.flavors["python_function"]["loader_module"] = "loader_of_mine"
    model.save(tmp_path / "model" / "MLmodel")
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert pyfunc.load_model(tmp_path / "model").predict(1) == "mine"
    model.flavors["python_function"]["loader_module"] = "loader_that_is_nowhere"
    model.save(tmp_path / "model" / "MLmodel")
    with pytest.raises(NotFound, match="loader_that_is_nowhere"):
        pyfunc.load_model(tmp_path / "model")


def test_the_environment_is_compared(tmp_path: Path) -> None:
    save(tmp_path / "model", pip_requirements=["msgspec==0.0.1"])
    with pytest.warns(UserWarning, match=r"msgspec .* is installed; the model was saved with msgspec==0\.0\.1"):
        pyfunc.load_model(tmp_path / "model")
    pyfunc.load_model(tmp_path / "model", suppress_warnings=True)
    assert pyfunc.get_model_dependencies(tmp_path / "model") == str(tmp_path / "model" / "requirements.txt")
    with pytest.raises(InvalidInput, match="'pip' or 'conda'"):
        pyfunc.get_model_dependencies(tmp_path / "model", "npm")


def test_signatures_can_be_set_later(tmp_path: Path) -> None:
    save(tmp_path / "model")
    signature = ModelSignature(inputs=Schema([ColSpec("long")]))
    set_signature(tmp_path / "model", signature)
    assert get_model_info(tmp_path / "model").signature == signature
    with pytest.raises(InvalidInput, match="version in the registry"):
        set_signature("models:/name/1", signature)
    with pytest.raises(InvalidInput, match="str"):
        set_signature(tmp_path / "model", "x")  # type: ignore[arg-type]


def test_data_can_be_validated() -> None:
    pytest.importorskip("pandas")
    validate_schema([1], Schema([ColSpec("long")]))
    with pytest.raises(InvalidInput, match="long"):
        validate_schema(["a"], Schema([ColSpec("long")]))


def test_an_example_that_the_model_takes_only_as_it_is_gives_no_signature(tmp_path: Path) -> None:
    pytest.importorskip("cloudpickle")
    pytest.importorskip("pandas")
    with pytest.warns(UserWarning, match="gets no signature"):
        pyfunc.save_model(tmp_path / "model", lambda texts: [text.upper() for text in texts], input_example=["a"])
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.metadata.signature is None
    assert loaded.predict(["b", "c"]) == ["B", "C"]
    assert loaded.input_example == ["a"]


def test_a_given_signature_stays_where_the_example_fails(tmp_path: Path) -> None:
    pytest.importorskip("cloudpickle")

    def fail(model_input: Any) -> Any:
        raise ValueError("no luck")

    signature = ModelSignature(inputs=Schema([ColSpec("long")]))
    with pytest.warns(UserWarning, match="could not predict its own input example: ValueError: no luck"):
        pyfunc.save_model(tmp_path / "model", python_model=fail, input_example=[1], signature=signature)
    assert pyfunc.load_model(tmp_path / "model").metadata.signature == signature
