"""What a model's environment is made of, with a manager that only takes note of it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import runyard
from runyard import pyfunc
from runyard.errors import ExecutionFailed, InvalidInput, PluginMissing
from runyard.models.distributions import installed_version
from runyard.models.location import open_model
from runyard.models.restoring import process_variables, restore, run_in
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import EnvironmentManagerPlugin
from runyard.projects.backend import Activation, EnvironmentManager
from runyard.projects.mlproject import Environment
from runyard.projects.python_env import PythonEnvironment, read_python_environment
from runyard.testing.isolation import plugins_in_place
from runyard.testing.wheels import make_wheel

pytest.importorskip("cloudpickle")

CORE = f"runyard-core=={installed_version('runyard-core')}"
ACTIVATION = Activation(python=sys.executable, variables={"MARK": "here"})
Noted = list[tuple[Environment, PythonEnvironment, dict[str, bytes]]]


@pytest.fixture
def noted(memory_uri: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Noted]:
    """Put managers ``virtualenv`` and ``conda`` in place, and return what they were asked for."""
    asked: Noted = []

    class Noting(EnvironmentManager):
        def activate(self, environment: Environment, folder: Path) -> Activation:
            files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            asked.append((environment, read_python_environment(environment, folder), files))
            return ACTIVATION

    class NotingConda(Noting):
        kinds = ("conda_env", "python_env")

    @hookimpl
    def runyard_environment_managers() -> Iterator[EnvironmentManagerPlugin]:
        yield EnvironmentManagerPlugin(name="virtualenv", factory="runyard_noting:Noting")
        yield EnvironmentManagerPlugin(name="conda", factory="runyard_noting:NotingConda")

    module = ModuleType("runyard_noting")
    module.__dict__.update(
        Noting=Noting, NotingConda=NotingConda, runyard_environment_managers=runyard_environment_managers
    )
    monkeypatch.setitem(sys.modules, "runyard_noting", module)
    with plugins_in_place("runyard.testing.memory.plugin", module):
        yield asked


def double(model_input: list[float]) -> list[float]:
    return [2 * value for value in model_input]


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def save(**options: object) -> Path:
        pyfunc.save_model(tmp_path / "model", double, **options)  # type: ignore[arg-type]
        return tmp_path / "model"

    return save


def test_runyard_takes_the_place_of_the_tool(noted: Noted, save: Callable[..., Path]) -> None:
    folder, model = open_model(save(pip_requirements=["mlflow==3.1.0", "numpy==2.1", "six"]))
    assert restore(folder, model, tools=["pytest", "not-installed-here[extra]"]) == ACTIVATION
    ((environment, found, files),) = noted
    assert environment == Environment(kind="python_env", file="python_env.yaml")
    assert set(files) == {"python_env.yaml"}
    assert found.python == platform.python_version()
    assert found.lines.requirements == (
        CORE,
        f"pytest=={installed_version('pytest')}",
        "not-installed-here[extra]",
        "numpy==2.1",
        "six",
    )


def test_requirements_that_the_caller_gives(
    noted: Noted, save: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "limits.txt").write_text("numpy<3\nsix<2")
    folder, model = open_model(save(pip_requirements=["numpy==2.1", "six", f"-c {tmp_path / 'limits.txt'}"]))
    make_wheel(tmp_path, "mine")
    monkeypatch.chdir(tmp_path)
    restore(folder, model, requirements=["NumPy>=2", "./mine-1.0-py3-none-any.whl"])
    ((_, found, files),) = noted
    assert found.lines.requirements[1:3] == ("six", "NumPy>=2")
    assert found.lines.requirements[3].endswith("/mine-1.0-py3-none-any.whl")
    assert found.lines.constraints == ("six<2",), "what the caller says counts more than the model's constraints"
    assert files["files/0/mine-1.0-py3-none-any.whl"]


def test_files_of_the_model_go_along(noted: Noted, save: Callable[..., Path]) -> None:
    folder, model = open_model(save(pip_requirements=["numpy"]))
    make_wheel(folder / "wheels", "mine")
    (folder / "source").mkdir()
    (folder / "source/pyproject.toml").write_text("")
    lines = "./wheels/mine-1.0-py3-none-any.whl\n-e ./source\nother @ file:./source\n--find-links wheels"
    (folder / "requirements.txt").write_text(lines)
    restore(folder, model)
    ((_, found, files),) = noted
    assert {"files/0/mine-1.0-py3-none-any.whl", "files/1/source/pyproject.toml"} <= set(files)
    assert not found.lines.editable, "the folder of a model may be a download that goes away"
    assert str(folder) not in files["python_env.yaml"].decode()


def test_conda(noted: Noted, save: Callable[..., Path]) -> None:
    conda = {"channels": ["c"], "dependencies": ["python=3.10", "libgdal", {"pip": ["mlflow", "six"]}]}
    folder, model = open_model(save(conda_env=conda))
    restore(folder, model, "conda")
    ((environment, found, _),) = noted
    assert environment.kind == "conda_env"
    assert (found.python, found.dropped) == ("3.10", ("libgdal",))
    assert found.lines.requirements == (CORE, "six")
    (folder / "conda.yaml").unlink()
    restore(folder, model, "conda")
    assert noted[1][0].kind == "python_env"


def test_older_models_have_fewer_files(noted: Noted, save: Callable[..., Path]) -> None:
    folder, model = open_model(save(pip_requirements=["numpy", "six"]))
    (folder / "python_env.yaml").unlink()
    restore(folder, model)
    (folder / "conda.yaml").unlink()
    restore(folder, model)
    (folder / "requirements.txt").unlink()
    restore(folder, model)
    assert [found.lines.requirements for _, found, _ in noted] == [(CORE, "numpy", "six")] * 2 + [(CORE,)]
    assert [found.python for _, found, _ in noted] == [platform.python_version(), None, None]


def test_flavors_that_are_not_installed_here_are_named(noted: Noted, save: Callable[..., Path]) -> None:
    folder, model = open_model(save(pip_requirements=["xgboost"]))
    model.flavors["xgboost"] = {}
    model.flavors["python_function"]["loader_module"] = "mlflow.xgboost"
    restore(folder, model)
    assert noted[0][1].lines.requirements == (CORE, CORE.replace("core", "xgboost"), "xgboost")
    model.flavors["langchain"] = {}
    restore(folder, model)
    model.flavors["python_function"]["loader_module"] = "mlflow.langchain"
    with pytest.raises(PluginMissing, match="no flavor for 'langchain'"):
        restore(folder, model)


def test_local_makes_nothing_and_tells_of_differences(noted: Noted, save: Callable[..., Path]) -> None:
    folder, model = open_model(save(pip_requirements=["pytest==1.0"]))
    (folder / "python_env.yaml").write_text("python: 2.7.18\ndependencies: [-r requirements.txt]")
    own = platform.python_version()
    with (
        pytest.warns(UserWarning, match="was saved with pytest==1.0"),
        pytest.warns(UserWarning, match=rf"was saved with Python 2\.7\.18, and this is Python {own}"),
    ):
        activation = restore(folder, model, "local")
    assert activation.python == sys.executable
    assert noted == []


def test_python_that_is_too_old(noted: Noted, save: Callable[..., Path]) -> None:
    folder, model = open_model(save(pip_requirements=["six"]))
    for python, is_old in (("3.8.18", True), ("2", True), ("3.10", False), ("3", False)):
        (folder / "python_env.yaml").write_text(f"python: '{python}'")
        if is_old:
            with pytest.raises(ExecutionFailed, match=rf"asks for Python {python}, and runyard needs Python 3\.10"):
                restore(folder, model)
        else:
            restore(folder, model)
    assert len(noted) == 2


def test_manager_that_is_missing(memory_uri: str, save: Callable[..., Path]) -> None:
    folder, model = open_model(save())
    with pytest.raises(
        PluginMissing, match=r"'virtualenv' makes what python_env\.yaml describes.*install runyard-local"
    ):
        restore(folder, model)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("python_env.yaml", "dependencies: [", "python_env.yaml, line 1: this is not YAML"),
        ("requirements.txt", "-r ../../secrets.txt", "not below"),
        ("requirements.txt", "/etc/hostname", "not below"),
        ("requirements.txt", "; rm -rf x", "is not a requirement"),
    ],
)
def test_damaged_environments(noted: Noted, save: Callable[..., Path], file: str, text: str, words: str) -> None:
    folder, model = open_model(save())
    (folder / file).write_text(text)
    with pytest.raises(InvalidInput, match=words):
        restore(folder, model)
    assert noted == []


def test_requirement_of_the_caller_that_is_none(noted: Noted, save: Callable[..., Path]) -> None:
    folder, model = open_model(save())
    with pytest.raises(InvalidInput, match="the requirements given: '--target=x' is no option"):
        restore(folder, model, requirements=["--target=x"])


def test_variables_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "PIP_FIND_LINKS", "RUNYARD_TRACKING_URI", "BOTH"):
        monkeypatch.setenv(name, "outer")
    variables = process_variables(
        Activation(python="x", variables={"VIRTUAL_ENV": "own", "BOTH": "own"}), {"BOTH": "mine"}
    )
    assert "PYTHONPATH" not in variables
    assert [variables[name] for name in ("VIRTUAL_ENV", "BOTH")] == ["own", "mine"]
    assert [variables[name] for name in ("PIP_FIND_LINKS", "RUNYARD_TRACKING_URI")] == ["outer", "outer"]


def test_programs(tmp_path: Path) -> None:
    code = "import os, sys; open('seen', 'w').write(os.environ['MARK'] + sys.argv[1]); sys.exit(3)"
    assert run_in(ACTIVATION, ["-c", code, "$(id)"], folder=tmp_path) == 3
    assert (tmp_path / "seen").read_text() == "here$(id)"
    with pytest.raises(ExecutionFailed, match="cannot be started"):
        run_in(Activation(python=str(tmp_path / "gone")), [])


def stand_in(folder: Path, code: int = 0) -> str:
    """Return a program in the place of an environment's Python: it writes down its words, and an answer."""
    python = folder / "python"
    python.write_text(
        f'#!{sys.executable}\nimport json, os, sys\nwords = sys.argv[1:]\nmark = os.environ.get("MINE")\n'
        f'json.dump([words, mark], open({str(folder / "words.json")!r}, "w"))\n'
        f'"--output" in words and open(words[words.index("--output") + 1], "w").write("answer")\nsys.exit({code})\n'
    )
    python.chmod(0o755)
    return str(python)


