"""Connections that do little for a small request.

`http.client` sends the head and the body of a request in two segments and reads the head of a reply as if it were an
e-mail, which is most of what a client does when it records one value. Connections from here send both at once and read
what a head is in HTTP. The rest is urllib3's: the pool, TLS, proxies, time-outs. What is streamed, and what goes
through a proxy, is sent and read as usual.
"""

from __future__ import annotations

import io
from http.client import BadStatusLine, IncompleteRead, LineTooLong, RemoteDisconnected
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection  # noqa: TID253 - imported when a server is used
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool  # noqa: TID253 - the same
from urllib3.response import HTTPResponse  # noqa: TID253 - the same

__all__ = ["POOLS"]

MOST_IDLE = 1.5
"""Seconds after which a connection is not used again: servers close those that are idle, some after two seconds, and a
request that crosses such an end is lost without a word on whether it was done."""
SEGMENT = 1 << 16
MOST_HEAD = 1 << 17


class SwiftConnection(HTTPConnection):
    """A connection to a server."""

    _is_swift = False
    _method = ""
    _last_used = 0.0

    @property
    def is_connected(self) -> bool:
        return monotonic() - self._last_used < MOST_IDLE and super().is_connected

    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        *,
        chunked: bool = False,
        preload_content: bool = True,
        decode_content: bool = True,
        enforce_content_length: bool = True,
    ) -> None:
        self._is_swift = preload_content and not chunked and isinstance(body, bytes) and self.proxy is None
        if not self._is_swift:
            super().request(
                method,
                url,
                body,
                headers,
                chunked=chunked,
                preload_content=preload_content,
                decode_content=decode_content,
                enforce_content_length=enforce_content_length,
            )
            return
        if self.sock is None:
            self.connect()
        else:
            self.sock.settimeout(self.timeout)
        self._method = method
        lines = [f"{method} {url} HTTP/1.1", *[f"{name}: {value}" for name, value in headers.items()]]
        head = "\r\n".join(lines)
        if head.count("\n") >= len(lines) or head.count("\r") >= len(lines):
            raise ValueError("A header of a request, or its address, holds the end of a line.")
        message = b"%b\r\nContent-Length: %d\r\n\r\n%b" % (head.encode("latin-1"), len(body), body)
        for start in range(0, len(message), SEGMENT):  # the time-out is for each of them
            self.sock.sendall(message[start : start + SEGMENT])

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        if not self._is_swift:
            response = super().getresponse()
            self._last_used = monotonic()
            return response
        self.sock.settimeout(self.timeout)
        status, reason, headers, data = self._read_head()
        while 100 <= status < 200:
            status, reason, headers, data = self._read_head(data)
        if self._method == "HEAD" or status in (204, 304):
            body = b""
        elif headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._read_chunks(data)
        elif headers.get("content-length", "").isdigit():
            length = int(headers["content-length"])
            body = bytes(self._read_more(data, length)[:length])
            del data[:length]
        else:
            body = self._read_all(data)
            self.close()
        if data or headers.get("connection", "").lower() == "close":
            self.close()  # what nobody asked for must not be taken for the reply to the next request
        self._last_used = monotonic()
        encoded = "content-encoding" in headers
        return HTTPResponse(
            io.BytesIO(body) if encoded else body, headers, status, 11, reason=reason, request_method=self._method
        )

    def _read_head(self, data: bytearray | None = None) -> tuple[int, str, dict[str, str], bytearray]:
        """Return status, reason and headers of a reply, and what has come of its body."""
        data = bytearray() if data is None else data
        while (end := data.find(b"\r\n\r\n")) < 0:
            if len(data) > MOST_HEAD:
                raise LineTooLong("head")
            more = self.sock.recv(SEGMENT)
            if not more:
                raise RemoteDisconnected("It closed the connection without an answer")
            data += more
        first, *lines = data[:end].decode("latin-1").split("\r\n")
        version, _, rest = first.partition(" ")
        code, _, reason = rest.partition(" ")
        if not version.startswith("HTTP/1.") or not code.isdigit():
            raise BadStatusLine(first[:80])
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if version == "HTTP/1.0":
            headers.setdefault("connection", "close")
        del data[: end + 4]
        return int(code), reason, headers, data

    def _read_more(self, data: bytearray, length: int) -> bytearray:
        while len(data) < length:
            more = self.sock.recv(max(SEGMENT, min(length - len(data), 1 << 20)))
            if not more:
                raise IncompleteRead(bytes(data), length - len(data))
            data += more
        return data

    def _read_all(self, data: bytearray) -> bytes:
        while more := self.sock.recv(SEGMENT):
            data += more
        return bytes(data)

    def _read_chunks(self, data: bytearray) -> bytes:
        body = bytearray()
        while True:
            size = self._read_line(data).partition(b";")[0]
            try:
                length = int(size, 16)
            except ValueError:
                raise BadStatusLine(f"chunk of size {size[:80]!r}") from None
            if length == 0:
                while self._read_line(data):
                    pass
                return bytes(body)
            body += self._read_more(data, length + 2)[:length]
            del data[: length + 2]

    def _read_line(self, data: bytearray) -> bytes:
        while (end := data.find(b"\r\n")) < 0:
            if len(data) > MOST_HEAD:
                raise LineTooLong("chunk size")
            self._read_more(data, len(data) + 1)
        line = bytes(data[:end])
        del data[: end + 2]
        return line


class SwiftTLSConnection(SwiftConnection, HTTPSConnection):
    """A connection to a server, encrypted."""


class SwiftPool(HTTPConnectionPool):
    """Connections to one server."""

    ConnectionCls = SwiftConnection


class SwiftTLSPool(HTTPSConnectionPool):
    """Encrypted connections to one server."""

    ConnectionCls = SwiftTLSConnection


POOLS = {"http": SwiftPool, "https": SwiftTLSPool}
