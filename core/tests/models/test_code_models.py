from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runyard
from runyard import pyfunc
from runyard.errors import DataDamaged, InvalidInput, NotFound, NotSupported, PermissionDenied
from runyard.models import MLModel, ModelConfig, set_model
from runyard.models.consent import PickleWarning

SCRIPT = """\
import runyard
from runyard.models import ModelConfig, set_model

config = ModelConfig(development_config={"by": 2.0})

class Scaling(runyard.pyfunc.PythonModel):
    def load_context(self, context):
        self.loaded = True

    def predict(self, context, model_input: list[float]) -> list[float]:
        assert self.loaded
        return [value * config.get("by") for value in model_input]

set_model(Scaling())
"""


@pytest.fixture(autouse=True)
def plugins(runyard_isolated: None) -> Iterator[None]:
    from runyard.testing.isolation import plugins_in_place

    with plugins_in_place():
        yield


def write(path: Path, text: str) -> Path:
    path.write_text(textwrap.dedent(text))
    return path


def test_a_script_is_the_model(tmp_path: Path) -> None:
    script = write(tmp_path / "scaling.py", SCRIPT)
    pyfunc.save_model(tmp_path / "model", python_model=script, model_config={"by": 3.0}, input_example=[1.0])
    script.unlink()
    section = MLModel.load(tmp_path / "model").flavors["python_function"]
    assert section["loader_module"] == "mlflow.pyfunc.loaders.code_model"
    assert section["model_code_path"] == "scaling.py"
    assert (tmp_path / "model" / "scaling.py").read_text() == SCRIPT
    assert not list((tmp_path / "model").glob("*.pkl"))
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.predict([2.0]) == [6.0]
    assert loaded.metadata.is_signature_from_type_hint
    assert type(loaded.unwrap_python_model()).__name__ == "Scaling"
    assert pyfunc.load_model(tmp_path / "model", model_config={"by": 5.0}).predict([2.0]) == [10.0]


def test_the_configuration_may_be_a_file(tmp_path: Path) -> None:
    script = write(tmp_path / "scaling.py", SCRIPT)
    config = write(tmp_path / "config.yaml", "by: 4.0\n")
    pyfunc.save_model(tmp_path / "model", python_model=str(script), model_config=str(config))
    config.unlink()
    assert pyfunc.load_model(tmp_path / "model").predict([1.0]) == [4.0]


def test_a_function_of_a_script(tmp_path: Path) -> None:
    script = write(
        tmp_path / "adding.py",
        """\
        from runyard.models import set_model

        def add(model_input):
            return [value + 1 for value in model_input]

        set_model(add)
        """,
    )
    pyfunc.save_model(tmp_path / "model", python_model=script)
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.predict([1]) == [2]
    assert loaded.unwrap_python_model()([2]) == [3]


def test_a_script_of_the_reference_system(tmp_path: Path) -> None:
    script = write(
        tmp_path / "model.py",
        """\
        import mlflow
        import mlflow.pyfunc as flavor
        from mlflow.models import set_model
        from mlflow.pyfunc import PythonModel

        class Telling(PythonModel):
            def predict(self, context, model_input, params=None):
                import mlflow
                from mlflow import exceptions
                return [mlflow.__name__, flavor.__name__, exceptions.MlflowException.__name__]

        set_model(Telling())
        """,
    )
    pyfunc.save_model(tmp_path / "model", python_model=script)
    before = {name for name in sys.modules if name.partition(".")[0] == "mlflow"}
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.predict(None) == ["runyard", "runyard.pyfunc", "RunyardError"]
    assert {name for name in sys.modules if name.partition(".")[0] == "mlflow"} == before


def test_names_of_the_reference_system_that_are_in_other_places(tmp_path: Path) -> None:
    script = write(
        tmp_path / "model.py",
        """\
        from mlflow.models import set_model
        from mlflow.models.signature import infer_signature
        from mlflow.pyfunc.model import PythonModel
        from mlflow.pyfunc.utils import pyfunc

        @pyfunc
        def shout(model_input: list[str]) -> list[str]:
            assert PythonModel and infer_signature
            return [text.upper() for text in model_input]

        set_model(shout)
        """,
    )
    pyfunc.save_model(tmp_path / "model", python_model=script)
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.metadata.is_signature_from_type_hint
    assert loaded.predict(["a"]) == ["A"]


