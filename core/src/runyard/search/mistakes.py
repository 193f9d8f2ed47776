"""How a mistake in a filter is shown: what is wrong, the text on one line, and a caret under the place."""

from __future__ import annotations

from collections.abc import Iterable

from runyard.errors import InvalidInput

_WIDTH = 100


def mistake(message: str, text: str, start: int, end: int | None = None) -> InvalidInput:
    """Return the error for a place in a filter or order.

    Args:
        message: What is wrong and what helps, in sentences.
        text: What the user wrote; of a long one the surroundings are shown.
        start: Where the place begins, in characters.
        end: Where it ends; one character further when `None`.
    """
    left = 0 if len(text) <= _WIDTH else max(0, min(start - _WIDTH // 3, len(text) - _WIDTH))
    end = max(min(end or 0, left + _WIDTH), start + 1)
    shown = "".join(sign if sign.isprintable() else " " for sign in text[left : left + _WIDTH])
    before = "... " if left else ""
    after = " ..." if left + _WIDTH < len(text) else ""
    caret = " " * (len(before) + start - left) + "^" * (end - start)
    return InvalidInput(f"{message}\n  {before}{shown}{after}\n  {caret}")


def shorten(word: str) -> str:
    """Return a word in quotes, cut if it is long."""
    return repr(str(word) if len(word) <= _WIDTH else word[: _WIDTH - 3] + "...")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a remark on the known words: the one that was probably meant, or all of them."""
    import difflib

    words = list(known)
    close = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    close = close or [candidate for candidate in words if len(word) > 2 and candidate.startswith(word.lower())][:1]
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(words)}."
