"""``runyard plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.completion import complete_plugins
from runyard.cli.errors import report
from runyard.cli.options import json_option
from runyard.cli.output import print_json, print_table

if TYPE_CHECKING:
    from runyard.plugins.discovery import Plugin
    from runyard.plugins.manager import Plugins


@click.group()
def plugins() -> None:
    """List the installed plugins, or check one."""


@plugins.command("list")
@json_option
def list_plugins(as_json: bool) -> None:
    """List the installed plugins: what each provides, and why one is not loaded."""
    from runyard.plugins import get_plugins
    from runyard.plugins.check import faults

    installed = get_plugins()
    wrong = faults(installed)  # before anything is printed: this is what brings a bad hook to light
    if as_json:
        print_json([_describe(installed, plugin) for plugin in installed])
        return
    print_table(
        ("name", "state", "distribution", "provides"),
        ((plugin.name, plugin.state.value, plugin.source, _provides(installed, plugin)) for plugin in installed),
    )
    for fault in wrong:
        report(f"{fault.problem} Mend it with: {fault.remedy}", "Warning", "yellow")


def _provides(installed: Plugins, plugin: Plugin) -> str:
    """Say in a line what a plugin offers, or why it does not."""
    if plugin.reason:
        return plugin.reason
    kinds: dict[str, list[str]] = {}
    for descriptor in installed.provides(plugin):
        kinds.setdefault(descriptor.kind, []).extend(descriptor.keys)
    return "; ".join(f"{kind} {', '.join(keys)}" for kind, keys in kinds.items()) or ", ".join(installed.hooks(plugin))


def _describe(installed: Plugins, plugin: Plugin) -> dict[str, Any]:
    loaded = plugin.implementation is not None
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "module": plugin.module,
        "state": plugin.state.value,
        "reason": plugin.reason or None,
        "hooks": installed.hooks(plugin) if loaded else [],
        "provides": [
            {
                "kind": descriptor.kind,
                "name": descriptor.name,
                "keys": list(descriptor.keys),
                "summary": descriptor.summary,
                "factory": descriptor.factory,
            }
            for descriptor in installed.provides(plugin)
        ],
    }


@plugins.command()
@click.argument("name", shell_complete=complete_plugins)
@json_option
@click.pass_context
def check(context: click.Context, name: str, as_json: bool) -> None:
    """Check the plugin NAME against the part of its contract that needs no backend.

    What it offers is imported for this. The whole contract is in runyard.testing.
    """
    import msgspec

    from runyard.plugins import get_plugins
    from runyard.plugins.check import check as check_plugin

    installed = get_plugins()
    results = list(check_plugin(installed, installed.find(name)))
    if as_json:
        print_json(msgspec.to_builtins(results))
    else:
        print_table(
            ("rule", "result", "detail"),
            ((result.rule, "ok" if result.passed else "broken", result.detail) for result in results),
            keep=2,
        )
    if not all(result.passed for result in results):
        context.exit(1)
