"""Points on their way into the store: written together in the background, so that no training waits for them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runyard.tracking.recording import points
from runyard.tracking.requests import RunBatch
from runyard_pytorch.faults import reported

if TYPE_CHECKING:
    from runyard.autologging.autologger import Autologger
    from runyard.entities import Metric
    from runyard.tracking.store import TrackingStore

MAX_TOGETHER = 1000
"""How many points are written in one batch."""


class Points:
    """The points of one run.

    While one batch is being written the next one gathers. A fault is reported and costs the points that it is about.

    Args:
        autologger: Who logs.
        store: The store.
        run_id: The run.
    """

    def __init__(self, autologger: Autologger, store: TrackingStore, run_id: str) -> None:
        self._autologger = autologger
        self._store = store
        self._run_id = run_id
        self._waiting: list[Metric] = []
        self._lock = threading.Lock()

    def add(
        self,
        metrics: Mapping[str, Any],
        step: int | None = None,
        model_id: str | None = None,
        timestamp: int | None = None,
    ) -> None:
        """Have metrics written; returns at once.

        Args:
            metrics: Values by name: numbers, or tensors that hold one.
            step: The step of all of them; 0 when absent.
            model_id: The logged model that they are about.
            timestamp: Milliseconds since 1970 UTC; now when absent.
        """
        from runyard.tracking import background

        made = points({name: float(value) for name, value in metrics.items()}, step, timestamp, (model_id,))
        with self._lock:
            is_first = not self._waiting
            self._waiting.extend(made)
        if is_first and made:
            background.values.submit(self._run_id, self._write)

    def flush(self) -> None:
        """Return when everything is written."""
        from runyard.tracking import background

        background.values.flush(self._run_id)

    def _write(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), MAX_TOGETHER):
            self._write_batch(waiting[start : start + MAX_TOGETHER])

    def _write_batch(self, batch: Sequence[Metric]) -> None:
        with reported(self._autologger, "logging the metrics"):
            self._store.log_batch(RunBatch.checked(self._run_id, metrics=batch))
