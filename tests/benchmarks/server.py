"""One server under measurement: its start, its processes, what they use, and its end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.measure import Sides
from servers.base import free_port

HOST = "127.0.0.1"
START_SECONDS = 300
STOP_SECONDS = 30
IDLE_SECONDS = 180
POLL_SECONDS = 0.01
# A server is idle when all its processes together use less of one core than this, for as many seconds.
IDLE_SHARE, IDLE_PERIOD = 0.1, 2.0
TICKS = os.sysconf("SC_CLK_TCK")

S = TypeVar("S", bound="Measured")


class Measured:
    """A server of one system with its defaults; used in a ``with`` block.

    Args:
        sides: The two systems.
        system: Which of them.
        folder: Where it keeps its log.
        arguments: Those of its command, but for the host and the port.

    Attributes:
        address: Where it answers.
        start_seconds: What it took from the start of the process to the first reply.
        start_cpu: The seconds of CPU that it has used by then.
    """

    def __init__(self, sides: Sides, system: str, folder: Path, *arguments: object) -> None:
        self.port = free_port()
        self.address = f"http://{HOST}:{self.port}"
        self._log = folder / f"server-{system}-{self.port}.log"
        begun = time.perf_counter()
        with self._log.open("wb") as log:
            self._process = sides.spawn(
                system, "-m", system, *arguments, "--host", HOST, "--port", self.port, output=log
            )
        try:
            while not self.answers():
                if self._process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                    raise SystemExit(f"The server of {system} does not start:\n{self._log.read_text()[-4000:]}")
                time.sleep(POLL_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = time.perf_counter() - begun
        self.start_cpu = self.cpu()

    def answers(self) -> bool:
        """Say whether it does what it is there for."""
        try:
            status, _ = self.request("GET", "/health")
        except (OSError, http.client.HTTPException):
            return False
        return status == http.client.OK

    def request(self, method: str, path: str, content: object = None) -> tuple[int, bytes]:
        """Send a request with JSON and return the status and the body of the reply."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=START_SECONDS)
        try:
            body = None if content is None else json.dumps(content)
            connection.request(method, path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def __enter__(self: S) -> S:
        return self

    def __exit__(self, *_: object) -> None:
        self._signal(signal.SIGTERM)
        given_up = time.monotonic() + STOP_SECONDS
        while any(self._processes()) and time.monotonic() < given_up:
            self._process.poll()
            time.sleep(0.05)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def cpu(self) -> float:
        """Return the seconds of CPU that all its processes have used, those that have ended included."""
        seconds = 0.0
        for process in self._processes():
            with suppress(OSError):
                seconds += sum(map(int, _stat(process)[11:15])) / TICKS
        return seconds

    def memory(self) -> int:
        """Return the bytes of memory of all its processes; what several share is counted once (PSS)."""
        size = 0
        for process in self._processes():
            with suppress(OSError):
                for line in (process / "smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        size += int(line.split()[1]) * 1024
        return size

    def wait_until_idle(self) -> None:
        """Return when its processes have nothing left to do, or after three minutes."""
        given_up = time.monotonic() + IDLE_SECONDS
        before = self.cpu()
        while time.monotonic() < given_up:
            time.sleep(IDLE_PERIOD)
            now = self.cpu()
            if now - before < IDLE_SHARE * IDLE_PERIOD:
                return
            before = now

    def _processes(self) -> Iterator[Path]:
        """Yield the folder below /proc of each process of the session that was begun for it."""
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                fields = _stat(process)
                if int(fields[3]) == self._process.pid and fields[0] != "Z":
                    yield process

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(int(process.name), number)


class MeasuredServer(Measured):
    """A tracking server.

    Args:
        sides: The two systems.
        system: Which of them.
        store: The address of the database.
        folder: Where it keeps artifacts and its log.

    Attributes:
        artifacts: Where it keeps the artifacts that go through it.
    """

    def __init__(self, sides: Sides, system: str, store: str, folder: Path) -> None:
        self.artifacts = folder / f"artifacts-{system}"
        options = ("--backend-store-uri", store, "--artifacts-destination", self.artifacts)
        super().__init__(sides, system, folder, "server", *options)

    def call(self, method: str, path: str, content: object = None) -> Any:
        """Send a request of the protocol and return its reply.

        Raises:
            SystemExit: It was refused.
        """
        status, text = self.request(method, f"/api/2.0/mlflow/{path}", content)
        if status != http.client.OK:
            raise SystemExit(f"{method} {path} at {self.address} was answered with {status}: {text[:1000]!r}")
        return json.loads(text)


def _stat(process: Path) -> list[str]:
    """Return what is known of a process, from its state on."""
    return (process / "stat").read_text().rpartition(")")[2].split()
