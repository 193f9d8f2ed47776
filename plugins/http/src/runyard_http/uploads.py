"""Files on their way to a server, or to the store that it sends clients to."""

from __future__ import annotations

import hashlib
import io
import os
from base64 import b64encode
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.rest import artifacts as wire
from runyard_http.artifact_server import file_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runyard.artifacts.repository import Progress
    from runyard.uris import ArtifactPath
    from runyard_http.artifact_server import ArtifactServer

__all__ = ["BINARY", "content_digest", "opened", "send_signed", "send_whole"]

BLOCK = 1 << 20
SMALL = 1 << 20
"""Bytes: a file of this size is sent at once, with its head."""

BINARY = "application/octet-stream"


class _FileBody(io.RawIOBase):
    """A file as the body of a request; it can be sent again.

    Args:
        stream: The file.
        size: Its bytes; no more are sent, and no fewer.
        progress: Told of the bytes that were sent.
    """

    def __init__(self, stream: BinaryIO, size: int, progress: Progress | None) -> None:
        super().__init__()
        self._stream = stream
        self._left = self._size = size
        self._progress = progress

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size - self._left

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._stream.seek(offset, whence)
        before, position = self.tell(), self._stream.tell()
        self._left = self._size - position
        self._tell(position - before)
        return position

    def read(self, _size: int = -1) -> bytes:
        """Return the next block, larger than asked for: who asks has a small one in mind, and sends what there is."""
        data = self._stream.read(min(BLOCK, self._left))
        if self._left and not data:
            raise InvalidInput(f"The file {self._stream.name!r} became shorter while it was sent; send it again.")
        self._left -= len(data)
        self._tell(len(data))
        return data

    def _tell(self, count: int) -> None:
        if self._progress is not None and count:
            self._progress(count)


@contextmanager
def opened(source: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file that is sent; give it with its size.

    Raises:
        NotFound: There is no such file.
        StorageFailure: It cannot be read.
    """
    try:
        stream = source.open("rb", buffering=0)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotFound(f"There is no file {str(source)!r} to upload.") from None
    except OSError as error:
        raise StorageFailure(f"Cannot read {str(source)!r}: {error.strerror or error}.") from error
    with stream:
        yield stream, os.fstat(stream.fileno()).st_size


def send_whole(server: ArtifactServer, path: ArtifactPath, source: Path, progress: Progress | None) -> None:
    """Store a file with one request.

    Raises:
        RunyardError: The server refuses.
    """
    with opened(source) as (stream, size):
        _put(server, file_target(path), {"Content-Type": BINARY}, stream, size, progress, is_checked=True)


def send_signed(server: ArtifactServer, path: ArtifactPath, source: Path, progress: Progress | None) -> None:
    """Store a file straight in the store behind a server.

    Raises:
        RunyardError: The server or the store refuses.
    """
    signed = server.call(wire.SIGN_UPLOAD, wire.FilePath(path=str(path))).entity()
    with opened(source) as (stream, size):
        _put(server, signed.url, signed.headers, stream, size, progress, method=signed.method)


def _put(
    server: ArtifactServer,
    target: str,
    headers: Mapping[str, str],
    stream: BinaryIO,
    size: int,
    progress: Progress | None,
    *,
    method: str = "PUT",
    is_checked: bool = False,
) -> None:
    if size <= SMALL:
        data = stream.read(size)
        if is_checked:
            headers = {**headers, "Content-Digest": content_digest(hashlib.sha256(data).digest())}
        server.request(method, target, headers=headers, body=data)
        if progress is not None:
            progress(len(data))
        return
    if is_checked and server.info.digests_verified:
        headers = {**headers, "Content-Digest": content_digest(_digest(stream))}
    body = _FileBody(stream, size, progress)
    server.request(method, target, headers={**headers, "Content-Length": str(size)}, body=body)


def _digest(stream: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    while block := stream.read(BLOCK):
        digest.update(block)
    stream.seek(0)
    return digest.digest()


def content_digest(digest: bytes) -> str:
    """Return the header by which the other side sees whether a body came as it was sent."""
    return f"sha-256=:{b64encode(digest).decode()}:"
