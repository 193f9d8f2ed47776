"""Connections that are kept open for the next one who needs one."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from runyard_sql.forks import Forkable, prepare_for_forks

if TYPE_CHECKING:
    from runyard_sql.dialects import Dialect
    from runyard_sql.session import Session, Statements

__all__ = ["Pool"]

_FORK_SECONDS = 10.0


class Pool(Forkable):
    """Sessions with open connections, the one that was used last first.

    Nobody waits for a connection: one more is opened when none is at hand, and what is too many is closed when it comes
    back. Only of a database in memory there is one connection, which is the database.

    No connection is carried over a fork. Before one, those in use are waited for, and all are closed: the child would
    share the sockets of its parent, and SQLite would believe that it holds locks which its parent holds, so that what
    the child writes is lost when the parent closes the file.

    Args:
        dialect: The database.
        statements: Its statements.
    """

    def __init__(self, dialect: Dialect, statements: Statements) -> None:
        self._dialect = dialect
        self._statements = statements
        self._idle: list[Session] = []
        self._in_use = 0
        self._is_forking = False
        self._returned = threading.Condition(threading.Lock())
        prepare_for_forks(self)

    def take(self) -> Session:
        """Return a session; it has to be given back, or thrown away.

        Raises:
            Unavailable, StorageFailure: The database cannot be reached.
        """
        with self._returned:
            while self._is_forking or (self._dialect.in_memory and self._in_use):
                self._returned.wait()
            self._in_use += 1
            while self._idle:
                session = self._idle.pop()
                if self._dialect.is_usable(session.connection):
                    return session
                self._close(session)
        from runyard_sql.session import Session

        try:
            return Session(self._dialect.connect(), self._dialect, self._statements)
        except BaseException:
            self._count_back()
            raise

    def give_back(self, session: Session) -> None:
        """Keep a session, which is in no transaction, for later."""
        with self._returned:
            if len(self._idle) < self._dialect.pool_size:
                self._idle.append(session)
            else:
                self._close(session)
        self._count_back()

    def throw_away(self, session: Session) -> None:
        """Close a session in which something went wrong with the connection."""
        self._close(session)
        self._count_back()

    def close(self) -> None:
        """Close every session that is not in use; but that of a database in memory stays."""
        with self._returned:
            self._close_idle()

    def before_fork(self) -> None:
        self._returned.acquire()
        self._is_forking = True
        # Not for ever: it may be this thread that uses one.
        self._returned.wait_for(lambda: not self._in_use, _FORK_SECONDS)
        self._close_idle()

    def after_fork_in_parent(self) -> None:
        self._is_forking = False
        self._returned.notify_all()
        self._returned.release()

    def after_fork_in_child(self) -> None:
        self._returned = threading.Condition(threading.Lock())
        self._is_forking = False
        self._in_use = 0

    def _count_back(self) -> None:
        with self._returned:
            self._in_use -= 1
            self._returned.notify_all()

    def _close_idle(self) -> None:
        while self._idle and not self._dialect.in_memory:
            self._close(self._idle.pop())

    def _close(self, session: Session) -> None:
        with suppress(*self._dialect.errors()):
            session.connection.close()
