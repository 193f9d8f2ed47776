"""The points of a metric as a chart wants them: by columns, and no more than it can show."""

from __future__ import annotations

import msgspec

from runyard.entities.entity import Entity


class MetricSeries(Entity, msgspec.Struct, kw_only=True):
    """Points of one metric of one run in the order step, timestamp, value (NaN lowest), one list for each column.

    Attributes:
        run_id: The run.
        key: The metric.
        total: How many points there are in the range that was asked for; more than there are here if they were sampled.
        steps: Any signed 64-bit integers.
        timestamps: Milliseconds since 1970 UTC.
        values: The numbers; NaN and infinities are kept.
    """

    run_id: str
    key: str
    total: int
    steps: list[int]
    timestamps: list[int]
    values: list[float]
