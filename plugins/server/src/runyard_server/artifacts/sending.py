"""Files on their way to a client, at constant memory.

What fits into one portion is opened, read and closed in one step of a thread. Of a larger file one portion is read
while the one before it is sent.
"""

from __future__ import annotations

import asyncio
import io
import os
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from runyard.errors import InvalidInput, NotFound
from runyard_asgi.http import Disconnected, disconnected
from runyard_server.artifacts.conditions import Conditions, Selection
from runyard_server.artifacts.headers import content_type, disposition, write_digest
from runyard_server.artifacts.receiving import PORTION

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.rest.extension import Receive, Scope, Send
    from runyard.uris import ArtifactPath
    from runyard_asgi.threads import Threads

__all__ = ["send_file"]

_HARMLESS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-cache"),
    (b"accept-ranges", b"bytes"),
)
"""A browser shows an artifact as nothing else, and asks whether it has changed."""

_POLICY = b"sandbox; default-src 'none'"
"""Whatever a browser does with an artifact, it runs nothing of it."""

_DOCUMENT_POLICY = (
    _POLICY + b"; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:; frame-ancestors 'self'"
)
"""A document is shown without its scripts and without anything that is elsewhere."""


class _File(NamedTuple):
    """A file that is open, and what is known of it.

    Attributes:
        stream: The bytes.
        size: How many.
        etag: Its strong entity tag; empty where the medium has nothing that changes with the file.
        modified: When it was changed, as in a header; empty where that is not known.
        digest: Its SHA-256, where it is known without reading it.
    """

    stream: BinaryIO
    size: int
    etag: bytes
    modified: bytes
    digest: bytes | None


class _Download:
    """The bytes of a file that a request wants; its methods are called in threads, one after the other.

    Args:
        repository: Where the file is.
        path: Its path.
        conditions: What is wanted of it.
    """

    def __init__(self, repository: ArtifactRepository, path: ArtifactPath, conditions: Conditions) -> None:
        self._repository = repository
        self._path = path
        self._conditions = conditions
        self._opened: AbstractContextManager[BinaryIO] | None = None

    def begin(self, *, is_head: bool) -> tuple[_File, Selection, bytes]:
        """Return what is there, what the reply has of it, and the first portion of that.

        Raises:
            NotFound: There is no such file.
            InvalidInput: It is a folder.
        """
        opened = self._repository.open(self._path)
        try:
            stream = opened.__enter__()
        except NotFound:
            info = self._repository.info(self._path)
            if info is not None and info.is_dir:
                raise InvalidInput(
                    f"The artifact path {str(self._path)!r} is that of a folder, not of a file."
                ) from None
            raise NotFound(f"There is no artifact {str(self._path)!r}.") from None
        self._opened = opened
        first = b""
        try:
            self._file = file = _describe(self._repository, self._path, stream)
            chosen = self._conditions.select(file.size, file.etag, file.modified)
            self._left = 0 if is_head or chosen.status in (304, 416) else chosen.length
            if self._left:
                stream.seek(chosen.start)
                first = self.read()
        except BaseException:
            self.close()
            raise
        if not self._left:
            self.close()
        return file, chosen, first

    def read(self) -> bytes:
        """Return the next portion; nothing when all was read.

        Raises:
            Disconnected: The file became shorter: what was promised cannot be kept.
        """
        data = self._file.stream.read(min(PORTION, self._left))
        if self._left and not data:
            raise Disconnected
        self._left -= len(data)
        return data

    def close(self) -> None:
        """Close the file, if it is open."""
        if self._opened is not None:
            self._opened.__exit__(None, None, None)
            self._opened = None

    @property
    def is_open(self) -> bool:
        """Whether there is more to be read."""
        return self._opened is not None


def _describe(repository: ArtifactRepository, path: ArtifactPath, stream: BinaryIO) -> _File:
    known = repository.known_digest(path)
    digest = bytes.fromhex(known) if known else None
    try:
        status = os.fstat(stream.fileno())
    except (OSError, io.UnsupportedOperation, AttributeError):
        size = stream.seek(0, os.SEEK_END)
        return _File(stream, size, f'"{known}"'.encode() if known else b"", b"", digest)
    from email.utils import formatdate

    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"'
    return _File(stream, status.st_size, etag.encode(), formatdate(status.st_mtime, usegmt=True).encode(), digest)


async def send_file(
    scope: Scope,
    receive: Receive,
    send: Send,
    threads: Threads,
    repository: ArtifactRepository,
    path: ArtifactPath,
    *,
    sandboxed: bool = False,
) -> None:
    """Answer with the bytes of a file, or with some of them.

    Args:
        scope: The request.
        receive: Tells that the client is gone.
        send: Takes the reply.
        threads: Where files are read.
        repository: Where the file is.
        path: Its path.
        sandboxed: A browser is to show a file of HTML, without its scripts, in place of saving it.

    Raises:
        NotFound: There is no such file.
        InvalidInput: It is a folder.
        Disconnected: The client is gone, or the file has changed under way.
    """
    is_head = scope["method"] == "HEAD"
    download = _Download(repository, path, Conditions(scope))
    # A request that is cancelled meanwhile leaves a file open for no longer than that step.
    file, chosen, data = await threads.run(lambda: download.begin(is_head=is_head))
    start = {"type": "http.response.start", "status": chosen.status, "headers": _headers(path, file, chosen, sandboxed)}
    if not download.is_open:
        await send(start)
        await send({"type": "http.response.body", "body": data})
        return
    gone = asyncio.ensure_future(disconnected(receive))
    try:
        await send(start)
        while data:
            ahead = threads.run(download.read)
            await send({"type": "http.response.body", "body": data, "more_body": True})
            data = await ahead
            if gone.done():
                raise Disconnected
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        await asyncio.shield(threads.run(download.close))


def _headers(path: ArtifactPath, file: _File, chosen: Selection, sandboxed: bool) -> list[tuple[bytes, bytes]]:
    is_document = sandboxed and path.name.lower().endswith((".html", ".htm"))
    headers = [*_HARMLESS, (b"content-security-policy", _DOCUMENT_POLICY if is_document else _POLICY)]
    if file.etag:
        headers.append((b"etag", file.etag))
    if file.modified:
        headers.append((b"last-modified", file.modified))
    if chosen.status == 304:
        return headers
    headers.append((b"content-length", str(chosen.length).encode()))
    if chosen.status == 416:
        return [*headers, (b"content-range", f"bytes */{file.size}".encode())]
    if chosen.status == 206:
        last = chosen.start + chosen.length - 1
        headers.append((b"content-range", f"bytes {chosen.start}-{last}/{file.size}".encode()))
    if file.digest:
        headers.append((b"repr-digest", write_digest(file.digest)))
    if is_document:
        return [*headers, (b"content-type", b"text/html")]  # its own <meta> says how it is encoded
    headers.append((b"content-type", content_type(path.name)))
    headers.append((b"content-disposition", disposition(path.name)))
    return headers
