"""Bodies and replies, in the terms of ASGI."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from runyard.errors import (
    HTTP_STATUS,
    DataDamaged,
    InvalidInput,
    PluginConflict,
    PluginFailed,
    RunyardError,
    StorageFailure,
    Unavailable,
)

if TYPE_CHECKING:
    from runyard.rest.extension import Receive, Scope, Send

__all__ = [
    "BodyTooLarge",
    "BodyTooSlow",
    "Disconnected",
    "Headers",
    "deadline",
    "disconnected",
    "header",
    "read_body",
    "read_parameters",
    "reply",
    "reply_error",
]

Headers = Iterable[tuple[bytes, bytes]]

JSON = (b"content-type", b"application/json")

MOST_PARAMETERS = 1000

_log = logging.getLogger(__name__)


class BodyTooLarge(RunyardError):
    """The body is longer than what is taken."""

    error_code = "INVALID_PARAMETER_VALUE"


class BodyTooSlow(RunyardError):
    """The body did not come in time."""

    error_code = "DEADLINE_EXCEEDED"


class Disconnected(Exception):
    """Nobody waits for the reply any longer."""


def header(scope: Scope, name: bytes) -> bytes:
    """Return the value of a header, by its name in lower case; nothing if it was not sent."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return b""


def read_parameters(scope: Scope) -> list[tuple[str, str]]:
    """Return the names and texts of a query string.

    Raises:
        InvalidInput: It is no UTF-8, or there are too many.
    """
    try:
        text = scope["query_string"].decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise InvalidInput("The query string is not in UTF-8.") from None
    except ValueError:
        raise InvalidInput(f"The query string has more than {MOST_PARAMETERS} parameters.") from None


@contextmanager
def deadline(seconds: float, problem: str) -> Iterator[None]:
    """Give up on what a task waits for in this block when it takes longer.

    Raises:
        BodyTooSlow: It did; the message is the problem.
    """
    task = asyncio.current_task()
    is_late = False

    def give_up() -> None:
        nonlocal is_late
        is_late = True
        if task is not None:
            task.cancel()

    timer = asyncio.get_running_loop().call_later(seconds, give_up)
    try:
        yield
    except asyncio.CancelledError:
        if is_late:
            raise BodyTooSlow(problem) from None
        raise
    finally:
        timer.cancel()


async def read_body(scope: Scope, receive: Receive, most: int, seconds: float) -> bytes:
    """Return the body of a request.

    Args:
        scope: The request.
        receive: Where it comes from.
        most: The bytes that are taken.
        seconds: How long it may take.

    Raises:
        BodyTooLarge, BodyTooSlow: The body is longer, or takes longer.
        Disconnected: The client is gone.
    """
    length = header(scope, b"content-length")
    if length.isdigit() and int(length) > most:
        raise _too_large(most)
    chunks: list[bytes] = []
    size = 0
    with deadline(seconds, f"The body of the request was not here after {seconds:g} seconds."):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > most:
                raise _too_large(most)
            chunks.append(chunk)
            if not message.get("more_body", False):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"The body of the request is larger than {most} bytes, which is what is taken; send it in parts."
    )


async def disconnected(receive: Receive) -> None:
    """Return when the client of a request, whose body was read, is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def reply(send: Send, body: bytes, status: int = 200, headers: Headers = (JSON,)) -> None:
    """Send a whole reply."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def reply_error(send: Send, error: RunyardError, headers: Headers = ()) -> None:
    """Send an error as the protocol has it.

    What is wrong with the machines behind the server is for its log: it names their paths and addresses.
    """
    if isinstance(error, (DataDamaged, PluginConflict, PluginFailed, StorageFailure, Unavailable)):
        _log.error("%s: %s", error.error_code, error)
        is_passing = isinstance(error, Unavailable)
        told = "is busy or cannot be reached; try again" if is_passing else "failed; the log of the server says how"
        error = RunyardError(f"The storage of the server {told}.", error.error_code)
    status = HTTP_STATUS.get(error.error_code, 500)
    if isinstance(error, BodyTooLarge):
        status = 413
    elif isinstance(error, BodyTooSlow):
        status = 408
    elif status == 401:
        headers = (*headers, (b"www-authenticate", b'Basic realm="runyard"'))
    await reply(send, error.serialize_as_json().encode(), status, (JSON, *headers))
