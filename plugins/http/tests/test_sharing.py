"""One connection in several threads and processes, and through proxies."""

from __future__ import annotations

import gc
import os
import socket
import threading
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from runyard.entities import Metric
from runyard.rest import recording
from runyard.testing.contract import at_once, values_of
from runyard.tracking.new_run import new_run
from runyard.tracking.requests import HistoryQuery, RunBatch
from runyard.tracking.stores import open_store
from runyard.uris import StoreURI
from runyard_http import pools, swift
from runyard_http.connection import open_connection
from runyard_http.store import HttpStore

Answer = Callable[..., bytes]
BATCH = recording.LogBatch(run_id="r")


def test_what_is_open_is_kept(scripted: Any, connect: Any, answer: Answer) -> None:
    server = scripted(*[answer()] * 10)
    connection = connect(server.uri)
    for _ in range(10):
        connection.call(recording.BATCH, BATCH)
    assert len(server._sockets) == 1


def test_what_was_idle_is_not_trusted(
    scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swift, "MOST_IDLE", 0.0)
    server = scripted(answer(), answer())
    connection = connect(server.uri)
    for _ in range(2):
        connection.call(recording.BATCH, BATCH)
    assert len(server._sockets) == 2, "The server may be about to close it."


def test_threads_have_a_connection_each(scripted: Any, connect: Any, answer: Answer) -> None:
    together = threading.Barrier(8)

    def wait_for_all() -> bytes:
        together.wait(30)
        return answer()

    server = scripted(*[wait_for_all] * 16)
    connection = connect(server.uri)
    for _ in range(2):
        values_of(at_once([partial(connection.call, recording.BATCH, BATCH)] * 8))
    assert len(server._sockets) == 8, "Those of the first round serve the second."


def test_those_who_use_one_address_share_a_connection(runyard_isolated: None) -> None:
    uri = StoreURI.parse("http://localhost:1")
    first, second = HttpStore(uri), HttpStore(uri)
    assert first._connection is second._connection is open_connection(uri)
    del first, second
    gc.collect()
    assert not any(key[1] == uri.text for key in open_connection.__globals__["_connections"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_child_has_connections_of_its_own(address: StoreURI) -> None:
    store = open_store(address)
    run_id = store.create_run(new_run("0", {})).info.run_id

    def record(process: int) -> None:
        for step in range(20):
            store.log_batch(RunBatch(run_id=run_id, metrics=(Metric("m", float(process), 1000 + step, step),)))

    children = []
    for process in (1, 2):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                record(process)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    record(0)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    points = store.metric_history(HistoryQuery(run_id=run_id, key="m"))
    assert sorted((point.value, point.step) for point in points) == [(p, s) for p in range(3) for s in range(20)]


def test_a_fork_while_another_thread_connects(
    scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect(scripted(answer()).uri)
    connection._pools._lock.acquire()  # as a thread has it that the child does not have
    monkeypatch.setattr(pools, "_inherited", [])
    monkeypatch.setattr(os, "getpid", lambda: -1)
    connection.call(recording.BATCH, BATCH)
    monkeypatch.undo()


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY"])
def test_a_proxy_is_used(
    variable: str, scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable == "HTTP_PROXY":
        monkeypatch.delenv("REQUEST_METHOD", raising=False)
    proxy = scripted(answer(), answer(body=b"contents"))
    monkeypatch.setenv(variable, f"http://ann:geheim@localhost:{proxy.port}")
    connection = connect("http://tracking.example.org:5000/team")
    connection.call(recording.BATCH, BATCH)
    assert connection.request("GET", "/file").read() == b"contents"
    for request, path in zip(proxy.requests, ("/api/2.0/mlflow/runs/log-batch", "/file"), strict=True):
        assert f" http://tracking.example.org:5000/team{path} HTTP/1.1\r\n".encode() in request
        assert b"Host: tracking.example.org:5000\r\n" in request
        assert b"roxy-" in request.replace(b"P", b"p")
        assert b64encode(b"ann:geheim") in request


def test_a_proxy_that_is_not_there_keeps_its_password(
    connect: Any, slept: list[float], runyard_isolated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://ann:geheim@localhost:1")
    with pytest.raises(Exception, match=r"through the proxy.*connection refused") as caught:
        connect("http://tracking.example.org:5000").call(recording.BATCH, BATCH)
    assert "geheim" not in str(caught.value)


def test_some_servers_need_no_proxy(
    scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://localhost:1")
    monkeypatch.setenv("no_proxy", "localhost,.example.org")
    server = scripted(answer())
    connect(server.uri).call(recording.BATCH, BATCH)
    assert server.requests[0].startswith(b"POST /api")


class Recorder:
    """A socket that notes what is sent at once."""

    def __init__(self, sock: socket.socket) -> None:
        self.sent: list[bytes] = []
        self._sock = sock

    def sendall(self, data: bytes) -> None:
        self.sent.append(data)
        self._sock.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def test_small_requests_go_at_once_and_silence_is_no_end(scripted: Any, connect: Any, answer: Answer) -> None:
    server = scripted(answer(), answer())
    connection = connect(server.uri)
    connection.call(recording.BATCH, BATCH)
    pool = connection._pools.find(connection.address.origin)
    used = pool._get_conn()
    assert used.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert used.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    used.sock = recorder = Recorder(used.sock)
    pool._put_conn(used)
    connection.call(recording.BATCH, BATCH)
    assert recorder.sent == [server.requests[1]], "Head and body are one segment."
