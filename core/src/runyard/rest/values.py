"""Tags and params on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runyard.rest.message import Message

__all__ = ["Pair", "pairs", "values"]


class Pair(Message, omit_defaults=False):
    """A tag or a param."""

    key: str
    value: str = ""


def pairs(values: Mapping[str, str]) -> list[Pair]:
    """Return values by key as a list."""
    return [Pair(key=key, value=value) for key, value in values.items()]


def values(pairs: Iterable[Pair]) -> dict[str, str]:
    """Return a list as values by key; of two with one key the last counts."""
    return {pair.key: pair.value for pair in pairs}
