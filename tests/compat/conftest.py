"""Both systems run in processes of their own, on the same programs and the same folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "programs"
VARIABLE = "RUNYARD_TEST_MLFLOW_PYTHON"
SYSTEMS = ("runyard", "mlflow")

Program = Callable[..., Any]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return a function that runs a program with one of the systems and returns what it printed, read as JSON."""
    reference = os.environ.get(VARIABLE)
    if not reference:
        pytest.skip(f"{VARIABLE} names no Python that has mlflow installed")
    pythons = {"runyard": sys.executable, "mlflow": reference}
    home = tmp_path_factory.mktemp("home")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "RUNYARD_"))}
    environment = {
        **kept,
        "HOME": str(home),
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONWARNINGS": "ignore",
        "LOGNAME": "ada",
    }

    def run(name: str, system: str, folder: Path, *arguments: object, stdin: object = None) -> Any:
        result = subprocess.run(
            [pythons[system], str(PROGRAMS / f"{name}.py"), system, str(folder), *map(str, arguments)],
            input=json.dumps(stdin),
            env=environment,
            cwd=home,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, f"{name}.py with {system}:\n{result.stderr}"
        return json.loads(result.stdout.splitlines()[-1]) if result.stdout.strip() else None

    return run


@pytest.fixture(scope="session", params=SYSTEMS, ids=lambda writer: f"written-by-{writer}")
def folder(request: pytest.FixtureRequest, program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of everything, written by each system in turn."""
    path = tmp_path_factory.mktemp(request.param) / "mlruns"
    program("write", request.param, path)
    return path
