"""MySQL and MariaDB, through PyMySQL."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from runyard.errors import (
    DataDamaged,
    InvalidInput,
    PermissionDenied,
    PluginMissing,
    RunyardError,
    StorageFailure,
    Unauthenticated,
    Unavailable,
)
from runyard_sql.dialects.address import ServerAddress, missing_driver
from runyard_sql.dialects.base import Dialect, Fault, Unreachable

try:
    import pymysql
except ImportError:
    raise missing_driver("mysql", "PyMySQL") from None

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.uris import StoreURI
    from runyard_sql.session import Row, Session

_NOTHING = re.compile(r"ON CONFLICT \((\w+)[^)]*\) DO NOTHING")
_UPDATE = re.compile(r"ON CONFLICT \([^)]*\) DO UPDATE SET")
_EXCLUDED = re.compile(r"\bexcluded\.(\w+)")
# Lock wait time-out, deadlock, MariaDB's "record has changed since last read"; and a unique value that another
# transaction took after ours had found it free: the next try finds it taken, and says so.
_CONFLICTS = (1205, 1213, 1020, 1062)
_LOST = (2006, 2013, 2014, 2055, 1053, 1927, 3169, 4031, 0)
_DENIED = (1045, 1698)
_FORBIDDEN = (1044, 1142, 1143, 1227)
_TOO_LONG = 1153
_BAD_VALUE = (1264, 1366, 1406, _TOO_LONG)
# Characters: every server takes a megabyte, and a character has four bytes at most.
_SURELY_TAKEN = 250_000
_DAMAGED = (1034, 1194, 1712)
_MADE_ALREADY = (1050, 1061)
_NO_DATABASE = 1049
_SORTED_OTHERWISE = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = DATABASE() AND LEFT(table_name, 8) = 'runyard_' AND collation_name <> ?
ORDER BY table_name, column_name
"""
_LOCK_SECONDS = 600
_OPTIONS: dict[str, Callable[[str], Any]] = {
    "connect_timeout": int,
    "ssl_ca": str,
    "ssl_cert": str,
    "ssl_key": str,
    "unix_socket": str,
}


class _Connection(pymysql.connections.Connection):
    """A connection that knows what is too long for the server, which hangs up on it without a word."""

    def query(self, sql: str | bytes, unbuffered: bool = False) -> int:
        if len(sql) > _SURELY_TAKEN:
            size = len(sql.encode(self.encoding) if isinstance(sql, str) else sql)
            with self.cursor() as cursor:
                cursor.execute("SELECT @@max_allowed_packet")
                ((most,),) = cursor.fetchall()
            if size >= most:
                raise pymysql.DataError(
                    _TOO_LONG, f"it makes a statement of {size} bytes, and the server's max_allowed_packet is {most}"
                )
        return super().query(sql, unbuffered)


