from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard import pyfunc
from runyard.errors import DataDamaged, InvalidInput, NotFound, NotSupported, PermissionDenied
from runyard.models import MLModel
from runyard.models.consent import PickleWarning
from runyard.models.flavor import Flavor
from runyard.models.python_flavor import PythonFlavor
from runyard.testing import FlavorContract

pytest.importorskip("cloudpickle")


@pytest.fixture(autouse=True)
def plugins(runyard_isolated: None) -> Iterator[None]:
    from runyard.testing.isolation import plugins_in_place

    with plugins_in_place():
        yield


class Adder(pyfunc.PythonModel):
    """A model with everything that a Python model can have."""

    def __init__(self, amount: int = 1) -> None:
        self.amount = amount
        self.loaded = ""

    def load_context(self, context: Any) -> None:
        if "text" in context.artifacts:
            self.loaded = Path(context.artifacts["text"]).read_text()

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        return [value + self.amount + (params or {}).get("more", 0) for value in model_input]

    def predict_stream(self, context: Any, model_input: Any) -> Iterator[Any]:
        yield from range(model_input, model_input + self.amount)


class TestPythonFlavor(FlavorContract):
    library = "cloudpickle"
    data_only = False

    @pytest.fixture
    def flavor(self) -> Flavor:
        return PythonFlavor()

    @pytest.fixture
    def model(self) -> Any:
        class LocalAdder(pyfunc.PythonModel):  # stored with the model: another process cannot import this module
            def predict(self, context: Any, model_input: list[int], params: Any = None) -> list[int]:
                return [value + 2 for value in model_input]

        return LocalAdder()

    @pytest.fixture
    def data(self) -> Any:
        return [1, 2]

    @pytest.fixture
    def expected(self, model: Any, data: Any) -> Any:
        return [3, 4]


