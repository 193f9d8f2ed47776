"""A minor revision after the last one: a column, with a value in each row that is there."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, column, table

from runyard_sql.migrations.changes import add_column
from runyard_sql.revision import HEAD, numbers

major, minor = numbers(HEAD, "")
revision = f"{major}.{minor + 1}"
down_revision = HEAD

RUNS = table("runyard_runs", column("run_id", String), column("note", String))


def upgrade() -> None:
    add_column("runyard_runs", Column("note", String(300), nullable=False, server_default=""))
    op.execute(RUNS.update().where(RUNS.c.note == "").values(note="run " + RUNS.c.run_id))
