"""Switching autologgers: all or one, before the library is there or after."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from types import ModuleType

import pytest

from runyard.autologging import switches
from runyard.autologging.switches import autolog, switch, version_fault
from runyard.errors import PluginMissing
from runyard.tracking.requests import RunQuery
from runyard.tracking.store import TrackingStore


def count(store: TrackingStore) -> int:
    return store.count_runs(RunQuery(experiment_ids=("0",)))


def test_public_name() -> None:
    import runyard.autologging.patching

    assert runyard.autolog is autolog


def test_library_that_is_there(store: TrackingStore, library: ModuleType) -> None:
    autolog()
    library.Model().fit(1)
    assert count(store) == 1
    autolog(disable=True)
    library.Model().fit(1)
    assert count(store) == 1
    autolog()
    library.Model().fit(1)
    assert count(store) == 2


def test_library_that_comes_later(
    store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: ModuleType, library_source: str
) -> None:
    del sys.modules["line_library"]
    (tmp_path / "line_library.py").write_text(library_source)
    monkeypatch.syspath_prepend(str(tmp_path))
    autolog(extra_tags={"when": "early"})
    assert "line_library" not in sys.modules
    module = importlib.import_module("line_library")
    module.Model().fit(1)
    (run,) = store.search_runs(RunQuery(experiment_ids=("0",)))
    assert run.data.tags["when"] == "early"


def test_what_was_switched_off_before_it_came_stays_off(
    store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: ModuleType, library_source: str
) -> None:
    del sys.modules["line_library"]
    (tmp_path / "line_library.py").write_text(library_source)
    monkeypatch.syspath_prepend(str(tmp_path))
    autolog()
    autolog(disable=True)
    module = importlib.import_module("line_library")
    module.Model().fit(1)
    assert count(store) == 0
    autolog()
    module.Model().fit(1)
    assert count(store) == 1


def test_own_switch_wins(store: TrackingStore, library: ModuleType) -> None:
    switch("line", {"extra_tags": {"who": "own"}, "extra": 5})
    autolog(extra_tags={"who": "all"})
    autolog(disable=True)
    library.Model().fit(1)
    (run,) = store.search_runs(RunQuery(experiment_ids=("0",)))
    assert run.data.tags["who"] == "own"
    assert switches._switches["line"]._autologger.options.extra == 5
    switch("line", {"disable": True})
    autolog()
    library.Model().fit(1)
    assert count(store) == 1


def test_options_that_it_does_not_know_are_left_out(store: TrackingStore, library: ModuleType) -> None:
    switch("line", {"nobody_knows": 1})
    library.Model().fit(1)
    assert count(store) == 1


def test_excluded(store: TrackingStore, library: ModuleType) -> None:
    autolog(exclude_flavors=["line"])
    library.Model().fit(1)
    assert count(store) == 0


def test_unknown_name(store: TrackingStore) -> None:
    with pytest.raises(PluginMissing, match="no autologger for 'nowhere'"):
        switch("nowhere", {})


def test_autologger_that_cannot_be_switched_on(
    store: TrackingStore, library: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    del library.Model
    with caplog.at_level(logging.WARNING, logger="runyard"):
        autolog()
    assert "Autologging of line: it stays off: AttributeError" in caplog.text
    library.Model = type("Model", (), {"fit": lambda self, x: self, "predict": lambda self, x: x})
    autolog()
    assert hasattr(library.Model.fit, "__wrapped__")


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("", ""),
        ("pytest>=1", ""),
        ("no-such-distribution>=1", ""),
        ("pytest<1", "it was tested with pytest<1, and pytest "),
    ],
)
def test_versions(requirement: str, expected: str) -> None:
    fault = version_fault(requirement)
    assert fault.startswith(expected)
    assert bool(fault) == bool(expected)


@pytest.mark.parametrize(("strict", "expected"), [(False, 1), (True, 0)])
def test_version_that_was_not_tested(
    store: TrackingStore,
    library: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    strict: bool,
    expected: int,
) -> None:
    monkeypatch.setattr(switches, "version_fault", lambda _: "it is too new")
    with caplog.at_level(logging.WARNING, logger="runyard"):
        autolog(disable_for_unsupported_versions=strict)
    assert "Autologging of line: it is too new." in caplog.text
    library.Model().fit(1)
    assert count(store) == expected
    caplog.clear()
    autolog(disable_for_unsupported_versions=strict, silent=True)
    assert caplog.text == ""
