"""Numbers as MLflow keeps them."""

from __future__ import annotations

from math import inf

from runyard_sql.values import NAN

__all__ = ["decoded"]

# MLflow writes the largest number for infinity, whose last digits a copy of the database as text may change.
_LARGEST = 1.797693134862315e308


def decoded(value: float | None, is_nan: bool) -> tuple[float, int]:
    """Return what the columns ``value`` and ``special`` of ours hold for a number; see `runyard_sql.tables`.

    Args:
        value: The number; nothing, as some databases keep NaN.
        is_nan: Whether it stands for NaN.
    """
    if is_nan or value is None or value != value:
        return -inf, NAN
    if -_LARGEST < value < _LARGEST:
        return value, 0
    return (inf, 1) if value > 0 else (-inf, -1)
