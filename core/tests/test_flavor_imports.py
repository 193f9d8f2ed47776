"""``import runyard.<flavor>``: the module that the plugin names, or the command that installs it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import runyard
from runyard import flavor_imports
from runyard.errors import PluginMissing
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import FlavorPlugin
from runyard.testing.isolation import plugins_in_place

PLUGIN = """
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import FlavorPlugin

@hookimpl
def runyard_flavors():
    yield FlavorPlugin(name="lookup", factory="runyard_lookup.flavor:Lookup", module="runyard_lookup")
    yield FlavorPlugin(name="broken", factory="runyard_lookup.flavor:Lookup", module="runyard_lookup.broken")
    yield FlavorPlugin(name="absent", factory="runyard_lookup.flavor:Lookup", module="runyard_not_there")
"""


@pytest.fixture
def lookup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runyard_isolated: None) -> Iterator[None]:
    """A plugin with a flavor that works and two that do not."""
    package = tmp_path / "runyard_lookup"
    package.mkdir()
    (package / "__init__.py").write_text("def load_model(): return 'a model'\n")
    (package / "plugin.py").write_text(PLUGIN)
    (package / "broken.py").write_text("import library_that_is_not_installed\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    with plugins_in_place("runyard_lookup.plugin"):
        yield
    for name in set(sys.modules) - before:
        if name.startswith("runyard_lookup") or name == "runyard.lookup":
            del sys.modules[name]
    vars(runyard).pop("lookup", None)


def test_a_flavor_is_one_module_under_two_names(lookup: None) -> None:
    import runyard.lookup
    import runyard_lookup
    from runyard.lookup import load_model

    from runyard import lookup as by_name

    assert runyard.lookup is by_name is runyard_lookup is sys.modules["runyard.lookup"]
    assert load_model() == "a model"
    assert runyard_lookup.__name__ == runyard_lookup.__spec__.name == "runyard_lookup"
    assert importlib.reload(runyard_lookup) is runyard_lookup


def test_the_own_name_may_be_imported_first(lookup: None) -> None:
    own = importlib.import_module("runyard_lookup")
    assert importlib.import_module("runyard.lookup") is own


def test_an_attribute_is_enough(lookup: None) -> None:
    assert runyard.lookup.load_model() == "a model"
    assert hasattr(runyard, "lookup")


@pytest.mark.parametrize("flavor", ["broken", "absent"])
def test_a_flavor_whose_module_cannot_be_imported(lookup: None, flavor: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"library_that_is_not_installed|runyard_not_there"):
        importlib.import_module(f"runyard.{flavor}")
    assert not hasattr(runyard, flavor)
    assert f"runyard.{flavor}" not in sys.modules


def test_a_flavor_of_ours_that_is_missing_names_the_command(memory_uri: str) -> None:
    command = "pip install runyard-xgboost"
    for statement in (
        "import runyard.xgboost",
        "from runyard import xgboost",
        "from runyard.xgboost import load_model",
        "import runyard.xgboost as flavor",
    ):
        with pytest.raises(PluginMissing, match=command):
            exec(statement, {})
    with pytest.raises(AttributeError, match=command):
        runyard.xgboost  # noqa: B018 - the access is the test
    assert not hasattr(runyard, "xgboost")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("runyard.xgboost")


def test_a_name_that_is_no_flavor_is_an_ordinary_error(memory_uri: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'runyard\.nonsense'") as caught:
        import runyard.nonsense  # noqa: F401
    assert caught.value.name == "runyard.nonsense"
    assert not isinstance(caught.value, PluginMissing)
    assert importlib.util.find_spec("runyard.nonsense") is None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("runyard.tracking.nonsense")


def test_two_plugins_that_claim_one_flavor(memory_uri: str, tmp_path: Path) -> None:
    import types

    from runyard.errors import PluginConflict

    def plugin(name: str) -> types.ModuleType:
        @hookimpl
        def runyard_flavors() -> Iterator[FlavorPlugin]:
            yield FlavorPlugin(name="twice", factory="x:y", module="x")

        module = types.ModuleType(f"{name}.plugin")
        module.runyard_flavors = runyard_flavors  # type: ignore[attr-defined]
        return module

    with plugins_in_place(plugin("runyard_one"), plugin("runyard_two")):
        with pytest.raises(PluginConflict, match=r"runyard-one.*runyard-two"):
            importlib.import_module("runyard.twice")
        assert not hasattr(runyard, "twice")


def test_the_core_comes_before_plugins() -> None:
    assert sys.meta_path[-1] is flavor_imports.FlavorFinder or flavor_imports.FlavorFinder in sys.meta_path
    flavor_imports.install()
    assert sys.meta_path.count(flavor_imports.FlavorFinder) == 1
    assert flavor_imports.FlavorFinder.find_spec("os.path") is None
    assert flavor_imports.FlavorFinder.find_spec("runyard") is None
