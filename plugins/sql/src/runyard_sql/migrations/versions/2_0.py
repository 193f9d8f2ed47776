"""Points that wait in a table of their own; earlier releases would not see them."""

from __future__ import annotations

from sqlalchemy import Column, Integer  # noqa: TID253 - imported to upgrade only

from runyard_sql.migrations.changes import add_table, bytes_type

revision = "2.0"
down_revision = "1.0"


def upgrade() -> None:
    """Make the table."""
    add_table(
        "runyard_staged_points",
        Column("id", Integer, primary_key=True),
        Column("total", Integer, nullable=False),
        Column("points", bytes_type(), nullable=False),
    )
