"""Times as people and programs read them."""

from __future__ import annotations

from datetime import datetime, timezone


def moment(milliseconds: int | None) -> str | None:
    """Return a time, in milliseconds since 1970, to the second: ``2026-08-01 12:00:00Z``."""
    if milliseconds is None:
        return None
    return f"{_utc(milliseconds):%Y-%m-%d %H:%M:%S}Z"


def exact_moment(milliseconds: int | None) -> str | None:
    """Return a time to the millisecond, as data frames print it: ``2026-08-01 12:00:00.123+00:00``."""
    return None if milliseconds is None else _utc(milliseconds).isoformat(" ", "milliseconds")


def duration(start: int | None, end: int | None) -> str | None:
    """Return the time between two moments: ``850ms``, ``12.3s``, ``4m 05s``, ``3h 12m``, ``2d 4h``."""
    if start is None or end is None:
        return None
    milliseconds = end - start
    if abs(milliseconds) < 1000:
        return f"{milliseconds}ms"
    seconds = round(milliseconds / 1000, 1)
    if seconds < 60:
        return f"{seconds}s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest:02}s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h {minutes:02}m"
    return f"{hours // 24}d {hours % 24}h"


def _utc(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