def test_objects(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", Adder(2))
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.predict([1]) == [3]
    assert list(loaded.predict_stream([5])) == list(loaded.predict_stream(5)) == [5, 6]
    with pytest.raises(InvalidInput, match="single input, and 2"):
        loaded.predict_stream([1, 2])
    assert loaded.unwrap_python_model().amount == 2
    assert loaded.metadata.flavors["python_function"]["streamable"] is True


def test_functions(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "plain", lambda model_input: sorted(model_input))
    loaded = pyfunc.load_model(tmp_path / "plain")
    assert loaded.predict([2, 1]) == [1, 2]
    assert loaded.unwrap_python_model()([2, 1]) == [1, 2]
    with pytest.raises(NotSupported, match="in parts"):
        loaded.predict_stream([1])

    def scaled(model_input: list[float], params: dict[str, float] | None = None) -> list[float]:
        return [value * (params or {"by": 1})["by"] for value in model_input]

    pytest.importorskip("pandas")
    pyfunc.save_model(tmp_path / "params", scaled, input_example=([1.0], {"by": 2.0}), signature=None)
    assert pyfunc.load_model(tmp_path / "params").metadata.get_params_schema() is not None


class WithoutContext(pyfunc.PythonModel):
    def predict(self, model_input: Any) -> Any:  # type: ignore[override]
        return model_input


class WithConfig(pyfunc.PythonModel):
    def predict(self, context: Any, model_input: Any) -> Any:  # type: ignore[override]
        return context.model_config


def test_context_and_params_may_be_left_out(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", WithoutContext())
    assert pyfunc.load_model(tmp_path / "model").predict("x") == "x"


def test_config(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", WithConfig(), model_config={"a": 1, "b": 2})
    loaded = pyfunc.load_model(tmp_path / "model", model_config={"b": 3})
    assert loaded.predict(None) == {"a": 1, "b": 3}
    assert loaded.model_config == {"a": 1, "b": 3}
    (tmp_path / "config.yaml").write_text("b: 4")
    assert pyfunc.load_model(tmp_path / "model", model_config=tmp_path / "config.yaml").predict(None)["b"] == 4
    (tmp_path / "config.yaml").write_text("- b")
    with pytest.raises(InvalidInput, match="no mapping"):
        pyfunc.load_model(tmp_path / "model", model_config=tmp_path / "config.yaml")


def test_artifacts(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "text.txt").write_text(name)
    artifacts = {
        "text": str(tmp_path / "one" / "text.txt"),
        "other": str(tmp_path / "two" / "text.txt"),
        "folder": str(tmp_path / "two"),
    }
    pyfunc.save_model(tmp_path / "model", Adder(), artifacts=artifacts)
    (tmp_path / "one" / "text.txt").unlink()
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.get_raw_model().loaded == "one"
    section = loaded.metadata.flavors["python_function"]["artifacts"]
    assert {name: entry["path"] for name, entry in section.items()} == {
        "text": "artifacts/0/text.txt",
        "other": "artifacts/1/text.txt",
        "folder": "artifacts/two",
    }
    with pytest.raises(NotFound, match="nowhere"):
        pyfunc.save_model(tmp_path / "other", Adder(), artifacts={"a": str(tmp_path / "nowhere")})


class NoPredict(pyfunc.PythonModel):
    pass


class NoData(pyfunc.PythonModel):
    def predict(self, context: Any) -> Any:  # type: ignore[override]
        return None


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Adder, "is a class"),
        (NoPredict(), "no predict method of its own"),
        (NoData(), "argument for the data"),
        (3, "no Python model"),
        (lambda: 1, "argument for the data"),
    ],
)
def test_what_is_no_model(tmp_path: Path, model: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pyfunc.save_model(tmp_path / "model", model)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_pickled(tmp_path: Path) -> None:
    import threading

    model = Adder()
    model.loaded = threading.Lock()  # type: ignore[assignment]
    with pytest.raises(InvalidInput, match="cannot be pickled"):
        pyfunc.save_model(tmp_path / "model", model)


PROGRAM = """\
from runyard import pyfunc

class Model(pyfunc.PythonModel):
    def predict(self, context, model_input):
        import json
        return json.dumps(model_input)

pyfunc.save_model({path!r}, Model())
"""


def test_a_model_of_a_script_loads_without_runyard(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(PROGRAM.format(path=str(tmp_path / "model")))
    subprocess.run([sys.executable, str(tmp_path / "script.py")], check=True)
    reader = f"""\
    import pickle, sys
    sys.modules["runyard"] = None
    model = pickle.load(open({str(tmp_path / "model" / "python_model.pkl")!r}, "rb"))
    model.load_context(None)
    print(model.predict(None, [1]))
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(reader)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "[1]\n", done.stderr


def test_pickles_from_elsewhere_are_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.py").write_text(PROGRAM.format(path=str(tmp_path / "model")))
    subprocess.run([sys.executable, str(tmp_path / "script.py")], check=True)
    with pytest.warns(PickleWarning, match=r"python_model\.pkl.*RUNYARD_ALLOW_PICKLE_DESERIALIZATION=true"):
        pyfunc.load_model(tmp_path / "model")
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "true")
    assert pyfunc.load_model(tmp_path / "model").predict([1]) == "[1]"
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match=r"python_model\.pkl"):
        pyfunc.load_model(tmp_path / "model")


def test_own_pickles_are_refused_too_where_the_setting_forbids_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyfunc.save_model(tmp_path / "model", Adder())
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied):
        pyfunc.load_model(tmp_path / "model")


def test_a_missing_pickle_is_named(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", Adder())
    model = MLModel.load(tmp_path / "model")
    model.digests = None
    model.save(tmp_path / "model" / "MLmodel")
    (tmp_path / "model" / "python_model.pkl").unlink()
    with pytest.raises(DataDamaged, match=r"python_model\.pkl"):
        pyfunc.load_model(tmp_path / "model")


def of_the_reference_system(path: Path, monkeypatch: pytest.MonkeyPatch, name: str, state: dict[str, Any]) -> Path:
    """Write a model folder as the reference system does, with a pickle that names a class of its modules."""
    import pickle
    import types

    module = types.ModuleType("mlflow.pyfunc.model")
    kind = type(name, (), {"__module__": module.__name__})
    setattr(module, name, kind)
    model = kind()
    vars(model).update(state)
    with monkeypatch.context() as patch:
        for part in ("mlflow", "mlflow.pyfunc", "mlflow.pyfunc.model"):
            patch.setitem(sys.modules, part, module)
        data = pickle.dumps(model)
    path.mkdir()
    (path / "python_model.pkl").write_bytes(data)
    (path / "MLmodel").write_text(
        "flavors:\n  python_function: {loader_module: mlflow.pyfunc.model, python_model: python_model.pkl}\n"
        "mlflow_version: 3.17.2\nutc_time_created: '2026-01-01 00:00:00'\n"
    )
    return path


@pytest.mark.filterwarnings("ignore::runyard.models.consent.PickleWarning")
def test_models_of_the_reference_system_load_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = of_the_reference_system(tmp_path / "function", monkeypatch, "_FunctionPythonModel", {"func": sorted})
    loaded = pyfunc.load_model(folder)
    assert loaded.predict([2, 1]) == [1, 2]
    assert loaded.unwrap_python_model() is sorted
    folder = of_the_reference_system(tmp_path / "other", monkeypatch, "ChatModel", {})
    with pytest.raises(NotSupported, match=r"mlflow\.pyfunc\.model\.ChatModel.*pip install mlflow"):
        pyfunc.load_model(folder)
