"""One module for each kind of database: how it is reached, and what it says otherwise than the others."""

from __future__ import annotations

from runyard.uris import StoreURI
from runyard_sql.dialects.base import Dialect

__all__ = ["Dialect", "dialect_of"]


def dialect_of(uri: StoreURI) -> Dialect:
    """Return the dialect that an address asks for.

    Raises:
        InvalidInput: The address is not complete, or names a driver that is not used here.
        PluginMissing: The driver is not installed.
    """
    if uri.scheme == "sqlite":
        from runyard_sql.dialects.sqlite import SQLite

        return SQLite(uri)
    if uri.scheme == "postgresql":
        from runyard_sql.dialects.postgresql import PostgreSQL

        return PostgreSQL(uri)
    from runyard_sql.dialects.mysql import MySQL

    return MySQL(uri)
