"""Write the parts of the reference that follow from the code: ``python docs/reference/render.py [--check]``.

Such a part stands between the comments ``begin NAME`` and ``end NAME``; the rest of the page is written by hand. With
``--check`` nothing is written: what differs from the code is shown, and the exit code is 1.
"""

from __future__ import annotations

import difflib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click  # noqa: TID253 - the pages are about it

import runyard_http.settings
import runyard_local.settings
import runyard_serving.image.settings
import runyard_serving.settings
from runyard import config
from runyard.artifacts.repositories import open_repository
from runyard.cli.commands import CORE_COMMANDS
from runyard.cli.program import program
from runyard.config import Setting
from runyard.hookspecs import Hooks
from runyard.rest.extension import ServerContext
from runyard.rest.route import PREFIXES
from runyard.rest.routes import ROUTES
from runyard_server.application import Application

BUNDLED = ("db", "server", "ui")
"""The commands of plugins that are installed with ``pip install runyard``."""


def commands() -> str:
    """Return every command of the core, and of the plugins that come with it, with its options."""
    parts = ["## runyard\n\n" + "".join(_parameters(program))]
    root = click.Context(program, info_name="runyard")
    for name in sorted((*CORE_COMMANDS, *BUNDLED)):
        command = program.get_command(root, name)
        if command is not None:
            parts.extend(_commands(command, click.Context(command, root, info_name=name)))
    return "\n".join(parts)


