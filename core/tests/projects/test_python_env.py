"""What environment files ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.errors import InvalidInput
from runyard.projects.mlproject import Environment
from runyard.projects.python_env import PythonEnvironment, read_python_environment


def read(folder: Path, text: str, kind: str = "python_env") -> PythonEnvironment:
    (folder / "file.yaml").write_text(text)
    return read_python_environment(Environment(kind=kind, file="file.yaml"), folder)


def test_python_env(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n-c constraints.txt\n")
    (tmp_path / "constraints.txt").write_text("numpy<3\n")
    found = read(
        tmp_path,
        "python: 3.11.4\nbuild_dependencies: [pip==23.2.1, wheel]\ndependencies:\n- -r requirements.txt\n- six\n",
    )
    assert (found.python, found.build) == ("3.11.4", ("pip==23.2.1", "wheel"))
    assert found.lines.requirements == ("numpy", "six")
    assert found.lines.constraints == ("numpy<3",)


def test_version_that_yaml_takes_for_a_number(tmp_path: Path) -> None:
    assert read(tmp_path, "python: 3.10\n").python == "3.10"


@pytest.mark.parametrize("text", ["", "python:\nbuild_dependencies:\ndependencies:\n", "name: x"])
def test_nothing_asked(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == PythonEnvironment()


def test_no_file() -> None:
    assert read_python_environment(Environment(), Path("/nowhere")) == PythonEnvironment()


CONDA = """
channels: [conda-forge]
dependencies:
- python=3.11.4
- pip<=23.2.1
- conda-forge::setuptools=68
- wheel
- libgdal>=3,<4
- numpy=2.1=py311_0
- pip:
  - mlflow==3.1.0
  - six
name: mlflow-env
"""


def test_conda(tmp_path: Path) -> None:
    found = read(tmp_path, CONDA, "conda_env")
    assert (found.python, found.build) == ("3.11.4", ("pip<=23.2.1", "setuptools==68", "wheel"))
    assert found.lines.requirements == ("mlflow==3.1.0", "six")
    assert found.dropped == ("libgdal>=3,<4", "numpy=2.1=py311_0")


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("python", None),
        ("python=3.10", "3.10"),
        ("python==3.10.13", "3.10.13"),
        ("python>=3.9", "3.9"),
        ("python<=3.12", "3.12"),
        ("python=3.11.*", "3.11"),
        ("python =3.11.4=h1234_0", "3.11.4"),
    ],
)
def test_python_of_conda(tmp_path: Path, line: str, python: str | None) -> None:
    assert read(tmp_path, f"dependencies: ['{line}']", "conda_env").python == python


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("python_env", "python: [", "this is not YAML"),
        ("python_env", "- a", "The environment must be a mapping"),
        ("python_env", "python: 3\npython: 4", "twice"),
        ("python_env", "\npython: newest", "line 2: 'newest' is no version of Python"),
        ("python_env", "dependencies: six", "line 1: 'dependencies' must be a list"),
        ("python_env", "dependencies:\n- [six]", "line 2: An item of 'dependencies' must be a text"),
        ("python_env", "dependencies: [-r gone.txt]", "which does not exist"),
        ("python_env", "build_dependencies: [-e .]", "names, not paths"),
        ("conda_env", "dependencies: [python!=3.9]", "does not say which Python"),
        ("conda_env", "dependencies: [python=new]", "'new' is no version"),
        ("conda_env", "dependencies: [{conda: x}]", "no key 'conda'"),
        ("conda_env", "dependencies: [{}]", "a list under 'pip'"),
        ("conda_env", "dependencies: [3]", "'3' is no package"),
    ],
)
def test_damaged(tmp_path: Path, kind: str, text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(tmp_path, text, kind)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.yaml cannot be read"):
        read_python_environment(Environment(kind="python_env", file="gone.yaml"), tmp_path)


def test_file_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        read_python_environment(Environment(kind="python_env", file="../python_env.yaml"), tmp_path)
