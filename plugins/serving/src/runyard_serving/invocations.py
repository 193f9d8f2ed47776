"""``/invocations``: the endpoint that asks the model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any

from runyard.errors import RunyardError
from runyard_asgi.front import EXCHANGE
from runyard_asgi.http import header, read_body, reply, reply_error
from runyard_asgi.threads import Threads
from runyard_serving.batching import Batches
from runyard_serving.reading.content_type import parse
from runyard_serving.refusals import Overloaded, Refused

if TYPE_CHECKING:
    from runyard.rest.extension import Receive, Scope, Send
    from runyard_serving.model import ServedModel
    from runyard_serving.settings import Calls

__all__ = ["Invocations"]

TEXT = (b"content-type", b"text/plain; charset=utf-8")
_SOON = (b"retry-after", b"1")
_MOST_MESSAGE = 2000
_MOST_HELD = 4
"""How many bodies of the largest size a worker holds at the same time; there may be many more small ones."""


class Invocations:
    """Has the model predict in threads, so that a slow prediction delays no other request.

    Args:
        model: The model.
        calls: The limits.
    """

    def __init__(self, model: ServedModel, calls: Calls) -> None:
        self._calls = calls
        self._metrics = model.metrics
        self._threads = Threads(calls.threads, "runyard-predict")
        self._waiting = 0
        self._held = 0
        self._ask: Callable[[bytes, str, str], asyncio.Future[bytes]] = partial(self._threads.run, model.answer)
        if calls.batch_rows > 1:
            on_batch = {} if model.metrics is None else {"on_batch": model.metrics.batched}
            seconds = calls.batch_milliseconds / 1000
            self._ask = Batches(model, self._threads, calls.batch_rows, seconds, **on_batch).run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._answer(scope, receive)
        except Refused as refused:
            await reply(send, refused.text.encode(), refused.status, (TEXT, *refused.headers))
        except Overloaded as error:
            await reply_error(send, error, (_SOON,))
        except RunyardError as error:
            await reply_error(send, _shortened(error))
        else:
            await reply(send, body)

    async def _answer(self, scope: Scope, receive: Receive) -> bytes:
        self._check_queue()  # before a body is read in vain
        content_type = parse(header(scope, b"content-type"))
        encoding = header(scope, b"content-encoding")
        if encoding not in (b"", b"identity"):
            shown = encoding.decode("latin-1")[:100]
            raise Refused(415, f"The Content-Encoding {shown!r} is not understood. Send the body as it is.")
        held = 0

        async def receive_some() -> MutableMapping[str, Any]:
            nonlocal held
            message = await receive()
            size = len(message.get("body", b""))
            held += size
            self._held += size
            if self._held > _MOST_HELD * self._calls.body_bytes:
                raise Overloaded("The server is busy: the requests that wait are too large together. Try again.")
            return message

        try:
            body = await read_body(scope, receive_some, self._calls.body_bytes, self._calls.body_seconds)
            self._check_queue()
            return await self._predict(body, content_type, scope[EXCHANGE].request_id.decode())
        finally:
            self._held -= held

    def _check_queue(self) -> None:
        """Refuse a request if too many wait for the model; those whose bodies are on their way do not count.

        Raises:
            Overloaded: They do.
        """
        if self._waiting >= self._calls.queue:
            raise Overloaded(f"The server is busy: {self._waiting} requests wait for the model. Try again.")

    async def _predict(self, body: bytes, content_type: str, request_id: str) -> bytes:
        self._wait(1)
        call = self._ask(body, content_type, request_id)
        timer = asyncio.get_running_loop().call_later(self._calls.timeout_seconds, _give_up, call)
        try:
            return await call
        finally:
            timer.cancel()
            self._wait(-1)

    def _wait(self, more: int) -> None:
        self._waiting += more
        if self._metrics is not None:
            self._metrics.waits(more)

    def close(self) -> None:
        """Return when the predictions that were begun have ended."""
        self._threads.shutdown()


def _give_up(call: asyncio.Future[bytes]) -> None:
    """Let whoever waits for a prediction know that it takes too long; a thread goes on with what it has begun."""
    if not call.done():
        # The words that clients of the protocol know
        call.set_exception(Refused(504, "Request processing time exceeded limit"))


def _shortened(error: RunyardError) -> RunyardError:
    """Return an error whose message does not repeat all that was sent."""
    if len(error.message) > _MOST_MESSAGE:
        error.message = f"{error.message[:_MOST_MESSAGE]}..."
    return error
