"""The one way of values into a store: built into points, checked as a batch, written now or in the background."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from runyard import config
from runyard.entities import Metric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runyard.tracking.background import RunOperations
    from runyard.tracking.requests import RunBatch
    from runyard.tracking.store import TrackingStore


def now() -> int:
    """Return the time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def points(
    metrics: Mapping[str, Any],
    step: int | None = None,
    timestamp: int | None = None,
    model_ids: Sequence[str | None] = (None,),
    dataset: tuple[str, str] | None = None,
) -> list[Metric]:
    """Return unchecked points, one for each metric and model.

    Args:
        metrics: Values by key.
        step: The step of all of them; 0 when absent.
        timestamp: Milliseconds since 1970 UTC; now when absent.
        model_ids: The logged models that the values are about.
        dataset: Name and digest of the data that they were measured on.
    """
    when = now() if timestamp is None else timestamp
    at = 0 if step is None else step
    name, digest = dataset or (None, None)
    return [
        Metric(key, value if type(value) is float else _number(value), when, at, model, name, digest)
        for key, value in metrics.items()
        for model in model_ids
    ]


def _number(value: Any) -> Any:
    """Return the number that a boolean or text stands for: what programs log was often read from an argument."""
    if isinstance(value, (bool, str)):
        try:
            return float(value)
        except ValueError:
            pass  # the check of the batch says what is wrong
    return value


def record(store: TrackingStore, batch: RunBatch, synchronous: bool | None = None) -> RunOperations | None:
    """Write a batch.

    Args:
        store: Where.
        batch: What.
        synchronous: Whether to return when it is written; the setting decides when `None`.

    Returns:
        What to wait for, where it is written in the background; `None` when it is done.
    """
    if synchronous or (synchronous is None and not config.ENABLE_ASYNC_LOGGING.get()):
        store.log_batch(batch)
        return None
    from runyard.tracking.background import values

    return values.submit_batch(store, batch)
