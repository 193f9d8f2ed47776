"""Metric files read by columns: a point of a long series is a number in three lists, never an object of its own."""

from __future__ import annotations

from itertools import islice
from operator import eq, lt

from runyard.entities import MetricSeries
from runyard.tracking.sampling import series_of
from runyard_file.points import NAN, blocks, fields_of, read_points, whole_lines

__all__ = ["read_series"]


def read_series(path: str, key: str, run_id: str) -> MetricSeries:
    """Return the points of a run's metric file in the order step, timestamp, value; exact duplicates once.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: A line is no point.
        StorageFailure: It cannot be read.
    """
    columns = _columns(whole_lines(path))
    if columns is None:
        return series_of(run_id, key, read_points(path, key, run_id))
    steps, timestamps, values = columns
    return MetricSeries(run_id=run_id, key=key, total=len(steps), steps=steps, timestamps=timestamps, values=values)


def _columns(data: bytes) -> tuple[list[int], list[int], list[float]] | None:
    """Return steps, timestamps and values of lines of three fields each; `None` if there are others."""
    steps: list[int] = []
    timestamps: list[int] = []
    values: list[float] = []
    for block in blocks(data, 0):
        fields = fields_of(block)
        if fields is None:
            return None
        try:
            steps += map(int, fields[2::3])
            timestamps += map(int, fields[::3])
            values += map(float, fields[1::3])
        except ValueError:
            return None  # which line it is, the other reader says
    if all(map(lt, steps, islice(steps, 1, None))):
        return steps, timestamps, values
    values = [value if value == value else NAN for value in values]
    points = sorted({*zip(steps, timestamps, map(eq, values, values), values, strict=True)})
    return [point[0] for point in points], [point[1] for point in points], [point[3] for point in points]
