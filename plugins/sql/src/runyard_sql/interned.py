"""Texts that are kept once in the database and named by number elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from runyard_sql.database import Database
from runyard_sql.session import Session

__all__ = ["Interned", "Lookup"]

T = TypeVar("T")
K = TypeVar("K", bound=tuple[str, ...])


class Lookup(dict[int, T]):
    """What belongs to numbers, looked up when it is asked for the first time: as quick as a dict for many rows.

    Args:
        find: Looks it up.
    """

    def __init__(self, find: Callable[[int], T]) -> None:
        self._find = find

    def __missing__(self, number: int) -> T:
        found = self[number] = self._find(number)
        return found


class Interned(Generic[K]):
    """The numbers of the rows of a table that only ever grows; those that were seen once are remembered.

    Args:
        database: The database.
        table: The table, with a column ``id``.
        columns: The other columns.

    Attributes:
        number: Returns the number of a key that was added or found before.
    """

    def __init__(self, database: Database, table: str, columns: tuple[str, ...]) -> None:
        self.database = database
        self._known: dict[K, int] = {}
        self.number = self._known.__getitem__
        self._keys: dict[int, K] = {}
        names = ", ".join(columns)
        places = ", ".join("?" * len(columns))
        self._select = f"SELECT id FROM {table} WHERE {' AND '.join(f'{column} = ?' for column in columns)}"  # noqa: S608 - constants
        self._select_key = f"SELECT {names} FROM {table} WHERE id = ?"  # noqa: S608 - constants
        self._insert = f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT ({names}) DO NOTHING"  # noqa: S608

    def add(self, keys: Iterable[K]) -> None:
        """See to it that keys have numbers; those that are new get them in a transaction of their own.

        Raises:
            Unavailable, StorageFailure: The database cannot be reached, or refuses.
        """
        missing = sorted({key for key in keys if key not in self._known})
        if missing:
            # Remembered once they are committed: a number that was taken back belongs to nobody.
            self._known.update(self.database.write(lambda session: self._add(session, missing)))

    def find(self, session: Session, key: K) -> int | None:
        """Return the number of a key, `None` if nobody has used it."""
        known = self._known.get(key)
        if known is None:
            row = session.find(self._select, *key)
            if row is not None:
                known = self._known[key] = row[0]
        return known

    def found(self, session: Session, keys: Iterable[K]) -> dict[int, K]:
        """Return keys by number, without those that nobody has used."""
        numbers = {key: self.find(session, key) for key in keys}
        return {number: key for key, number in numbers.items() if number is not None}

    def key(self, session: Session, number: int) -> K:
        """Return the key of a number."""
        try:
            return self._keys[number]
        except KeyError:
            row: Any = session.first(self._select_key, (number,))
            self._keys[number] = row
            return self._keys[number]

    def _add(self, session: Session, keys: list[K]) -> dict[K, int]:
        found: dict[K, int] = {}
        for key in keys:  # in order, so that two who add the same ones do not wait for each other in a circle
            row = session.first(self._select, key)
            if row is None:
                session.run(self._insert, key)
                row = session.first(self._select, key)
            assert row is not None  # noqa: S101
            found[key] = row[0]
        return found
