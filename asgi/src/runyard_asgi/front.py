"""What every request goes through first and every reply last: the guard, request ids, headers, the log, the counts."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import Awaitable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from runyard.errors import RunyardError
from runyard.rest.extension import IDENTITY
from runyard_asgi.guard import Guard
from runyard_asgi.http import JSON, Disconnected, reply, reply_error

if TYPE_CHECKING:
    from runyard.rest.extension import ASGIApp, Receive, Scope, Send
    from runyard_asgi.metrics import Metrics

__all__ = ["EXCHANGE", "ROUTE", "Exchange", "Front"]

EXCHANGE = "runyard.exchange"
"""Where in the scope of a request stands its `Exchange`."""
ROUTE = "runyard.route"
"""Where in the scope of a request stands the path of its route, as it was registered."""

_BUSY = "TEMPORARILY_UNAVAILABLE"
Header = tuple[bytes, bytes]

_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")

_log = logging.getLogger(__name__)
_requests = logging.getLogger("runyard_asgi.requests")


class Exchange:
    """A request and what has been answered so far.

    Attributes:
        request_id: What it is called in the reply and in the log.
        status: The HTTP status of the reply; 0 before it has begun.
        size: The bytes of the body that have been sent.
    """

    __slots__ = ("_for_pages", "_headers", "_send", "request_id", "size", "status")

    def __init__(self, request_id: bytes, headers: list[Header], for_pages: Sequence[Header], send: Send) -> None:
        self.request_id = request_id
        self.status = 0
        self.size = 0
        self._headers = headers
        self._for_pages = for_pages
        self._send = send

    def send(self, message: MutableMapping[str, Any]) -> Awaitable[None]:
        """Send a part of the reply; the first one gets the headers that it has not itself."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message["headers"]
            if JSON in given:  # which no browser shows as a page: each header costs, here and on the way
                message["headers"] = [*given, *self._headers]
            else:
                names = {name for name, _ in given}
                more = (header for header in (*self._headers, *self._for_pages) if header[0] not in names)
                message["headers"] = [*given, *more]
        else:
            self.size += len(message.get("body", b""))
        return self._send(message)


class Front:
    """An application around all others.

    Args:
        app: What answers.
        guard: Who is let in; everybody when `None`.
        headers: What every reply gets.
        for_pages: What every reply gets that is not JSON, unless it has a header of that name itself.
        metrics: What counts; nothing is counted when `None`.
        logs_requests: Whether every request is written down.
    """

    def __init__(
        self,
        app: ASGIApp,
        guard: Guard | None,
        headers: Sequence[Header],
        for_pages: Sequence[Header],
        metrics: Metrics | None = None,
        *,
        logs_requests: bool = False,
    ) -> None:
        self._app = app
        self._guard = guard
        self._headers = headers
        self._for_pages = for_pages
        self._metrics = metrics
        self._logs_requests = logs_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = origin = request_id = b""
        for name, value in scope["headers"]:
            if name == b"host":
                host = value if not host else b"?"  # two of them: whoever is in between may have meant the other
            elif name == b"origin":
                origin = value
            elif name == b"x-request-id" and _ID.fullmatch(value):
                request_id = value
        request_id = request_id or b"%024x" % random.getrandbits(96)
        headers = [(b"x-request-id", request_id), *self._headers]
        exchange = Exchange(request_id, headers, self._for_pages, send)
        scope[EXCHANGE] = exchange
        if self._guard is not None:
            verdict = self._guard.judge(scope, host, origin)
            headers += verdict.headers
            if verdict.is_answered:
                await reply(exchange.send, b"", 204, ())
                return
            if verdict.refusal is not None:
                await reply_error(exchange.send, verdict.refusal)
                self._tell(scope, exchange, 0.0)
                return
        if self._metrics is None and not self._logs_requests:
            await self._answer(scope, receive, exchange)
            return
        started = time.perf_counter()
        if self._metrics is not None:
            self._metrics.begin()
        try:
            await self._answer(scope, receive, exchange)
        finally:
            seconds = time.perf_counter() - started
            if self._metrics is not None:
                self._metrics.end(scope["method"], scope.get(ROUTE, ""), exchange.status, seconds)
            self._tell(scope, exchange, seconds)

    async def _answer(self, scope: Scope, receive: Receive, exchange: Exchange) -> None:
        try:
            await self._app(scope, receive, exchange.send)
        except Disconnected:
            pass
        except asyncio.CancelledError:
            # Nobody cancels a request but a server that ends.
            if not exchange.status:
                error = RunyardError(
                    "The server is being stopped, and the request took too long; send it again.", _BUSY
                )
                await reply_error(exchange.send, error, ((b"connection", b"close"),))
        except Exception:
            name = exchange.request_id.decode()
            _log.exception("%s %s failed", scope["method"], scope["path"], extra={"fields": {"request_id": name}})
            # Of a reply that has begun, the rest stays away: the connection is closed, so the client sees that.
            if not exchange.status:
                await reply_error(
                    exchange.send,
                    RunyardError(
                        f"The server failed to answer. Its log says why, beside the request id {name}.", request_id=name
                    ),
                )

    def _tell(self, scope: Scope, exchange: Exchange, seconds: float) -> None:
        if not self._logs_requests:
            return
        client, who = scope.get("client"), scope.get(IDENTITY)
        fields: dict[str, object] = {
            "method": scope["method"],
            "path": scope["path"],  # without the query, in which people put secrets
            "status": exchange.status,
            "ms": round(seconds * 1000, 2),
            "bytes": exchange.size,
            "client": client[0] if client else "",
            "request_id": exchange.request_id.decode(),
        }
        if who is not None:
            fields["user"] = who.name
        _requests.info("request", extra={"fields": fields})
