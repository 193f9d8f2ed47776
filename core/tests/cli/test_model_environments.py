from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runyard import pyfunc
from runyard.models import predicting

Runyard = Callable[..., Any]

pytest.importorskip("cloudpickle")


def double(model_input: list[float]) -> list[float]:
    return [2 * value for value in model_input]


@pytest.fixture
def model(tmp_path: Path) -> str:
    pyfunc.save_model(tmp_path / "model", double, pip_requirements=["mlflow", "numpy==2.1"])
    return str(tmp_path / "model")


@pytest.mark.filterwarnings("default:The environment differs")
def test_prepare_env(runyard: Runyard, model: str) -> None:
    found = runyard("models", "prepare-env", "-m", model, "--env-manager", "local", "--install-mlflow")
    assert (found.code, found.out) == (0, f"{sys.executable}\n"), found.err
    found = runyard("models", "prepare-env", "-m", model, "--env-manager", "local", "--json")
    assert json.loads(found.out)["python"] == sys.executable


def test_prepare_env_without_a_manager(runyard: Runyard, model: str) -> None:
    found = runyard("models", "prepare-env", "-m", model)
    assert found.code == 1
    assert "pip install runyard-local" in found.err


def test_update_pip_requirements(runyard: Runyard, model: str) -> None:
    words = ("models", "update-pip-requirements", "-m", model)
    assert runyard(*words, "add", "numpy>=2,<3", "six").out == "- numpy==2.1\n+ numpy>=2,<3\n+ six\n"
    assert json.loads(runyard(*words, "remove", "six", "--json").out) == {"requirements": ["mlflow", "numpy>=2,<3"]}
    found = runyard(*words, "remove", "six")
    assert (found.code, found.out, found.err) == (0, "", "Nothing has changed.\n")
    found = runyard(*words, "add", "not a requirement")
    assert found.code == 1
    assert "'not a requirement' is not a requirement" in found.err
    assert runyard(*words, "add").code == 2
    assert runyard(*words, "replace", "six").code == 2


def test_predict(runyard: Runyard, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def run(model_uri: str, **options: Any) -> int:
        given.update(options, model_uri=model_uri)
        return 3

    monkeypatch.setattr(predicting, "run_prediction", run)
    found = runyard(
        *("models", "predict", "-m", model, "-i", "in.csv", "-o", "out.parquet", "-t", "CSV", "--env", "A=b=c"),
        *("--env-manager", "uv", "-r", "a>=1,<2,b", "-r", "c", "--install-mlflow"),
    )
    assert found.code == 3
    assert given == {
        "model_uri": model,
        "input_path": Path("in.csv"),
        "output_path": Path("out.parquet"),
        "content_type": "csv",
        "output_type": None,
        "env_manager": "uv",
        "requirements": ["a>=1,<2", "b", "c"],
        "variables": {"A": "b=c"},
    }


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["-i", "gone.csv"], 1, "There is no file 'gone.csv'"),
        (["-t", "xml"], 2, "xml"),
        (["--env", "A"], 2, "--env 'A' is not of the form NAME=VALUE"),
    ],
)
def test_what_predict_refuses(runyard: Runyard, model: str, words: list[str], code: int, expected: str) -> None:
    found = runyard("models", "predict", "-m", model, *words)
    assert (found.code, found.out) == (code, "")
    assert expected in found.err


def test_model_addresses_are_data(runyard: Runyard, memory_uri: str, tmp_path: Path) -> None:
    for uri in ("$(touch touched)", "; touch touched", "models:/$(touch touched)/1", "--help=x"):
        found = runyard("models", "predict", "-m", uri, "--env-manager", "local")
        assert found.code != 0
        assert "Traceback" not in found.err
    assert not Path("touched").exists()
