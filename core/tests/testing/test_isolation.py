from __future__ import annotations

import os
import subprocess
import sys

import pytest

import runyard
from runyard.plugins import get_plugins
from runyard.registry.registries import open_registry
from runyard.testing.isolation import isolated, plugins_in_place
from runyard.testing.memory import MemoryTrackingStore
from runyard.testing.memory.faults import InjectedFault, faults
from runyard.tracking.stores import close_stores, open_store
from runyard.uris import StoreURI

MEMORY = "runyard.testing.memory.plugin"


def test_inside_there_are_no_settings_and_afterwards_they_are_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_URI", "memory://before")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "before")
    with isolated():
        assert not [name for name in os.environ if name.startswith(("RUNYARD_", "MLFLOW_"))]
        os.environ["RUNYARD_RUN_ID"] = "inside"
        runyard.set_tracking_uri("memory://inside")
    assert "RUNYARD_RUN_ID" not in os.environ
    assert runyard.get_tracking_uri() == "memory://before"
    assert os.environ["MLFLOW_EXPERIMENT_NAME"] == "before"


def test_afterwards_nothing_is_active_and_nothing_is_kept() -> None:
    with isolated(), plugins_in_place(MEMORY):
        runyard.set_tracking_uri("memory://inside")
        runyard.start_run(experiment_id="0")
        assert runyard.active_run() is not None
    assert runyard.active_run() is None
    with isolated(), plugins_in_place(MEMORY):
        store = open_store("memory://inside")
        assert isinstance(store, MemoryTrackingStore)
        assert store.search_runs(runyard.tracking.requests.RunQuery(experiment_ids=("0",))) == []


def test_plugins_of_before_are_in_place_again_even_after_a_failure() -> None:
    before = get_plugins()
    with pytest.raises(ZeroDivisionError), isolated(), plugins_in_place(MEMORY):
        raise ZeroDivisionError
    assert get_plugins() is before


def test_stores_are_opened_anew_by_other_plugins(memory_uri: str) -> None:
    store, registry = open_store(memory_uri), open_registry(memory_uri)
    assert open_store(memory_uri) is store
    assert open_registry(StoreURI.parse(memory_uri)) is registry
    with plugins_in_place(MEMORY):
        assert open_store(memory_uri) is not store
        assert open_registry(memory_uri) is not registry
    again = open_store(memory_uri)
    close_stores()
    assert open_store(memory_uri) is not again


def test_faults_end_with_the_block(memory_uri: str) -> None:
    store = open_store(memory_uri)
    with faults("get_experiment"), pytest.raises(InjectedFault, match="get_experiment fails on purpose"):
        store.get_experiment("0")
    assert store.get_experiment("0").name == "Default"
    with pytest.raises(AttributeError, match="no_such_method"), faults("no_such_method"):
        pass


@pytest.mark.parametrize(
    "module", ["runyard.testing.memory", "runyard.testing.isolation", "runyard.testing.memory.faults"]
)
def test_what_is_not_a_suite_needs_no_pytest(module: str) -> None:
    program = f"import sys; sys.modules['pytest'] = None; import {module}"
    subprocess.run([sys.executable, "-c", program], check=True)
