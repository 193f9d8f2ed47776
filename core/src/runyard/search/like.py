"""``LIKE`` and ``ILIKE``: ``%`` stands for any text, ``_`` for any character, everything else for itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=256)
def like(pattern: str, *, ignore_case: bool = False) -> Callable[[str], bool]:
    """Return a function that says whether a whole text fits a pattern.

    Its time is linear in the text for each ``%``, whatever the pattern: the pieces between them are looked for from
    left to right and the first place is taken, which one regular expression with many ``.*`` cannot promise.
    """
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    first, *middle = (
        re.compile("".join("." if sign == "_" else re.escape(sign) for sign in piece), flags)
        for piece in pattern.split("%")
    )
    if not middle:
        return lambda text: first.fullmatch(text) is not None
    last = middle.pop()
    last_length = len(pattern) - pattern.rindex("%") - 1
    searches = [piece.search for piece in middle if piece.pattern]

    def fits(text: str) -> bool:
        found = first.match(text)
        for search in searches:
            if found is None:
                return False
            found = search(text, found.end())
        end = len(text) - last_length
        return found is not None and found.end() <= end and last.match(text, end) is not None

    return fits
