"""How a route of the protocol is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.rest.message import Empty, Message, decode, encode, read_query
from runyard_asgi.http import JSON, Disconnected, disconnected, header, read_body, read_parameters, reply

if TYPE_CHECKING:
    from runyard.rest.extension import ASGIApp, Receive, Scope, Send
    from runyard.rest.route import AnyRoute
    from runyard.tracking.requests import RunBatch
    from runyard_server.api.handlers import Handlers
    from runyard_server.runtime import Runtime
    from runyard_server.services import Services

__all__ = ["endpoint_of"]

MOST_BYTES = 64 << 20
QUICK_BYTES = 1 << 20
"""What is read in less than a few milliseconds."""
BODY_SECONDS = 60.0
_EMPTY = encode(Empty())


class _Endpoint:
    """Reads the message of a request, and asks whether whoever sent it may.

    Args:
        route: The route.
        runtime: What it is answered with.
    """

    def __init__(self, route: AnyRoute, runtime: Runtime) -> None:
        self.route = route
        self.runtime = runtime

    async def _accept(self, scope: Scope, receive: Receive) -> Message:
        message = await self._message(scope, receive)
        await self.runtime.authorize(scope, self.route.permission, message)
        return message

    async def _message(self, scope: Scope, receive: Receive) -> Message:
        given = scope["path_params"]
        if self.route.method == "GET":
            query: Message = read_query(read_parameters(scope), self.route.request, given)
            return query
        kind = header(scope, b"content-type")
        if self.route.method in ("POST", "PUT") and kind.partition(b";")[0].strip().lower() != b"application/json":
            shown = kind.decode("latin-1") or "nothing"
            raise InvalidInput(f"The body must be of the content type application/json; the request says {shown}.")
        body = await read_body(scope, receive, MOST_BYTES, BODY_SECONDS)
        if len(body) <= QUICK_BYTES:
            message: Message = decode(body, self.route.request, given)
            return message
        return await self.runtime.threads.run(decode, body, self.route.request, given)


class CallEndpoint(_Endpoint):
    """Calls a function in a thread, and sends what it returns."""

    def __init__(self, route: AnyRoute, runtime: Runtime, function: Callable[[Services, Any], Message]) -> None:
        super().__init__(route, runtime)
        self._function = function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await self._accept(scope, receive)

        def call() -> bytes:
            return encode(self._function(self.runtime.services, message))

        await reply(send, await self.runtime.threads.run(call))


class StreamEndpoint(_Endpoint):
    """Sends what a function makes, piece by piece: the next one is made when the client has taken the one before."""

    def __init__(self, route: AnyRoute, runtime: Runtime, function: Callable[[Services, Any], Iterator[bytes]]) -> None:
        super().__init__(route, runtime)
        self._function = function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await self._accept(scope, receive)
        pieces = self._function(self.runtime.services, message)
        run = self.runtime.threads.run
        piece = await run(next, pieces, b"")
        more = await run(next, pieces, b"")
        if not more:
            await reply(send, piece)
            return
        gone = asyncio.ensure_future(disconnected(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [JSON]})
            while piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                if gone.done():
                    raise Disconnected
                piece, more = more, await run(next, pieces, b"")
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()


class RecordEndpoint(_Endpoint):
    """Records a batch, and answers when it is committed."""

    def __init__(self, route: AnyRoute, runtime: Runtime, batch: Callable[[Any], RunBatch]) -> None:
        super().__init__(route, runtime)
        self._batch = batch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await self._accept(scope, receive)
        await self.runtime.writer.record(self._batch(message))
        await reply(send, _EMPTY)


def endpoint_of(route: AnyRoute, runtime: Runtime, handlers: Handlers) -> ASGIApp:
    """Return what answers a route of the protocol."""
    key = (route.method, route.full_path)
    if key in handlers.batches:
        return RecordEndpoint(route, runtime, handlers.batches[key])
    if key in handlers.streams:
        return StreamEndpoint(route, runtime, handlers.streams[key])
    return CallEndpoint(route, runtime, handlers.calls[key])
