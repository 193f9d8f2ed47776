"""The model server as an ASGI application."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import RunyardError
from runyard_asgi.front import ROUTE, Front, Header
from runyard_asgi.guard import Guard
from runyard_asgi.http import JSON, reply, reply_error
from runyard_asgi.settings import Guarding
from runyard_serving.invocations import TEXT, Invocations
from runyard_serving.model import ServedModel
from runyard_serving.settings import Calls

if TYPE_CHECKING:
    from runyard.rest.extension import ASGIApp, Receive, Scope, Send
    from runyard_serving.metrics import ServingMetrics

__all__ = ["Application", "application_of"]

PROTOCOL = "3.17.2"
"""The release of the reference system whose protocol this is: clients compare it with what they need."""

INVOCATIONS = "/invocations"
_PROBES = ("/ping", "/health", "/version")
_HEADERS: list[Header] = [(b"x-content-type-options", b"nosniff")]
_FOR_PAGES: list[Header] = [(b"content-security-policy", b"default-src 'none'")]
_USUAL = Guarding()
_USUAL_CALLS = Calls()


class Application:
    """Answers requests with the predictions of one model.

    Args:
        load: Returns the model. It is called when the server starts up, in the process that answers; nobody gets an
            answer before it has returned.
        calls: What the model is asked.
        guarding: Which requests of browsers are let in.
        bound: What the server listens on, as it was given.
        metrics: What counts; nothing is counted when `None`.
        logs_requests: Whether every request is written down.
    """

    def __init__(
        self,
        load: Callable[[], ServedModel],
        calls: Calls = _USUAL_CALLS,
        *,
        guarding: Guarding = _USUAL,
        bound: str = "",
        metrics: ServingMetrics | None = None,
        logs_requests: bool = False,
    ) -> None:
        self._load = load
        self._calls = calls
        self._metrics = metrics
        self._routes: dict[str, Mapping[str, ASGIApp]] = {}
        self._model: ServedModel | None = None
        self._invocations: Invocations | None = None
        guard = Guard(guarding, bound, _PROBES, (INVOCATIONS,)) if guarding.is_on else None
        self._front = Front(self._answer, guard, _HEADERS, _FOR_PAGES, metrics, logs_requests=logs_requests)

    def open(self) -> None:
        """Load the model."""
        self._model = model = self._load()
        if self._metrics is not None:
            model.metrics = self._metrics
            self._metrics.loaded(model.metadata)
        self._invocations = Invocations(model, self._calls)
        probes: dict[str, ASGIApp] = {
            "/ping": _says(b"\n"),
            "/health": _says(b"\n"),
            "/version": _says(PROTOCOL.encode()),
        }
        pages: dict[str, ASGIApp] = {"/openapi.json": _describes(model)}
        if self._metrics is not None:
            pages["/metrics"] = self._metrics.page
        for path, endpoint in (*probes.items(), *pages.items()):
            self._routes[path] = {"GET": endpoint, "HEAD": endpoint}
        self._routes[INVOCATIONS] = {"POST": self._invocations}

    def warm_up(self) -> None:
        """Import what the first requests of a kind would otherwise have to wait for."""
        if self._model is not None:
            self._model.warm_up()

    def close(self) -> None:
        """Return when the predictions that were begun have ended."""
        if self._invocations is not None:
            self._invocations.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._front(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        if self._invocations is None:
            try:
                self.open()
            except RunyardError as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
        await send({"type": "lifespan.startup.complete"})
        warming = threading.Thread(target=self.warm_up, name="runyard-warm-up")
        warming.start()
        await receive()
        warming.join()
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        route = self._routes.get(path)
        if route is None:
            error = RunyardError(f"There is nothing at {path[:200]!r}. Predictions are at '{INVOCATIONS}'.")
            error.error_code = "ENDPOINT_NOT_FOUND"
            await reply_error(send, error)
            return
        scope[ROUTE] = path
        endpoint = route.get(scope["method"])
        if endpoint is None:
            allowed = ", ".join(route)
            text = f"{path} answers {allowed}, and not {scope['method'][:20]}."
            await reply(send, text.encode(), 405, (TEXT, (b"allow", allowed.encode())))
            return
        await endpoint(scope, receive, send)


def application_of(folder: str | os.PathLike[str], config: Mapping[str, Any] | None = None) -> Application:
    """Return an application that serves the model in a folder, loaded and with the usual limits.

    Raises:
        RunyardError: The model cannot be loaded.
    """
    application = Application(lambda: ServedModel.load(Path(folder), config))
    application.open()
    return application


def _describes(model: ServedModel) -> ASGIApp:
    """Return the endpoint that describes the others; what it says is made when somebody asks."""

    async def endpoint(_scope: Scope, _receive: Receive, send: Send) -> None:
        from runyard_serving.openapi import openapi

        await reply(send, openapi(model.metadata))

    return endpoint


def _says(body: bytes) -> ASGIApp:
    async def endpoint(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, body, headers=(JSON,))

    return endpoint
