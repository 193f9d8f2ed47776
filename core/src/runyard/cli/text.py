"""Text on a terminal: its width, cutting it, and making control characters harmless."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

ELLIPSIS = "…"


def printable(text: str) -> str:
    r"""Return a text in which control characters are written as ``\x1b``, ``\n`` and so on, on one line."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "backslashreplace").decode("ascii")
        for sign in text
    )


def width(text: str) -> int:
    """Return how many columns a printable text takes; wide East Asian signs take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def cut(text: str, columns: int) -> str:
    """Return a text that takes at most so many columns; one that is cut ends in ``…``."""
    if width(text) <= columns:
        return text
    kept = ""
    room = columns - 1
    for sign in text:
        room -= width(sign)
        if room < 0:
            break
        kept += sign
    return kept + ELLIPSIS


def cut_front(text: str, columns: int) -> str:
    """Return a text that takes at most so many columns; one that is cut begins with ``…``."""
    return cut(text[::-1], columns)[::-1]


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text filled with blanks up to a width, on its right or (for numbers) on its left."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def did_you_mean(given: str, names: Iterable[str], at_least: float = 0.6) -> str:
    """Return `` Did you mean 'name'?`` for the name that is most alike, nothing if none is.

    Args:
        given: What was asked for.
        names: What there is.
        at_least: How alike, between 0 and 1, it must be.
    """
    from difflib import get_close_matches

    close = get_close_matches(given, list(names), n=1, cutoff=at_least)
    return f" Did you mean {close[0]!r}?" if close else ""
