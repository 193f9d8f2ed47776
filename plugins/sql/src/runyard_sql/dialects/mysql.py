"""MySQL and MariaDB, through PyMySQL."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from runyard.errors import InvalidInput, PermissionDenied, RunyardError, StorageFailure, Unauthenticated, Unavailable
from runyard_sql.dialects.address import ServerAddress, missing_driver
from runyard_sql.dialects.base import Dialect, Fault

try:
    import pymysql
except ImportError:
    raise missing_driver("mysql", "PyMySQL") from None

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.uris import StoreURI
    from runyard_sql.session import Session

_NOTHING = re.compile(r"ON CONFLICT \((\w+)[^)]*\) DO NOTHING")
_UPDATE = re.compile(r"ON CONFLICT \([^)]*\) DO UPDATE SET")
_EXCLUDED = re.compile(r"\bexcluded\.(\w+)")
# Lock wait time-out, deadlock, and MariaDB's "record has changed since last read"
_CONFLICTS = (1205, 1213, 1020)
_LOST = (2006, 2013, 2014, 2055, 1053, 1927, 0)
_DENIED = (1044, 1045, 1698)
_FORBIDDEN = (1142, 1143, 1227)
_BAD_VALUE = (1264, 1366, 1406)
_NO_TABLE = 1146
_LOCK_SECONDS = 600


class MySQL(Dialect):
    """``mysql+pymysql://user:password@host:port/database``; the options ``charset`` and ``ssl_ca`` are understood."""

    name: ClassVar[str] = "mysql"
    placeholder: ClassVar[str] = "%s"
    begin_read: ClassVar[str] = "START TRANSACTION READ ONLY"
    begin_write: ClassVar[str] = "START TRANSACTION"

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self._address = ServerAddress.parse(
            uri, ("mysql+pymysql", "mysql", "mariadb", "mariadb+pymysql", "mysql+mysqldb", "mysql+mysqlconnector")
        )
        self._is_mariadb = False
        unknown = set(self._address.options) - {"charset", "ssl_ca"}
        if unknown:
            raise InvalidInput(
                f"The address {self.where!r} has the option {min(unknown)!r}, which is not known; there are charset "
                "and ssl_ca."
            )

    @property
    def script(self) -> str:
        return "mariadb" if self._is_mariadb else self.name

    def connect(self) -> pymysql.connections.Connection[Any]:
        address = self._address
        try:
            connection = pymysql.connect(
                host=address.host or "localhost",
                port=address.port or 3306,
                user=address.user,
                password=address.password or "",
                database=address.database,
                charset="utf8mb4",
                autocommit=True,
                ssl={"ca": address.options["ssl_ca"]} if "ssl_ca" in address.options else None,
                sql_mode="STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO",
                init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
            )
        except (pymysql.Error, OSError) as error:
            raise self._refused(error) from None
        self._is_mariadb = "mariadb" in connection.get_server_info().lower()  # type: ignore[no-untyped-call]
        return connection

    def _refused(self, error: Exception) -> RunyardError:
        number = _number_of(error)
        text = str(error.args[-1]) if error.args else str(error)
        message = f"MySQL at {self.where} does not let us in: {text}"
        return Unauthenticated(message) if number in _DENIED else Unavailable(message)

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
        if self.fault(error) is not Fault.OTHER:
            return Unavailable(f"MySQL at {self.where} has dropped the connection: {text}.")
        return StorageFailure(f"MySQL at {self.where} refuses: {text}.")

    def is_missing_table(self, error: Exception) -> bool:
        return _number_of(error) == _NO_TABLE

    @contextmanager
    def exclusive(self, session: Session) -> Iterator[None]:
        lock = f"runyard {self._address.database}"[:64]
        if session.all("SELECT GET_LOCK(?, ?)", (lock, _LOCK_SECONDS)) != [(1,)]:
            raise Unavailable(f"Another process is changing the schema of {self.where}; try again when it has ended.")
        yield
        session.all("SELECT RELEASE_LOCK(?)", (lock,))

    def number(self, value: float) -> float:
        return math.copysign(sys.float_info.max, value) if math.isinf(value) else value

    def like(self, text: ColumnElement[str], pattern: str, *, ignore_case: bool) -> ColumnElement[bool]:
        from sqlalchemy import func, literal

        if ignore_case:
            return func.lower(text).like(func.lower(literal(pattern)), escape="")
        return text.like(pattern, escape="")


def _number_of(error: Exception) -> int | None:
    return error.args[0] if error.args and isinstance(error.args[0], int) else None
