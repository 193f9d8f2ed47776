"""Series that were chosen from many points, kept as long as no point comes to them.

To choose from a million points takes a tenth of a second, and people look at the same charts again and again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from runyard.entities import MetricSeries

__all__ = ["SampledSeries"]

MOST_POINTS = 250_000
"""How many points of all series are kept, which takes some 25 MB."""


class SampledSeries:
    """Keeps what was looked at last. Threads may share it; a fork has to wait until none of them uses it."""

    def __init__(self, most_points: int = MOST_POINTS) -> None:
        self._most = most_points
        self._points = 0
        self._kept: OrderedDict[Hashable, tuple[Hashable, MetricSeries]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, what: Hashable, state: Hashable) -> MetricSeries | None:
        """Return a series if it was kept and its metric is as it was.

        Args:
            what: Which series, and which of its points.
            state: What changes with every point of the metric.
        """
        with self._lock:
            kept = self._kept.get(what)
            if kept is None or kept[0] != state:
                return None
            self._kept.move_to_end(what)
            return _copy(kept[1])

    def keep(self, what: Hashable, state: Hashable, series: MetricSeries) -> None:
        """Keep a series; those that nobody asked for the longest go."""
        with self._lock:
            before = self._kept.pop(what, None)
            self._points += len(series.values) - (len(before[1].values) if before else 0)
            self._kept[what] = state, _copy(series)
            while self._points > self._most:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._points -= len(oldest.values)


def _copy(series: MetricSeries) -> MetricSeries:
    """Return a series with lists of its own: whoever is given one may change them."""
    return replace(series, steps=[*series.steps], timestamps=[*series.timestamps], values=[*series.values])