class MySQL(Dialect):
    """``mysql+pymysql://user:password@host:port/database``.

    Options of the address: ``connect_timeout`` in seconds, ``ssl_ca``, ``ssl_cert``, ``ssl_key`` and ``unix_socket``.
    """

    name: ClassVar[str] = "mysql"
    placeholder: ClassVar[str] = "%s"
    begin_read: ClassVar[str] = "START TRANSACTION READ ONLY"
    begin_write: ClassVar[str] = "START TRANSACTION"
    compares_rows: ClassVar[bool] = False
    transactional: ClassVar[bool] = False
    find_table: ClassVar[str] = (
        "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?"
    )
    version_query: ClassVar[str] = "SELECT VERSION()"
    size_query: ClassVar[str] = (
        "SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS UNSIGNED) FROM information_schema.tables "
        "WHERE table_schema = DATABASE() AND LEFT(table_name, 8) = 'runyard_'"
    )

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self._address = ServerAddress.parse(
            uri, ("mysql+pymysql", "mysql", "mariadb", "mariadb+pymysql", "mysql+mysqldb", "mysql+mysqlconnector")
        )
        self._is_mariadb = False
        self._options = {name: self._option(name, value) for name, value in self._address.options.items()}

    def _option(self, name: str, value: str) -> Any:
        if name == "charset" and value.lower() in ("utf8mb4", "utf8"):
            return "utf8mb4"
        try:
            return _OPTIONS[name](value)
        except (KeyError, ValueError):
            raise InvalidInput(
                f"The address {self.where!r} has the option {name!r}, which is not known or has no such value; there "
                f"are {', '.join(sorted(_OPTIONS))}, and charset=utf8mb4."
            ) from None

    @property
    def title(self) -> str:
        return "MariaDB" if self._is_mariadb else super().title

    @property
    def script(self) -> str:
        return "mariadb" if self._is_mariadb else self.name

    def connect(self) -> pymysql.connections.Connection[Any]:
        address = self._address
        try:
            connection = _Connection(
                host=address.host or "localhost",
                port=address.port or 3306,
                user=address.user,
                password=(address.password or "").encode(),  # of text it would take Latin-1 only
                database=address.database,
                autocommit=True,
                sql_mode="STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO",
                init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                **{"charset": "utf8mb4", **self._options},
            )
        except (pymysql.Error, OSError, RuntimeError) as error:
            refusal = self._refused(error)
        else:
            self._is_mariadb = "mariadb" in connection.get_server_info().lower()  # type: ignore[no-untyped-call]
            return connection
        raise refusal  # here, so that no traceback leads into the driver, whose frames hold the password

    def _refused(self, error: Exception) -> RunyardError:
        number = _number_of(error)
        text = str(error.args[-1]) if error.args else str(error)
        message = f"MySQL at {self.where} does not let us in: {text}."
        if isinstance(error, RuntimeError):  # how PyMySQL says that it cannot send a password to this server
            return PluginMissing(f"{message} Install it: pip install cryptography")
        if number in _DENIED:
            return Unauthenticated(f"{message} Look at the user and the password.")
        if number in _FORBIDDEN:
            return PermissionDenied(message)
        if number == _NO_DATABASE:
            return StorageFailure(f"{message} Make it first: CREATE DATABASE {self._address.database}")
        return Unreachable(message)

    def is_usable(self, connection: pymysql.connections.Connection[Any]) -> bool:
        return bool(connection.open)

    def translate(self, statement: str) -> str:
        statement = _NOTHING.sub(r"ON DUPLICATE KEY UPDATE \1 = \1", statement)
        statement = _UPDATE.sub("ON DUPLICATE KEY UPDATE", statement)
        statement = _EXCLUDED.sub(r"VALUES(\1)", statement)
        return super().translate(statement.replace('"', "`"))

    def compiler(self) -> Compiler:
        from sqlalchemy.dialects.mysql import pymysql as dialects

        compiler = dialects.dialect()
        compiler.is_mariadb = self._is_mariadb
        return compiler

    def errors(self) -> tuple[type[Exception], ...]:
        return (pymysql.Error,)

    def fault(self, error: Exception) -> Fault:
        number = _number_of(error)
        if number in _CONFLICTS:
            return Fault.CONFLICT
        if number in _LOST:
            return Fault.LOST
        return Fault.OTHER

    def explain(self, error: Exception) -> RunyardError:
        number = _number_of(error)
        text = str(error.args[-1]) if error.args else str(error)
        if number in _BAD_VALUE:
            return InvalidInput(f"MySQL cannot keep a value: {text}.")
        if number in _FORBIDDEN:
            return PermissionDenied(f"MySQL at {self.where} refuses: {text}.")
        if number in _DAMAGED:
            return DataDamaged(f"MySQL at {self.where} finds its tables damaged: {text}.")
        fault = self.fault(error)
        if fault is Fault.LOST:
            return Unavailable(f"MySQL at {self.where} has dropped the connection: {text}.")
        if fault is Fault.CONFLICT:
            return Unavailable(f"MySQL at {self.where} is kept busy by other writers: {text}.")
        return StorageFailure(f"MySQL at {self.where} refuses: {text}.")

    def is_made_already(self, error: Exception) -> bool:
        return _number_of(error) in _MADE_ALREADY

    @contextmanager
    def exclusive(self, session: Session) -> Iterator[None]:
        lock = f"runyard {self._address.database}"[:64]
        if session.all("SELECT GET_LOCK(?, ?)", (lock, _LOCK_SECONDS)) != [(1,)]:
            raise Unavailable(f"Another process is changing the schema of {self.where}; try again when it has ended.")
        yield
        session.all("SELECT RELEASE_LOCK(?)", (lock,))

    def sorted_otherwise(self, session: Session) -> Sequence[Row]:
        return session.all(_SORTED_OTHERWISE, ("utf8mb4_nopad_bin" if self._is_mariadb else "utf8mb4_0900_bin",))

    def number(self, value: float) -> float:
        return math.copysign(sys.float_info.max, value) if math.isinf(value) else value

    def like(self, text: ColumnElement[str], pattern: str, *, ignore_case: bool) -> ColumnElement[bool]:
        from sqlalchemy import func, literal

        if ignore_case:
            return func.lower(text).like(func.lower(literal(pattern)), escape="")
        return text.like(pattern, escape="")


def _number_of(error: Exception) -> int | None:
    return error.args[0] if error.args and isinstance(error.args[0], int) else None
