"""What the parts of the store stand on."""

from __future__ import annotations

from typing import TypeVar

from runyard.errors import InvalidInput, NotFound
from runyard.rest.message import Message
from runyard.rest.route import AnyRoute, Route
from runyard.tracking.store import TrackingStore
from runyard.uris import StoreURI
from runyard_http.connection import open_connection

__all__ = ["HttpStoreBase"]

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)


class HttpStoreBase(TrackingStore):
    """The connection to the server.

    Args:
        uri: The address of the server.
        artifact_root: Nothing: the server decides where new experiments keep their artifacts.

    Raises:
        InvalidInput: The address or a setting is not valid, or an artifact root is given.
        PluginMissing, PluginFailed, PluginConflict: The plugin for credentials cannot be used.
    """

    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        super().__init__(uri, artifact_root)
        self._connection = open_connection(uri)
        self._call = self._connection.call
        self._absent: set[AnyRoute] = set()
        if artifact_root is not None:
            raise InvalidInput(
                f"The server at {uri} decides itself where new experiments keep their artifacts; {artifact_root!r} "
                "cannot be chosen from here, but each experiment may be given a location when it is made."
            )

    def close(self) -> None:
        self._connection.close()

    def _call_if_there(self, route: Route[Q, R], request: Q) -> R | None:
        """Ask for what not every server has, and `None` for one that has it not; that is remembered."""
        if route not in self._absent:
            try:
                return self._call(route, request)
            except NotFound as error:
                if error.error_code != "ENDPOINT_NOT_FOUND":
                    raise
                self._absent.add(route)
        return None
