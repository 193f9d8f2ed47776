"""The server as an ASGI application."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from runyard.errors import InvalidInput, NotFound, RunyardError
from runyard.rest.route import PREFIXES
from runyard.rest.routes import ROUTES
from runyard_server.api import HANDLERS
from runyard_server.endpoint import CallEndpoint, RecordEndpoint
from runyard_server.http import JSON, Disconnected, reply, reply_error
from runyard_server.probes import PROBES
from runyard_server.runtime import Runtime
from runyard_server.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runyard.rest.extension import ASGIApp, Authenticator, Receive, Scope, Send, ServerContext, ServerExtension

__all__ = ["Application"]

_log = logging.getLogger(__name__)


class Application:
    """Answers requests.

    Args:
        context: What it works on.
        extensions: What plugins add.

    Attributes:
        table: Every route.

    Raises:
        InvalidInput: A route has no permission, or no one place of its own; or two extensions know the users.
    """

    def __init__(self, context: ServerContext, extensions: Sequence[ServerExtension] = ()) -> None:
        self.runtime = Runtime(context, _authenticator(extensions))
        self.table = Table()
        for route in ROUTES:
            key = (route.method, route.full_path)
            endpoint: ASGIApp
            if key in HANDLERS.batches:
                endpoint = RecordEndpoint(route, self.runtime, HANDLERS.batches[key])
            else:
                endpoint = CallEndpoint(route, self.runtime, HANDLERS.calls[key])
            for prefix in PREFIXES:
                self.table.add(
                    route.method, f"{context.prefix}{prefix}/{route.version}{route.path}", route.permission, endpoint
                )
        extra = [*PROBES, *(route for extension in extensions for route in extension.routes(context))]
        for item in extra:
            guarded = self.runtime.guarded(item.permission, item.endpoint)
            self.table.add(item.method, context.prefix + item.path, item.permission, guarded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.runtime.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            match = self.table.find(scope["method"], scope["path"])
            if match is None:
                raise NotFound(f"There is nothing at {scope['path']}.", "ENDPOINT_NOT_FOUND")
            if match.entry is None:
                await _refuse_method(scope, match.methods, send)
                return
            scope["path_params"] = match.parameters
            await self.runtime.authenticate(scope, match.entry.permission)
            await match.entry.endpoint(scope, receive, send)
        except Disconnected:
            pass
        except RunyardError as error:
            await reply_error(send, error)
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            await reply_error(send, RunyardError("The server failed to answer; its log says why."))


async def _refuse_method(scope: Scope, methods: Sequence[str], send: Send) -> None:
    allowed = ", ".join(methods)
    error = RunyardError(f"{scope['path']} does not answer {scope['method']}, only {allowed}.", "ENDPOINT_NOT_FOUND")
    await reply(send, error.serialize_as_json().encode(), 405, (JSON, (b"allow", allowed.encode())))


def _authenticator(extensions: Sequence[ServerExtension]) -> Authenticator | None:
    found = [(extension, known) for extension in extensions if (known := extension.authenticator()) is not None]
    if len(found) > 1:
        names = " and ".join(type(extension).__qualname__ for extension, _ in found)
        raise InvalidInput(f"{names} both want to know who is asking; one extension may. Block the other's plugin.")
    return found[0][1] if found else None
