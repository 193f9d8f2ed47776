"""What a person reads when something went wrong: one message on standard error."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.text import printable
from runyard.errors import RunyardError


def explain(error: Exception) -> str:
    """Return the message for an error; one that is not runyard's is named with its class."""
    if isinstance(error, RunyardError):
        return error.message
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error}. This was not foreseen; `runyard --debug ...` shows where it happened."


def report(message: str, label: str = "Error", color: str = "red") -> None:
    """Print a message on standard error; control characters in it are shown, not obeyed."""
    text = "\n".join(printable(line) for line in message.splitlines())
    click.echo(f"{click.style(f'{label}:', fg=color)} {text}", err=True, color=coloured(err=True))


def note(message: str) -> None:
    """Print a remark on standard error."""
    click.echo(printable(message), err=True)


def coloured(*, err: bool = False) -> bool:
    """Say whether a stream takes colours: it is a terminal and ``NO_COLOR`` is not set."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Print warnings as messages, without the line of code that gave them."""

    def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        if not issubclass(category, (DeprecationWarning, PendingDeprecationWarning)):
            report(str(message), "Warning", "yellow")

    before = warnings.showwarning
    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = before
