"""How replies come to those who asked."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from runyard.rest.extension import Receive, Scope, Send
from runyard_asgi.connections import Server, make_config
from runyard_asgi.settings import Listening
from runyard_asgi.sockets import bind

LARGE = b"0123456789abcdef" * 20_000


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    sent: dict[str, tuple[int, list[Any], list[bytes]]] = {
        "/whole": (200, [(b"content-length", b"4")], [b"body"]),
        "/large": (200, [(b"content-length", b"%d" % len(LARGE))], [LARGE]),
        "/parts": (200, [], [b"one", b"two", b""]),
        "/nothing": (204, [], [b""]),
        "/broken": (200, [(b"content-length", b"4")], []),
        "/echo": (200, [], [b"heard ", b""]),
    }
    status, headers, pieces = sent[scope["path"]]
    if scope["path"] == "/echo":
        pieces[1] = (await receive())["body"]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for number, piece in enumerate(pieces, start=1):
        await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})
    if not pieces:
        raise RuntimeError("on purpose")


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    listening = Listening(port=0)
    with bind(listening.host, listening.port) as listener:
        listener.listen()
        server = Server(make_config(application, listening), listening, on_ready=lambda: None)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()
        server.stop()
        thread.join()


def request(path: str, method: str = "GET", more: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n".encode()


def test_head_and_body_come_together(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        for _ in range(3):
            connection.sendall(request("/whole"))
            received = connection.recv(1 << 16)
            assert received.startswith(b"HTTP/1.1 200 OK\r\n")
            assert received.endswith(b"\r\n\r\nbody")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/whole", b"body"),
        ("GET", "/large", LARGE),
        ("GET", "/parts", b"onetwo"),
        ("HEAD", "/whole", b""),
        ("GET", "/nothing", b""),
    ],
)
def test_reply_is_whole(address: tuple[str, int], method: str, path: str, body: bytes) -> None:
    with closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
        for _ in range(2):  # on the same connection
            connection.request(method, path)
            assert connection.getresponse().read() == body


def test_reply_that_breaks_off_has_begun(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection, connection.makefile("rb") as stream:
        connection.sendall(request("/broken"))
        received = stream.read()
        assert received.startswith(b"HTTP/1.1 200 OK\r\n")
        assert received.endswith(b"\r\n\r\n")


def test_requests_that_come_at_once_are_answered_in_order(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection, connection.makefile("rb") as stream:
        connection.sendall(request("/whole") + request("/nothing") + request("/parts", more="Connection: close\r\n"))
        received = stream.read()
        assert received.count(b"HTTP/1.1 ") == 3
        assert received.index(b"body") < received.index(b"204") < received.index(b"one") < received.index(b"two")


def test_client_that_waits_is_told_to_go_on(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection, connection.makefile("rb") as stream:
        connection.sendall(
            request("/echo", "POST", "Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n")
        )
        assert stream.readline() == b"HTTP/1.1 100 Continue\r\n"
        connection.sendall(b"HTTP/")
        received = stream.read()
        assert b"heard " in received
        assert received.endswith(b"5\r\nHTTP/\r\n0\r\n\r\n")