@pytest.fixture
def program(noted: Noted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    activation = Activation(python=stand_in(tmp_path))
    monkeypatch.setattr("runyard.models.restoring.restore", lambda *_, **__: activation)
    return tmp_path


def words(folder: Path) -> list[str]:
    import json

    found: list[str] = json.loads((folder / "words.json").read_text())[0]
    return found


def test_predict(program: Path, save: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    import json

    folder = save()
    runyard.models.predict(folder, [1, 2], extra_envs={"MINE": "yes"})
    assert capsys.readouterr().out == "answer\n"
    given, mark = json.loads((program / "words.json").read_text())
    assert given[:4] == ["-m", "runyard_serving.predict", "--model", str(folder)]
    assert given[given.index("--input-type") + 1] == given[given.index("--output-type") + 1] == "json"
    assert mark == "yes"
    assert "MINE" not in os.environ


def test_predict_from_a_file_to_a_file(program: Path, save: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "in $(id).csv").write_text("a\n1\n")
    runyard.models.predict(
        save(), input_path=tmp_path / "in $(id).csv", content_type="csv", output_path=tmp_path / "out.parquet"
    )
    assert words(program)[4:] == [
        *("--input", str(tmp_path / "in $(id).csv"), "--input-type", "csv"),
        *("--output", str(tmp_path / "out.parquet"), "--output-type", "parquet"),
    ]


def test_what_predict_refuses(program: Path, save: Callable[..., Path], tmp_path: Path) -> None:
    folder = save()
    with pytest.raises(InvalidInput, match="either input_data or input_path"):
        runyard.models.predict(folder)
    with pytest.raises(InvalidInput, match="'xml' is not one of json, csv, parquet"):
        runyard.models.predict(folder, [1], content_type="xml")
    with pytest.raises(InvalidInput, match="Only a DataFrame can be written as csv, not list"):
        runyard.models.predict(folder, [1], content_type="csv")
    stand_in(tmp_path, 1)
    with pytest.raises(ExecutionFailed, match="could not predict"):
        runyard.models.predict(folder, [1])


def test_predicting_here_needs_the_program(
    noted: Noted, save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runyard.models.predicting.TOOLS", ("runyard-not-here",))
    with pytest.raises(ExecutionFailed, match=r"needs runyard-not-here\. Install it: pip install runyard-not-here"):
        runyard.models.predict(save(pip_requirements=["mlflow"]), [1], env_manager="local")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a==1,b", ["a==1", "b"]),
        ("pandas>=2,<3, numpy", ["pandas>=2,<3", "numpy"]),
        ("x[a,b]==1,y", ["x[a,b]==1", "y"]),
        ("a ,,", ["a"]),
        ("", []),
    ],
)
def test_lists_with_commas(text: str, expected: list[str]) -> None:
    from runyard.models.predicting import split_requirements

    assert split_requirements(text) == expected
