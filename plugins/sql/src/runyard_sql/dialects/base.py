"""What a database has to tell of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from runyard.errors import Unavailable

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.errors import RunyardError
    from runyard.uris import StoreURI
    from runyard_sql.session import Row, Session


class Fault(Enum):
    """What can be done about an error of the driver."""

    CONFLICT = "conflict"
    """Another transaction was in the way: the same one may pass now."""
    LOST = "lost"
    """The connection is gone: another one may work."""
    OTHER = "other"


class Unreachable(Unavailable):
    """No connection can be had now: the server does not answer, or takes no more of them."""


class Dialect(ABC):
    """A kind of database and the address of one.

    Constant statements are written as SQLite and PostgreSQL understand them, with ``?`` for each value, and with quotes
    around the names of columns that MySQL has other uses for.

    Attributes:
        name: Its name.
        placeholder: What the driver wants for a value.
        writers: How many transactions may write at the same time, in one process.
        pool_size: How many connections are kept open for later.
        in_memory: Whether the database is gone with its connection.
        begin_read: What begins a transaction that sees one state of the database.
        begin_write: What begins a transaction that changes it.
        transactional: Whether changes of the schema can be taken back.
        json_object: What makes a JSON object, as a text, of the keys and texts of a group, where that is quicker
            to have than their rows.
        find_table: A query that has a row if there is a table of that name.
        version_query: A query for the version of the server, or of the library.
        size_query: A query for the bytes that our tables take.
        in_process: Whether a statement takes no trip to a server.
        stages_points: Whether points are put in order later: see `runyard_sql.staging`.
        compares_rows: Whether it goes along an index to find ``(a, b) > (?, ?)``.
        where: The address as it may be shown.
    """

    name: ClassVar[str]
    placeholder: ClassVar[str]
    writers: int = 4
    pool_size: int = 10
    in_memory: bool = False
    begin_read: ClassVar[str]
    begin_write: ClassVar[str]
    transactional: ClassVar[bool] = True
    in_process: ClassVar[bool] = False
    stages_points: ClassVar[bool] = False
    compares_rows: ClassVar[bool] = True
    json_object: ClassVar[str | None] = None
    find_table: ClassVar[str]
    version_query: ClassVar[str]
    size_query: ClassVar[str]

    def __init__(self, uri: StoreURI) -> None:
        self.where = str(uri)

    @property
    def artifact_root(self) -> str:
        """Where artifacts are kept when nobody says."""
        return "mlartifacts"

    @property
    def title(self) -> str:
        """Its name, for people; known when there was a connection."""
        return type(self).__name__

    @property
    def script(self) -> str:
        """The name of the schema script."""
        return self.name

    def schema(self) -> str:
        """Return the statements that make every table; known when there was a connection."""
        return Path(__file__).parents[1].joinpath("schema", f"{self.script}.sql").read_text("utf-8")

    def make(self, session: Session, script: str) -> None:
        """Execute the statements of a script that makes tables and indexes.

        Where that cannot be taken back, what is there was made by an attempt that was killed.
        """
        for statement in script.split(";\n"):
            if statement.strip():
                try:
                    session.run(statement)
                except self.errors() as error:
                    if self.transactional or not self.is_made_already(error):
                        raise

    @abstractmethod
    def connect(self) -> Any:
        """Return a new connection of the driver, in autocommit mode.

        Raises:
            Unreachable: It does not answer; the message says where it was looked for.
            Unauthenticated, PermissionDenied, StorageFailure, DataDamaged: It does not let us in.
            InvalidInput: It does not know an option of the address.
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

    def cursor(self, connection: Any) -> Any:
        """Return a new cursor of a connection."""
        return connection.cursor()

    def among(self, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
        """Return what says of a column that it is one of some values, and the values that are bound in it.

        Args:
            values: Numbers of rows, or texts; at least one.
        """
        # Lengths are rounded up to a power of two, or there would be as many statements as there are lengths.
        bound = [*values] + [values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))
        return f"IN ({', '.join('?' * len(bound))})", bound

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

    def is_made_already(self, error: Exception) -> bool:  # noqa: ARG002 - a database that can take it back needs no look
        """Say whether a statement failed because the table or index that it makes is there."""
        return False

    @abstractmethod
    def errors(self) -> tuple[type[Exception], ...]:
        """Return the classes of the errors that the driver raises."""

    @abstractmethod
    def exclusive(self, session: Session) -> AbstractContextManager[None]:
        """Keep every other process from changing the schema meanwhile, in a transaction if it is `transactional`.

        No transaction is open before. The connection has to be closed where the block fails: that takes the
        transaction back and lets the others go on.
        """

    def exists(self) -> bool:
        """Say whether there is a database; asked where none shall be made by looking at it."""
        return True

    def damages(self, session: Session) -> Sequence[str]:  # noqa: ARG002 - a server looks after that
        """Return what the database finds wrong with its own files."""
        return ()

    def holds(self, text: str) -> bool:
        """Say whether a text may be in the database at all: half of a character cannot."""
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
        return True

    def count_on(self, session: Session, table: str) -> None:
        """See to it that rows get higher numbers than those that were given to rows of a table by hand."""

    def sorted_otherwise(self, session: Session) -> Sequence[Row]:  # noqa: ARG002 - not every database has collations
        """Return the tables and columns whose text is not compared by code points."""
        return ()

    def number(self, value: float) -> float:
        """Return a number in the form that a column can hold; infinities may need another one."""
        return value

    @abstractmethod
    def like(self, text: ColumnElement[str], pattern: str, *, ignore_case: bool) -> ColumnElement[bool]:
        """Return the condition that a whole text fits a pattern: ``%`` any text, ``_`` any character, no escapes."""
