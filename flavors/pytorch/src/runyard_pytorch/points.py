"""Points on their way into the store: written together in the background, so that no training waits for them."""

from __future__ import annotations

import threading
import time
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

REST = 10
"""How many times as long as a batch took is waited before the next: the training needs the processor, too."""


class Points:
    """The points of one run.

    While one batch is being written, and for a while after it, the next one gathers. A fault is reported and costs the
    points that it is about.

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
        self._is_writing = False
        self._not_before = 0.0  # on the clock of `time.monotonic`
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
        made = points({name: float(value) for name, value in metrics.items()}, step, timestamp, (model_id,))
        with self._lock:
            self._waiting.extend(made)
            is_due = bool(made) and not self._is_writing and time.monotonic() >= self._not_before
            self._is_writing |= is_due
        if is_due:
            self._submit()

    def flush(self) -> None:
        """Return when everything is written."""
        from runyard.tracking import background

        self._submit()
        background.values.flush(self._run_id)

    def _submit(self) -> None:
        from runyard.tracking import background

        background.values.submit(self._run_id, self._write)

    def _write(self) -> None:
        started = time.monotonic()
        with self._lock:
            waiting, self._waiting = self._waiting, []
        try:
            for start in range(0, len(waiting), MAX_TOGETHER):
                self._write_batch(waiting[start : start + MAX_TOGETHER])
        finally:
            ended = time.monotonic()
            with self._lock:
                self._is_writing = False
                self._not_before = ended + REST * (ended - started)

    def _write_batch(self, batch: Sequence[Metric]) -> None:
        with reported(self._autologger, "logging the metrics"):
            self._store.log_batch(RunBatch.checked(self._run_id, metrics=batch))
