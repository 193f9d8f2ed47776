"""The scripts, made from the tables."""

from __future__ import annotations

from sqlalchemy.dialects import mysql, postgresql, sqlite  # noqa: TID253 - imported to write the scripts, not to run them
from sqlalchemy.engine import Dialect  # noqa: TID253 - as above
from sqlalchemy.schema import CreateIndex, CreateTable  # noqa: TID253 - as above

from runyard_sql.tables import metadata

SCRIPTS = ("sqlite", "postgresql", "mysql", "mariadb")

_HEAD = "-- Written by python -m runyard_sql.schema from runyard_sql/tables.py.\n\n"


def _dialect(name: str) -> Dialect:
    if name == "sqlite":
        return sqlite.dialect()
    if name == "postgresql":
        return postgresql.dialect()  # type: ignore[no-untyped-call]
    dialect = mysql.dialect()
    dialect.is_mariadb = name == "mariadb"
    return dialect


def script(name: str) -> str:
    """Return the statements that make every table in a kind of database."""
    dialect = _dialect(name)
    statements = []
    for table in metadata.tables.values():
        statements.append(CreateTable(table).compile(dialect=dialect))
        statements += [
            CreateIndex(index).compile(dialect=dialect)
            for index in sorted(table.indexes, key=lambda one: str(one.name))
        ]
    lines = ";\n\n".join(str(statement).strip() for statement in statements)
    return _HEAD + "\n".join(line.rstrip().expandtabs(4) for line in lines.splitlines()) + ";\n"
