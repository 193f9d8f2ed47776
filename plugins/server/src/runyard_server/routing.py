"""From a path to the endpoint that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.errors import NotFound, RunyardError
from runyard_asgi.front import EXCHANGE, ROUTE
from runyard_asgi.http import JSON, reply, reply_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runyard.rest.extension import Receive, Scope, Send
    from runyard_server.runtime import Runtime
    from runyard_server.table import Table

__all__ = ["GET_PAGE", "Router"]

GET_PAGE = "pip install runyard-ui"
"""The command that installs the page."""


class Router:
    """Lets the endpoint of a path answer whoever may use it.

    Args:
        table: The endpoints.
        runtime: Who knows the users.
    """

    def __init__(self, table: Table, runtime: Runtime) -> None:
        self._table = table
        self._runtime = runtime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            match = self._table.find(scope["method"], scope["path"])
            if match is None:
                raise NotFound(self._nothing_at(scope["path"]), "ENDPOINT_NOT_FOUND")
            if match.entry is None:
                await _refuse_method(scope, match.methods, send)
                return
            scope[ROUTE] = match.entry.path
            scope["path_params"] = match.parameters
            await self._runtime.authenticate(scope, match.entry.permission)
            await match.entry.endpoint(scope, receive, send)
        except RunyardError as error:
            if scope[EXCHANGE].status:
                raise
            await reply_error(send, error)

    def _nothing_at(self, path: str) -> str:
        context = self._runtime.context
        if context.store is not None and path.rstrip("/") == context.prefix:
            return f"This server has no page. Install it beside the server, and start that again: {GET_PAGE}"
        return f"There is nothing at {path}."


async def _refuse_method(scope: Scope, methods: Sequence[str], send: Send) -> None:
    allowed = ", ".join(methods)
    error = RunyardError(f"{scope['path']} does not answer {scope['method']}, only {allowed}.", "ENDPOINT_NOT_FOUND")
    await reply(send, error.serialize_as_json().encode(), 405, (JSON, (b"allow", allowed.encode())))
