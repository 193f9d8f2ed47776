"""A database: transactions on it, and what is done when one fails."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from runyard.errors import InvalidInput, PermissionDenied, StorageFailure
from runyard_sql.dialects import dialect_of
from runyard_sql.dialects.base import Fault, Unreachable
from runyard_sql.forks import Forkable, prepare_for_forks
from runyard_sql.pool import Pool
from runyard_sql.session import Session, Statements
from runyard_sql.staging import settle, waiting

if TYPE_CHECKING:
    from runyard.errors import RunyardError
    from runyard.uris import StoreURI

__all__ = ["Database", "open_database"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

# A deadlock passes at once; a server that is started again takes seconds.
_CONFLICT_RETRIES = 20
_LOST_SECONDS = 20.0
_LONGEST_PAUSE = 1.0


class Database(Forkable):
    """What the store and the registry of one address share.

    Its tables are made, or their revision looked at, with the first transaction.

    Args:
        uri: The address.

    Raises:
        InvalidInput: The address is not complete.
        PluginMissing: The driver is not installed.
    """

    def __init__(self, uri: StoreURI) -> None:
        self.dialect = dialect_of(uri)
        self._statements = Statements(self.dialect)
        self._pool = Pool(self.dialect, self._statements)
        self._is_ready = False
        self._make_locks()
        prepare_for_forks(self)
        self._errors: tuple[type[Exception], ...] = (*self.dialect.errors(), UnicodeEncodeError)

    def close(self) -> None:
        """Close the connections that are idle; the database can still be used and opens them again."""
        self._pool.close()

    def after_fork_in_child(self) -> None:
        self._make_locks()

    def _make_locks(self) -> None:
        self._preparing = threading.Lock()
        self._writing = threading.BoundedSemaphore(self.dialect.writers)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database.

        Raises:
            Unavailable, StorageFailure: The database cannot be reached, or refuses.
        """
        session = self._fresh_reader()
        try:
            yield session
        except BaseException as error:
            self._abandon(session)
            self._raise(error)
        self._end(session, "COMMIT")

    def write(self, change: Callable[[Session], T], *, begun: bool = True) -> T:
        """Change the database in one transaction, and return when that is committed.

        Args:
            change: Makes the changes. It is called again, in a new transaction, when it got into a conflict with
                another one or the connection was lost; so whatever it does outside of the session must bear that, and
                what it does in the session must be the same when it was committed without our hearing of it.
            begun: Whether the transaction begins before. If not, each statement is committed by itself until `change`
                calls `runyard_sql.session.Session.begin`, which spares two trips to a server where one is enough.

        Raises:
            Unavailable, StorageFailure: The database cannot be reached, or refuses. What `change` itself raises takes
                back the transaction and is passed on.
        """
        self.prepare()
        with self._writing:
            return self._retried(lambda: self._change(change, begun))

    def prepare(self) -> None:
        """Make the tables if there are none, and refuse a database of another revision.

        Raises:
            InvalidState: The tables are of another revision; the message says what to do.
            Unavailable, StorageFailure: The database cannot be reached, or refuses.
        """
        if self._is_ready:
            return
        with self._preparing:
            if not self._is_ready:
                self._retried(self._check)
                self._is_ready = True

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """Give a session outside of any transaction, whatever the revision of the tables."""
        try:
            with self._borrowed() as session:
                yield session
        except BaseException as error:
            self._raise(error)

    @contextmanager
    def _borrowed(self) -> Iterator[Session]:
        """Give a session, which is closed where the block fails; errors are those of the driver."""
        session = self._pool.take()
        try:
            yield session
        except BaseException:
            self._pool.throw_away(session)
            raise
        self._pool.give_back(session)

    def _check(self) -> None:
        from runyard_sql.revision import check

        with self._borrowed() as session:
            check(session)

    def _fresh_reader(self) -> Session:
        """Return a session in a transaction, in which every point is there that was acknowledged before."""
        self.prepare()
        session = self._retried(self._begin_read)
        if self.dialect.stages_points and not self._sees_all(session):
            self._end(session, "COMMIT")
            try:
                self.write(settle)
            except (StorageFailure, PermissionDenied) as error:  # a disk that is full, or a copy, can be read
                _log.warning("The newest points are kept, but do not show: %s", error)
            session = self._retried(self._begin_read)
        return session

    def _begin_read(self) -> Session:
        session = self._pool.take()
        try:
            session.run(self.dialect.begin_read)
        except BaseException:  # a connection that was idle may have been cut by the server
            self._pool.throw_away(session)
            raise
        return session

    def _sees_all(self, session: Session) -> bool:
        try:
            return not waiting(session)
        except BaseException as error:
            self._abandon(session)
            self._raise(error)
            raise

    def _change(self, change: Callable[[Session], T], begun: bool) -> T:
        session = self._pool.take()
        try:
            if begun:
                session.begin()
            result = change(session)
            session.commit()
        except BaseException:
            self._abandon(session)
            raise
        self._pool.give_back(session)
        return result

    def _end(self, session: Session, word: str) -> None:
        try:
            session.run(word)
        except self._errors as error:
            self._pool.throw_away(session)
            raise self._explain(error) from None
        self._pool.give_back(session)

    def _abandon(self, session: Session) -> None:
        """Take back what was done and keep the connection, if it still works."""
        try:
            session.roll_back()
        except self._errors:
            self._pool.throw_away(session)
        else:
            self._pool.give_back(session)

    def _retried(self, task: Callable[[], T]) -> T:
        """Run a task, again where the database says that this helps."""
        conflicts, started = 0, time.monotonic()
        pause = 0.01
        while True:
            try:
                return task()
            except Unreachable:
                # One that has answered before is being started again; with another one the address may be wrong.
                if not self._is_ready or time.monotonic() - started > _LOST_SECONDS:
                    raise
            except self._errors as error:
                fault = self.dialect.fault(error)
                conflicts += 1
                if fault is Fault.CONFLICT and conflicts <= _CONFLICT_RETRIES:
                    pass
                elif fault is Fault.LOST and time.monotonic() - started < _LOST_SECONDS:
                    self._pool.close()
                else:
                    raise self._explain(error) from None
            # Some chance, so that those who got into each other's way do not do so again.
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _explain(self, error: Exception) -> RunyardError:
        if isinstance(error, UnicodeEncodeError):
            return InvalidInput("A text cannot be kept: it is no valid Unicode, for it holds half of a character.")
        return self.dialect.explain(error)

    def _raise(self, error: BaseException) -> None:
        if isinstance(error, self._errors):
            raise self._explain(error) from None
        raise error


_databases: dict[StoreURI, Database] = {}


def open_database(uri: StoreURI) -> Database:
    """Return the database of an address, one for the store and the registry of this process."""
    return _databases.get(uri) or _databases.setdefault(uri, Database(uri))
