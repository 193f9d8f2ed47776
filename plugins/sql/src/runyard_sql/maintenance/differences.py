"""Tables as they are, compared with tables as they should be."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata  # noqa: TID253 - imported to look after a database only
from alembic.migration import MigrationContext  # noqa: TID253 - as above

from runyard_sql.engine import bound
from runyard_sql.session import Session
from runyard_sql.tables import metadata

__all__ = ["differences"]


def differences(session: Session) -> list[str]:
    """Return what is missing in the tables of a database, or is not as it should be.

    What they have more than they should is left alone: a newer release may have added it, or the administrator.
    """
    with bound(session) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours, "compare_type": True})
        changes = compare_metadata(context, metadata)
    # A change to one column is a list of changes.
    found = [_told(change) for entry in changes for change in (entry if isinstance(entry, list) else [entry])]
    found += [
        f"The column {column} of the table {table} is sorted by another rule than the code points of its text."
        for table, column in session.dialect.sorted_otherwise(session)
    ]
    return [each for each in found if each]


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:  # noqa: ARG001 - Alembic's signature
    return kind != "table" or (name or "").startswith("runyard_")


def _told(change: tuple[Any, ...]) -> str:
    """Say what a change would add or alter; nothing for a change that would take away."""
    what, *rest = change
    if what == "add_table":
        return f"The table {rest[0].name} is missing."
    if what == "add_column":
        return f"The column {rest[2].name} of the table {rest[1]} is missing."
    if what == "add_index":
        return f"The index {rest[0].name} of the table {rest[0].table.name} is missing."
    if what == "add_constraint":
        columns = ", ".join(column.name for column in rest[0].columns)
        return f"The table {rest[0].table.name} does not keep {columns} unique."
    if what == "modify_type":
        return f"The column {rest[2]} of the table {rest[1]} is of the type {rest[4]}, not {rest[5]}."
    if what == "modify_nullable":
        return f"The column {rest[2]} of the table {rest[1]} may {'' if rest[4] else 'not '}be null."
    return ""
