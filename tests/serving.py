"""A server of ours in a thread of the tests, on 127.0.0.1 and for as long as a block takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from runyard.artifacts.repositories import open_repository
from runyard.registry.registries import open_registry
from runyard.rest.extension import ASGIApp, Receive, Scope, Send, ServerContext, ServerExtension
from runyard.tracking.stores import open_store
from runyard_asgi.connections import Server, make_config
from runyard_asgi.settings import Listening
from runyard_asgi.sockets import address_of, bind
from runyard_server.application import Application


@contextmanager
def serving(
    store: str, *, artifacts: Path | None = None, prefix: str = "", extensions: Sequence[ServerExtension] = ()
) -> Iterator[str]:
    """Serve a store and a registry; give the address.

    Args:
        store: The address of both.
        artifacts: The folder of the artifacts that go through the server; none do when absent.
        prefix: What every path begins with.
        extensions: What is added to the server.
    """
    context = ServerContext(
        store=open_store(store, None if artifacts is None else "mlflow-artifacts:/"),
        registry=open_registry(store),
        artifacts=None if artifacts is None else open_repository(artifacts),
        prefix=prefix,
    )
    with serving_application(Application(context, extensions)) as address:
        yield address + prefix


@contextmanager
def serving_application(application: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve an application, on a free port or a given one; give the address, without the prefix that it may have."""
    listening = Listening(port=port)
    with bind(listening.host, listening.port) as listener:
        listener.listen()  # whoever connects before the server is ready waits in the queue of the socket
        server = Server(make_config(application, listening), listening, on_ready=lambda: None)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield address_of(listener, "http")
        finally:
            server.stop()
            thread.join()


class Switch:
    """An application that hands requests to that of the test that runs: starting a server takes longer than most tests.

    Attributes:
        application: What answers.
    """

    application: Application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.application(scope, receive, send)
            return
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})
