"""Options that several commands have, under the names that users of the reference system know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click  # noqa: TID253 - this module is what is imported late

from runyard import config
from runyard.cli.completion import complete_experiments, complete_models, complete_runs

F = TypeVar("F", bound=Callable[..., Any])

VIEWS = ("active_only", "deleted_only", "all")


def json_option(function: F) -> F:
    """Add ``--json``: one JSON document on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(function)


def json_anyway(function: F) -> F:
    """Add ``--json`` to a command that prints JSON without it too, so that it may be given to every command."""
    return click.option("--json", is_flag=True, expose_value=False, help="Print one JSON document, as without it.")(
        function
    )


def view_option(function: F) -> F:
    """Add ``--view``: active things, those in the trash, or all."""
    return click.option(
        "-v",
        "--view",
        type=click.Choice(VIEWS, case_sensitive=False),
        default=VIEWS[0],
        show_default=True,
        help="What to look at: active ones, those in the trash, or all.",
    )(function)


def search_options(function: F) -> F:
    """Add ``--filter`` and ``--order-by``."""
    function = click.option(
        "--order-by",
        multiple=True,
        metavar="KEY",
        help="Sort by this, such as 'metrics.rmse ASC'; may be given several times.",
    )(function)
    return click.option(
        "-f", "--filter", "filter_string", default="", metavar="EXPRESSION", help="What must hold, as in `search_runs`."
    )(function)


def experiment_options(function: F) -> F:
    """Add ``--experiment`` (a name or an id), ``--experiment-name`` and ``--experiment-id``."""
    for names, metavar, help_text, variables in (
        (("-x", "--experiment-id"), "ID", "The experiment by its id.", config.EXPERIMENT_ID.variables),
        (("-n", "--experiment-name"), "NAME", "The experiment by its name.", config.EXPERIMENT_NAME.variables),
        (("-e", "--experiment"), "NAME|ID", "The experiment by its name or id.", None),
    ):
        function = click.option(
            *names,
            metavar=metavar,
            envvar=variables,
            show_envvar=variables is not None,
            shell_complete=complete_experiments,
            help=help_text,
        )(function)
    return function


def run_option(function: F) -> F:
    """Add ``--run-id``, which stands for the argument of the same meaning."""
    return click.option("-r", "--run-id", metavar="ID", shell_complete=complete_runs, help="The run.")(function)


def model_argument(function: F) -> F:
    """Add ``NAME``: the name of a registered model."""
    return click.argument("name", shell_complete=complete_models)(function)


def version_option(function: F) -> F:
    """Add ``--version``: a version of the model instead of the model."""
    return click.option(
        "-v", "--version", metavar="VERSION", help="A version of the model, instead of the model: a number or @ALIAS."
    )(function)


def yes_option(function: F) -> F:
    """Add ``--yes``: do it to several things without asking."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask before it is done to several of them.")(function)


def one_of(what: str, **given: str | None) -> str | None:
    """Return the one value that was given, or `None`.

    Args:
        what: What the values stand for, for the message.
        **given: The values by the names of their parameters.

    Raises:
        UsageError: There are several that differ.
    """
    values = {value for value in given.values() if value is not None}
    if len(values) > 1:
        named = " and ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
        raise click.UsageError(f"One {what} is wanted, several were given: {named}.")
    return values.pop() if values else None


def required(what: str, **given: str | None) -> str:
    """Return the one value that was given; raise a usage error if there is none, or several that differ."""
    value = one_of(what, **given)
    if value is None:
        raise click.UsageError(f"Which {what}? Name it.")
    return value
