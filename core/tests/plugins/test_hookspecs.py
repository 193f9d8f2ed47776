"""Every hook is documented by an example that works as it stands."""

from __future__ import annotations

import inspect
import re
import types

import pytest

from runyard.entities import ModelVersion, Run, RunInfo
from runyard.hookspecs import Hooks
from runyard.plugins.descriptors import Descriptor
from runyard.plugins.discovery import Plugin, State
from runyard.plugins.manager import KINDS, Plugins

HOOKS = {name: hook for name, hook in vars(Hooks).items() if name.startswith("runyard_")}
RUN = Run(info=RunInfo(run_id="0" * 32, run_name="calm-otter-12", experiment_id="0"))
EVENTS = {
    "runyard_run_started": {"run": RUN},
    "runyard_run_ended": {"run": RUN, "status": "FINISHED"},
    "runyard_model_version_created": {
        "version": ModelVersion(name="net", version="1", creation_timestamp=1, last_updated_timestamp=1)
    },
}


def example(name: str) -> Plugins:
    """Return the plugins with the one whose module is the example of a hook."""
    text = inspect.getdoc(HOOKS[name]) or ""
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code, f"{name} has no example"
    module = types.ModuleType("runyard_example.plugin")
    exec(inspect.cleandoc(code[1]), vars(module))
    return Plugins([Plugin("example", "runyard-example", "1.0", module.__name__, implementation=module)])


@pytest.mark.parametrize("name", HOOKS)
def test_hook_is_documented(name: str) -> None:
    text = inspect.getdoc(HOOKS[name]) or ""
    assert text.partition("\n")[0].endswith("."), f"{name} says in a sentence what it is for"
    for argument in list(inspect.signature(HOOKS[name]).parameters)[1:]:
        assert re.search(rf"^ +{argument}: ", text, re.MULTILINE), f"{name} says what {argument} is"
    annotations = inspect.get_annotations(HOOKS[name])
    assert set(annotations) == {*inspect.signature(HOOKS[name]).parameters, "return"} - {"self"}


@pytest.mark.parametrize("name", sorted(set(HOOKS) - set(EVENTS)))
def test_example_of_a_registering_hook_registers(name: str) -> None:
    plugins = example(name)
    (plugin,) = plugins
    (descriptor,) = plugins.provides(plugin)
    assert plugin.state is State.OK, plugin.reason
    assert isinstance(descriptor, Descriptor)
    assert plugins.hooks(plugin) == [name]


@pytest.mark.parametrize("name", EVENTS)
def test_example_of_an_event_hook_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    example(name).notify(name, **EVENTS[name])
    assert capsys.readouterr().out.strip()


def test_every_registering_hook_has_a_registry() -> None:
    assert len(HOOKS) == len(KINDS) + len(EVENTS)
