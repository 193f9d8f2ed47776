"""PostgreSQL, through psycopg 3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from runyard.errors import (
    DataDamaged,
    InvalidInput,
    PermissionDenied,
    RunyardError,
    StorageFailure,
    Unauthenticated,
    Unavailable,
)
from runyard_sql.dialects.address import ServerAddress, missing_driver
from runyard_sql.dialects.base import Dialect, Fault, Unreachable

try:
    import psycopg
except ImportError:
    raise missing_driver("postgresql", "psycopg") from None

from runyard_sql.dialects.arrays import array_of, type_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.uris import StoreURI
    from runyard_sql.session import Row, Session

# Any number does, as long as no other program takes the same for its own locks.
_SCHEMA_LOCK = 0x72756E79617264
_SORTED_OTHERWISE = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = ANY(current_schemas(false)) AND starts_with(table_name, 'runyard_')
AND table_name <> 'runyard_revision'
AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'
ORDER BY table_name, column_name
"""
# Serialization failure, deadlock, lock not available; and a unique value that another transaction took after ours had
# found it free: the next try finds it taken, and says so.
_CONFLICTS = ("40001", "40P01", "55P03", "23505")
_ROW = re.compile(r"VALUES \([%s, ]+\)")
_NOTHING = re.compile(r"ON CONFLICT \([\w, ]+\) DO NOTHING")
# From so many rows on, a savepoint costs less than it spares.
_MANY = 500
# Ended by the administrator, by a crash, while starting, or after having been idle for too long
_ENDED = ("57P01", "57P02", "57P03", "57P05", "25P03")
# What libpq would do without them is to wait for as long as the operating system does: minutes, or for ever.
_DEFAULTS = {"connect_timeout": "10", "tcp_user_timeout": "30000", "application_name": "runyard"}
# A refusal has no code of its own, only the words of the server.
_DENIED = re.compile(r'authentication|password|no pg_hba\.conf entry|role ".*" (does not exist|is not permitted)')
_NO_DATABASE = re.compile(r'database ".*" does not exist')
_BAD_OPTION = re.compile(r"invalid (connection option|.* value|integer value)")


