"""Statements on one connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.sql.cache_key import CacheKey
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.expression import ClauseElement

    from runyard_sql.dialects import Dialect

__all__ = ["Row", "Session", "Statements"]

Row = tuple[Any, ...]

# What one statement may name, in every database: SQLite takes 32,766 values.
_MOST_VALUES = 4096
_MOST_COMPILED = 128


class Statements:
    """The statements of one database, in its own words.

    A statement is a constant text, written as `runyard_sql.dialects.Dialect` says, or a construct of SQLAlchemy Core.
    Texts are for what a script does that records a run: SQLAlchemy takes longer to import than all of that.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._texts: dict[str, str] = {}
        self._compiler: Any = None
        self._compiled: dict[Any, SQLCompiler | None] = {}

    def text(self, statement: str) -> str:
        """Return a constant text, translated."""
        translated = self._texts.get(statement)
        if translated is None:
            translated = self._texts[statement] = self._dialect.translate(statement)
        return translated

    def compile(self, statement: ClauseElement) -> tuple[str, Any]:
        """Return text and values of a construct."""
        if self._compiler is None:
            self._compiler = self._dialect.compiler()
        key = statement._generate_cache_key()  # noqa: SLF001 - what its engine knows statements by has no other name
        compiled = None if key is None else self._lasting(statement, key)
        if key is None or compiled is None:
            compiled = self._compile(statement, compile_kwargs={"render_postcompile": True})
            bound = compiled.construct_params()
        else:
            bound = compiled.construct_params(extracted_parameters=key.bindparams)
        if compiled.positional:
            return compiled.string, [bound[name] for name in compiled.positiontup or ()]
        return compiled.string, bound

    def _lasting(self, statement: ClauseElement, key: CacheKey) -> SQLCompiler | None:
        """Return what a construct is with any values, compiled once: that takes longer than to execute it.

        Returns:
            `None` where the text hangs on the values.
        """
        try:
            return self._compiled[key.key]
        except KeyError:
            compiled = self._compile(statement, cache_key=key)
        if len(self._compiled) >= _MOST_COMPILED:
            self._compiled.clear()
        lasting = self._compiled[key.key] = None if compiled.post_compile_params else compiled
        return lasting

    def _compile(self, statement: ClauseElement, **options: Any) -> SQLCompiler:
        compiled = statement.compile(dialect=self._compiler, **options)
        if TYPE_CHECKING:
            assert isinstance(compiled, SQLCompiler)
        return compiled


class Session:
    """What can be done with a connection inside a transaction, or a single statement without one.

    Values are always bound. The rows that come back are plain tuples, as the driver gives them.
    """

    __slots__ = ("_cursor", "_has_begun", "_statements", "connection", "dialect")

    def __init__(self, connection: Any, dialect: Dialect, statements: Statements) -> None:
        self.connection = connection
        self.dialect = dialect
        self._statements = statements
        self._cursor = dialect.cursor(connection)
        self._has_begun = False

    def begin(self) -> None:
        """Begin the transaction of a change, unless it has begun."""
        if not self._has_begun:
            self.run(self.dialect.begin_write)
            self._has_begun = True

    def commit(self) -> None:
        """Commit what a change has done in its transaction, if it has begun one."""
        if self._has_begun:
            self.run("COMMIT")
            self._has_begun = False

    def roll_back(self) -> None:
        """Take back what was done in a transaction; whatever that was, a server bears to be asked without one."""
        self._has_begun = False
        self.run("ROLLBACK")

    def all(self, statement: str | ClauseElement, values: Sequence[Any] = ()) -> list[Row]:
        """Return every row of a query."""
        self._execute(statement, values)
        rows: list[Row] = self._cursor.fetchall()
        return rows if isinstance(rows, list) else [*rows]

    def each(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Return every row of a query, one by one; other queries may be made meanwhile."""
        cursor = self.dialect.cursor(self.connection)
        cursor.execute(self._statements.text(statement), values)
        return iter(cursor)

    def first(self, statement: str | ClauseElement, values: Sequence[Any] = ()) -> Row | None:
        """Return the first row of a query, `None` for no row."""
        self._execute(statement, values)
        row: Row | None = self._cursor.fetchone()
        return row

    def find(self, statement: str, *texts: str) -> Row | None:
        """Return the first row of a query for names or ids that somebody asks for; these may be any text."""
        if not all(map(self.dialect.holds, texts)):
            return None
        return self.first(statement, texts)

    def run(self, statement: str | ClauseElement, values: Sequence[Any] = ()) -> int:
        """Execute a statement; return how many rows it has changed."""
        self._execute(statement, values)
        return int(self._cursor.rowcount)

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        """Execute the constant text of an insertion for one or more rows; return how many rows it has changed."""
        if len(rows) == 1:
            return self.run(statement, rows[0])
        return self.dialect.execute_many(self._cursor, self._statements.text(statement), rows)

    def of_each(self, statement: str, values: Iterable[Any]) -> list[Row]:
        """Return every row of a query for many values; the arguments are those of `each_of`."""
        return [*self.each_of(statement, values)]

    def each_of(self, statement: str, values: Iterable[Any], keys: Sequence[int] = ()) -> Iterator[Row]:
        """Yield every row of a query for many values; other statements may be executed meanwhile.

        Args:
            statement: A constant text that holds ``IN (?)``, and after that ``IN (keys)`` if there are keys.
            values: What stands in the parentheses.
            keys: The numbers of names that stand in the others, up to a few hundred.
        """
        wanted = [*values]
        among_keys, bound_keys = self.dialect.among(keys) if keys else ("", ())
        for start in range(0, len(wanted), _MOST_VALUES):
            among, bound = self.dialect.among(wanted[start : start + _MOST_VALUES])
            text = statement.replace("IN (?)", among).replace("IN (keys)", among_keys)
            yield from self.all(text, [*bound, *bound_keys])

    def _execute(self, statement: str | ClauseElement, values: Any) -> None:
        if isinstance(statement, str):
            self._cursor.execute(self._statements.text(statement), values)
        else:
            self._cursor.execute(*self._statements.compile(statement))
