"""Another minor revision: an index, and a table."""

from __future__ import annotations

from sqlalchemy import Column, Integer

from runyard_sql.migrations.changes import add_index, add_table, key_type, text_type
from runyard_sql.revision import HEAD, numbers

major, minor = numbers(HEAD, "")
revision = f"{major}.{minor + 2}"
down_revision = f"{major}.{minor + 1}"


def upgrade() -> None:
    add_index("runyard_runs_by_note", "runyard_runs", ["experiment_id", "note"])
    add_table(
        "runyard_notes",
        Column("run_id", Integer, primary_key=True, autoincrement=False),
        Column("author", key_type(100), primary_key=True),
        Column("text", text_type(), nullable=False),
        sqlite_with_rowid=False,
    )