class PostgreSQL(Dialect):
    """``postgresql://user:password@host:port/database``; options of the address go to libpq."""

    name: ClassVar[str] = "postgresql"
    placeholder: ClassVar[str] = "%s"
    stages_points: ClassVar[bool] = True
    begin_read: ClassVar[str] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    begin_write: ClassVar[str] = "BEGIN ISOLATION LEVEL READ COMMITTED"
    find_table: ClassVar[str] = "SELECT 1 WHERE to_regclass(?) IS NOT NULL"
    version_query: ClassVar[str] = "SHOW server_version"
    size_query: ClassVar[str] = (
        "SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0)::int8 FROM pg_class "
        "WHERE relkind = 'r' AND starts_with(relname, 'runyard_') AND pg_table_is_visible(oid)"
    )

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self._address = ServerAddress.parse(uri, ("postgresql", "postgresql+psycopg", "postgresql+psycopg2"))

    def make(self, session: Session, script: str) -> None:
        session.connection.execute(script)  # in one trip

    def connect(self) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(**self._arguments(), autocommit=True)
        except psycopg.Error as error:
            refusal = self._refused(error)
        raise refusal  # here, so that no traceback leads into the driver, whose frames hold the password

    def _arguments(self) -> dict[str, Any]:
        address = self._address
        given: dict[str, Any] = {
            **_DEFAULTS,
            "host": address.host,
            "port": address.port,
            "user": address.user,
            "password": address.password,
            "dbname": address.database,
            **address.options,
            "client_encoding": "UTF8",  # that of arrays
        }
        return {name: value for name, value in given.items() if value is not None}

    def _refused(self, error: psycopg.Error) -> RunyardError:
        text = _text_of(error)
        message = f"PostgreSQL at {self.where} does not let us in: {text}"
        if isinstance(error, psycopg.ProgrammingError) or _BAD_OPTION.search(text):
            return InvalidInput(f"The address {self.where!r} has an option that libpq does not take: {text}.")
        if _NO_DATABASE.search(text):
            return StorageFailure(f"{message}. Make it first: createdb {self._address.database}")
        if "permission denied" in text:
            return PermissionDenied(f"{message}.")
        if _DENIED.search(text):
            return Unauthenticated(f"{message}. Look at the user and the password.")
        return Unreachable(message)

    def is_usable(self, connection: psycopg.Connection[Any]) -> bool:
        return not connection.closed

    def compiler(self) -> Compiler:
        from sqlalchemy.dialects.postgresql.psycopg import dialect

        return dialect()  # type: ignore[no-untyped-call]

    def cursor(self, connection: psycopg.Connection[Any]) -> psycopg.Cursor[Any]:
        return connection.cursor(binary=True)

    def among(self, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
        kind = type_of(values)
        # Values of the type that ids have are looked up in a hash table where no index is gone along.
        return f"= ANY(?::{kind}[]{'::int4[]' if kind == 'int8' else ''})", [array_of(values)]

    def execute_many(self, cursor: Any, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        # One statement, whatever the number of rows, with one array for each column.
        columns = [*zip(*rows, strict=True)]
        arrays = ", ".join(f"%s::{type_of(column)}[]" for column in columns)
        statement = _ROW.sub(f"SELECT * FROM unnest({arrays})", statement)  # noqa: S608 - names of types
        values = [*map(array_of, columns)]
        if len(rows) >= _MANY and _NOTHING.search(statement) and self._insert_new(cursor, statement, values):
            return len(rows)
        cursor.execute(statement, values)
        return int(cursor.rowcount)

    def _insert_new(self, cursor: psycopg.Cursor[Any], statement: str, values: Sequence[Any]) -> bool:
        """Insert rows, unless one of them is there: to look before each costs as much as to insert it."""
        cursor.execute("SAVEPOINT many")
        try:
            cursor.execute(_NOTHING.sub("", statement), values)
        except psycopg.errors.UniqueViolation:
            cursor.execute("ROLLBACK TO SAVEPOINT many")
            return False
        cursor.execute("RELEASE SAVEPOINT many")
        return True

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
        text = _text_of(error)
        if isinstance(error, psycopg.DataError):
            return InvalidInput(f"PostgreSQL cannot keep a value: {text}.")
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return PermissionDenied(f"PostgreSQL at {self.where} refuses: {text}.")
        if isinstance(error, (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted)):
            return DataDamaged(f"PostgreSQL at {self.where} finds its files damaged: {text}.")
        fault = self.fault(error)
        if fault is Fault.LOST:
            return Unavailable(f"PostgreSQL at {self.where} has dropped the connection: {text}.")
        if fault is Fault.CONFLICT:
            return Unavailable(f"PostgreSQL at {self.where} is kept busy by other writers: {text}.")
        return StorageFailure(f"PostgreSQL at {self.where} refuses: {text}.")

    def holds(self, text: str) -> bool:
        return "\0" not in text and super().holds(text)

    @contextmanager
    def exclusive(self, session: Session) -> Iterator[None]:
        session.run(self.begin_write)
        session.all("SELECT pg_advisory_xact_lock(?)", (_SCHEMA_LOCK,))
        yield
        session.run("COMMIT")

    def count_on(self, session: Session, table: str) -> None:
        highest = f"SELECT GREATEST(MAX(id), 1) FROM {table}"  # noqa: S608 - the name of a table
        session.all(f"SELECT setval(pg_get_serial_sequence(?, 'id'), ({highest}))", (table,))

    def sorted_otherwise(self, session: Session) -> Sequence[Row]:
        return session.all(_SORTED_OTHERWISE)

    def like(self, text: ColumnElement[str], pattern: str, *, ignore_case: bool) -> ColumnElement[bool]:
        from sqlalchemy import String, literal

        if not ignore_case:
            return text.like(pattern, escape="")
        # The columns compare by code points, which knows no letter case.
        return text.collate("und-x-icu").ilike(literal(pattern, String()), escape="")


def _text_of(error: Exception) -> str:
    """Return what was said, in one line without a full stop."""
    return " ".join(str(error).split()).rstrip(".")
