"""The root of the command tree: the core's commands by table, those of plugins by their descriptors."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import click  # noqa: TID253 - this module is what is imported late

import runyard
from runyard.cli.commands import CORE_COMMANDS
from runyard.cli.groups import OpenGroup

EPILOG = """\b
Exit codes: 0 done; 1 failed, with the reason on standard error; 2 wrong
usage; 130 interrupted; 141 the reader of the output went away.

\b
On a terminal, results are tables fitted to its width. In a pipe they are
lines with tabs between the values and no header; --json gives one document.
NO_COLOR=1 turns colours off.
"""


class Program(OpenGroup):
    """The whole of ``runyard``: the core's commands by a table, those of plugins by their descriptors."""

    def own_commands(self) -> dict[str, str]:
        return {name: command.summary for name, command in CORE_COMMANDS.items()}

    def own_command(self, name: str) -> click.Command | None:
        core = CORE_COMMANDS.get(name)
        if core is None:
            return None
        module, _, attribute = core.factory.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def plugin_commands(self) -> dict[str, str]:
        from runyard.plugins import get_plugins

        commands = get_plugins().commands
        return {each.name: each.summary for each in commands if not each.group and each.name not in CORE_COMMANDS}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from runyard.plugins import get_plugins
        from runyard.plugins.check import faults

        super().format_commands(ctx, formatter)
        number = len(faults(get_plugins(), ("commands",)))
        if number:
            formatter.write_paragraph()
            formatter.write_text(f"{number} plugin fault{'s' * (number > 1)}: see `runyard plugins list`.")


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"runyard {runyard.__version__}")
        ctx.exit()


def _load_env_file(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is not None:
        from runyard.cli.env_file import read_env_file

        for name, value in read_env_file(path).items():
            os.environ.setdefault(name, value)
    return path


@click.group(
    cls=Program,
    name="runyard",
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@click.option(
    "--tracking-uri",
    metavar="URI",
    help="Where the runs are, instead of what RUNYARD_TRACKING_URI or the default says.",
)
@click.option(
    "--registry-uri",
    metavar="URI",
    help="Where the registered models are, instead of what RUNYARD_REGISTRY_URI says; where the runs are, when absent.",
)
@click.option("--no-plugins", is_flag=True, help="Load no plugin but the core's own: is a fault a plugin's?")
@click.option("--debug", is_flag=True, help="Show the stack trace of an error.")
@click.option(
    "--env-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    is_eager=True,
    callback=_load_env_file,
    help="Read environment variables from a file of NAME=VALUE lines; those that are set stay.",
)
def program(
    tracking_uri: str | None,
    registry_uri: str | None,
    no_plugins: bool,
    debug: bool,  # noqa: ARG001 - `main` reads it
    env_file: Path | None,  # noqa: ARG001 - its callback has read it
) -> None:
    """Record machine-learning runs, look at them, keep and serve their models, run their code again."""
    put_in_force(tracking_uri=tracking_uri, registry_uri=registry_uri, no_plugins=no_plugins)


def put_in_force(*, tracking_uri: str | None, registry_uri: str | None, no_plugins: bool) -> None:
    """Let the root's options act on this process and those that it starts."""
    if no_plugins:
        from runyard import config
        from runyard.plugins.manager import set_plugins

        config.PLUGINS.export("")
        set_plugins(None)
    if tracking_uri is not None:
        from runyard.tracking.uris import set_tracking_uri

        set_tracking_uri(tracking_uri)
    if registry_uri is not None:
        from runyard.tracking.uris import set_registry_uri

        set_registry_uri(registry_uri)
