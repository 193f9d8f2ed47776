"""One large artifact through the proxy of a server, and the memory that the server takes meanwhile."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Figures
from benchmarks.server import HOST, MeasuredServer

SIZE = 1 << 30
BLOCK = 1 << 20
NAME = "large/file.bin"
PATH = f"/api/2.0/mlflow-artifacts/artifacts/{NAME}"
WATCH_SECONDS = 0.2


def upload(server: MeasuredServer, scratch: Path) -> Figures:
    """Send a file of 1 GiB; return what it took.

    Raises:
        SystemExit: It was refused, or is not there as it was.
    """
    with _file(scratch).open("rb") as file, _watched(server) as figures:
        connection = http.client.HTTPConnection(HOST, server.port, blocksize=BLOCK)
        connection.request("PUT", PATH, file, {"Content-Length": str(SIZE)})
        reply = connection.getresponse()
        _check(reply.status == http.client.OK, f"The upload was answered with {reply.status}: {reply.read()[:1000]!r}")
        reply.read()
        connection.close()
    kept = server.artifacts / NAME
    _check(kept.stat().st_size == SIZE, f"{kept} has {kept.stat().st_size} bytes.")
    return figures


def download(server: MeasuredServer, scratch: Path) -> Figures:
    """Fetch a file of 1 GiB; return what it took.

    Raises:
        SystemExit: It was refused, or came short.
    """
    kept = server.artifacts / NAME
    if not kept.exists():
        upload(server, scratch)
    size = 0
    buffer = bytearray(BLOCK)
    with _watched(server) as figures:
        connection = http.client.HTTPConnection(HOST, server.port)
        connection.request("GET", PATH)
        reply = connection.getresponse()
        _check(reply.status == http.client.OK, f"The download was answered with {reply.status}.")
        while count := reply.readinto(buffer):
            size += count
        connection.close()
    _check(size == SIZE, f"{size} bytes came.")
    return figures


@contextmanager
def _watched(server: MeasuredServer) -> Iterator[Figures]:
    """Fill in what the block took: ``wall`` and ``cpu``, and ``memory``, the most that the server had at a time."""
    figures: Figures = {"memory": 0.0}
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(WATCH_SECONDS):
            figures["memory"] = max(figures["memory"], server.memory())

    watcher = threading.Thread(target=watch)
    cpu, begun = server.cpu(), time.perf_counter()
    watcher.start()
    try:
        yield figures
        figures["wall"], figures["cpu"] = time.perf_counter() - begun, server.cpu() - cpu
    finally:
        ended.set()
        watcher.join()


def _file(scratch: Path) -> Path:
    """Return a file of 1 GiB without holes, which is made when it is first needed."""
    path = scratch / "large.bin"
    if not path.exists():
        block = bytes(range(256)) * (BLOCK // 256)
        with path.open("wb") as file:
            for _ in range(SIZE // BLOCK):
                file.write(block)
    return path


def _check(is_right: bool, words: str) -> None:
    if not is_right:
        raise SystemExit(words)
