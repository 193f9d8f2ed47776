from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from runyard import builtin
from runyard.plugins import Plugins, hookimpl
from runyard.plugins.descriptors import FlavorPlugin, TrackingStorePlugin
from runyard.plugins.discovery import Plugin, State
from runyard.plugins.manager import set_plugins
from runyard.testing.isolation import plugins_in_place

Runyard = Callable[..., Any]


def installed(name: str, **how: Any) -> Plugin:
    """Return a plugin as discovery would."""
    return Plugin(name=name, distribution=f"runyard-{name}", version="1.2", module=f"runyard_{name}.plugin", **how)


def test_list_says_what_each_provides(runyard: Runyard) -> None:
    lines = {name: rest for name, *rest in runyard("plugins", "list").lines}
    assert lines["core"][0] == "ok"
    assert "run context source, git, ci, notebook, environment" in lines["core"][2]
    assert "tracking store memory" in lines["memory"][2]


def test_list_as_json_has_every_descriptor(runyard: Runyard) -> None:
    plugins = {plugin["name"]: plugin for plugin in json.loads(runyard("plugins", "list", "--json").out)}
    assert "runyard_run_context" in plugins["core"]["hooks"]
    assert plugins["core"]["state"] == "ok"
    stores = [each for each in plugins["memory"]["provides"] if each["kind"] == "tracking store"]
    assert stores[0]["keys"] == ["memory"]
    assert stores[0]["factory"].startswith("runyard.testing.memory")


def test_list_says_why_a_plugin_is_not_loaded_and_how_to_mend_it(runyard: Runyard) -> None:
    bad = installed("bad", state=State.FAILED, reason="ImportError: no such thing")
    off = installed("off", state=State.BLOCKED, reason="in RUNYARD_PLUGINS_BLOCK")
    before = set_plugins(Plugins([installed("core", implementation=builtin), bad, off]))
    try:
        shown = runyard("plugins", "list")
        checked = runyard("plugins", "check", "bad")
    finally:
        set_plugins(before)
    assert shown.code == 0
    assert ["bad", "failed", "runyard-bad 1.2", "ImportError: no such thing"] in shown.lines
    assert ["off", "blocked", "runyard-off 1.2", "in RUNYARD_PLUGINS_BLOCK"] in shown.lines
    assert "pip install --force-reinstall runyard-bad" in shown.err
    assert checked.code == 1
    assert checked.lines == [["loads", "broken", "runyard-bad 1.2 failed: ImportError: no such thing"]]


def test_two_claims_to_one_scheme_are_both_named(runyard: Runyard) -> None:
    def claimant(name: str) -> ModuleType:
        module = ModuleType(f"runyard_{name}.plugin")

        @hookimpl
        def runyard_tracking_stores() -> Iterator[TrackingStorePlugin]:
            yield TrackingStorePlugin(name=name, schemes=("same",), factory="os:sep", summary="Same.")

        module.runyard_tracking_stores = runyard_tracking_stores  # type: ignore[attr-defined]
        return module

    with plugins_in_place(claimant("one"), claimant("two")):
        shown = runyard("plugins", "list")
    assert "'same' is claimed by runyard-one 0 (plugin 'one') and runyard-two 0 (plugin 'two')" in shown.err
    assert "RUNYARD_PLUGINS_BLOCK=two" in shown.err


def test_check_passes_for_the_memory_backends(runyard: Runyard) -> None:
    shown = runyard("plugins", "check", "memory")
    assert shown.code == 0, shown.out
    assert {result for _, result, _ in shown.lines} == {"ok"}


def test_check_names_each_rule_that_is_broken(runyard: Runyard) -> None:
    module = ModuleType("runyard_bad.plugin")

    @hookimpl
    def runyard_flavors() -> Iterator[FlavorPlugin]:
        yield FlavorPlugin(name="one", factory="runyard_absent.flavor:One", summary="One.")
        yield FlavorPlugin(name="two", factory="json:JSONDecoder", module="json")
        yield FlavorPlugin(name="three", factory="os:sep", summary="Three.")

    module.runyard_flavors = runyard_flavors  # type: ignore[attr-defined]
    with plugins_in_place(module):
        shown = runyard("plugins", "check", "bad", "--json")
    assert shown.code == 1
    broken = {check["rule"]: check["detail"] for check in json.loads(shown.out) if not check["passed"]}
    assert broken["says what each thing is for"] == "no summary: flavor two"
    factories = broken["its factories can be imported"]
    assert "No module named 'runyard_absent'" in factories
    assert "json has no save_model, log_model, load_model" in factories
    assert "os:sep is not something to call but of the type str" in factories


def test_check_of_an_unknown_plugin_names_those_there_are(runyard: Runyard) -> None:
    shown = runyard("plugins", "check", "absent")
    assert (shown.code, shown.out) == (1, "")
    assert "memory" in shown.err
