"""The body of a request on its way into a file, at constant memory.

The steps of storing a file (open, write a portion, close) are done in threads, one after the other; between them, while
the next portion is on its way, no thread is held. A portion is received while the one before it is written, and no
further: the connection waits for the medium.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, BinaryIO

from runyard.errors import InvalidInput
from runyard_asgi.http import Disconnected, deadline, header

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from hashlib import _Hash

    from runyard.artifacts.locations import Location
    from runyard.rest.extension import Receive, Scope
    from runyard_asgi.threads import Threads

__all__ = ["PORTION", "Body", "store", "store_at"]

PORTION = 1 << 20
"""Bytes that are handed over at a time."""

IDLE_SECONDS = 60.0
"""How long a client may send nothing."""


class Body:
    """The body of a request, in portions.

    Args:
        scope: The request.
        receive: Where it comes from.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        length = header(scope, b"content-length")
        self._length = int(length) if length.isdigit() else None
        self._receive = receive
        self._received = 0
        self._more = True

    async def portion(self) -> Sequence[bytes]:
        """Return the next bytes: `PORTION`, or a little more; less at the end.

        Raises:
            BodyTooSlow: Nothing came for a while.
            Disconnected: The client is gone.
            InvalidInput: It is not as long as its header said.
        """
        chunks: list[bytes] = []
        size = 0
        while self._more and size < PORTION:
            message = await self._next()
            if message["type"] == "http.disconnect":
                raise Disconnected
            self._more = message.get("more_body", False)
            chunk = message.get("body", b"")
            chunks.append(chunk)
            size += len(chunk)
        self._received += size
        if not self._more and self._length is not None and self._received != self._length:
            raise InvalidInput(f"The body has {self._received} bytes; its Content-Length says {self._length}.")
        return chunks

    def is_short(self) -> bool:
        """Say whether one portion is all of it."""
        return self._length is not None and self._length < PORTION

    def is_read(self) -> bool:
        """Say whether nothing follows."""
        return not self._more

    async def _next(self) -> MutableMapping[str, Any]:
        with deadline(IDLE_SECONDS, f"Nothing of the body came for {IDLE_SECONDS:g} seconds."):
            return await self._receive()


async def store_at(
    place: Location, body: Body, threads: Threads, digest: _Hash | None, wanted: bytes | None = None
) -> None:
    """Store a body as an artifact; the other arguments are those of `store`.

    Raises:
        InvalidInput, StorageFailure, BodyTooSlow, Disconnected: As `store` does.
    """
    if body.is_short():
        await threads.run(_store_bytes, place, await body.portion(), digest, wanted)
    else:
        await store(place.repository.create(place.path), body, threads, digest, wanted)


async def store(
    target: AbstractContextManager[BinaryIO],
    body: Body,
    threads: Threads,
    digest: _Hash | None,
    wanted: bytes | None = None,
) -> None:
    """Store a body.

    Args:
        target: What `ArtifactRepository.create` has returned, or alike.
        body: The body.
        threads: Where files are written.
        digest: Told of all bytes, if it is of interest.
        wanted: What it has to be.

    Raises:
        InvalidInput: The digest, or the length, is another one. Nothing is stored then, nor after any other error.
        StorageFailure: The medium refuses.
        BodyTooSlow, Disconnected: The body does not come.
    """
    portion = await body.portion()
    if body.is_read():
        await threads.run(_store_whole, target, portion, digest, wanted)
        return
    entry = threads.submit(target.__enter__)
    step: Future[Any] = entry
    try:
        stream = await asyncio.wrap_future(entry)
        step = threads.submit(_write, stream, portion, digest)
        while not body.is_read():
            portion = await body.portion()
            await asyncio.wrap_future(step)
            step = threads.submit(_write, stream, portion, digest)
        await asyncio.wrap_future(step)
        _check(digest, wanted)
    except BaseException as error:
        # It is given up also where this task is cancelled meanwhile.
        raise await asyncio.shield(threads.run(_give_up, target, entry, step, error)) from None
    await asyncio.shield(threads.run(target.__exit__, None, None, None))


def _store_bytes(place: Location, portion: Sequence[bytes], digest: _Hash | None, wanted: bytes | None) -> None:
    data = portion[0] if len(portion) == 1 else b"".join(portion)
    if digest is not None:
        digest.update(data)
    _check(digest, wanted)
    place.repository.store_bytes(place.path, data)


def _store_whole(
    target: AbstractContextManager[BinaryIO], portion: Sequence[bytes], digest: _Hash | None, wanted: bytes | None
) -> None:
    with target as stream:
        _write(stream, portion, digest)
        _check(digest, wanted)


def _write(stream: BinaryIO, portion: Sequence[bytes], digest: _Hash | None) -> None:
    for chunk in portion:
        stream.write(chunk)
        if digest is not None:
            digest.update(chunk)


def _check(digest: _Hash | None, wanted: bytes | None) -> None:
    if digest is not None and wanted is not None and digest.digest() != wanted:
        raise InvalidInput(
            f"The body is damaged: its SHA-256 is {digest.hexdigest()}, the Content-Digest says {wanted.hex()}. "
            "Nothing was stored; send it again."
        )


def _give_up(
    target: AbstractContextManager[BinaryIO], entry: Future[BinaryIO], step: Future[Any], error: BaseException
) -> BaseException:
    """Leave the block of a file as by an error, when the last step has ended; return what comes out of it."""
    wait((entry, step))
    if not entry.cancelled() and entry.exception() is None:
        try:
            target.__exit__(type(error), error, error.__traceback__)
        except BaseException as outcome:
            return outcome
    return error
