"""Whole histories of metrics, whatever pages a store gives them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.tracking.requests import HistoryQuery

if TYPE_CHECKING:
    from runyard.entities import Metric
    from runyard.tracking.store import TrackingStore


def whole_history(store: TrackingStore, run_id: str, key: str) -> list[Metric]:
    """Return every point of a metric, in the order timestamp, step, value; none for a key that was never logged.

    Raises:
        NotFound: There is no such run.
    """
    page = store.metric_history(HistoryQuery(run_id=run_id, key=key))
    found = list(page)
    while page.token:
        page = store.metric_history(HistoryQuery(run_id=run_id, key=key, page_token=page.token))
        found += page
    return found
