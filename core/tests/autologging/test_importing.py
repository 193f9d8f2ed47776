"""Being told when a module is imported."""

from __future__ import annotations

import importlib
import importlib.resources
import importlib.util
import logging
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from runyard.autologging import importing
from runyard.autologging.importing import when_imported


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a package that can be imported, and never was."""
    name = f"arrival_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("VALUE = 1\n")
    (folder / "part.py").write_text("def function():\n    return 1\n")
    (folder / "data.txt").write_text("data")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def test_told_at_once_or_later(package: str) -> None:
    seen: list[ModuleType] = []
    when_imported(package, seen.append)
    assert seen == []
    assert package not in sys.modules
    module = importlib.import_module(package)
    assert seen == [module]
    when_imported(package, seen.append)
    assert seen == [module, module]
    importlib.reload(module)
    assert seen == [module, module]


def test_everybody_is_told_once(package: str) -> None:
    seen: list[int] = []
    for number in range(3):
        when_imported(f"{package}.part", lambda _, number=number: seen.append(number))
    importlib.import_module(package)
    assert seen == []
    importlib.import_module(f"{package}.part")
    assert seen == [0, 1, 2]


def test_told_before_names_are_taken(package: str) -> None:
    when_imported(f"{package}.part", lambda module: setattr(module, "function", lambda: 2))
    namespace: dict[str, object] = {}
    exec(f"from {package}.part import function\nresult = function()", namespace)
    assert namespace["result"] == 2


def test_module_is_as_without(package: str) -> None:
    when_imported(package, lambda _: None)
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    module = importlib.import_module(package)
    assert not isinstance(module.__loader__, importing._Telling)
    assert module.__spec__ is not None
    assert module.__spec__.loader is module.__loader__
    assert importlib.resources.files(module).joinpath("data.txt").read_text() == "data"


def test_fault_does_not_stop_the_import(package: str, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[ModuleType] = []

    def fault(_: ModuleType) -> None:
        raise ValueError("no")

    when_imported(package, fault)
    when_imported(package, seen.append)
    with caplog.at_level(logging.WARNING, logger="runyard"):
        module = importlib.import_module(package)
    assert seen == [module]
    assert package in caplog.text
    with pytest.raises(ValueError, match="no"):
        when_imported(package, fault)


def test_failed_import_is_waited_for_again(package: str, tmp_path: Path) -> None:
    seen: list[ModuleType] = []
    (tmp_path / package / "broken.py").write_text("raise RuntimeError('broken')")
    when_imported(f"{package}.broken", seen.append)
    with pytest.raises(RuntimeError, match="broken"):
        importlib.import_module(f"{package}.broken")
    assert seen == []
    (tmp_path / package / "broken.py").write_text("VALUE = 'mended, and of another size'")
    importlib.invalidate_caches()
    assert importlib.import_module(f"{package}.broken").VALUE
    assert len(seen) == 1


def test_missing_module_is_missing(package: str) -> None:
    when_imported(f"{package}.nowhere", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        importlib.import_module(f"{package}.nowhere")


def test_import_in_another_thread_is_waited_for(package: str, tmp_path: Path) -> None:
    (tmp_path / package / "slow.py").write_text(
        "import arrival_gate\narrival_gate.began.set()\narrival_gate.go_on.wait(60)\nDONE = True\n"
    )
    gate = ModuleType("arrival_gate")
    gate.began, gate.go_on = threading.Event(), threading.Event()  # type: ignore[attr-defined]
    sys.modules["arrival_gate"] = gate
    seen: list[bool] = []
    try:
        first = threading.Thread(target=importlib.import_module, args=(f"{package}.slow",))
        first.start()
        gate.began.wait(60)
        second = threading.Thread(
            target=when_imported, args=(f"{package}.slow", lambda module: seen.append(hasattr(module, "DONE")))
        )
        second.start()
        gate.go_on.set()
        first.join()
        second.join()
    finally:
        del sys.modules["arrival_gate"]
    assert seen == [True]
