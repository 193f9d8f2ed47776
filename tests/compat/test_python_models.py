"""Python models that one system saved, the other loads: classes, functions, scripts, loader modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pandas", reason="the models are asked with DataFrames")
pytest.importorskip("cloudpickle", reason="Python models are pickled with it")

PREDICTIONS: dict[str, Any] = {
    "artifacts": [
        {"sizes": [3.75, 6.25], "words": ["one.txt", "two.txt"], "unit": "cm"},
        {"sizes": [18.75], "words": ["one.txt", "two.txt"], "unit": "cm"},
    ],
    "columns": [
        {"types": ["float64", "int32", "object", "datetime64[ns]", "bool"], "rows": [6, 8]},
        {"types": ["float64", "int32", "object", "datetime64[ns]"], "rows": [6, 8]},
        {"types": ["float64", "int32", "object", "datetime64[ns]", "bool"], "rows": [6, 8]},
    ],
    "function": [[2.0, 4.0]],
    "hinted": [["A", "B"], []],
    "tensors": [{"sum": [10.0]}],
    "code_paths": [[3, 6]],
    "from_code": [[11.5, 12.5]],
    "loader_module": [[4.0, 5.0]],
    "stream": [["a", "b", "c"]],
}
REFUSED = {"columns": 3, "tensors": 2, "hinted": 1}


@pytest.fixture(scope="module", params=["runyard", "mlflow"], ids=lambda writer: f"written-by-{writer}")
def readings(request: pytest.FixtureRequest, program: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What each of the two systems reads of what one of them saved."""
    folder: Path = tmp_path_factory.mktemp("python-models")
    program("write_python_models", request.param, folder)
    return {system: program("read_python_models", system, folder) for system in ("runyard", "mlflow")}


@pytest.mark.parametrize("system", ["runyard", "mlflow"])
@pytest.mark.parametrize("name", PREDICTIONS)
def test_predictions(readings: Any, name: str, system: str) -> None:
    assert readings[system][name]["predictions"] == PREDICTIONS[name]


@pytest.mark.parametrize("system", ["runyard", "mlflow"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_the_signature_refuses(readings: Any, name: str, system: str) -> None:
    assert readings[system][name]["refused"] == [True] * REFUSED[name]


@pytest.mark.parametrize("name", PREDICTIONS)
def test_both_read_the_same(readings: Any, name: str) -> None:
    assert readings["runyard"][name] == readings["mlflow"][name]


def test_models_have_what_they_were_given(readings: Any) -> None:
    read = readings["runyard"]
    assert read["artifacts"]["metadata"] == {"owner": "ä"}
    assert read["artifacts"]["class"] == "WithArtifacts"
    assert read["hinted"]["class"] == "Hinted"
    assert '"name": "times"' in read["artifacts"]["signature"]["params"]
    assert '"required": false' in read["columns"]["signature"]["inputs"]
    assert read["hinted"]["signature"] is not None
    assert read["stream"]["parts"] == ["a", "b", "c"]
    assert read["function"]["requirements"][-2:] == ["cloudpickle", "pandas"]
