"""Groups of commands that plugins add to: the program itself, and those of its commands that are groups."""

from __future__ import annotations

from typing import Any

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.text import did_you_mean, printable

__all__ = ["OpenGroup"]


class OpenGroup(click.Group):
    """A group that has the commands of plugins beside its own.

    They are imported when they are called. The group's own come first: a plugin cannot replace one of them. A plugin
    that is broken fails when its command is called, and is no hindrance before.

    Args:
        path: The words after ``runyard`` that lead to this group; none for the program itself.
    """

    def __init__(self, *args: Any, path: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self._path = path

    def own_commands(self) -> dict[str, str]:
        """Return the summary of each command of its own, by name."""
        return {name: command.get_short_help_str(100) for name, command in self.commands.items() if not command.hidden}

    def own_command(self, name: str) -> click.Command | None:
        """Return a command of its own."""
        return self.commands.get(name)

    def plugin_commands(self) -> dict[str, str]:
        """Return the summary of each command that plugins add, by name; those that its own hide are not among them."""
        from runyard.plugins import get_plugins

        return {
            command.name: command.summary
            for command in get_plugins().commands
            if command.group == self._path and self.own_command(command.name) is None
        }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted({*self.own_commands(), *self.plugin_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        own = self.own_command(cmd_name)
        if own is not None:
            return own

        from runyard.errors import PluginFailed
        from runyard.plugins import get_plugins
        from runyard.plugins.registry import KNOWN

        registry = get_plugins().commands
        key = f"{self._path} {cmd_name}".lstrip()
        if key not in registry and key not in KNOWN["command"]:
            return None
        loaded: Any = registry.load(key)
        if not isinstance(loaded, click.Command):
            raise PluginFailed(
                f"The command {key!r} of {registry.source(key).source} is of the type {type(loaded).__name__}, not a "
                "click command."
            )
        return loaded

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            hint = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f"There is no command {printable(args[0])!r}.{hint}")
        return args[0], command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self.own_commands().items()))
        offered = self.plugin_commands()
        if offered:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(sorted(offered.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=summary)
            for name, summary in sorted({**self.plugin_commands(), **self.own_commands()}.items())
            if name.startswith(incomplete)
        ]
        # a group's own answer would import every command for the first line of its help
        return commands + click.Command.shell_complete(self, ctx, incomplete)
