"""Doing one thing to several objects: asking first, telling what was done."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.output import print_json
from runyard.cli.text import printable

_SHOWN = 10


def confirm_several(action: str, names: Sequence[str], yes: bool) -> None:
    """Ask before something is done to more than one object.

    Args:
        action: What will be done: ``Move to the trash``.
        names: What it will be done to.
        yes: Whether the question was answered on the command line.

    Raises:
        UsageError: Nobody can be asked, as standard input is no terminal.
        Abort: The answer is no.
    """
    if yes or len(names) < 2:
        return
    _check_can_ask(f"{action}: {len(names)} of them?")
    for name in names[:_SHOWN]:
        click.echo(f"  {printable(name)}", err=True)
    if len(names) > _SHOWN:
        click.echo(f"  … and {len(names) - _SHOWN} more", err=True)
    click.confirm(f"{action}: these {len(names)}?", abort=True, err=True)


def confirm_final(question: str, yes: bool) -> None:
    """Ask before something is done that cannot be taken back.

    Args:
        question: What is asked: ``Delete it? There is no way back.``
        yes: Whether the question was answered on the command line.

    Raises:
        UsageError: Nobody can be asked, as standard input is no terminal.
        Abort: The answer is no.
    """
    if not yes:
        _check_can_ask(question)
        click.confirm(printable(question), abort=True, err=True)


def _check_can_ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} Say --yes; there is no terminal to ask on.")


class Report:
    """Tells what is done while it is done, or as one JSON document at the end, also if that comes early.

    Args:
        verb: What is done, in the past: ``deleted``.
        as_json: Whether a document is wanted.
    """

    def __init__(self, verb: str, as_json: bool) -> None:
        self._verb = verb
        self._as_json = as_json
        self._done: list[str] = []

    def __enter__(self) -> Report:
        return self

    def add(self, key: str, message: str) -> None:
        """Note that it was done to one of them.

        Args:
            key: Its id, for the document.
            message: What a person reads.
        """
        self._done.append(key)
        if not self._as_json:
            click.echo(message)

    def __exit__(self, *_: object) -> None:
        if self._as_json:
            print_json({self._verb: self._done})