def test_the_whole_path_of_a_script_elsewhere_is_its_last_part(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", python_model=write(tmp_path / "s.py", SCRIPT), model_config={"by": 2.0})
    for path in ("/home/ada/s.py", "C:\\\\code\\\\s.py", "../../s.py"):
        model = MLModel.load(tmp_path / "model")
        model.flavors["python_function"]["model_code_path"] = path
        model.save(tmp_path / "model" / "MLmodel")
        assert pyfunc.load_model(tmp_path / "model").predict([1.0]) == [2.0]


def test_the_code_of_a_notebook(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# A model"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n", "from runyard.models import set_model"]},
        {"cell_type": "code", "source": "set_model(lambda rows: rows)"},
    ]
    (tmp_path / "notes.ipynb").write_text(json.dumps({"cells": cells}))
    pyfunc.save_model(tmp_path / "model", python_model=tmp_path / "notes.ipynb")
    assert (tmp_path / "model" / "notes.py").is_file()
    assert pyfunc.load_model(tmp_path / "model").predict([1]) == [1]
    write(tmp_path / "broken.ipynb", "{}")
    with pytest.raises(InvalidInput, match="is no notebook"):
        pyfunc.save_model(tmp_path / "other", python_model=tmp_path / "broken.ipynb")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", r"names no model. It has to call runyard\.models\.set_model"),
        ("1 / 0", "failed: ZeroDivisionError"),
        ("def", "failed: SyntaxError"),
        ("import nowhere_at_all", "failed: ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("import mlflow.langchain_of_old", "failed: ModuleNotFoundError"),
        ("from runyard.models import set_model; set_model(3)", "set_model was given int"),
        ("from runyard.models import set_model; set_model(lambda: 3)", "argument for the data"),
    ],
)
def test_scripts_that_make_no_model(tmp_path: Path, text: str, message: str) -> None:
    script = write(tmp_path / "script.py", text)
    with pytest.raises(InvalidInput, match=message):
        pyfunc.save_model(tmp_path / "model", python_model=script)
    assert not (tmp_path / "model").exists()
    assert not [name for name in sys.modules if name.startswith("runyard_code_model") and "script" in name]


def test_scripts_that_are_not_there(tmp_path: Path) -> None:
    write(tmp_path / "script.py", SCRIPT)
    with pytest.raises(NotFound, match=r"Perhaps you meant .*script\.py"):
        pyfunc.save_model(tmp_path / "model", python_model=str(tmp_path / "script"))
    write(tmp_path / "script.txt", SCRIPT)
    with pytest.raises(InvalidInput, match="no Python script"):
        pyfunc.save_model(tmp_path / "model", python_model=str(tmp_path / "script.txt"))


def test_a_configuration_that_is_missing(tmp_path: Path) -> None:
    script = write(tmp_path / "scaling.py", SCRIPT)
    with pytest.raises(NotFound, match=r"model_config=\.\.\. when it is saved or loaded"):
        pyfunc.save_model(tmp_path / "model", python_model=script)


def test_the_configuration_while_a_script_is_developed(tmp_path: Path) -> None:
    assert ModelConfig(development_config={"a": 1}).to_dict() == {"a": 1}
    assert ModelConfig(development_config=write(tmp_path / "c.yaml", "a: [1, 2]\n")).get("a") == [1, 2]
    with pytest.raises(KeyError, match=r"has no 'b'; it has a"):
        ModelConfig(development_config={"a": 1}).get("b")
    with pytest.raises(NotFound, match="development_config"):
        ModelConfig()
    with pytest.raises(NotFound, match="nowhere"):
        ModelConfig(development_config=str(tmp_path / "nowhere.yaml"))
    set_model(len)  # a script that is run by itself


def test_a_script_from_elsewhere_is_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pyfunc.save_model(tmp_path / "model", python_model=write(tmp_path / "s.py", SCRIPT), model_config={"by": 2.0})
    elsewhere = (tmp_path / "model").rename(tmp_path / "elsewhere")
    with pytest.warns(PickleWarning, match=r"s\.py.* is a script that makes the model"):
        pyfunc.load_model(elsewhere)
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match=r"s\.py"):
        pyfunc.load_model(elsewhere)


