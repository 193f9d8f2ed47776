"""SQLAlchemy on a connection of ours, for what looks at the schema or changes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine  # noqa: TID253 - imported to look after a database, not to record
from sqlalchemy.exc import DBAPIError  # noqa: TID253 - as above
from sqlalchemy.pool import StaticPool  # noqa: TID253 - as above

from runyard_sql.session import Session

__all__ = ["bound"]


@contextmanager
def bound(session: Session) -> Iterator[Connection]:
    """Give SQLAlchemy the connection of a session; transactions stay with the session.

    Errors of the driver leave the block as they are, without what SQLAlchemy wraps around them.
    """
    dialect = session.dialect.compiler()
    engine = create_engine(
        f"{dialect.name}+{dialect.driver}://",
        creator=lambda: session.connection,
        poolclass=StaticPool,
        pool_reset_on_return=None,
    )
    with engine.connect() as connection:
        connection.begin()  # or Alembic would begin transactions of its own, and commit ours with them
        try:
            yield connection
        except DBAPIError as error:
            raise (error.orig or error) from None
