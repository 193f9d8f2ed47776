"""What the tracking server counts, beside what every server does."""

from __future__ import annotations

from pathlib import Path

from runyard_asgi.metrics import Metrics

__all__ = ["ServerMetrics"]

_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class ServerMetrics(Metrics):
    """The counts of a tracking server; the arguments are those of all servers."""

    def __init__(self, folder: Path, workers: int) -> None:
        super().__init__(folder, workers, "runyard-server")
        self._batches = self.histogram(
            "runyard_commit_batches", "How many batches of metrics, params and tags were committed together.", _BATCHES
        )

    def committed(self, batches: int) -> None:
        """Count batches that were committed together."""
        self._batches.observe(batches)
