"""The server as an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.errors import PluginFailed, RunyardError
from runyard.rest.access import Action, Permission, Resource
from runyard.rest.extension import ExtraRoute
from runyard.rest.route import PREFIXES
from runyard.rest.routes import ROUTES
from runyard_asgi.front import Front, Header
from runyard_asgi.guard import Guard
from runyard_asgi.settings import Guarding
from runyard_server.api import HANDLERS
from runyard_server.artifacts.routes import artifact_routes
from runyard_server.endpoint import endpoint_of
from runyard_server.extensions import find_authenticator, source_of
from runyard_server.openapi import OPENAPI
from runyard_server.probes import PROBES
from runyard_server.routing import Router
from runyard_server.runtime import Runtime
from runyard_server.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runyard.rest.extension import ASGIApp, Receive, Scope, Send, ServerContext, ServerExtension
    from runyard.rest.route import AnyRoute
    from runyard_server.metrics import ServerMetrics

__all__ = ["Application"]

_USUAL = Guarding()


class Application:
    """Answers requests.

    Args:
        context: What it works on.
        extensions: What plugins add, the outermost first.
        guarding: Which requests of browsers are let in.
        bound: What the server listens on, as it was given.
        metrics: What counts; nothing is counted when `None`.
        logs_requests: Whether every request is written down.

    Attributes:
        table: Every route.
        runtime: What the endpoints share.
        has_page: Whether an extension shows a page.

    Raises:
        PluginFailed: A route of an extension has no permission, or no one place of its own; or two extensions know the
            users.
    """

    def __init__(
        self,
        context: ServerContext,
        extensions: Sequence[ServerExtension] = (),
        *,
        guarding: Guarding = _USUAL,
        bound: str = "",
        metrics: ServerMetrics | None = None,
        logs_requests: bool = False,
    ) -> None:
        self.runtime = Runtime(context, find_authenticator(extensions))
        self.table = Table()
        for route in ROUTES:
            self._add_protocol(route)
        for item in artifact_routes(self.runtime):
            self.table.add(item.method, context.prefix + item.path, item.permission, item.endpoint)
        for probe in (*PROBES, *_pages(self.runtime, metrics)):
            # Load balancers ask for these, and need not know of the prefix.
            for prefix in dict.fromkeys(("", context.prefix)):
                self._add(probe, prefix)
        self._add(OPENAPI, context.prefix)
        for extension in extensions:
            self._add_all(extension)
        self.has_page = self.table.find("GET", f"{context.prefix}/") is not None
        self._router = Router(self.table, self.runtime)
        app: ASGIApp = self._inside
        for extension in reversed(extensions):
            app = extension.wrap(app)
        open_paths = [prefix + probe.path for probe in PROBES for prefix in ("", context.prefix)]
        guard = Guard(guarding, bound, open_paths) if guarding.is_on else None
        headers, for_pages = _headers(guarding)
        self._wrapped = app
        self._front = Front(app, guard, headers, for_pages, metrics, logs_requests=logs_requests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._front(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._wrapped(scope, receive, send)

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What extensions are put around."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._router(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.runtime.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _add_protocol(self, route: AnyRoute) -> None:
        endpoint = endpoint_of(route, self.runtime, HANDLERS)
        for prefix in PREFIXES:
            path = f"{self.runtime.context.prefix}{prefix}/{route.version}{route.path}"
            self.table.add(route.method, path, route.permission, endpoint)

    def _add_all(self, extension: ServerExtension) -> None:
        try:
            for route in extension.routes(self.runtime.context):
                self._add(route, self.runtime.context.prefix)
        except RunyardError as error:
            raise PluginFailed(f"The server extension {source_of(extension)}: {error.message}") from error

    def _add(self, route: ExtraRoute, prefix: str) -> None:
        endpoint = self.runtime.guarded(route.permission, route.endpoint)
        self.table.add(route.method, prefix + route.path, route.permission, endpoint)


def _pages(runtime: Runtime, metrics: ServerMetrics | None) -> Iterator[ExtraRoute]:
    if metrics is not None:
        runtime.on_commit = metrics.committed
        yield ExtraRoute(
            method="GET",
            path="/metrics",
            endpoint=metrics.page,
            permission=Permission(Resource.SERVER, Action.READ),
        )


def _headers(guarding: Guarding) -> tuple[list[Header], list[Header]]:
    """Return what every reply gets, and what pages get beside that; one that needs more says so itself."""
    if not guarding.is_on:
        return [], []
    frames = guarding.frame_options.upper()
    ancestors = {"": b"", "DENY": b"; frame-ancestors 'none'"}.get(frames, b"; frame-ancestors 'self'")
    always = [(b"x-content-type-options", b"nosniff")]
    if frames:
        always.append((b"x-frame-options", frames.encode()))
    return always, [
        (b"content-security-policy", b"default-src 'none'" + ancestors),
        (b"referrer-policy", b"same-origin"),
    ]
