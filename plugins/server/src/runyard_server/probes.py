"""What tells that the server is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.rest.access import PUBLIC
from runyard.rest.extension import ExtraRoute
from runyard_asgi.http import reply

if TYPE_CHECKING:
    from runyard.rest.extension import ASGIApp, Receive, Scope, Send

__all__ = ["PROBES"]

PROTOCOL = "3.17.2"
"""The release of the reference system whose protocol this is: clients compare it with what they need."""

_TEXT = ((b"content-type", b"text/plain; charset=utf-8"),)


def _says(text: str) -> ASGIApp:
    body = text.encode()

    async def endpoint(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, body, headers=_TEXT)

    return endpoint


PROBES = (
    ExtraRoute(method="GET", path="/health", endpoint=_says("OK"), permission=PUBLIC),
    ExtraRoute(method="GET", path="/version", endpoint=_says(PROTOCOL), permission=PUBLIC),
)
