"""What a writer writes: everything follows from its number and a counter, so that it can be told afterwards."""

from __future__ import annotations

from runyard.entities import Metric, Param, RunTag
from runyard.tracking.requests import RunBatch

STRIDE = 10_000_000
"""More steps than one writer makes: the steps of each have a range of their own in the run that all share."""
BATCHES_PER_RUN = 25
POINTS = 10
FILE = "notes.txt"


def value(number: int, n: int) -> float:
    """Return a value that goes up and down."""
    return ((number * 31 + n) * 7919 % 1000) / 8 - 50


def batch(run_id: str, number: int, n: int) -> RunBatch:
    """Return the n-th batch of a writer to a run of its own."""
    series = [Metric("series", value(number, n * POINTS + i), n, n * POINTS + i) for i in range(POINTS)]
    return RunBatch(
        run_id=run_id,
        metrics=[Metric("single", value(number, n), n, n), *series],
        params=[Param(f"p{n}", f"{number} {n}")],
        tags=[RunTag("last", str(n))],
    )


def shared_point(number: int, n: int) -> Metric:
    """Return the n-th point of a writer in the run that all share."""
    return Metric("shared", value(number, n), n, number * STRIDE + n)


def content(number: int, n: int) -> str:
    """Return what the file of a run holds that a writer has begun with its n-th batch: 1 KiB."""
    return f"{number:015d} {n:015d}\n" * 32
