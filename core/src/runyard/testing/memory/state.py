"""What the memory backends keep, by address."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from runyard.uris import StoreURI

S = TypeVar("S")

_states: dict[tuple[Callable[[], Any], str], Any] = {}
_lock = threading.Lock()


def state(kind: Callable[[], S], name: str) -> S:
    """Return what is kept under a name, made by calling `kind` the first time it is asked for."""
    with _lock:
        if (kind, name) not in _states:
            _states[kind, name] = kind()
        kept: S = _states[kind, name]
        return kept


def name_of(uri: StoreURI) -> str:
    """Return NAME of the address ``memory://NAME``; empty for ``memory:``."""
    return uri.text.partition(":")[2].strip("/")


def forget() -> None:
    """Drop everything that the memory backends of this process keep; those that are open keep what they have."""
    with _lock:
        _states.clear()


def now() -> int:
    """Return the time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000
