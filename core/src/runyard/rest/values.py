"""Tags, params and words of closed sets on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Annotated, TypeVar

import msgspec

from runyard.entities import RunStatus, ViewType
from runyard.rest.message import Int64, Message

__all__ = ["Pair", "Status", "View", "member", "pairs", "values"]

N = TypeVar("N", bound=IntEnum)


def _words(kind: type[IntEnum]) -> msgspec.Meta:
    return msgspec.Meta(
        extra_json_schema={"enum": [*(member.name for member in kind), *(int(member) for member in kind)]}
    )


View = Annotated[str | Int64, _words(ViewType)]
"""Which of the active and the deleted a search looks at: a name or a number of `ViewType`."""
Status = Annotated[str | Int64, _words(RunStatus)]
"""How a run stands: a name or a number of `RunStatus`."""


class Pair(Message, omit_defaults=False, gc=False):
    """A tag or a param."""

    key: str
    value: str = ""


def pairs(values: Mapping[str, str]) -> list[Pair]:
    """Return values by key as a list."""
    return [Pair(key=key, value=value) for key, value in values.items()]


def values(pairs: Iterable[Pair]) -> dict[str, str]:
    """Return a list as values by key; of two with one key the last counts."""
    return {pair.key: pair.value for pair in pairs}


def member(kind: type[N], word: str | int) -> N | None:
    """Return what a word of a closed set stands for: its name, its number, or its number as text; `None` if nothing."""
    return next((known for known in kind if word in (known.name, int(known), str(int(known)))), None)
