"""PostgreSQL, through psycopg 3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from runyard.errors import InvalidInput, PermissionDenied, RunyardError, StorageFailure, Unauthenticated, Unavailable
from runyard_sql.dialects.address import ServerAddress, missing_driver
from runyard_sql.dialects.base import Dialect, Fault

try:
    import psycopg
except ImportError:
    raise missing_driver("postgresql", "psycopg") from None

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.uris import StoreURI
    from runyard_sql.session import Session

# Any number does, as long as no other program takes the same for its own locks.
_SCHEMA_LOCK = 0x72756E79617264
_CONFLICTS = ("40001", "40P01", "55P03")
_ROW = re.compile(r"VALUES \([%s, ]+\)")
_TYPES = {int: "int8", float: "float8", str: "text"}
_ENDED = ("57P01", "57P02", "57P03")


def _array_type(column: Sequence[Any]) -> str:
    """Return the type of a column's values; PostgreSQL casts to that of the column where they differ."""
    return next((_TYPES[type(value)] for value in column if value is not None), "int8")


class PostgreSQL(Dialect):
    """``postgresql://user:password@host:port/database``; options of the address go to libpq."""

    name: ClassVar[str] = "postgresql"
    placeholder: ClassVar[str] = "%s"
    begin_read: ClassVar[str] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    begin_write: ClassVar[str] = "BEGIN ISOLATION LEVEL READ COMMITTED"

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self._address = ServerAddress.parse(uri, ("postgresql", "postgresql+psycopg", "postgresql+psycopg2"))

    def connect(self) -> psycopg.Connection[Any]:
        address = self._address
        given: dict[str, Any] = {
            "host": address.host,
            "port": address.port,
            "user": address.user,
            "password": address.password,
            "dbname": address.database,
            "application_name": "runyard",
            **address.options,
        }
        try:
            return psycopg.connect(
                **{name: value for name, value in given.items() if value is not None}, autocommit=True
            )
        except psycopg.Error as error:
            raise self._refused(error) from None

    def _refused(self, error: psycopg.Error) -> RunyardError:
        text = " ".join(str(error).split())
        if self._address.password:
            text = text.replace(self._address.password, "***")
        message = f"PostgreSQL at {self.where} does not let us in: {text}"
        if "authentication" in text or "password" in text:
            return Unauthenticated(message)
        return Unavailable(message)

    def is_usable(self, connection: psycopg.Connection[Any]) -> bool:
        return not connection.closed

    def compiler(self) -> Compiler:
        from sqlalchemy.dialects.postgresql.psycopg import dialect

        return dialect()  # type: ignore[no-untyped-call]

    def execute_many(self, cursor: Any, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        # One statement, whatever the number of rows, with one array for each column.
        columns = [*zip(*rows, strict=True)]
        arrays = ", ".join(f"%s::{_array_type(column)}[]" for column in columns)
        statement = _ROW.sub(f"SELECT * FROM unnest({arrays})", statement)  # noqa: S608 - names of types
        cursor.execute(statement, [[*column] for column in columns])
        return int(cursor.rowcount)

    def errors(self) -> tuple[type[Exception], ...]:
        return (psycopg.Error,)

    def fault(self, error: Exception) -> Fault:
        state = getattr(error, "sqlstate", None) or ""
        if state in _CONFLICTS:
            return Fault.CONFLICT
        if state in _ENDED or state.startswith("08"):
            return Fault.LOST
        if isinstance(error, psycopg.OperationalError) and not state:
            return Fault.LOST
        return Fault.OTHER

    def explain(self, error: Exception) -> RunyardError:
        text = " ".join(str(error).split())
        if isinstance(error, psycopg.DataError):
            return InvalidInput(f"PostgreSQL cannot keep a value: {text}")
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return PermissionDenied(f"PostgreSQL at {self.where} refuses: {text}")
        if self.fault(error) is not Fault.OTHER:
            return Unavailable(f"PostgreSQL at {self.where} has dropped the connection: {text}")
        return StorageFailure(f"PostgreSQL at {self.where} refuses: {text}")

    def is_missing_table(self, error: Exception) -> bool:
        return isinstance(error, psycopg.errors.UndefinedTable)

    @contextmanager
    def exclusive(self, session: Session) -> Iterator[None]:
        session.all("SELECT pg_advisory_lock(?)", (_SCHEMA_LOCK,))
        yield
        session.all("SELECT pg_advisory_unlock(?)", (_SCHEMA_LOCK,))

    def like(self, text: ColumnElement[str], pattern: str, *, ignore_case: bool) -> ColumnElement[bool]:
        if not ignore_case:
            return text.like(pattern, escape="")
        # The columns compare by code points, which knows no letter case.
        return text.collate("und-x-icu").ilike(pattern, escape="")
