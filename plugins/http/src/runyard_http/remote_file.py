"""A file that is read over HTTP, wherever one likes: what is broken off goes on where it was."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError  # noqa: TID253 - imported when a server is used

from runyard.errors import Unavailable
from runyard_http.patience import Patience, Waiting

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

__all__ = ["BLOCK", "Fetch", "RemoteFile"]

BLOCK = 1 << 20

Fetch = Callable[[Mapping[str, str]], "BaseHTTPResponse"]
"""Asks for a file with more headers; the reply is 200 or 206, and is read piece by piece."""


class RemoteFile(io.RawIOBase):
    """A file on a server.

    Its bytes are those of one version of it: if it is replaced meanwhile, reading fails.

    Args:
        fetch: Asks for it.
        name: What messages call it.

    Raises:
        RunyardError: There is no such file; whatever `fetch` raises.

    Attributes:
        headers: What the first reply said.
        size: Its bytes; `None` where the server does not say.
    """

    def __init__(self, fetch: Fetch, name: str) -> None:
        super().__init__()
        self._fetch = fetch
        self._name = name
        self._reply: BaseHTTPResponse | None = None  # it is closed also where there is no such file
        self._reply = first = fetch({"Accept-Encoding": "identity"})
        # Where the reply stands, and where the file does.
        self._offset = self._position = 0
        self.headers: Mapping[str, str] = first.headers
        length = self.headers.get("content-length", "")
        self.size = int(length) if length.isdigit() else None
        self._version = _version(self.headers)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.size is not None

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if self.size is None:
            raise io.UnsupportedOperation(f"The server does not say how large {self._name} is.")
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError(f"There is nothing before the first byte of {self._name}.")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.read_block(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        return b"".join(iter(self.read_block, b""))

    def read_block(self, most: int = BLOCK) -> bytes:
        """Return the next bytes; nothing at the end.

        Raises:
            Unavailable: They do not come, also after several attempts; or the file was replaced.
        """
        if self.size is not None and self._position >= self.size:
            return b""
        waiting: Waiting | None = None
        while True:
            try:
                data = self._standing_at(self._position).read(most, decode_content=False)
                if data or self.size is None:
                    self._position += len(data)
                    self._offset = self._position
                    return data
                reason = "it ended too early"
            except (HTTPError, OSError) as fault:
                if isinstance(fault, Unavailable):
                    raise
                reason = str(fault)
            self._drop()
            waiting = waiting or Waiting(Patience.of_settings())
            if self.size is None or not waiting.wait(is_known=True):
                raise Unavailable(f"The transfer of {self._name} broke off at byte {self._position}: {reason}.")

    def close(self) -> None:
        self._drop()
        super().close()

    def _standing_at(self, position: int) -> BaseHTTPResponse:
        if self._reply is not None and self._offset == position:
            return self._reply
        self._drop()
        headers = {"Accept-Encoding": "identity"}
        if position:
            headers["Range"] = f"bytes={position}-"
            if self._version:
                headers["If-Range"] = self._version
        self._reply = reply = self._fetch(headers)
        self._offset = position
        if _version(reply.headers) != self._version:
            self._drop()
            raise Unavailable(f"{self._name} was replaced while it was read.")
        if position and reply.status != 206:
            # The server knows no ranges.
            left = position
            while left and (data := reply.read(min(left, BLOCK), decode_content=False)):
                left -= len(data)
        return reply

    def _drop(self) -> None:
        if self._reply is not None:
            self._reply.close()
            self._reply.release_conn()
            self._reply = None


def _version(headers: Mapping[str, str]) -> str:
    """Return what tells one version of a file from another; empty where nothing does."""
    tag = headers.get("etag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("last-modified", "")
