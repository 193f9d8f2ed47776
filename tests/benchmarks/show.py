"""How figures are written in the table. All of them are the smaller the better."""

from __future__ import annotations

from collections.abc import Callable

Show = Callable[[float], str]


def seconds(value: float) -> str:
    """Write a time."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.3g} us"


def bytes_of(value: float) -> str:
    """Write a size."""
    return f"{value / 1e6:.3g} MB"


def rate(values: int = 1) -> Show:
    """Return what writes the time for so many values as how many there are in a second."""
    return lambda value: f"{values / value:,.0f} /s"


def speed(size: int) -> Show:
    """Return what writes the time for so many bytes as how many there are in a second."""
    return lambda value: f"{size / value / 1e6:,.0f} MB/s"


def times(value: float) -> str:
    """Write how many times longer something takes."""
    return f"{value:.2f} times"
