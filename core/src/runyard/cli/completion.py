"""``runyard completion``, and what is proposed when the shell asks: commands, experiments, runs, models, plugins."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import click  # noqa: TID253 - this module is what is imported late
from click import shell_completion  # noqa: TID253 - the same

from runyard.cli.main import COMPLETE

MOST = 50
"""How many experiments, runs or models are proposed."""

SHELLS = ("bash", "zsh", "fish")

_HOW = {
    "bash": 'eval "$(runyard completion bash)"',
    "zsh": 'eval "$(runyard completion zsh)"',
    "fish": "runyard completion fish | source",
}


class QuotingBashComplete(shell_completion.BashComplete):
    """Completion in bash; names with blanks and the like are proposed in quotes, so that they stay one word."""

    def format_completion(self, item: shell_completion.CompletionItem) -> str:
        return f"{item.type},{shlex.quote(item.value) if item.type == 'plain' else item.value}"


@click.command(
    epilog="\b\nPut this into the start file of the shell:\n"
    + "\n".join(f"  {shell}: {line}" for shell, line in _HOW.items())
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    from runyard.cli.program import program

    found = shell_completion.get_completion_class(shell)
    if found is None:  # pragma: no cover - click knows these three
        raise click.UsageError(f"There is no completion for {shell}.")
    # the base class: bash's own looks for the version of the bash on PATH, and prints a warning into the script
    click.echo(shell_completion.ShellComplete.source(found(program, {}, "runyard", COMPLETE)), nl=False)


def answer(instruction: str) -> int:
    """Print the completions that the shell asks for, and nothing else, whatever happens.

    Args:
        instruction: ``bash_complete`` and the like.

    Returns:
        The exit code.
    """
    from runyard.cli.program import program

    shell_completion.add_completion_class(QuotingBashComplete, "bash")
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        try:
            return shell_completion.shell_complete(program, {}, "runyard", COMPLETE, instruction)
        except Exception:
            return 1


def complete_experiments(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[shell_completion.CompletionItem]:
    """Propose the names of experiments, and ids once a digit is typed."""
    by_id = incomplete[:1].isdigit() or parameter.name == "experiment_id"

    def found() -> Iterator[tuple[str, str]]:
        from runyard.cli.lookup import open_client

        for experiment in open_client().search_experiments(max_results=1000):
            if by_id and experiment.experiment_id.startswith(incomplete):
                yield experiment.experiment_id, experiment.name
            elif parameter.name != "experiment_id" and experiment.name.startswith(incomplete):
                yield experiment.name, f"id {experiment.experiment_id}"

    return _proposals(context, found)


def complete_runs(context: click.Context, _: click.Parameter, incomplete: str) -> list[shell_completion.CompletionItem]:
    """Propose the ids of the latest runs, with their names where the shell shows such."""

    def found() -> Iterator[tuple[str, str]]:
        from runyard.cli.lookup import open_client

        client = open_client()
        experiments = {each.experiment_id: each.name for each in client.search_experiments(max_results=1000)}
        for run in client.search_runs(list(experiments), max_results=1000):
            if run.info.run_id.startswith(incomplete):
                yield run.info.run_id, f"{run.info.run_name} ({experiments[run.info.experiment_id]})"

    return _proposals(context, found)


def complete_models(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[shell_completion.CompletionItem]:
    """Propose the names of registered models."""

    def found() -> Iterator[tuple[str, str]]:
        from runyard.cli.lookup import open_client

        for model in open_client().search_registered_models(max_results=1000):
            if model.name.startswith(incomplete):
                yield model.name, model.description.partition("\n")[0]

    return _proposals(context, found)


def complete_plugins(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[shell_completion.CompletionItem]:
    """Propose the names of plugins."""

    def found() -> Iterator[tuple[str, str]]:
        from runyard.plugins import get_plugins

        return ((plugin.name, plugin.source) for plugin in get_plugins() if plugin.name.startswith(incomplete))

    return _proposals(context, found)


def _proposals(
    context: click.Context, find: Callable[[], Iterator[tuple[str, str]]]
) -> list[shell_completion.CompletionItem]:
    """Return what is found, at most `MOST` and without what is on the line already; nothing where finding fails."""
    from itertools import islice

    from runyard.cli.program import put_in_force

    taken: set[Any] = set()
    for value in context.params.values():
        taken.update(value if isinstance(value, tuple) else (value,))
    with contextlib.suppress(Exception):
        # while completing, click runs no callback of a command
        options = context.find_root().params
        put_in_force(
            tracking_uri=options.get("tracking_uri"),
            registry_uri=options.get("registry_uri"),
            no_plugins=bool(options.get("no_plugins")),
        )
        fresh = (pair for pair in find() if pair[0] not in taken and "\n" not in pair[0])
        return [shell_completion.CompletionItem(value, help=help_text) for value, help_text in islice(fresh, MOST)]
    return []
