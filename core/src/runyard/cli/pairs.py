"""Reading the ``NAME=VALUE`` words of a command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

import click  # noqa: TID253 - this module is what is imported late


@overload
def pairs(words: Iterable[str], option: str) -> dict[str, str]: ...


@overload
def pairs(words: Iterable[str], option: str, *, flags: Literal[True]) -> dict[str, str | bool]: ...


def pairs(words: Iterable[str], option: str, *, flags: bool = False) -> dict[str, str] | dict[str, str | bool]:
    """Return the values of ``NAME=VALUE`` words by name.

    Args:
        words: The words.
        option: What they were given with, for the message.
        flags: Whether a name may stand alone; its value is then `True`.

    Raises:
        UsageError: A word is of another form, or names what another one has named.
    """
    values: dict[str, str | bool] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not name or not (sign or flags):
            raise click.UsageError(f"{option} {word!r} is not of the form NAME=VALUE.")
        if name in values:
            raise click.UsageError(f"{option} {name!r} is given twice.")
        values[name] = value if sign else True
    return values
