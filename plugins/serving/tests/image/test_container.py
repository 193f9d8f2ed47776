"""What runs in a container: it becomes the server that its environment variables ask for."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from runyard.models import restoring
from runyard.projects.backend import Activation
from runyard_serving import container

NAMES = ("CONTAINER_ENV_MANAGER", "DISABLE_ENV_CREATION", "ENABLE_MLSERVER")


@pytest.fixture
def became(model: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What it has become, with the model of the tests in its place: the program, its words, its variables."""
    found: list[Any] = []
    for name in NAMES:
        for prefix in ("RUNYARD_", "MLFLOW_", ""):
            monkeypatch.delenv(f"{prefix}{name}", raising=False)
    monkeypatch.setattr(container, "MODEL", str(model))
    monkeypatch.setattr(os, "execve", lambda *given: found.extend(given))
    return found


def restored(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []

    def restore(folder: Path, model: Any, manager: str, *, tools: list[str]) -> Activation:
        asked.extend((manager, tools))
        return Activation(python="/environment/python", variables={"PATH": "/environment"})

    monkeypatch.setattr(restoring, "restore", restore)
    return asked


@pytest.mark.parametrize("words", [[], ["serve"]])
def test_it_becomes_the_server(words: list[str], became: list[Any], model: Path) -> None:
    container.main([*words, "--timeout", "9"])
    python, command, variables = became
    assert python == sys.executable
    place = ["--model", str(model), "--host", "0.0.0.0", "--port", "8080"]
    assert command == [python, "-m", "runyard_serving", *place, "--timeout", "9"]
    assert variables["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize("variable", ["RUNYARD_ENABLE_MLSERVER", "ENABLE_MLSERVER"])
def test_it_becomes_mlserver(variable: str, became: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "true")
    container.main(["serve"])
    assert became[1][2] == "runyard_serving.mlserver"


def test_it_makes_the_environment_of_a_mounted_model(became: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = restored(monkeypatch)
    monkeypatch.setenv("RUNYARD_CONTAINER_ENV_MANAGER", "uv")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    container.main([])
    python, command, variables = became
    assert asked == ["uv", ["runyard-serving"]]
    assert (python, command[0], variables["PATH"]) == ("/environment/python", "/environment/python", "/environment")
    assert "PYTHONPATH" not in variables


@pytest.mark.parametrize(
    "variables",
    [{"MLFLOW_DISABLE_ENV_CREATION": "true"}, {"RUNYARD_CONTAINER_ENV_MANAGER": "local"}],
)
def test_it_takes_what_the_image_has(
    variables: dict[str, str], became: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = restored(monkeypatch)
    for name, value in {"RUNYARD_CONTAINER_ENV_MANAGER": "uv", **variables}.items():
        monkeypatch.setenv(name, value)
    container.main([])
    assert (became[0], asked) == (sys.executable, [])


def test_no_model_is_there(became: list[Any], model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (model / "MLmodel").unlink()
    assert container.main(["serve"]) == 1
    assert became == []
    assert capsys.readouterr().err.startswith("Error: There is no model in")
