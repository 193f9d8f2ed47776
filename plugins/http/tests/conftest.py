"""Servers for the tests: ours, with nothing in it yet, and one that answers as it is told."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.registry.registries import open_registry
from runyard.rest.extension import ServerContext
from runyard.tracking.stores import open_store
from runyard.uris import StoreURI
from runyard_http.connection import Connection
from runyard_server.application import Application
from serving import Switch, serving_application


class Gate(Switch):
    """Lets batches wait.

    Attributes:
        gate: What they wait for; nothing is recorded while it is closed.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path", "").endswith("/log-batch"):
            await asyncio.to_thread(self.gate.wait)
        await super().__call__(scope, receive, send)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Gate]]:
    """Give the address of a server, and what it hands requests to."""
    switch = Gate()
    with serving_application(switch) as url:
        yield url, switch


@pytest.fixture
def address(server: tuple[str, Gate], tmp_path: Path, runyard_isolated: None) -> Iterator[StoreURI]:
    """Give the address of a server with an SQLite database of its own."""
    url, switch = server
    database = f"sqlite:///{tmp_path}/runs.db"
    context = ServerContext(
        store=open_store(database, "mlflow-artifacts:/"),
        registry=open_registry(database),
        artifacts=open_repository(tmp_path),
    )
    switch.application = Application(context)
    switch.gate.set()
    yield StoreURI.parse(url)
    switch.gate.set()
    switch.application.runtime.close()


class Scripted:
    """A server that answers each request as it is told, once; nothing of HTTP is done behind the back of a test.

    Args:
        context: TLS, for a server that speaks it.

    Attributes:
        requests: What came, head and body of each request.
        script: What is answered next: bytes, a function that returns bytes, or `None` to hang up.
            Of ``(bytes,)`` it hangs up after these.
    """

    def __init__(self, context: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.requests: list[bytes] = []
        self.script: deque[bytes | tuple[bytes] | Callable[[], bytes] | None] = deque()
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._sockets: list[socket.socket] = []
        self._threads[0].start()

    @property
    def uri(self) -> StoreURI:
        return StoreURI.parse(f"{'https' if self._context else 'http'}://localhost:{self.port}")

    def close(self) -> None:
        """Hang up, and return when every thread has ended."""
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(accepted)
            self._threads.append(threading.Thread(target=self._serve, args=(accepted,)))
            self._threads[-1].start()

    def _serve(self, accepted: socket.socket) -> None:
        with suppress(OSError):  # whoever asks may hang up, too
            if self._context is not None:
                accepted = self._context.wrap_socket(accepted, server_side=True)
                self._sockets.append(accepted)
            with accepted:
                while request := self._read(accepted):
                    self.requests.append(request)
                    step = self.script.popleft()
                    answer = step() if callable(step) else step[0] if isinstance(step, tuple) else step
                    if answer is None:
                        break
                    accepted.sendall(answer)
                    if isinstance(step, tuple):
                        break
                accepted.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _read(accepted: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            more = accepted.recv(65536)
            if not more:
                return b""
            data += more
        length = re.search(rb"content-length: (\d+)", data, re.IGNORECASE)
        end = data.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
        while len(data) < end:
            data += accepted.recv(65536)
        return data


@pytest.fixture
def scripted(runyard_isolated: None) -> Iterator[Callable[..., Scripted]]:
    """Give what starts servers that answer as they are told."""
    started: list[Scripted] = []

    def start(*script: Any, **options: Any) -> Scripted:
        started.append(Scripted(**options))
        started[-1].script.extend(script)
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def answer() -> Callable[..., bytes]:
    """Return what makes a whole reply."""

    def make(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
        fields = {"content-type": "application/json", "content-length": str(len(body)), **headers}
        lines = [f"HTTP/1.1 {status} Told So", *(f"{name.replace('_', '-')}: {fields[name]}" for name in fields)]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    return make


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the client not sleep between repetitions; return for how long it would have."""
    seconds: list[float] = []
    monkeypatch.setattr("runyard_http.patience.sleep", seconds.append)
    return seconds


@pytest.fixture
def connect() -> Iterator[Callable[[StoreURI | str], Connection]]:
    """Give what connects to servers."""
    opened: list[Connection] = []

    def connect(uri: StoreURI | str) -> Connection:
        opened.append(Connection(StoreURI.parse(uri) if isinstance(uri, str) else uri))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()
