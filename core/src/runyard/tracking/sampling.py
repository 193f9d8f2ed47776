"""Metric series with no more points than asked for: which points of a long series come, the same in every store.

Points are in the order step, timestamp, value (NaN lowest). If there are at most ``max_points`` of them in the range,
all come. Otherwise they are cut into buckets of equal *number*, since all steps may be equal, and one of them may be
far from the others. Of each bucket come its first and its last point, the first point with its smallest and the first
with its largest finite value, and the first NaN, the first infinity and the first minus infinity. A point comes once,
whatever it comes for. `bucket_width` makes the buckets large enough that this is never more than was asked for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress, count, islice
from math import inf, isfinite
from operator import attrgetter, ne
from typing import TYPE_CHECKING

from runyard.entities import MetricSeries

if TYPE_CHECKING:
    from runyard.entities import Metric
    from runyard.tracking.requests import SeriesQuery

__all__ = ["bucket_width", "choose", "downsample", "series_of"]


def series_of(run_id: str, key: str, history: Iterable[Metric]) -> MetricSeries:
    """Return all points of a metric as a series.

    Args:
        run_id: The run.
        key: The metric.
        history: Its points, in the order of a history: timestamp, step, value.
    """
    points = sorted(history, key=attrgetter("step"))  # what is equal stays in its order: timestamp, value
    return MetricSeries(
        run_id=run_id,
        key=key,
        total=len(points),
        steps=[point.step for point in points],
        timestamps=[point.timestamp for point in points],
        values=[point.value for point in points],
    )


def downsample(series: MetricSeries, query: SeriesQuery) -> MetricSeries | None:
    """Return the points of a whole series that a query asks for; `None` if no point is in its range."""
    first = 0 if query.start_step is None else bisect_left(series.steps, query.start_step)
    end = len(series.steps) if query.end_step is None else bisect_right(series.steps, query.end_step)
    steps, timestamps, values = series.steps[first:end], series.timestamps[first:end], series.values[first:end]
    if query.start_time is not None or query.end_time is not None:
        earliest = 0 if query.start_time is None else query.start_time
        latest = inf if query.end_time is None else query.end_time
        inside = [earliest <= timestamp <= latest for timestamp in timestamps]
        steps, timestamps = [*compress(steps, inside)], [*compress(timestamps, inside)]
        values = [*compress(values, inside)]
    if not steps:
        return None
    chosen = choose(values, query.max_points)
    return MetricSeries(
        run_id=series.run_id,
        key=series.key,
        total=len(steps),
        steps=[steps[index] for index in chosen],
        timestamps=[timestamps[index] for index in chosen],
        values=[values[index] for index in chosen],
    )


def bucket_width(total: int, max_points: int, specials: int) -> int:
    """Return how many points one bucket holds; the last bucket may hold fewer.

    Args:
        total: How many points there are in the range; more than `max_points`.
        max_points: How many may come, at least 8.
        specials: How many of NaN, infinity and minus infinity are among the values.
    """
    buckets = max_points // (4 + specials)
    return -(-total // buckets)


def choose(values: Sequence[float], max_points: int) -> Sequence[int]:
    """Return the places of the points that come, ascending.

    Args:
        values: The values of all points in the range, in the order of the points.
        max_points: How many may come, at least 8.
    """
    total = len(values)
    if total <= max_points:
        return range(total)
    infinities = [number for number in (inf, -inf) if number in values]
    has_nan = any(map(ne, values, values))
    width = bucket_width(total, max_points, len(infinities) + has_nan)
    chosen: list[int] = []
    for start in range(0, total, width):
        bucket = values[start : start + width]
        numbers = [*filter(isfinite, bucket)] if infinities or has_nan else bucket
        found = {0, len(bucket) - 1}
        if numbers:
            found |= {bucket.index(min(numbers)), bucket.index(max(numbers))}
        if len(numbers) < len(bucket):
            found |= {bucket.index(number) for number in infinities if number in bucket}
            found |= {*islice(compress(count(), map(ne, bucket, bucket)), 1)}  # the first NaN
        chosen += [start + place for place in sorted(found)]
    return chosen
