"""Connections that are kept open for the next one who needs one."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard_sql.dialects import Dialect
    from runyard_sql.session import Session, Statements

__all__ = ["Pool"]


class Pool:
    """Sessions with open connections, the one that was used last first.

    Nobody waits for a connection: one more is opened when none is at hand, and what is too many is closed when it comes
    back. A process that was forked leaves the connections of its parent alone.

    Args:
        dialect: The database.
        statements: Its statements.
    """

    def __init__(self, dialect: Dialect, statements: Statements) -> None:
        self._dialect = dialect
        self._statements = statements
        self._idle: list[Session] = []
        self._process = os.getpid()
        # An SQLite database in memory is its one connection.
        self._only = threading.Lock() if dialect.pool_size == 1 else None

    def take(self) -> Session:
        """Return a session; it has to be given back, or thrown away.

        Raises:
            Unavailable, StorageFailure: The database cannot be reached.
        """
        if self._only is not None:
            self._only.acquire()
        if self._process != os.getpid():
            self._idle, self._process = [], os.getpid()
        while self._idle:
            try:
                session = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if self._dialect.is_usable(session.connection):
                return session
            self._close(session)
        from runyard_sql.session import Session

        try:
            return Session(self._dialect.connect(), self._dialect, self._statements)
        except BaseException:
            if self._only is not None:
                self._only.release()
            raise

    def give_back(self, session: Session) -> None:
        """Keep a session, which is in no transaction, for later."""
        if len(self._idle) < self._dialect.pool_size and self._process == os.getpid():
            self._idle.append(session)
        else:
            self._close(session)
        if self._only is not None:
            self._only.release()

    def throw_away(self, session: Session) -> None:
        """Close a session in which something went wrong with the connection."""
        self._close(session)
        if self._only is not None:
            self._only.release()

    def close(self) -> None:
        """Close every session that is kept; a database in memory would be gone with its connection, so that stays."""
        while self._idle and self._only is None:
            self._close(self._idle.pop())

    def _close(self, session: Session) -> None:
        with suppress(*self._dialect.errors()):
            session.connection.close()
