"""What a database has to tell of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.errors import RunyardError
    from runyard.uris import StoreURI
    from runyard_sql.session import Session


class Fault(Enum):
    """What can be done about an error of the driver."""

    CONFLICT = "conflict"
    """Another transaction was in the way: the same one may pass now."""
    LOST = "lost"
    """The connection is gone: another one may work."""
    OTHER = "other"


class Dialect(ABC):
    """A kind of database and the address of one.

    Constant statements are written as SQLite and PostgreSQL understand them, with ``?`` for each value, and with quotes
    around the names of columns that MySQL has other uses for.

    Attributes:
        name: Its name.
        placeholder: What the driver wants for a value.
        writers: How many transactions may write at the same time, in one process.
        pool_size: How many connections are kept open for later.
        where: The address as it may be shown.
    """

    name: ClassVar[str]
    placeholder: ClassVar[str]
    writers: int = 4
    pool_size: int = 10
    begin_read: ClassVar[str]
    begin_write: ClassVar[str]

    def __init__(self, uri: StoreURI) -> None:
        self.where = str(uri)

    @property
    def artifact_root(self) -> str:
        """Where artifacts are kept when nobody says."""
        return "mlartifacts"

    @property
    def script(self) -> str:
        """The name of the schema script."""
        return self.name

    @abstractmethod
    def connect(self) -> Any:
        """Return a new connection of the driver, in autocommit mode.

        Raises:
            Unavailable, StorageFailure: It cannot be reached; the message says where it was looked for.
        """

    @abstractmethod
    def is_usable(self, connection: Any) -> bool:
        """Say whether a connection that was used before may be used again; without asking the server."""

    def translate(self, statement: str) -> str:
        """Return a constant statement in the words of this database."""
        return statement.replace("?", self.placeholder)

    @abstractmethod
    def compiler(self) -> Compiler:
        """Return what SQLAlchemy compiles for this database with."""

    def execute_many(self, cursor: Any, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        """Execute a translated insertion for many rows; return how many rows it has changed."""
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)

    @abstractmethod
    def fault(self, error: Exception) -> Fault:
        """Say what can be done about an error of the driver."""

    @abstractmethod
    def explain(self, error: Exception) -> RunyardError:
        """Return our error for one of the driver."""

    @abstractmethod
    def is_missing_table(self, error: Exception) -> bool:
        """Say whether a statement failed because a table is not there."""

    @abstractmethod
    def errors(self) -> tuple[type[Exception], ...]:
        """Return the classes of the errors that the driver raises."""

    @abstractmethod
    def exclusive(self, session: Session) -> AbstractContextManager[None]:
        """Keep every other process from changing the schema meanwhile; no transaction is open before.

        The connection has to be closed where the block fails: that lets the others go on.
        """

    def number(self, value: float) -> float:
        """Return a number in the form that a column can hold; infinities may need another one."""
        return value

    @abstractmethod
    def like(self, text: ColumnElement[str], pattern: str, *, ignore_case: bool) -> ColumnElement[bool]:
        """Return the condition that a whole text fits a pattern: ``%`` any text, ``_`` any character, no escapes."""
