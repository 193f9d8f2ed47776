"""A major revision: a column of another type, which SQLite copies the table for."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table

from runyard_sql.migrations.changes import key_type
from runyard_sql.revision import HEAD, numbers

major, minor = numbers(HEAD, "")
revision = f"{major + 1}.0"
down_revision = f"{major}.{minor + 2}"

ALIASES = Table(
    "runyard_registered_model_aliases",
    MetaData(),
    Column("registered_model_id", Integer, primary_key=True, autoincrement=False),
    Column("alias", key_type(255), primary_key=True),
    Column("version", Integer, nullable=False),
)


def upgrade() -> None:
    with op.batch_alter_table(ALIASES.name, copy_from=ALIASES, table_kwargs={"sqlite_with_rowid": False}) as aliases:
        aliases.alter_column("version", type_=BigInteger(), existing_type=Integer(), existing_nullable=False)
