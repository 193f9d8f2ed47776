"""The address of a server, taken apart."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import msgspec

from runyard.errors import InvalidInput
from runyard.uris import StoreURI

__all__ = ["ServerAddress"]


class ServerAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is, and who asks there if its address says so.

    Attributes:
        scheme: ``http`` or ``https``.
        host: Name or number; IPv6 in brackets.
        port: The port, if it is not the usual one of the scheme.
        prefix: What every path begins with; empty or ``/text``.
        username: The user in the address.
        password: That user's password.
    """

    scheme: str
    host: str
    port: int | None
    prefix: str
    username: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, uri: StoreURI) -> ServerAddress:
        """Take an address apart.

        Raises:
            InvalidInput: It names no host, has a port that is none, a query or a fragment.
        """
        try:
            parts = urlsplit(uri.text)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise InvalidInput(f"{uri} is not the address of a server: {error}.") from None
        if not host or parts.query or parts.fragment:
            raise InvalidInput(f"{uri} is not the address of a server; it looks like 'https://host:5000/prefix'.")
        return cls(
            scheme=parts.scheme,
            host=f"[{host}]" if ":" in host else host,
            port=port,
            prefix=parts.path.rstrip("/"),
            username=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.host}{'' if self.port is None else f':{self.port}'}"

    def __str__(self) -> str:
        return self.origin + self.prefix

    def __repr__(self) -> str:
        return f"ServerAddress({str(self)!r})"
