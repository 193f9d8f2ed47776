"""SQLite: a file, in WAL mode, written by one transaction at a time."""

from __future__ import annotations

import os
import sqlite3  # noqa: TID253 - imported for an address of SQLite only
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from runyard.errors import DataDamaged, InvalidInput, RunyardError, StorageFailure, Unavailable
from runyard_sql.dialects.base import Dialect, Fault

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.uris import StoreURI
    from runyard_sql.session import Session

_SYNCHRONOUS = ("normal", "full", "extra")
_DEFAULT_TIMEOUT = 60.0


class SQLite(Dialect):
    """The file ``sqlite:///PATH``, or ``sqlite://`` for one in memory that ends with the process.

    Options of the address: ``synchronous=full`` also survives a power cut, at ten times the cost of a commit (default
    ``normal``: what was acknowledged survives the death of every process); ``timeout`` in seconds, for which a writer
    waits for others (default 60).
    """

    name: ClassVar[str] = "sqlite"
    placeholder: ClassVar[str] = "?"
    begin_read: ClassVar[str] = "BEGIN"
    begin_write: ClassVar[str] = "BEGIN IMMEDIATE"

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self.writers = 1
        head, _, query = uri.text.partition("?")
        driver, separator, rest = head.partition("://")
        if driver not in ("sqlite", "sqlite+pysqlite") or not separator or (rest and not rest.startswith("/")):
            raise InvalidInput(
                f"{self.where!r} is not the address of an SQLite database: 'sqlite:///runs.db' names the file "
                "'runs.db', 'sqlite:////data/runs.db' names '/data/runs.db'."
            )
        options = dict(option.partition("=")[::2] for option in query.split("&") if option)
        self._synchronous = options.pop("synchronous", "normal").lower()
        self._timeout = _seconds(options.pop("timeout", str(_DEFAULT_TIMEOUT)))
        if self._synchronous not in _SYNCHRONOUS or options:
            raise InvalidInput(
                f"The address {self.where!r} has an option that is not known; there are synchronous="
                f"{'|'.join(_SYNCHRONOUS)} and timeout=SECONDS."
            )
        self.in_memory = rest in ("", "/", "/:memory:")
        self.path = ":memory:" if self.in_memory else os.path.abspath(os.path.expanduser(rest[1:]))
        if self.in_memory:
            self.pool_size = 1

    @property
    def artifact_root(self) -> str:
        return super().artifact_root if self.in_memory else f"{os.path.splitext(self.path)[0]}-artifacts"

    def connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path, timeout=self._timeout, isolation_level=None, check_same_thread=False, cached_statements=512
            )
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute("PRAGMA case_sensitive_like = 1")
            connection.execute("PRAGMA temp_store = memory")
            connection.execute("PRAGMA cache_size = -32768")
            connection.execute("PRAGMA mmap_size = 1073741824")
        except sqlite3.Error as error:
            raise self.explain(error) from None
        connection.create_function("runyard_ilike", 2, _ilike, deterministic=True)
        return connection

    def is_usable(self, connection: sqlite3.Connection) -> bool:  # noqa: ARG002 - a file does not hang up
        return True

    def compiler(self) -> Compiler:
        from sqlalchemy.dialects.sqlite import dialect

        return dialect(paramstyle="qmark")

    def errors(self) -> tuple[type[Exception], ...]:
        return (sqlite3.Error, OverflowError)

    def fault(self, error: Exception) -> Fault:  # noqa: ARG002
        return Fault.OTHER  # whoever waits for another writer has waited for the whole time-out by then

    def explain(self, error: Exception) -> RunyardError:
        text = str(error)
        if "locked" in text or "busy" in text:
            return Unavailable(
                f"The database {self.path!r} is written to by another process, which did not end within "
                f"{self._timeout:g} seconds."
            )
        if "not a database" in text or "malformed" in text:
            return DataDamaged(f"{self.path!r} is damaged, or is no SQLite database: {text}.")
        if "unable to open" in text:
            folder = os.path.dirname(self.path)
            reason = "" if os.path.isdir(folder) else f"; the folder {folder!r} does not exist"
            return StorageFailure(f"The database {self.path!r} cannot be opened{reason}.")
        return StorageFailure(f"The database {self.path!r} refuses: {text}.")

    def is_missing_table(self, error: Exception) -> bool:
        return "no such table" in str(error)

    @contextmanager
    def exclusive(self, session: Session) -> Iterator[None]:
        # The mode is kept in the file. Changing it takes the file for itself, without waiting for others.
        waiting = threading.Event()
        for attempt in range(1000):
            try:
                session.run("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError:
                if attempt == 999:
                    raise
                waiting.wait(0.01)
        yield

    def like(self, text: ColumnElement[str], pattern: str, *, ignore_case: bool) -> ColumnElement[bool]:
        from sqlalchemy import Boolean, func, type_coerce

        if ignore_case:
            return type_coerce(func.runyard_ilike(pattern, text) == 1, Boolean)
        return text.like(pattern)


def _ilike(pattern: str, text: str | None) -> bool | None:
    from runyard.search.like import like

    return None if text is None else like(pattern, ignore_case=True)(text)


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        raise InvalidInput(f"The option timeout={text!r} of an SQLite address is no number of seconds.") from None
