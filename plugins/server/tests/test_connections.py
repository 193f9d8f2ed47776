"""Connections: what clients may keep open, and for how long."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from runyard.rest.extension import ASGIApp, Receive, Scope, Send, ServerContext, ServerExtension
from runyard_asgi.connections import Server, make_config
from runyard_asgi.settings import Limits, Listening
from runyard_asgi.sockets import bind
from runyard_server.application import Application
from serving import serving_application

NOTHING = ServerContext(store=None, registry=None, artifacts=None)


@contextmanager
def serving_with(limits: Limits) -> Iterator[tuple[str, int]]:
    listening = Listening(port=0, limits=limits)
    with bind(listening.host, listening.port) as listener:
        listener.listen()
        server = Server(make_config(Application(NOTHING), listening), listening, on_ready=lambda: None)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.stop()
            thread.join()


def test_head_that_does_not_come_is_not_waited_for_long() -> None:
    with serving_with(Limits(head_seconds=0.1)) as address:
        for part in (b"", b"GET /health HTT", b"GET /health HTTP/1.1\r\nHost: localhost\r\n"):
            with socket.create_connection(address) as connection:
                connection.sendall(part)
                assert connection.recv(100) == b""


def test_head_that_is_too_large_is_refused() -> None:
    with serving_with(Limits(head=1000)) as address:
        with socket.create_connection(address) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nX-Filler: " + b"x" * 2000)
            assert connection.recv(100).startswith(b"HTTP/1.1 431")
        with socket.create_connection(address) as connection:
            connection.sendall(b"GET /" + b"x" * 2000)
            assert connection.recv(100).startswith(b"HTTP/1.1 431")


def test_too_many_connections_are_answered_with_503() -> None:
    with serving_with(Limits(connections=2)) as (host, port), closing(http.client.HTTPConnection(host, port)) as first:
        first.request("GET", "/health")
        assert first.getresponse().read() == b"OK"
        with closing(http.client.HTTPConnection(host, port)) as second:
            second.request("GET", "/health")
            assert second.getresponse().status == 503


def test_extensions_see_the_server_begin_and_end() -> None:
    seen: list[str] = []

    class Watching(ServerExtension):
        def wrap(self, app: ASGIApp) -> ASGIApp:
            async def watch(scope: Scope, receive: Receive, send: Send) -> None:
                seen.append(f"{scope['type']} begins")
                await app(scope, receive, send)
                seen.append(f"{scope['type']} ends")

            return watch

    with (
        serving_application(Application(NOTHING, [Watching()])) as address,
        closing(http.client.HTTPConnection(address.removeprefix("http://"))) as connection,
    ):
        connection.request("GET", "/health")
        connection.getresponse().read()
    assert seen == ["lifespan begins", "http begins", "http ends", "lifespan ends"]
