"""What must hold wherever a filter does: it tells where in an index to look."""

from __future__ import annotations

import math
from typing import Any

from runyard.search import And, Comparison, Filter, Node, Operator
from runyard_sql.search.comparing import bounds
from runyard_sql.search.keys import Key

__all__ = ["Place", "conjuncts", "limits_of"]

Place = tuple[Any, ...]
"""The values of the parts of a key."""

_LOWER = (Operator.EQ, Operator.GT, Operator.GE)
_UPPER = (Operator.EQ, Operator.LT, Operator.LE)


def limits_of(filter: Filter | None, key: Key) -> tuple[Place | None, Place | None]:  # noqa: A002 - as in the core
    """Return the lowest and the highest place of what can fit a filter, `None` where it does not say.

    Args:
        filter: The filter.
        key: A key of numbers.
    """
    low: Place | None = None
    high: Place | None = None
    for comparison in conjuncts(filter):
        value = comparison.value
        if (
            comparison.field != key.field
            or isinstance(value, (str, tuple))
            or value is None
            or not math.isfinite(value)
        ):
            continue
        if comparison.operator in _LOWER:
            place = _place(key, value, math.floor)
            low = place if low is None else max(low, place)
        if comparison.operator in _UPPER:
            place = _place(key, value, math.ceil)
            high = place if high is None else min(high, place)
    return low, high


def conjuncts(filter: Filter | None) -> list[Comparison]:  # noqa: A002 - as in the core
    """Return the comparisons that must hold."""
    return [] if filter is None else _conjuncts(filter.tree)


def _conjuncts(node: Node) -> list[Comparison]:
    if isinstance(node, And):
        return [comparison for operand in node.operands for comparison in _conjuncts(operand)]
    return [node] if isinstance(node, Comparison) else []


def _place(key: Key, value: float, rounded: Any) -> Place:
    part = key.parts[-1]
    if part.type is float:
        return (0, float(value)) if len(key.parts) == 2 else (float(value),)
    least, most = bounds(part.column)
    return (min(max(rounded(value), least), most),)
