"""The connection to one server: calls of its routes, and requests whose bodies are streamed.

Connections are kept open and shared by threads; a child process opens its own. What gets no answer is repeated where
that is safe.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from io import IOBase
from typing import IO, TYPE_CHECKING, TypeVar
from urllib.parse import urlencode, urlsplit
from weakref import WeakValueDictionary

import msgspec
import urllib3  # noqa: TID253 - imported when a server is used

from runyard import __version__
from runyard.errors import InvalidInput, RunyardError
from runyard.rest.message import Empty, Message, decode, encode, write_query
from runyard.uris import StoreURI
from runyard_http import faults, settings
from runyard_http.address import ServerAddress
from runyard_http.credentials import signer
from runyard_http.patience import Patience, Waiting, retry_after
from runyard_http.pools import Pools

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

    from runyard.rest.route import Route

__all__ = ["Body", "Connection", "open_connection"]

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)

Body = bytes | IO[bytes] | Iterable[bytes] | None

log = logging.getLogger("runyard")

CONNECT_SECONDS = 15.0
BUSY = frozenset({408, 429, 502, 503, 504})
"""What servers and proxies answer that may do better later."""
UNTOUCHED = frozenset({429, 503})
"""What they answer when they have not even begun."""
_NOTHING = (b"{}", b"", None, b"200 OK")
FAULTS = (urllib3.exceptions.HTTPError, OSError)


class Connection:
    """A server, and how it is talked to.

    Args:
        uri: Its address; may hold a user and a password.

    Raises:
        InvalidInput: The address or a setting is not valid.
        PluginMissing, PluginFailed, PluginConflict: The plugin for credentials cannot be used.
    """

    def __init__(self, uri: StoreURI) -> None:
        self.address = ServerAddress.parse(uri)
        self._patience = Patience.of_settings()
        seconds = settings.HTTP_REQUEST_TIMEOUT.get() or None
        self._timeout = urllib3.Timeout(connect=min(seconds or CONNECT_SECONDS, CONNECT_SECONDS), read=seconds)
        self._sign = signer(self.address)
        self._common = {
            "Host": self.address.origin.partition("://")[2],
            "User-Agent": f"runyard-python/{__version__}",
            "Content-Type": "application/json",
        }
        self._is_known = False
        self._pools = Pools()

    def __repr__(self) -> str:
        return f"Connection({str(self.address)!r})"

    def close(self) -> None:
        """Close what is open; it is opened again when it is needed."""
        self._pools.close()

    def call(self, route: Route[Q, R], message: Q, *, repeat: bool = True, base: str | None = None) -> R:
        """Ask for something.

        Args:
            route: What.
            message: With which parameters.
            repeat: Whether it may be done twice; if not, it is repeated only when it cannot have been done.
            base: The address of another server that is asked, without credentials; this one when absent.

        Raises:
            RunyardError: What the server answers.
            Unavailable: It does not answer, or not in time.
            NotFound: It is no tracking server, or does not know the route (``ENDPOINT_NOT_FOUND``).
        """
        method, path, body = route.method, route.full_path, b""
        if "{" in path:
            path = route.path_of(msgspec.structs.asdict(message))
        if method == "GET":
            given = route.parameters
            query = urlencode([(name, text) for name, text in write_query(message) if name not in given])
            path = f"{path}?{query}" if query else path
        else:
            body = encode(message)
        target = (self.address.prefix if base is None else base) + path
        headers = None if base is None else {"Content-Type": "application/json"}
        reply = self._exchange(method, target, body, headers=headers, repeat=repeat)
        data = reply.data
        if route.reply is Empty and data in _NOTHING:
            return route.reply()
        try:
            return decode(data or b"", route.reply)
        except InvalidInput as error:
            raise faults.not_a_server(reply.headers, self.address, str(error)) from None

    def request(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        repeat: bool = True,
        is_streamed: bool = True,
    ) -> BaseHTTPResponse:
        """Ask for something whose reply is read piece by piece; the caller reads it to its end or closes it.

        Args:
            method: The HTTP method.
            target: A path on the server, encoded, with its query string; or a whole address. Another server than this
                one is not told the credentials.
            headers: More headers.
            body: What is sent. Only bytes, and files that can be sought in, can be sent again.
            repeat: Whether it may be done twice.
            is_streamed: Whether the reply is read by the caller; if not, it is short, and was read.

        Raises:
            RunyardError: What the server answers, if its status is not below 300.
            Unavailable: It does not answer, or not in time.
        """
        return self._exchange(
            method,
            target if "://" in target else self.address.prefix + target,
            body,
            headers=headers or {},
            repeat=repeat,
            is_streamed=is_streamed,
        )

    def _exchange(
        self,
        method: str,
        target: str,
        body: Body,
        *,
        headers: Mapping[str, str] | None = None,
        repeat: bool,
        is_streamed: bool = False,
    ) -> BaseHTTPResponse:
        waiting: Waiting | None = None
        file = body if isinstance(body, IOBase) and body.seekable() else None
        start = 0 if file is None else file.tell()
        can_resend = body is None or isinstance(body, bytes) or file is not None
        is_renewed = False
        while True:
            problem: RunyardError
            try:
                reply = self._send(method, target, body, headers, is_streamed=is_streamed)
            except FAULTS as fault:
                problem = faults.explain(fault, self._place(target), is_known=self._is_known)
                may_repeat = not faults.is_hopeless(fault) and (repeat or not faults.was_reached(fault))
                least = 0.0
            else:
                self._is_known = True
                if reply.status < 300:
                    return reply
                problem = faults.error_of_reply(
                    reply.status, reply.reason or "", reply.headers, reply.data or b"", self._place(target)
                )
                may_repeat = reply.status in (BUSY if repeat else UNTOUCHED)
                least = retry_after(reply.headers.get("retry-after"))
                if reply.status == 401 and can_resend and not is_renewed and self._renews_credentials(method, target):
                    is_renewed = True
                    continue
            if not (may_repeat and can_resend):
                raise problem from None
            if waiting is None:
                waiting = Waiting(self._patience)
                log.warning("%s Trying again.", problem)
            if not waiting.wait(least, is_known=self._is_known):
                raise problem from None
            if file is not None:
                file.seek(start)

    def _renews_credentials(self, method: str, target: str) -> bool:
        """Read the credentials anew, and say whether they have changed since."""
        before, self._sign = self._sign, signer(self.address)
        url = self.address.origin + target
        return "://" not in target and self._sign(method, url) != before(method, url)

    def _place(self, target: str) -> ServerAddress:
        """Return the address that errors name: of another server its origin, since the rest may hold secrets."""
        if "://" not in target:
            return self.address
        parts = urlsplit(target)
        return ServerAddress.parse(StoreURI(parts.scheme, f"{parts.scheme}://{parts.netloc}"))

    def _send(
        self, method: str, target: str, body: Body, headers: Mapping[str, str] | None, *, is_streamed: bool
    ) -> BaseHTTPResponse:
        origin = self.address.origin
        if "://" in target:
            parts = urlsplit(target)
            url, origin = target, f"{parts.scheme}://{parts.netloc}"
            target = target[len(origin) :]
        else:
            url = origin + target
        if origin == self.address.origin:
            sent = {**self._common, **self._sign(method, url)}
        else:
            sent = {"Host": origin.partition("://")[2], "User-Agent": self._common["User-Agent"]}
        if headers is not None:
            sent.update(headers)
        pool = self._pools.find(origin)
        return pool.urlopen(
            method,
            url if pool.proxy is not None and pool.scheme == "http" else target,
            body,
            sent,
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=self._timeout,
            preload_content=not is_streamed,
        )


_connections: WeakValueDictionary[tuple[int, str], Connection] = WeakValueDictionary()


def open_connection(uri: StoreURI) -> Connection:
    """Return the connection to a server; the store, the registry and the repositories of one address share it.

    Raises:
        InvalidInput: The address or a setting is not valid.
        PluginMissing, PluginFailed, PluginConflict: The plugin for credentials cannot be used.
    """
    key = (os.getpid(), uri.text)
    connection = _connections.get(key)
    if connection is None:
        connection = _connections.setdefault(key, Connection(uri))
    return connection
