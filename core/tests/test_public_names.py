"""The names of the package: each can be reached, and type checkers know the same ones."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType

import pytest

import runyard

SOURCE = ast.parse(Path(runyard.__file__).read_text(encoding="utf-8"))


def names_for_type_checkers() -> dict[str, str]:
    """Return the module that the source imports each name from, where type checkers look."""
    block = next(node for node in SOURCE.body if isinstance(node, ast.If))
    found = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            if alias.asname is not None:
                assert alias.asname == alias.name
                found[alias.name] = node.module or ""
    return found


def test_both_tables_say_the_same() -> None:
    checked = names_for_type_checkers()
    assert {name: module for name, module in checked.items() if module != "runyard"} == runyard._MODULES
    assert {name for name, module in checked.items() if module == "runyard"} == set(runyard._SUBMODULES)
    assert sorted(runyard.__all__) == sorted(checked)


@pytest.mark.parametrize("name", sorted(runyard.__all__))
def test_a_name_is_reached(name: str) -> None:
    value = getattr(runyard, name)
    if name in runyard._SUBMODULES:
        assert isinstance(value, ModuleType)
    else:
        module = import_module(runyard._MODULES[name])
        assert getattr(module, name) is value
        assert value.__doc__
        assert name in getattr(module, "__all__", [name])


def test_the_list_of_names() -> None:
    assert {*runyard.__all__, "__version__"} <= set(dir(runyard))


def test_the_version_is_that_of_the_distribution() -> None:
    assert runyard.__version__ == metadata.version("runyard-core")


def test_a_name_that_nobody_knows() -> None:
    assert not hasattr(runyard, "nonsense")
    with pytest.raises(AttributeError, match="nonsense") as caught:
        runyard.nonsense  # noqa: B018 - the access is the test
    assert caught.value.name == "nonsense"
    with pytest.raises(ImportError, match="nonsense"):
        from runyard import nonsense  # noqa: F401


def test_the_old_module_of_errors() -> None:
    from runyard.exceptions import ExecutionException, MlflowException, RestException

    assert MlflowException is RestException is runyard.RunyardError
    assert issubclass(ExecutionException, MlflowException)
    error = MlflowException("no", error_code="RESOURCE_DOES_NOT_EXIST")
    assert (error.message, error.error_code, error.get_http_status_code()) == ("no", "RESOURCE_DOES_NOT_EXIST", 404)


def test_a_program_for_the_reference_system_runs(memory_uri: str) -> None:
    import runyard as mlflow

    client = mlflow.tracking.MlflowClient()
    experiment_id = mlflow.create_experiment("tutorial")
    mlflow.set_experiment("tutorial")
    with mlflow.start_run() as run:
        mlflow.log_param("alpha", 0.5)
        mlflow.log_metric("rmse", 0.7)
    assert run.info.experiment_id == experiment_id
    assert client.get_run(run.info.run_id).to_dictionary()["data"]["metrics"] == {"rmse": 0.7}
    assert mlflow.entities.ViewType.ALL == 3


def test_star_import_takes_the_public_names() -> None:
    code = "from runyard import *; start_run; set_tracking_uri; tracking"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_functions_are_reached_by_their_old_path() -> None:
    from runyard.tracking import fluent

    assert fluent.start_run is runyard.start_run
    assert fluent.search_runs is runyard.search_runs
    assert not hasattr(fluent, "nonsense")
