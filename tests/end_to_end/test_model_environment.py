"""A model predicts in its own environment, which is built from wheels of ours and what an index has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
OURS = ("core", "asgi", "flavors/sklearn", "plugins/serving")

pytest.importorskip("sklearn", reason="the model is one of scikit-learn")
pytest.importorskip("skops", reason="the model is saved with skops")
pytest.importorskip("uv", reason="environments are built by uv: pip install uv")
pytest.importorskip("build", reason="wheels of ours are built: pip install build hatchling")
pytest.importorskip("hatchling", reason="wheels of ours are built: pip install build hatchling")


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return environment variables: where our wheels are, and an empty folder of environments."""
    folder = tmp_path_factory.mktemp("restoring")
    for path in OURS:
        command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder / "wheels")]
        subprocess.run([*command, str(ROOT / path)], check=True, capture_output=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    links = f"{os.environ.get('PIP_FIND_LINKS', '')} {folder / 'wheels'}".strip()
    return {**kept, "PIP_FIND_LINKS": links, "RUNYARD_ENV_ROOT": str(folder / "environments")}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import numpy as np
    from sklearn.linear_model import LinearRegression

    import runyard

    folder = tmp_path_factory.mktemp("model") / "model"
    fitted = LinearRegression().fit([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [1.0, 2.0, 3.0])
    runyard.sklearn.save_model(fitted, folder, input_example=np.array([[0.0, 1.0]]))
    return folder


def runyard_program(variables: Mapping[str, str], *words: str, given: str | None = None) -> str:
    command = [sys.executable, "-m", "runyard", "models", *words]
    done = subprocess.run(command, env=variables, input=given, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


QUESTION = '{"inputs": [[0.0, 1.0], [4.0, 5.0]]}'


def answer(text: str) -> list[float]:
    found: list[float] = json.loads(text)["predictions"]
    return found


def test_it_predicts_in_an_environment_of_its_own(variables: Mapping[str, str], model: Path, tmp_path: Path) -> None:
    text = runyard_program(variables, "predict", "-m", str(model), given=QUESTION)
    assert answer(text) == pytest.approx([1.0, 3.0])
    python = runyard_program(variables, "prepare-env", "-m", str(model)).strip()
    assert python.startswith(variables["RUNYARD_ENV_ROOT"])
    assert len([path for path in Path(variables["RUNYARD_ENV_ROOT"]).iterdir() if path.is_dir()]) == 1
    listing = subprocess.run(
        [python, "-m", "runyard", "plugins", "list", "--json"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    states = {plugin["name"]: plugin["state"] for plugin in json.loads(listing.stdout)}
    assert states == {"core": "ok", "serving": "ok", "sklearn": "ok"}


def test_requirements_of_the_reference_system_give_the_same(variables: Mapping[str, str], model: Path) -> None:
    own = runyard_program(variables, "prepare-env", "-m", str(model))
    file = model / "requirements.txt"
    before = file.read_text()
    file.write_text("\n".join(["mlflow==3.17.2", *before.splitlines()[1:]]))
    try:
        assert runyard_program(variables, "prepare-env", "-m", str(model)) == own
    finally:
        file.write_text(before)


def test_requirement_that_is_overridden(variables: Mapping[str, str], model: Path) -> None:
    words = ("predict", "-m", str(model), "-r", "six==1.17.0", "--env", "MARK=1")
    assert answer(runyard_program(variables, *words, given=QUESTION)) == pytest.approx([1.0, 3.0])
    found = [json.loads(path.read_text()) for path in Path(variables["RUNYARD_ENV_ROOT"]).glob("*/*.json")]
    assert sorted("six==1.17.0" in each["requirements"] for each in found) == [False, True]


def test_another_python(variables: Mapping[str, str], model: Path) -> None:
    from runyard.errors import ExecutionFailed
    from runyard_local.interpreters import find_interpreter
    from runyard_local.tools import find_uv

    minor = "3.12" if sys.version_info[:2] != (3, 12) else "3.11"
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    try:
        version = find_interpreter(minor, find_uv()).version
    except ExecutionFailed:
        pytest.skip(f"needs a Python {minor} beside the one that runs the tests")
    finally:
        del os.environ["UV_PYTHON_DOWNLOADS"]
    file = model / "python_env.yaml"
    before = file.read_text()
    lines = [line for line in before.splitlines() if not line.startswith("python:")]
    file.write_text("\n".join([*lines, f"python: {version}"]))
    try:
        text = runyard_program(variables, "predict", "-m", str(model), "--env-manager", "uv", given=QUESTION)
        python = runyard_program(variables, "prepare-env", "-m", str(model)).strip()
    finally:
        file.write_text(before)
    assert answer(text) == pytest.approx([1.0, 3.0])
    said = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
    assert said == f"Python {version}\n"
