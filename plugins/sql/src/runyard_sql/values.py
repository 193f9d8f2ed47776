"""Numbers and texts as the tables keep them."""

from __future__ import annotations

import math
from collections.abc import Callable

from runyard.search import number

__all__ = ["NAN", "extremes_reader", "number_columns", "special", "value_of"]

NAN = -2

# One object for all, so that equal points compare equal.
_NAN = float("nan")


def special(value: float) -> int:
    """Return what the column ``special`` holds for a number; see `runyard_sql.tables`."""
    if value != value:
        return NAN
    if value in (math.inf, -math.inf):
        return 1 if value > 0 else -1
    return 0


def value_of(value: float, special: int) -> float:
    """Return the number that two columns hold."""
    if not special:
        return value
    return _NAN if special == NAN else special * math.inf


def extremes_reader(storable: Callable[[float], float]) -> Callable[[float | None], float]:
    """Return what reads a smallest or largest number, of which a column holds null where there is only NaN.

    Args:
        storable: Returns a number in the form that a column can hold.
    """
    odd: dict[float | None, float] = {None: _NAN, **{storable(value): value for value in (math.inf, -math.inf)}}

    def read(value: float | None) -> float:
        return odd[value] if value is None or value in odd else value

    return read


def number_columns(text: str, storable: Callable[[float], float]) -> tuple[float | None, int | None]:
    """Return the columns ``number`` and ``special`` for the value of a param or tag.

    Args:
        text: The value.
        storable: Returns a number in the form that a column can hold.
    """
    # Most texts are no numbers, and to try that takes longer than to look.
    if not text or (text[0] not in _FIRST and text[0].isascii()):
        return None, None
    value = number(text)
    if value is None:
        return None, None
    kind = special(value)
    return storable(-math.inf if kind == NAN else value), kind


_FIRST = frozenset("0123456789+-.infaINFA \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f")
