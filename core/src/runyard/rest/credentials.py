"""How a client says who it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

__all__ = ["RequestAuth"]


class RequestAuth(ABC):
    """Credentials for requests to a server, chosen with ``RUNYARD_TRACKING_AUTH=NAME``.

    ``runyard_NAME.plugin`` registers it:

        @hookimpl
        def runyard_request_auth():
            yield RequestAuthPlugin(name="NAME", factory="runyard_NAME.auth:NameAuth")
    """

    @abstractmethod
    def headers(self, method: str, url: str) -> Mapping[str, str]:
        """Return the headers that a request gets; asked for each request, so it may renew what has expired.

        Args:
            method: The HTTP method.
            url: The whole address.

        Raises:
            Unauthenticated: There are no credentials; the message says how to get some.
        """
