from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runyard.plugins.discovery import Plugin, State, discover
from runyard.plugins.manager import Plugins

NOT_NAMED, BLOCKED = "blocked: not in RUNYARD_PLUGINS", "blocked: in RUNYARD_PLUGINS_BLOCK"
BOOM = "raise ImportError('no module named heavy')"


def found(site: Path) -> dict[str, Plugin]:
    return {f"{plugin.name} of {plugin.distribution}": plugin for plugin in discover([str(site)])}


def test_good_plugin_is_imported(site: Path, install, store_plugin) -> None:
    install("runyard-good", "1.2", store_plugin("good"))
    (plugin,) = discover([str(site)])
    assert (plugin.state, plugin.name, plugin.source) == (State.OK, "good", "runyard-good 1.2")
    assert plugin.implementation is sys.modules["runyard_good.plugin"]


def test_one_fault_stays_one_fault(site: Path, install, store_plugin) -> None:
    install("runyard-good", plugin=store_plugin("good"))
    install("runyard-failing", "0.3", BOOM)
    install("runyard-syntax", plugin="def (")
    install("runyard-exiting", plugin="raise SystemExit(3)")
    install("runyard-gone", value="runyard_gone.nothing")
    install("runyard-attribute", value="runyard_attribute.plugin:nothing")
    install("runyard-function", plugin="def register(): ...", value="runyard_function.plugin:register")
    install("runyard-odd", value="not a module")
    plugins = {plugin.name: plugin for plugin in discover([str(site)])}
    assert {name for name, plugin in plugins.items() if plugin.state is State.OK} == {"good"}
    assert plugins["failing"].reason == "ImportError: no module named heavy"
    assert isinstance(plugins["failing"].error, ImportError)
    assert plugins["syntax"].reason.startswith("SyntaxError: ")
    assert plugins["exiting"].reason == "SystemExit: 3"
    assert plugins["gone"].reason == "ModuleNotFoundError: No module named 'runyard_gone.nothing'"
    assert plugins["attribute"].reason.startswith("AttributeError: ")
    assert (
        plugins["function"].reason == "its entry point 'runyard_function.plugin:register' names function, not a module"
    )
    assert "not of the form 'package.module'" in plugins["odd"].reason
    assert list(plugins) == sorted(plugins)


def test_second_distribution_with_a_name_fails_and_says_so(site: Path, install, store_plugin) -> None:
    install("runyard-b", plugin=store_plugin("one"), entry_point="same")
    install("runyard-a", "3.1", store_plugin("two"), entry_point="same")
    plugins = found(site)
    assert plugins["same of runyard-a"].state is State.OK
    assert plugins["same of runyard-b"].state is State.FAILED
    assert plugins["same of runyard-b"].reason == "the name 'same' is taken by runyard-a 3.1; uninstall one of the two"
    assert "runyard_b.plugin" not in sys.modules


@pytest.mark.parametrize(
    ("only", "block", "expected"),
    [
        (None, None, {"core": "ok", "good": "ok", "other": "ok"}),
        ("good", None, {"core": "ok", "good": "ok", "other": NOT_NAMED}),
        ("", None, {"core": "ok", "good": NOT_NAMED, "other": NOT_NAMED}),
        (None, "good, other", {"core": "ok", "good": BLOCKED, "other": BLOCKED}),
        ("good,other", "good", {"core": "ok", "good": BLOCKED, "other": "ok"}),
        (None, "core", {"core": BLOCKED, "good": "ok", "other": "ok"}),
    ],
)  # fmt: skip
def test_settings_are_applied_before_the_import(
    site: Path, install, monkeypatch, only: str | None, block: str | None, expected: dict[str, str]
) -> None:
    for name in ("core", "good", "other"):
        install(f"runyard-{name}")
    if only is not None:
        monkeypatch.setenv("RUNYARD_PLUGINS", only)
    if block is not None:
        monkeypatch.setenv("RUNYARD_PLUGINS_BLOCK", block)
    plugins = discover([str(site)])
    states = {plugin.name: ": ".join(filter(None, (str(plugin.state), plugin.reason))) for plugin in plugins}
    assert states == expected
    for plugin in plugins:
        assert (plugin.module in sys.modules) == (plugin.state is State.OK)


def test_blocked_plugin_with_a_fault_is_never_imported(site: Path, install, monkeypatch) -> None:
    install("runyard-failing", plugin=BOOM)
    monkeypatch.setenv("RUNYARD_PLUGINS_BLOCK", "failing")
    (plugin,) = discover([str(site)])
    assert plugin.state is State.BLOCKED


def test_factories_are_not_imported_by_looking_around(site: Path, install, store_plugin) -> None:
    install("runyard-lazy", plugin=store_plugin("lazy", factory="runyard_lazy.store:Store"), modules={"store": BOOM})
    plugins = Plugins(discover([str(site)]))
    assert plugins.tracking_stores.keys == ["lazy"]
    assert [descriptor.name for descriptor in plugins.provides(plugins.find("lazy"))] == ["lazy"]
    assert "runyard_lazy.store" not in sys.modules


def test_everything_together_in_a_fresh_process(site: Path, install, store_plugin) -> None:
    install("runyard-good", "1.0", store_plugin("good"))
    install("runyard-failing", "2.0", BOOM)
    install("runyard-blocked", "3.0", "print('imported')")
    install("runyard-zz", "4.0", store_plugin("zz"), entry_point="good")
    program = (
        "import json; from runyard.plugins import get_plugins\n"
        "print(json.dumps({f'{p.name} of {p.source}': p.state for p in get_plugins()}))"
    )
    environment = os.environ | {"PYTHONPATH": str(site), "RUNYARD_PLUGINS_BLOCK": "blocked"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    states = json.loads(done.stdout)
    assert states["good of runyard-good 1.0"] == "ok"
    assert states["failing of runyard-failing 2.0"] == "failed"
    assert states["blocked of runyard-blocked 3.0"] == "blocked"
    assert states["good of runyard-zz 4.0"] == "failed"


def test_importing_runyard_looks_for_nothing() -> None:
    program = "import sys, runyard; print([name for name in sys.modules if name.startswith(('runyard.', 'pluggy'))])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "runyard.plugins" not in done.stdout
    assert "pluggy" not in done.stdout


def test_looking_for_plugins_needs_no_slow_library() -> None:
    program = (
        "import sys; from runyard.plugins import get_plugins; get_plugins().tracking_stores.keys\n"
        "print(*{'importlib.metadata', 'dataclasses', 'email', 'zipfile', 'click', 'lark'} & set(sys.modules))"
    )
    environment = os.environ | {"RUNYARD_PLUGINS": ""}
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
