"""What a model server counts, beside what every server does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runyard.models.mlmodel import PYTHON_FUNCTION
from runyard_asgi.metrics import Metrics

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

__all__ = ["ServingMetrics"]

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_ROWS = (1, 2, 5, 10, 20, 50, 100, 1000, 10_000, 100_000)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class ServingMetrics(Metrics):
    """The counts of a model server; the arguments are those of all servers."""

    def __init__(self, folder: Path, workers: int) -> None:
        super().__init__(folder, workers, "runyard-serving")
        self._predictions = self.histogram(
            "runyard_prediction_seconds", "How long the model took for predictions.", _SECONDS, ("outcome",)
        )
        self._rows = self.histogram("runyard_prediction_rows", "How many rows a prediction was for.", _ROWS)
        self._batches = self.histogram(
            "runyard_prediction_batch", "How many requests were put together into one prediction.", _BATCHES
        )
        self._waiting = self.gauge(
            "runyard_predictions_waiting", "Requests that wait for the model, or are with it.", mode="livesum"
        )
        self._model = self.gauge(
            "runyard_model_info", "The model that is served.", ("model_uuid", "model_id", "run_id", "loader")
        )

    def loaded(self, model: MLModel) -> None:
        """Tell which model is served."""
        loader = str(model.flavors.get(PYTHON_FUNCTION, {}).get("loader_module", ""))
        self._model.labels(model.model_uuid or "", model.model_id or "", model.run_id or "", loader).set(1)

    def predicted(self, rows: int, seconds: float, *, is_good: bool) -> None:
        """Count a prediction.

        Args:
            rows: How many rows it was for; 0 where what was sent has none.
            seconds: How long the model took.
            is_good: Whether it predicted.
        """
        self._predictions.labels("predicted" if is_good else "failed").observe(seconds)
        if rows:
            self._rows.observe(rows)

    def batched(self, requests: int) -> None:
        """Count requests that were put together."""
        self._batches.observe(requests)

    def waits(self, more: int) -> None:
        """Count requests that begin to wait, or fewer when they end."""
        self._waiting.inc(more)
