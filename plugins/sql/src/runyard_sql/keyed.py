"""Params and tags: texts that an owner has by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from runyard.errors import InvalidInput
from runyard_sql.interned import Interned, Lookup
from runyard_sql.session import Session
from runyard_sql.values import number_columns

__all__ = ["KeyedValues", "Name", "ValueRow"]

Name = tuple[str]
ValueRow = tuple[int, int, str, "float | None", "int | None"]


_decode = msgspec.json.Decoder(dict[str, str]).decode


class KeyedValues:
    """The statements on a table of params or tags; see `runyard_sql.tables`.

    Keys have to be numbered, by `Interned.add`, before they are written.

    Args:
        names: The numbers of the keys.
        table: The table.
        owner: Its column with the number of whom a value belongs to.
    """

    def __init__(self, names: Interned[Name], table: str, owner: str) -> None:
        self._names = names
        self._storable = names.database.dialect.number
        insert = (
            f"INSERT INTO {table} ({owner}, name_id, value, number, special) VALUES (?, ?, ?, ?, ?) "  # noqa: S608 - constants
            f"ON CONFLICT ({owner}, name_id) DO "
        )
        self._add = f"{insert}NOTHING"
        self._set = f"{insert}UPDATE SET value = excluded.value, number = excluded.number, special = excluded.special"
        self._find = f"SELECT value FROM {table} WHERE {owner} = ? AND name_id = ?"  # noqa: S608 - constants
        self._delete = f"DELETE FROM {table} WHERE {owner} = ? AND name_id = ?"  # noqa: S608 - constants
        self._select = f"SELECT {owner}, name_id, value FROM {table} WHERE {owner} IN (?)"  # noqa: S608 - constants
        self._select_some = f"{self._select} AND name_id IN (keys)"
        gather = names.database.dialect.json_object
        if gather is not None:
            self._select_objects = (
                f"SELECT {owner}, {gather.format(key='name', text='value')} FROM {table} "  # noqa: S608 - constants
                f"JOIN runyard_names ON id = name_id WHERE {owner} IN (?) GROUP BY {owner}"
            )

    def row(self, owner: int, key: str, value: str) -> ValueRow:
        """Return the row of a value."""
        return (owner, self._names.number((key,)), value, *number_columns(value, self._storable))

    def rows(self, owner: int, values: Mapping[str, str]) -> list[ValueRow]:
        """Return the rows of what belongs to one owner."""
        return [self.row(owner, key, value) for key, value in values.items()]

    def set(self, session: Session, rows: Iterable[ValueRow]) -> None:
        """Write tags, of which no key of an owner comes twice, over those that are there."""
        ordered = sorted(rows)
        if ordered:
            session.many(self._set, ordered)

    def add(self, session: Session, rows: Iterable[ValueRow]) -> None:
        """Write params, each of which may have been written before with the same value.

        Raises:
            InvalidInput: One has another value already; the transaction has to be taken back.
        """
        ordered = sorted(rows)
        if not ordered or session.many(self._add, ordered) == len(ordered):
            return
        for owner, name, value, *_ in ordered:
            row = session.first(self._find, (owner, name))
            if row is not None and row[0] != value:
                (key,) = self._names.key(session, name)
                raise InvalidInput(
                    f"The param {key!r} has the value {row[0]!r} already, so it cannot become {value!r}: a param is "
                    "written once. Use another key, another run, or a tag."
                )

    def remove(self, session: Session, owner: int, key: str) -> bool:
        """Delete a tag; say whether it was there."""
        name = self._names.find(session, (key,))
        return name is not None and session.run(self._delete, (owner, name)) > 0

    def of_each(self, session: Session, owners: Iterable[int]) -> dict[int, dict[str, str]]:
        """Return what belongs to each owner that has something."""
        if session.dialect.json_object is not None:
            # One row for each owner: to make a Python object of every column of every row takes most of the time.
            return {owner: _decode(found) for owner, found in session.each_of(self._select_objects, owners)}
        keys = Lookup(lambda name: self._names.key(session, name)[0])
        values: dict[int, dict[str, str]] = {}
        for owner, name, value in session.each_of(self._select, owners):
            values.setdefault(owner, {})[keys[name]] = value
        return values

    def some_of_each(self, session: Session, owners: Iterable[int], keys: Iterable[str]) -> dict[int, dict[str, str]]:
        """Return what belongs to each owner that has something under one of some keys."""
        wanted = self._names.found(session, ((key,) for key in keys))
        values: dict[int, dict[str, str]] = {}
        if wanted:
            for owner, name, value in session.each_of(self._select_some, owners, [*wanted]):
                values.setdefault(owner, {})[wanted[name][0]] = value
        return values

    def fill(self, session: Session, values: Mapping[int, dict[str, str]]) -> None:
        """Put what belongs to each owner into its dict."""
        for owner, found in self.of_each(session, values).items():
            values[owner].update(found)
