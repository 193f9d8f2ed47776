"""SQLite: a file, in WAL mode, written by one transaction at a time."""

from __future__ import annotations

import math
import os
import re
import sqlite3  # noqa: TID253 - imported for an address of SQLite only
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from runyard.errors import DataDamaged, InvalidInput, PermissionDenied, RunyardError, StorageFailure, Unavailable
from runyard_sql.dialects.base import Dialect, Fault

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine.interfaces import Dialect as Compiler

    from runyard.uris import StoreURI
    from runyard_sql.session import Session

_SYNCHRONOUS = ("normal", "full", "extra")
_DEFAULT_TIMEOUT = 60.0
_LONGEST_TIMEOUT = 86_400.0
# A checkpoint waits for the disk, and whoever commits waits for it: at 16 MB of new pages, instead of 4 MB.
_CHECKPOINT_PAGES = 4000
_ROWS_AT_ONCE = 64
_PLACES = re.compile(r"VALUES (\([?, ]+\))")


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
    in_process: ClassVar[bool] = True
    stages_points: ClassVar[bool] = True
    json_object: ClassVar[str | None] = (
        "json_group_object({key}, {text})" if sqlite3.sqlite_version_info >= (3, 38) else None
    )
    find_table: ClassVar[str] = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    version_query: ClassVar[str] = "SELECT sqlite_version()"
    size_query: ClassVar[str] = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"

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

    @property
    def artifact_root(self) -> str:
        return super().artifact_root if self.in_memory else f"{os.path.splitext(self.path)[0]}-artifacts"

    def connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path, timeout=self._timeout, isolation_level=None, check_same_thread=False, cached_statements=512
            )
        except sqlite3.Error as error:
            raise self.explain(error) from None
        try:
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            connection.execute("PRAGMA case_sensitive_like = 1")
            connection.execute("PRAGMA temp_store = memory")
            connection.execute("PRAGMA cache_size = -32768")
            connection.execute("PRAGMA mmap_size = 1073741824")
        except sqlite3.Error as error:
            connection.close()
            raise self.explain(error) from None
        connection.create_function("runyard_ilike", 2, _ilike, deterministic=True)
        return connection

    def is_usable(self, connection: sqlite3.Connection) -> bool:  # noqa: ARG002 - a file does not hang up
        return True

    def execute_many(self, cursor: sqlite3.Cursor, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        # Between two rows, `executemany` lets other threads of Python run, and may have to wait for them.
        at_once = len(rows) // _ROWS_AT_ONCE * _ROWS_AT_ONCE
        changed = 0
        if at_once:
            place = _PLACES.search(statement)
            assert place is not None  # noqa: S101 - the text is an insertion
            together = ", ".join([place[1]] * _ROWS_AT_ONCE)
            several = f"{statement[: place.start(1)]}{together}{statement[place.end(1) :]}"
            for start in range(0, at_once, _ROWS_AT_ONCE):
                cursor.execute(several, [*chain.from_iterable(rows[start : start + _ROWS_AT_ONCE])])
                changed += cursor.rowcount
        if at_once < len(rows):
            changed += super().execute_many(cursor, statement, rows[at_once:])
        return changed

    def compiler(self) -> Compiler:
        from sqlalchemy.dialects.sqlite import dialect

        return dialect(paramstyle="qmark")

    def errors(self) -> tuple[type[Exception], ...]:
        return (sqlite3.Error, OverflowError)

    def fault(self, error: Exception) -> Fault:  # noqa: ARG002
        return Fault.OTHER  # whoever waits for another writer has waited for the whole time-out by then

    def explain(self, error: Exception) -> RunyardError:
        text = str(error)
        if isinstance(error, OverflowError):
            return InvalidInput(f"SQLite cannot keep a value: {text}.")
        if "locked" in text or "busy" in text:
            return Unavailable(
                f"The database {self.path!r} is written to by another process, which did not end within "
                f"{self._timeout:g} seconds."
            )
        if "not a database" in text or "malformed" in text:
            return DataDamaged(
                f"{self.path!r} is damaged, or is no SQLite database: {text}. Restore it from a copy, or save what can "
                f"be read: sqlite3 {self.path} .recover"
            )
        if "readonly" in text:
            return PermissionDenied(f"The database {self.path!r}, or its folder, cannot be written to: {text}.")
        if "unable to open" in text:
            return self._not_opened()
        if "disk is full" in text or "disk I/O" in text:
            return StorageFailure(f"The disk of {self.path!r} refuses: {text}. Is there room on it?")
        return StorageFailure(f"The database {self.path!r} refuses: {text}.")

    def _not_opened(self) -> RunyardError:
        folder = os.path.dirname(self.path)
        if os.path.isdir(self.path):
            return StorageFailure(f"The database {self.path!r} cannot be opened: this is a folder, not a file.")
        if not os.path.isdir(folder):
            return StorageFailure(f"The database {self.path!r} cannot be opened: there is no folder {folder!r}.")
        # In this mode readers write too, into the files beside the database.
        return PermissionDenied(
            f"The database {self.path!r} cannot be opened: this needs the right to write to it and to {folder!r}."
        )

    @contextmanager
    def exclusive(self, session: Session) -> Iterator[None]:
        self._switch_to_wal(session)
        session.run(self.begin_write)
        yield
        session.run("COMMIT")

    def _switch_to_wal(self, session: Session) -> None:
        """Set the mode, which the file keeps. A change takes the file for itself, and SQLite would not wait for it."""
        waiting, started = threading.Event(), time.monotonic()
        while True:
            try:
                session.run("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() - started > self._timeout:
                    raise
                waiting.wait(0.01)
            else:
                return

    def exists(self) -> bool:
        return self.in_memory or os.path.exists(self.path)

    def damages(self, session: Session) -> Sequence[str]:
        found = [str(row[0]) for row in session.all("PRAGMA integrity_check")]
        return () if found == ["ok"] else found

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
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LONGEST_TIMEOUT:
        raise InvalidInput(
            f"The option timeout={text!r} of an SQLite address is no number of seconds from 0 to {_LONGEST_TIMEOUT:g}."
        )
    return seconds
