"""Every hook has its signature on the page, an example that runs, and a test named after it."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from runyard.hookspecs import Hooks
from runyard.plugins.descriptors import Descriptor
from runyard.testing.isolation import plugins_in_place

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/hooks.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^###? |\Z)", PAGE, re.MULTILINE | re.DOTALL))
HOOKS = sorted(name for name in vars(Hooks) if name.startswith("runyard_"))


def example(name: str) -> str:
    """Return the code of the example on the page."""
    (code,) = re.findall(r"^```python\n(.*?)^```", SECTIONS[name], re.MULTILINE | re.DOTALL)
    return code


def test_the_page_has_no_other_hooks() -> None:
    assert sorted(SECTIONS) == HOOKS


@pytest.mark.parametrize("name", HOOKS)
def test_signature_is_on_the_page(name: str) -> None:
    specification = inspect.signature(getattr(Hooks, name))
    shown = ", ".join(f"{each.name}: {each.annotation}" for each in list(specification.parameters.values())[1:])
    assert f"`{name}({shown}) -> {specification.return_annotation}`" in SECTIONS[name]


@pytest.mark.parametrize("name", HOOKS)
def test_example_is_that_of_the_specification(name: str) -> None:
    documentation = inspect.getdoc(getattr(Hooks, name)) or ""
    written = re.sub(r"^ {4}", "", documentation, flags=re.MULTILINE)
    assert example(name) in written


@pytest.mark.parametrize("name", HOOKS)
def test_example_runs_as_a_plugin(name: str, runyard_isolated: None, capsys: pytest.CaptureFixture[str]) -> None:
    module = ModuleType("runyard_example.plugin")
    exec(compile(example(name), f"the example of {name}", "exec"), module.__dict__)
    with plugins_in_place(module) as plugins:
        plugin = plugins.find("example")
        assert plugins.hooks(plugin) == [name]
        offered = plugins.provides(plugin)
        assert plugin.reason == ""
        if "Returns:" in (inspect.getdoc(getattr(Hooks, name)) or ""):
            (descriptor,) = offered
            assert isinstance(descriptor, Descriptor)
            assert descriptor.summary
        else:
            arguments = list(inspect.signature(getattr(Hooks, name)).parameters)[1:]
            thing = SimpleNamespace(info=SimpleNamespace(run_id="r", run_name="n"), name="m", version="1")
            plugins.notify(name, **dict.fromkeys(arguments, thing))
            assert capsys.readouterr().out


def test_every_hook_has_a_test_named_after_it() -> None:
    tree = ast.parse((ROOT / "core/tests/test_hooks.py").read_text("utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert [name for name in HOOKS if f"test_{name}" not in tests] == []
