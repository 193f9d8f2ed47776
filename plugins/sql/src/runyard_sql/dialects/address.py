"""The address of a database server, taken apart once."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from runyard.errors import InvalidInput, PluginMissing
from runyard.uris import StoreURI


class ServerAddress(msgspec.Struct, frozen=True):
    """Where a database server listens, and who we are there.

    Attributes:
        host: Its name or address.
        port: Its port; `None` for the usual one.
        database: The database.
        user: The user.
        password: The password; never shown.
        options: What stands behind the question mark.
    """

    host: str | None
    port: int | None
    database: str
    user: str | None
    password: str | None
    options: dict[str, str]

    def __repr__(self) -> str:
        return f"<{self.user}@{self.host}:{self.port}/{self.database}>"

    @classmethod
    def parse(cls, uri: StoreURI, drivers: tuple[str, ...]) -> ServerAddress:
        """Take an address apart.

        Args:
            uri: The address.
            drivers: What may stand before ``://``.

        Raises:
            InvalidInput: It names another driver or no database, or its port is no number.
        """
        scheme = uri.text.partition(":")[0].lower()
        if scheme not in drivers:
            raise InvalidInput(f"{str(uri)!r} names a driver that is not used here; write '{drivers[0]}://...'.")
        try:
            parts = urlsplit(uri.text)
            host, port = parts.hostname, parts.port
        except ValueError:
            parts = None
        # What follows an unquoted "/", "?" or "#" of a password is taken for a port or a path: it must not be shown.
        if parts is None or "@" in parts.path + parts.query + parts.fragment:
            raise InvalidInput(
                "This is not the address of a database: its port is no number up to 65535, or a user name or password "
                "holds one of the characters / ? # [ ], which are written percent-encoded there ('/' as '%2F')."
            )
        database = unquote(parts.path.lstrip("/"))
        if not database:
            raise InvalidInput(f"{str(uri)!r} names no database: '{drivers[0]}://user@host/DATABASE'.")
        return cls(
            host=host,
            port=port,
            database=database,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password is not None else None,
            options=dict(parse_qsl(parts.query, keep_blank_values=True)),
        )


def missing_driver(extra: str, driver: str) -> PluginMissing:
    """Return the error for a driver that is not installed."""
    return PluginMissing(f"The driver {driver} is not installed: pip install 'runyard-sql[{extra}]'.")
