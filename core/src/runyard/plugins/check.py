"""The cheap part of a plugin's contract: what can be found out without using what it offers."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import msgspec

from runyard.cli.commands import CORE_COMMANDS
from runyard.plugins.descriptors import CommandPlugin, Descriptor, FlavorPlugin
from runyard.plugins.discovery import CORE, Plugin, State
from runyard.plugins.manager import KINDS, Plugins


class Fault(msgspec.Struct, frozen=True):
    """Something wrong among the installed plugins.

    Attributes:
        plugins: The names of those that it is about.
        problem: What is wrong, in a sentence.
        remedy: The command or setting that mends it.
    """

    plugins: tuple[str, ...]
    problem: str
    remedy: str


class Check(msgspec.Struct, frozen=True):
    """What came of one rule of the contract.

    Attributes:
        rule: The rule, in a few words.
        passed: Whether the plugin keeps it.
        detail: What breaks it; what was looked at otherwise.
    """

    rule: str
    passed: bool
    detail: str = ""


def faults(plugins: Plugins, kinds: Sequence[str] = KINDS) -> list[Fault]:
    """Return the plugins that cannot be loaded, and the keys that several of them claim.

    Args:
        plugins: All plugins.
        kinds: The registries to look at, by their attribute names in `Plugins`.
    """
    registries = [getattr(plugins, kind) for kind in kinds]  # asking them is what brings a bad hook to light
    found = [
        Fault(
            (plugin.name,),
            f"The plugin {plugin.name!r} of {plugin.source} cannot be loaded: {plugin.reason}.",
            f"pip install --force-reinstall {plugin.distribution}",
        )
        for plugin in plugins
        if plugin.state is State.FAILED
    ]
    for registry in registries:
        for conflict in registry.conflicts():
            names = tuple(conflict.details["plugins"])
            found.append(Fault(names, conflict.message, f"export RUNYARD_PLUGINS_BLOCK={names[-1]}"))
    if "commands" in kinds:
        for plugin, command in plugins.commands.claims:
            if not command.group and command.name in CORE_COMMANDS:
                problem = f"The command {command.name!r} of {plugin.source} is hidden by the core's of the same name."
                found.append(Fault((plugin.name,), problem, f"export RUNYARD_PLUGINS_BLOCK={plugin.name}"))
    return found


def check(plugins: Plugins, plugin: Plugin) -> Iterator[Check]:
    """Check one plugin against the rules, one after the other.

    What it offers is imported for this, with everything that this needs, but not called.
    """
    offered = plugins.provides(plugin) if plugin.state is State.OK else []
    loads = plugin.state is State.OK
    yield Check("loads", loads, plugin.source if loads else f"{plugin.source} {plugin.state}: {plugin.reason}")
    if not loads:
        return
    foreign = [] if plugin.name == CORE else foreign_imports(plugin.module)
    yield Check(
        "imports only the core and the standard library",
        not foreign,
        f"{plugin.module} imports {', '.join(foreign)}; import them in the modules that its factories name"
        if foreign
        else plugin.module,
    )
    hooks = plugins.hooks(plugin)
    yield Check("implements a hook", bool(hooks), ", ".join(hooks) or "none of the hooks of runyard.hookspecs")
    silent = [f"{descriptor.kind} {descriptor.name}" for descriptor in offered if not descriptor.summary]
    yield Check("says what each thing is for", not silent, f"no summary: {', '.join(silent)}" if silent else "")
    unusable = [fault for descriptor in offered if (fault := _factory_fault(descriptor))]
    yield Check("its factories can be imported", not unusable, "; ".join(unusable))
    conflicts = [fault.problem for fault in faults(plugins) if plugin.name in fault.plugins]
    conflicts += [fault for descriptor in offered if (fault := _group_fault(descriptor))]
    yield Check("claims nothing that another claims", not conflicts, " ".join(conflicts))


def foreign_imports(module: str) -> list[str]:
    """Return the packages that the import of a module brings in, beyond its own, the core and Python's."""
    import subprocess

    program = (
        "import importlib, sys\n"
        "import runyard.entities, runyard.plugins.manager\n"
        "before = set(sys.modules)\n"
        "importlib.import_module(sys.argv[1])\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})\n"
    )
    done = subprocess.run([sys.executable, "-c", program, module], capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"(it cannot be imported in a fresh process: {done.stderr.strip().splitlines()[-1]})"]
    own = {"runyard", module.partition(".")[0]}
    return sorted(set(done.stdout.split()) - own - sys.stdlib_module_names)


def _factory_fault(descriptor: Descriptor) -> str:
    """Say what is wrong with what a descriptor names; the empty text when nothing is."""
    try:
        loaded = descriptor.load()
        if isinstance(descriptor, FlavorPlugin) and descriptor.module:
            missing = _missing_functions(descriptor.module)
            if missing:
                return f"{descriptor.kind} {descriptor.name}: {descriptor.module} has no {', '.join(missing)}"
    except Exception as error:
        return f"{descriptor.factory}: {type(error).__name__}: {error}"
    wanted = "a click command" if isinstance(descriptor, CommandPlugin) else "something to call"
    if _is_command(loaded) if isinstance(descriptor, CommandPlugin) else callable(loaded):
        return ""
    return f"{descriptor.factory} is not {wanted} but of the type {type(loaded).__name__}"


def _group_fault(descriptor: Descriptor) -> str:
    """Say what is wrong with the group that a command claims to belong to; the empty text when nothing is."""
    from runyard.cli.groups import OpenGroup
    from runyard.cli.program import program

    if not isinstance(descriptor, CommandPlugin) or not descriptor.group:
        return ""
    group = program.own_command(descriptor.group) if isinstance(program, OpenGroup) else None
    if not isinstance(group, OpenGroup):
        return (
            f"The command {descriptor.name!r} belongs to {descriptor.group!r}, which is no group that plugins add to."
        )
    if group.own_command(descriptor.name) is not None:
        return f"The command {descriptor.name!r} is hidden by the core's of the same name in {descriptor.group!r}."
    return ""


def _is_command(loaded: object) -> bool:
    import click

    return isinstance(loaded, click.Command)


def _missing_functions(module: str) -> list[str]:
    from importlib import import_module

    flavor = import_module(module)
    return [name for name in ("save_model", "log_model", "load_model") if not callable(getattr(flavor, name, None))]
