"""The page about flavors says what they write: a model of each kind is saved, and compared with its row."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from runyard import pyfunc
from runyard.errors import PermissionDenied
from runyard.models import MLModel

pytest.importorskip("numpy", reason="models are fitted with arrays")
pytestmark = [
    pytest.mark.usefixtures("runyard_isolated"),
    pytest.mark.filterwarnings("ignore:.*refers to words_loader"),
]

PAGE = (Path(__file__).parents[2] / "docs/reference/flavors.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")]
KINDS = {(row[0].strip("`"), row[1]): row[2:] for row in ROWS if len(row) == 6}
ARGUMENTS = {row[0].strip("`"): row[1:] for row in ROWS if len(row) == 3}
OF_ALL = {"code", "env", "loader_module", "python_version"}


def sklearn(*, predicts: bool = True, **options: Any) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        from sklearn.linear_model import LinearRegression
        from sklearn.preprocessing import StandardScaler

        import runyard_sklearn

        estimator = LinearRegression() if predicts else StandardScaler()
        runyard_sklearn.save_model(estimator.fit([[1.0], [2.0]], [1.0, 2.0]), folder, **options)

    return save


def pytorch(**options: Any) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        import numpy as np

        import runyard_pytorch

        torch = pytest.importorskip("torch", reason="PyTorch is not installed here")
        example = None if options else np.ones((2, 1), dtype="float32")
        runyard_pytorch.save_model(torch.nn.Linear(1, 1), folder, input_example=example, **options)

    return save


class Words:
    """A Python model."""

    def predict(self, context: Any, model_input: Any) -> Any:
        return Path(context.artifacts["words"]).read_text().split()


def python(**options: Any) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        Path("words.txt").write_text("one two")
        Path("words_loader.py").write_text("def _load_pyfunc(path): ...")
        Path("script.py").write_text("from runyard.models import set_model\nset_model(lambda data: data)\n")
        pyfunc.save_model(folder, **options)

    return save


SAVES = {
    ("sklearn", "as skops"): sklearn(),
    ("sklearn", "with cloudpickle"): sklearn(serialization_format="cloudpickle"),
    ("sklearn", "with pickle"): sklearn(serialization_format="pickle"),
    ("sklearn", "without `predict`"): sklearn(predicts=False),
    ("pytorch", "as an exported program"): pytorch(),
    ("pytorch", "with cloudpickle"): pytorch(serialization_format="pickle"),
    ("python_function", "a function"): python(python_model=lambda data: data),
    ("python_function", "an object with artifacts and a configuration"): python(
        python_model=Words(), artifacts={"words": "words.txt"}, model_config={"language": "en"}
    ),
    ("python_function", "a script"): python(python_model="script.py"),
    ("python_function", "data and a loader module"): python(
        loader_module="words_loader", data_path="words.txt", code_paths=["words_loader.py"]
    ),
}


def quoted(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def test_every_row_is_compared() -> None:
    assert list(KINDS) == list(SAVES)
    assert {flavor for flavor, _ in KINDS} == set(ARGUMENTS)


@pytest.mark.parametrize("kind", SAVES, ids=" ".join)
def test_row(kind: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flavor, _ = kind
    if flavor != "python_function":
        pytest.importorskip(f"runyard_{flavor}", reason=f"runyard-{flavor} is not installed here")
    monkeypatch.chdir(tmp_path)
    SAVES[kind](tmp_path / "model")
    described = MLModel.load(tmp_path / "model")
    files, section, python_function, loading = KINDS[kind]
    written = {path for path in described.digests or {} if not path.endswith("input_example.json")}
    assert written == quoted(files)
    assert set(described.flavors.get(flavor, {})) - OF_ALL == quoted(section) or flavor == "python_function"
    assert set(described.flavors.get("python_function", {})) - OF_ALL == quoted(python_function) - {"code"}
    loader = described.flavors.get("python_function", {}).get("loader_module", "mlflow.sklearn")
    assert loader in quoted(ARGUMENTS[flavor][0]) | {"words_loader"}
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    if loading == "runs no code":
        import_module(f"runyard_{flavor}").load_model(tmp_path / "model")
    else:
        with pytest.raises(PermissionDenied):
            pyfunc.load_model(tmp_path / "model")


@pytest.mark.parametrize("flavor", ARGUMENTS)
def test_arguments(flavor: str) -> None:
    module = pyfunc if flavor == "python_function" else pytest.importorskip(f"runyard_{flavor}")
    of_all = quoted(PAGE.partition("Every flavor's `save_model` takes")[2].partition("##")[0])
    given = inspect.signature(module.save_model).parameters.values()
    taken = {parameter.name for parameter in given if parameter.kind is not parameter.VAR_KEYWORD}
    assert of_all <= taken
    assert taken - of_all - {"sk_model", "pytorch_model"} == quoted(ARGUMENTS[flavor][1])
