"""Requirements of saved models are changed in all files alike, or in none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import runyard
from runyard import pyfunc
from runyard.errors import DataDamaged, InvalidInput, NotFound, NotSupported
from runyard.models import update_model_requirements
from runyard.models.location import local_folder
from runyard.models.updating import update_requirements

pytest.importorskip("cloudpickle")
pytestmark = pytest.mark.usefixtures("memory_uri")


def double(model_input: list[float]) -> list[float]:
    return [2 * value for value in model_input]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pyfunc.save_model(tmp_path / "model", double, pip_requirements=["mlflow", "numpy==2.1", "Six"])
    return tmp_path / "model"


def requirements(folder: Path) -> list[str]:
    """Return the lines of the requirements file, which are those of the conda environment too."""
    lines = (folder / "requirements.txt").read_text().splitlines()
    conda = yaml.safe_load((folder / "conda.yaml").read_text())
    assert [item["pip"] for item in conda["dependencies"] if isinstance(item, dict)] == [lines]
    assert list(conda) == ["channels", "dependencies", "name"]
    return lines


def test_add(folder: Path) -> None:
    update_model_requirements(
        folder, "add", ["numpy>=2,<3", "pandas[excel]==2.2 ; python_version>'3.8'", "scikit-learn"]
    )
    assert requirements(folder) == [
        "mlflow",
        "numpy>=2,<3",
        "Six",
        "pandas[excel]==2.2 ; python_version>'3.8'",
        "scikit-learn",
    ]
    assert pyfunc.load_model(folder, suppress_warnings=True).predict([1]) == [2], "the digests still fit"


def test_remove(folder: Path) -> None:
    before, after = update_requirements(folder, "remove", ["NUMPY==9", "six", "not-there"])
    assert before == ["mlflow", "numpy==2.1", "Six"]
    assert after == requirements(folder) == ["mlflow"]


def test_nothing_to_change_writes_nothing(folder: Path) -> None:
    seen = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    update_model_requirements(folder, "remove", ["not-there"])
    assert seen == {file: file.stat().st_mtime_ns for file in folder.iterdir()}


def test_options_and_constraints_stay(folder: Path) -> None:
    (folder / "requirements.txt").write_text("--pre\nnumpy\nnumpy ; python_version<'3'\n-c constraints.txt")
    update_model_requirements(folder, "add", ["six", "numpy==2"])
    assert (folder / "requirements.txt").read_text() == "--pre\nnumpy==2\nsix\n-c constraints.txt"


def test_conda_environment_without_pip(folder: Path) -> None:
    (folder / "conda.yaml").write_text("dependencies: [python=3.11]\n")
    update_model_requirements(folder, "add", ["six"])
    conda = yaml.safe_load((folder / "conda.yaml").read_text())
    assert conda == {"dependencies": ["python=3.11", "pip", {"pip": ["six"]}]}
    update_model_requirements(folder, "remove", ["six"])
    assert yaml.safe_load((folder / "conda.yaml").read_text()) == {"dependencies": ["python=3.11", "pip"]}


def test_requirements_that_stand_in_python_env(folder: Path) -> None:
    (folder / "requirements.txt").unlink()
    (folder / "conda.yaml").unlink()
    (folder / "python_env.yaml").write_text("python: '3.10'\ndependencies: [six]\n")
    assert update_requirements(folder, "add", ["numpy"]) == (["six"], ["six", "numpy"])
    assert yaml.safe_load((folder / "python_env.yaml").read_text()) == {
        "python": "3.10",
        "dependencies": ["six", "numpy"],
    }


def test_logged_models_and_those_of_runs() -> None:
    with runyard.start_run() as run:
        info = pyfunc.log_model("doubler", double, pip_requirements=["numpy"], registered_model_name="doubler")
    for uri, added in ((info.model_uri, "six"), (f"runs:/{run.info.run_id}/doubler", "pandas")):
        update_model_requirements(uri, "add", [added])
        assert requirements(local_folder(uri))[-1] == added
    assert requirements(local_folder(info.model_uri)) == ["mlflow<4", "numpy", "six", "pandas"]
    for uri in ("models:/doubler/1", "models:/doubler@best", "models:/doubler/latest"):
        with pytest.raises(NotSupported, match=r"a registered version, which stays as it was registered\. Change the"):
            update_model_requirements(uri, "add", ["six"])


@pytest.mark.parametrize(
    ("operation", "lines", "words"),
    [
        ("replace", ["six"], "'replace' is not one of add, remove"),
        ("add", ["no requirement"], "'no requirement' is not a requirement"),
        ("add", ["-r requirements.txt"], "is not a requirement"),
        ("add", ["./x.whl"], "is not a requirement"),
        ("remove", ["$(touch x)"], "is not a requirement"),
        ("add", ["six==1", "Six==2"], "given twice"),
        ("add", "six", r"a list, not one: \['six'\]"),
    ],
)
def test_refused(folder: Path, operation: str, lines: list[str], words: str) -> None:
    before = requirements(folder)
    with pytest.raises(InvalidInput, match=words):
        update_model_requirements(folder, operation, lines)
    assert requirements(folder) == before


@pytest.mark.parametrize(
    ("file", "content"), [("conda.yaml", b"{"), ("conda.yaml", b"- a"), ("requirements.txt", b"\xff")]
)
def test_damaged_files_stay_and_so_do_the_others(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    seen = {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    with pytest.raises(DataDamaged, match=file):
        update_model_requirements(folder, "add", ["six"])
    assert seen == {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_no_model(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(NotFound, match="no file MLmodel"):
        update_model_requirements(tmp_path, "add", ["six"])
    for file in ("requirements.txt", "conda.yaml", "python_env.yaml"):
        (folder / file).unlink()
    with pytest.raises(NotFound, match="has no requirements"):
        update_model_requirements(folder, "add", ["six"])
