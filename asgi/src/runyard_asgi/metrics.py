"""What every server counts for Prometheus, and the page on which it is read; each server adds counts of its own.

With one worker the counts are in its memory. With several they are in files of a folder that all of them share, and
whichever is asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runyard.errors import PluginMissing, StorageFailure
from runyard_asgi.http import reply

if TYPE_CHECKING:
    import prometheus_client

    from runyard.rest.extension import Receive, Scope, Send

__all__ = ["Metrics"]

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which the library is told of the folder; it is read when that is imported."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The counts of a server.

    Args:
        folder: What workers share; made if it is not there, and emptied of what an earlier server counted.
        workers: How many of them there are.
        distribution: The distribution of the server: its extra ``prometheus`` brings the library.

    Raises:
        PluginMissing: The library is not installed.
        StorageFailure: The folder cannot be used.
    """

    def __init__(self, folder: Path, workers: int, distribution: str) -> None:
        self._is_shared = workers > 1
        if self._is_shared:
            _clear(folder)
            os.environ[_FOLDER] = str(folder)
        else:
            os.environ.pop(_FOLDER, None)
        try:
            import prometheus_client as library
        except ImportError:
            command = f"pip install '{distribution}[prometheus]'"
            raise PluginMissing(
                f"--expose-prometheus needs the library prometheus-client. Install it: {command}", command=command
            ) from None
        import runyard

        self._registry = library.CollectorRegistry()
        self._own = None if self._is_shared else self._registry
        self._library = library
        self._seconds = self.histogram(
            "runyard_http_request_seconds", "How long requests took to answer.", _SECONDS, ("method", "route", "status")
        )
        self._in_flight = self.gauge(
            "runyard_http_requests_in_flight", "Requests that are being answered.", mode="livesum"
        )
        self.gauge("runyard_build_info", "The release.", ("version",)).labels(runyard.__version__).set(1)
        if self._is_shared:
            from prometheus_client import multiprocess

            multiprocess.MultiProcessCollector(self._registry, str(folder))  # type: ignore[no-untyped-call]

    def histogram(
        self, name: str, text: str, buckets: Sequence[float], labels: Sequence[str] = ()
    ) -> prometheus_client.Histogram:
        """Return what counts how large something is."""
        return self._library.Histogram(name, text, labels, registry=self._own, buckets=buckets)

    def gauge(
        self,
        name: str,
        text: str,
        labels: Sequence[str] = (),
        *,
        mode: Literal["livesum", "mostrecent"] = "mostrecent",
    ) -> prometheus_client.Gauge:
        """Return what tells how large something is; of the workers the sum, or what was told last."""
        return self._library.Gauge(name, text, labels, registry=self._own, multiprocess_mode=mode)

    def begin(self) -> None:
        """Count a request that begins."""
        self._in_flight.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered.

        Args:
            method: The HTTP method.
            route: The path as it was registered; empty where there is none.
            status: The HTTP status; 0 if the client was gone.
            seconds: How long it took.
        """
        self._in_flight.dec()
        # Methods that nothing answers could be any text, and each would be kept for ever.
        self._seconds.labels(method if route else "", route, str(status)).observe(seconds)

    def bury(self, pid: int) -> None:
        """Forget what a worker that has ended was doing."""
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]

    async def page(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer with all counts."""
        kind = self._library.CONTENT_TYPE_LATEST.encode()
        await reply(send, self._library.generate_latest(self._registry), headers=((b"content-type", kind),))


def _clear(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.db"):
            path.unlink()
    except OSError as error:
        raise StorageFailure(
            f"--expose-prometheus: the folder {str(folder)!r} cannot be used: {error.strerror or error}."
        ) from None