def _commands(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join((context.command_path, *_usage(command)))
    yield f"## {context.command_path}\n\n{_prose(command.help)}\n\n```console\n$ {usage}\n```\n"
    rows = "".join(_parameters(command))
    if rows:
        yield rows
    if command.epilog:
        yield f"{_prose(command.epilog)}\n"
    if isinstance(command, click.Group):
        names: dict[int, list[str]] = {}
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                names.setdefault(id(found), []).append(name)
        for name, *others in names.values():
            found = command.get_command(context, name)
            if found is not None:
                yield from _commands(found, click.Context(found, context, info_name=name))
                if others:
                    yield f"Also called {', '.join(f'`{other}`' for other in others)}.\n"


def _usage(command: click.Command) -> Iterator[str]:
    if any(isinstance(each, click.Option) for each in command.params):
        yield "[OPTIONS]"
    if isinstance(command, click.Group):
        yield "COMMAND"
    for argument in command.params:
        if isinstance(argument, click.Argument):
            name = _metavar(argument) + ("..." if argument.nargs == -1 else "")
            yield name if argument.required else f"[{name}]"


def _metavar(parameter: click.Parameter) -> str:
    """Return what stands for a value; click's own word for it differs between its releases."""
    if parameter.metavar:
        return parameter.metavar
    if isinstance(parameter.type, click.Choice):
        return "|".join(parameter.type.choices)
    return (parameter.type.name if isinstance(parameter, click.Option) else parameter.name or "").upper()


def _prose(text: str | None) -> str:
    """Return a help text as Markdown: what click keeps as it is becomes a block."""
    blocks = re.split(r"\n\s*\n", inspect.cleandoc(text or ""))
    return "\n\n".join(
        f"```console\n{block.partition(chr(8))[2].strip(chr(10))}\n```"
        if chr(8) in block
        else textwrap.fill(" ".join(block.split()), 120, break_on_hyphens=False)
        for block in blocks
    )


def _parameters(command: click.Command) -> Iterator[str]:
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    if options:
        yield "| option | meaning |\n| --- | --- |\n"
    for option in options:
        names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
        value = "" if option.is_flag else f" {_cell(_metavar(option))}"
        yield f"| {names}{value} | {_cell(option.help or '')}{_extra(option)} |\n"


def _extra(option: click.Option) -> str:
    extra = []
    if option.show_default and option.default is not None:
        extra.append(f"default: `{option.default}`")
    if option.show_envvar and option.envvar:
        names = [option.envvar] if isinstance(option.envvar, str) else option.envvar
        extra.append(f"from {' or '.join(f'`{name}`' for name in names)}")
    return f" ({'; '.join(extra)})" if extra else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def settings(found: Mapping[str, Setting[object]]) -> str:
    """Return a table of settings."""
    rows = (
        f"| {'<br>'.join(f'`{variable}`' for variable in setting.variables)} | {_default(setting.default)} "
        f"| {_cell(setting.summary)} |\n"
        for setting in found.values()
    )
    return "".join(("| variables | default | meaning |\n| --- | --- | --- |\n", *rows))


def _default(value: object) -> str:
    if value is None or value == ():
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def hooks(*, events: bool) -> str:
    """Return the hooks that tell of events, or those that register things, from their specifications."""
    found = {name: hook for name, hook in vars(Hooks).items() if name.startswith("runyard_")}
    # an event has nothing to return
    chosen = {name: hook for name, hook in found.items() if events is ("Returns:" not in (hook.__doc__ or ""))}
    return "\n".join(_hook(name, hook) for name, hook in chosen.items())


def _hook(name: str, hook: Callable[..., object]) -> str:
    sections = re.split(r"^(Args|Example|Returns):\n", inspect.cleandoc(hook.__doc__ or ""), flags=re.MULTILINE)
    text = {"": sections[0], **dict(zip(sections[1::2], sections[2::2], strict=True))}
    parts = [f"### {name}", f"`{signature(name, hook)}`", _prose(text[""])]
    if "Args" in text:
        arguments = re.findall(r"^ *(\w+): (.*(?:\n {8,}.*)*)", text["Args"], re.MULTILINE)
        parts.append("\n".join(f"- `{argument}`: {' '.join(meaning.split())}" for argument, meaning in arguments))
    if "Returns" in text:
        parts.append(f"Returns: {' '.join(text['Returns'].split())}")
    parts.append(textwrap.dedent(text["Example"]).strip())
    return "\n\n".join(part.replace("``", "`") if "```" not in part else part for part in parts) + "\n"


def signature(name: str, hook: Callable[..., object]) -> str:
    """Return a hook as its implementations see it: without ``self``."""
    parameters = list(inspect.signature(hook).parameters.values())[1:]
    shown = inspect.signature(hook).replace(parameters=parameters)
    return f"{name}{shown}".replace("'", "")


def routes() -> str:
    """Return a table of the routes of the protocol for each thing that they are about."""
    parts = []
    for resource in dict.fromkeys(route.permission.resource for route in ROUTES):
        rows = "".join(
            f"| `{route.method} {route.full_path}` | {_cell(route.summary)} | `{route.permission}` |\n"
            for route in ROUTES
            if route.permission.resource is resource
        )
        title = resource.value.replace("_", " ").capitalize()
        parts.append(f"### {title}\n\n| route | does | permission |\n| --- | --- | --- |\n{rows}")
    return "\n".join(parts)


def paths() -> str:
    """Return a table of the other routes of a server, those for pages left out."""
    context = ServerContext(store=None, registry=None, artifacts=open_repository("artifacts"))
    known = {(route.method, route.full_path) for route in ROUTES}
    rows = (
        f"| `{entry.method} {entry.path}` | `{entry.permission}` |\n"
        for entry in Application(context).table.entries
        if not entry.path.startswith(PREFIXES[1]) and (entry.method, entry.path) not in known
    )
    return "".join(("| route | permission |\n| --- | --- |\n", *rows))


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("cli.md", commands),
    "settings": ("settings.md", lambda: settings(config.settings())),
    "http-settings": ("settings.md", lambda: settings(config.settings(runyard_http.settings))),
    "local-settings": ("settings.md", lambda: settings(config.settings(runyard_local.settings))),
    "serving-settings": ("settings.md", lambda: settings(config.settings(runyard_serving.settings))),
    "image-settings": ("settings.md", lambda: settings(config.settings(runyard_serving.image.settings))),
    "registering": ("hooks.md", lambda: hooks(events=False)),
    "events": ("hooks.md", lambda: hooks(events=True)),
    "routes": ("rest-api.md", routes),
    "paths": ("rest-api.md", paths),
}


def main(words: list[str]) -> int:
    """Write the parts, or compare them."""
    stale = 0
    for name, (page, render) in PARTS.items():
        path = Path(__file__).with_name(page)
        written = path.read_text("utf-8")
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
        before, rest = written.split(begin)
        due = f"{before}{begin}\n{render()}\n{end}{rest.split(end)[1]}"
        if "--check" not in words:
            path.write_text(due, "utf-8")
        elif written != due:
            stale = 1
            lines = difflib.unified_diff(written.splitlines(), due.splitlines(), page, "from the code", lineterm="")
            print("\n".join(lines))
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
