"""A tracking server as the keeper of artifacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote
from weakref import WeakKeyDictionary

from runyard.errors import InvalidInput, RunyardError, Unavailable
from runyard.rest import artifacts as wire
from runyard.rest.message import Empty, Message
from runyard.uris import StoreURI
from runyard_http.connection import Connection, open_connection

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

    from runyard.rest.route import Route
    from runyard.uris import ArtifactURI
    from runyard_http.connection import Body

__all__ = ["ArtifactServer", "file_target", "serving_artifacts"]

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)

_FILES = "/api/2.0/mlflow-artifacts/artifacts/"

_known: WeakKeyDictionary[Connection, dict[str | None, wire.ServerInfo]] = WeakKeyDictionary()
"""What servers have said of themselves, for as long as somebody is connected to them."""


class ArtifactServer:
    """What artifacts go through.

    Args:
        connection: The connection to the tracking server.
        base: The address of another server that keeps the artifacts. Whoever makes an experiment chooses it, so it is
            not told the credentials of the tracking server.
    """

    def __init__(self, connection: Connection, base: str | None = None) -> None:
        self._connection = connection
        self._base = base

    @property
    def info(self) -> wire.ServerInfo:
        """What the server can do; one that does not say can do nothing but store and fetch.

        Raises:
            Unavailable: It does not answer.
        """
        known = _known.setdefault(self._connection, {})
        if self._base not in known:
            try:
                known[self._base] = self.call(wire.SERVER_INFO, Empty())
            except Unavailable:
                raise
            except RunyardError:
                known[self._base] = wire.ServerInfo()
        return known[self._base]

    def call(self, route: Route[Q, R], message: Q) -> R:
        """Ask for something, as `Connection.call` does."""
        return self._connection.call(route, message, base=self._base)

    def request(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        is_streamed: bool = False,
    ) -> BaseHTTPResponse:
        """Ask for something whose body, or whose reply, is bytes, as `Connection.request` does.

        Args:
            method: The HTTP method.
            target: A path on the server, or a whole address; this may be one of a store that has signed it.
            headers: More headers.
            body: What is sent.
            is_streamed: Whether the reply is read by the caller.
        """
        if self._base is not None and "://" not in target:
            target = self._base + target
        return self._connection.request(method, target, headers=headers, body=body, is_streamed=is_streamed)


def file_target(path: str) -> str:
    """Return the path on a server at which a file is."""
    return _FILES + quote(path)


def serving_artifacts(root: ArtifactURI) -> ArtifactServer:
    """Return the server that artifacts go through: the one that their address names, or the tracking server.

    Raises:
        InvalidInput: The tracking URI is not that of a server.
    """
    uri = root.server
    if uri is None:
        from runyard.tracking.uris import get_tracking_uri

        uri = StoreURI.parse(get_tracking_uri())
    if uri.scheme not in ("http", "https"):
        raise InvalidInput(
            f"The artifacts at {root} go through a tracking server, but the tracking URI is {uri}. Set it to "
            "the address of their server: runyard.set_tracking_uri('http://host:5000')."
        )
    connection = open_connection(uri)
    address = connection.address
    if not root.authority or f"{address.scheme}://{root.authority}" == address.origin:
        return ArtifactServer(connection)
    return ArtifactServer(connection, f"{address.scheme}://{root.authority}{address.prefix}")
