"""Clients that are slow, stuck or greedy: the server answers the others, and gives up on these."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from asking import Served, ask

pytest.importorskip("runyard_server", reason="it is the server")

from runyard_server import endpoint

LOG = "/api/2.0/mlflow/runs/log-batch"
GET = b"GET /api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = f"POST {LOG} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n".encode()


def connect(served: Served) -> socket.socket:
    host, _, port = served.address.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return connection


def read_all(connection: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
    data = b""
    while chunk := connection.recv(65536):
        data += chunk
    return data


def answers_others(served: Served) -> bool:
    return ask(served.address, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=0").status == 200


@pytest.fixture
def run_id(served: Served) -> str:
    found: str = served.post("/runs/create", experiment_id="0")["run"]["info"]["run_id"]
    return found


def test_many_bodies_that_trickle(served: Served, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "BODY_SECONDS", 1.0)
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connect(served))) for _ in range(100)]
        for connection in slow:
            connection.sendall(POST + b"Content-Length: 100\r\n\r\n{")
        assert answers_others(served)
        for connection in slow:
            reply = connection.recv(65536)
            assert b" 408 " in reply.split(b"\r\n", 1)[0], reply
            assert b"DEADLINE_EXCEEDED" in reply


def test_bodies_that_break_off_are_not_recorded(served: Served, run_id: str) -> None:
    body = json.dumps({"run_id": run_id, "tags": [{"key": "k", "value": "v"}]}).encode()
    for end in (len(body) - 1, 1):
        with closing(connect(served)) as connection:
            connection.sendall(POST + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:end])
            connection.shutdown(socket.SHUT_WR)
            read_all(connection)
    with closing(connect(served)) as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(body):x}\r\n".encode() + body)
        connection.shutdown(socket.SHUT_WR)
        read_all(connection)
    tags = served.ask("GET", f"/api/2.0/mlflow/runs/get?run_id={run_id}").json["run"]["data"]["tags"]
    assert [tag["key"] for tag in tags] == ["mlflow.runName"]


def test_whoever_goes_away_after_a_request_has_it_done(served: Served, run_id: str) -> None:
    body = json.dumps({"run_id": run_id, "tags": [{"key": "k", "value": "v"}]}).encode()
    with closing(connect(served)) as connection:
        connection.sendall(POST + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        tags = served.ask("GET", f"/api/2.0/mlflow/runs/get?run_id={run_id}").json["run"]["data"]["tags"]
        if len(tags) == 2:
            return
    pytest.fail("the tag was lost")


def test_a_body_that_is_too_large_is_refused_before_it_comes(served: Served) -> None:
    for length in (endpoint.MOST_BYTES + 1, 10**15, 2**63):
        with closing(connect(served)) as connection:
            connection.sendall(POST + f"Content-Length: {length}\r\n\r\n{{".encode())
            reply = connection.recv(65536)
            assert b" 413 " in reply or b" 400 " in reply, reply
    assert answers_others(served)


def test_a_body_without_end_is_cut_off(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MOST_BYTES", 1 << 20)
    with closing(connect(served)) as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        reply = b""
        connection.settimeout(0.01)
        for _ in range(1000):
            try:
                connection.sendall(chunk)
                reply = connection.recv(65536)
                break
            except TimeoutError:
                continue
            except OSError:
                break
        assert not reply or b" 413 " in reply.split(b"\r\n", 1)[0], reply
    assert answers_others(served)


def test_bodies_are_not_unpacked(served: Served) -> None:
    import gzip

    bomb = gzip.compress(b" " * (50 << 20))
    answer = served.ask("POST", LOG, bomb, headers={"content-encoding": "gzip"})
    assert answer.error == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize(
    "noise",
    [
        b"\x00" * 1000,
        b"\x16\x03\x01\x02\x00" + b"x" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n" * 1000,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=["zeros", "TLS", "version", "blank lines", "HTTP/2"],
)
def test_noise(served: Served, noise: bytes) -> None:
    with closing(connect(served)) as connection:
        connection.sendall(noise)
        connection.shutdown(socket.SHUT_WR)
        reply = read_all(connection)
    assert b" 200 " not in reply
    assert answers_others(served)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}   ",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: 2x\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    ],
    ids=["two lengths", "length and chunks", "unknown encoding", "negative length", "no number", "no chunk"],
)
def test_a_request_whose_end_is_unclear_ends_its_connection(served: Served, head: bytes) -> None:
    with closing(connect(served)) as connection:
        connection.sendall(POST + head + GET + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        reply = read_all(connection)
    assert b"artifact_location" not in reply, "What follows is not taken for a second request."


def test_clients_that_do_not_read_what_they_asked_for(served: Served, run_id: str) -> None:
    points = [{"key": "m", "value": 1.5, "timestamp": 1_700_000_000_000 + step, "step": step} for step in range(60_000)]
    for start in range(0, len(points), 1000):
        served.post("/runs/log-batch", run_id=run_id, metrics=points[start : start + 1000])
    served.ask("PUT", "/api/2.0/mlflow-artifacts/artifacts/large.bin", b"x" * (20 << 20))
    history = f"/api/2.0/mlflow/metrics/get-history?run_id={run_id}&metric_key=m"
    with ExitStack() as stack:
        for number in range(60):
            target = history if number % 2 else "/api/2.0/mlflow-artifacts/artifacts/large.bin"
            connection = stack.enter_context(closing(connect(served)))
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            assert connection.recv(10)
        assert answers_others(served)
        assert len(served.ask("GET", history).json["metrics"]) == 60_000
        assert served.ask("GET", "/api/2.0/mlflow-artifacts/artifacts/large.bin").body == b"x" * (20 << 20)
        assert served.ask("PUT", "/api/2.0/mlflow-artifacts/artifacts/small.bin", b"x").status == 200
    assert answers_others(served)


def test_questions_that_are_too_large_are_refused(served: Served, run_id: str) -> None:
    many = ["0" * 32] * 101
    for answer in (
        served.ask("POST", "/api/2.0/mlflow/runs/search", {"experiment_ids": ["0"], "max_results": 50_001}),
        served.ask("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 2**31}),
        served.ask(
            "GET", "/api/2.0/mlflow/metrics/get-history-bulk-interval", query={"run_ids": many, "metric_key": "m"}
        ),
        served.ask("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk", query={"run_id": many, "metric_key": "m"}),
        served.ask(
            "POST", "/api/2.0/runyard/metrics/series", {"run_ids": [run_id], "keys": ["m"], "max_points": 10**9}
        ),
        served.ask("GET", f"/api/2.0/mlflow/runs/get?{'a=b&' * 2000}run_id={run_id}"),
        served.ask("POST", LOG, {"run_id": run_id, "tags": [{"key": str(n), "value": ""} for n in range(101)]}),
        served.ask("POST", "/api/2.0/mlflow-artifacts/mpu/create/a", {"path": "x", "num_parts": 10**9}),
    ):
        assert answer.error == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "NOT " * 100_000 + "metrics.a = 1",
        " AND ".join(["metrics.a = 1"] * 20_000),
        "tags.a LIKE '" + "%a" * 2000 + "b'",
        "metrics.a = " + "9" * 100_000,
        "tags.`" + "a" * 100_000,
    ],
    ids=["parentheses", "negations", "conditions", "pattern", "number", "name"],
)
def test_a_filter_costs_no_more_than_its_refusal(served: Served, run_id: str, text: str) -> None:
    fields = {"experiment_ids": ["0"], "filter": text}
    answer = served.ask("POST", "/api/2.0/mlflow/runs/search", fields)
    assert answer.status in (200, 400), answer
    assert len(answer.body) < 100_000


@contextmanager
def _impatient(served: Served) -> Iterator[Served]:
    """The same server behind the connections that ``runyard server`` has, which gives up on slow clients soon."""
    import threading

    from runyard.rest.extension import ServerContext
    from runyard.testing.memory import MemoryTrackingStore
    from runyard.uris import StoreURI
    from runyard_asgi.connections import Server, make_config
    from runyard_asgi.settings import Limits, Listening
    from runyard_server.application import Application

    store = MemoryTrackingStore(StoreURI.parse("memory://impatient"))
    application = Application(ServerContext(store=store, registry=None, artifacts=None))
    listening = Listening(limits=Limits(head_seconds=0.5, idle_seconds=1))
    ready = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(make_config(application, listening), listening, ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(60)
            yield served._replace(address=f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.stop()
            thread.join()


def test_heads_that_never_end(served: Served) -> None:
    with _impatient(served) as impatient, ExitStack() as stack:
        slow = [stack.enter_context(closing(connect(impatient))) for _ in range(50)]
        for connection in slow:
            connection.sendall(GET + b"X-Header: ")
        silent = [stack.enter_context(closing(connect(impatient))) for _ in range(50)]
        assert answers_others(impatient)
        assert [read_all(connection) for connection in (*slow, *silent)] == [b""] * 100, "They are closed."
        assert answers_others(impatient)


def test_heads_that_are_too_large(served: Served) -> None:
    with _impatient(served) as impatient, closing(connect(impatient)) as connection:
        connection.settimeout(0.01)
        reply = b""
        connection.sendall(GET)
        for number in range(100_000):
            try:
                connection.sendall(f"X-{number}: {'x' * 1000}\r\n".encode())
                reply = connection.recv(65536)
                break
            except TimeoutError:
                continue
            except OSError:
                break
        assert number < 1000
        assert not reply or b" 431 " in reply.split(b"\r\n", 1)[0], reply
        assert answers_others(impatient)