def test_a_script_that_is_missing_or_changed_is_named(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", python_model=write(tmp_path / "s.py", SCRIPT), model_config={"by": 2.0})
    (tmp_path / "model" / "s.py").write_text(SCRIPT + "\n")
    with pytest.raises(DataDamaged, match=r"'s\.py'"):
        pyfunc.load_model(tmp_path / "model")
    (tmp_path / "model" / "s.py").unlink()
    with pytest.raises(DataDamaged, match=r"'s\.py' is missing"):
        pyfunc.load_model(tmp_path / "model")


@pytest.mark.parametrize("kind", ["chat_model", "chat_agent", "responses_agent"])
def test_agents_for_language_models_are_refused_by_name(tmp_path: Path, kind: str) -> None:
    write(
        tmp_path / "MLmodel",
        f"""\
        flavors:
          python_function:
            loader_module: mlflow.pyfunc.loaders.{kind}
            python_model: python_model.pkl
        """,
    )
    with pytest.raises(NotSupported, match=f"agent for language models, loaded by .*{kind}.*with a predict method"):
        pyfunc.load_model(tmp_path)


LOADER = """\
from pathlib import Path

def _load_pyfunc(path, model_config=None):
    return Reading(path, model_config or {})

class Reading:
    def __init__(self, path, config):
        self.text, self.config = (Path(path) / "text.txt" if Path(path).is_dir() else Path(path)).read_text(), config

    def predict(self, data, params=None):
        return [self.text + self.config.get("mark", "")] * len(data)
"""


@pytest.fixture
def loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "code"
    folder.mkdir()
    yield write(folder / "reading_loader.py", LOADER)
    sys.modules.pop("reading_loader", None)
    sys.path[:] = [entry for entry in sys.path if not entry.startswith(str(tmp_path))]


def test_a_module_may_load_a_file(tmp_path: Path, loader: Path) -> None:
    data = write(tmp_path / "text.txt", "hello")
    pyfunc.save_model(
        tmp_path / "model",
        loader_module="reading_loader",
        data_path=data,
        code_paths=[loader],
        model_config={"mark": "!"},
        input_example=[1],
    )
    section = MLModel.load(tmp_path / "model").flavors["python_function"]
    assert (section["loader_module"], section["data"], section["code"]) == ("reading_loader", "data/text.txt", "code")
    pytest.importorskip("pandas", reason="the signature makes a DataFrame of the data")
    loaded = pyfunc.load_model(tmp_path / "model", model_config={"mark": "?"})
    assert loaded.predict([1, 2]) == ["hello?"] * 2
    assert type(loaded.get_raw_model()).__name__ == "Reading"
    with pytest.raises(InvalidInput, match="was not saved from a Python model"):
        loaded.unwrap_python_model()
    (tmp_path / "model" / "data" / "text.txt").unlink()
    with pytest.raises(DataDamaged, match=r"data/text\.txt"):
        pyfunc.load_model(tmp_path / "model")


def test_a_module_may_load_a_folder(tmp_path: Path, loader: Path) -> None:
    (tmp_path / "texts").mkdir()
    write(tmp_path / "texts" / "text.txt", "hi")
    pyfunc.save_model(
        tmp_path / "model", loader_module="reading_loader", data_path=tmp_path / "texts", code_paths=[loader]
    )
    assert pyfunc.load_model(tmp_path / "model").predict([1]) == ["hi"]


def test_what_cannot_be_saved_with_a_loader_module(tmp_path: Path) -> None:
    for arguments, message in (
        ({}, "nothing to save"),
        ({"loader_module": "a", "python_model": len}, "either loader_module"),
        ({"loader_module": "a", "artifacts": {}}, "either loader_module"),
        ({"python_model": len, "data_path": "x"}, "belongs to loader_module"),
    ):
        with pytest.raises(InvalidInput, match=message):
            pyfunc.save_model(tmp_path / "model", **arguments)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="nowhere"):
        pyfunc.save_model(tmp_path / "model", loader_module="a", data_path=tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore::runyard.models.consent.PickleWarning")
def test_a_loader_that_returns_no_model(tmp_path: Path, loader: Path) -> None:
    loader.write_text("def _load_pyfunc(path):\n    return 3\n")
    pyfunc.save_model(tmp_path / "model", loader_module="reading_loader", code_paths=[loader])
    with pytest.raises(InvalidInput, match="returned int, which has no predict"):
        pyfunc.load_model(tmp_path / "model")


def test_what_is_not_offered() -> None:
    with pytest.raises(NotSupported, match="mapInPandas"):
        runyard.pyfunc.spark_udf(None, "models:/a/1")


def test_a_pickle_needs_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(NotSupported, match="pip install cloudpickle"):
        pyfunc.save_model(tmp_path / "model", python_model=len)
    assert not (tmp_path / "model").exists()


def test_compressed_pickles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cloudpickle")

    def predict(model_input: Any) -> Any:
        return model_input

    for compression, suffix in (("gzip", "gz"), ("bzip2", "bz2"), ("lzma", "xz")):
        monkeypatch.setenv("MLFLOW_LOG_MODEL_COMPRESSION", compression)
        pyfunc.save_model(tmp_path / compression, predict)
        section = MLModel.load(tmp_path / compression).flavors["python_function"]
        assert section["python_model"] == f"python_model.pkl.{suffix}"
        assert section["python_model_compression"] == compression
        assert pyfunc.load_model(tmp_path / compression).predict(3) == 3
    monkeypatch.setenv("RUNYARD_LOG_MODEL_COMPRESSION", "zip")
    with pytest.raises(InvalidInput, match="gzip, bzip2, lzma"):
        pyfunc.save_model(tmp_path / "zip", predict)
    file = tmp_path / "gzip" / "python_model.pkl.gz"
    model = MLModel.load(tmp_path / "gzip")
    model.digests = None
    model.save(tmp_path / "gzip" / "MLmodel")
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(DataDamaged, match=r"python_model\.pkl\.gz"):
        pyfunc.load_model(tmp_path / "gzip")
