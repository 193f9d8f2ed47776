"""What is imported, and what is not, when a program starts."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata

import pytest

# numpy and the like are what a slip would load; these are the core's own requirements, loaded when needed
REQUIRED = {"click", "msgspec", "packaging", "pluggy", "yaml", "typing_extensions"}

PLUGINS = sorted(
    (entry_point.name, entry_point.value)
    for entry_point in metadata.entry_points(group="runyard")
    if entry_point.name != "core"
)


def modules_after(code: str, **variables: str) -> set[str]:
    """Return what a fresh process has loaded after some code, without what Python loads by itself."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint('\\n'.join(set(sys.modules) - before))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={**environment, **variables}, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def packages(modules: set[str]) -> set[str]:
    """Return the packages of modules, without those of the standard library."""
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


def test_import_runyard_loads_no_plugin_and_nothing_of_others() -> None:
    modules = modules_after("import runyard")
    assert packages(modules) == {"runyard"}
    assert "runyard.plugins" not in modules


def test_import_runyard_loads_few_modules() -> None:
    own = {module for module in modules_after("import runyard") if module.startswith("runyard")}
    assert own == {"runyard", "runyard.flavor_imports"}


@pytest.mark.parametrize(
    "statement", ["runyard.start_run", "runyard.RunyardClient", "runyard.errors.NotFound", "runyard.set_tracking_uri"]
)
def test_naming_a_thing_loads_no_plugin_and_nothing_heavy(statement: str) -> None:
    modules = modules_after(f"import runyard\n{statement}")
    assert packages(modules) <= {"runyard", *REQUIRED}
    assert "yaml" not in modules
    assert "lark" not in modules


@pytest.mark.parametrize(("name", "module"), PLUGINS, ids=[name for name, _ in PLUGINS])
def test_a_plugin_module_loads_the_core_and_itself(name: str, module: str) -> None:
    core = packages(modules_after("import runyard.entities, runyard.plugins.manager"))
    assert packages(modules_after(f"import {module}")) <= {*core, module.partition(".")[0]}


def test_listing_the_plugins_loads_no_backend() -> None:
    modules = modules_after("from runyard.plugins import get_plugins\n[*map(get_plugins().provides, get_plugins())]")
    loaded = {module for module in modules if module.startswith("runyard_")}
    allowed = {module for _, module in PLUGINS} | {module.partition(".")[0] for _, module in PLUGINS}
    assert loaded <= allowed


def test_a_blocked_plugin_is_not_imported() -> None:
    pytest.importorskip("runyard_file")
    code = "from runyard.plugins import get_plugins\nget_plugins()"
    assert "runyard_file.plugin" in modules_after(code)
    assert "runyard_file" not in packages(modules_after(code, RUNYARD_PLUGINS_BLOCK="file"))
    assert packages(modules_after(code, RUNYARD_PLUGINS="")) <= {"runyard", *REQUIRED}


def test_the_statement_import_runyard_sklearn() -> None:
    pytest.importorskip("runyard_sklearn")
    modules = modules_after(
        "import runyard.sklearn\nimport runyard_sklearn\nassert runyard.sklearn is runyard_sklearn\n"
        "from runyard.sklearn import log_model\nassert callable(log_model)"
    )
    assert not packages(modules) & {"numpy", "pandas", "sklearn", "cloudpickle"}


def test_a_flavor_that_is_missing_names_its_install_command() -> None:
    code = (
        "try:\n    import runyard.sklearn\nexcept ModuleNotFoundError as error:\n"
        "    assert 'runyard-sklearn' in str(error), error\nelse:\n    raise AssertionError('it was imported')"
    )
    modules_after(code, RUNYARD_PLUGINS="")


def test_a_module_that_nobody_offers_is_an_ordinary_import_error() -> None:
    modules_after(
        "try:\n    import runyard.absent\nexcept ModuleNotFoundError as error:\n"
        "    assert error.name == 'runyard.absent', error.name\nelse:\n    raise AssertionError('it was imported')"
    )
