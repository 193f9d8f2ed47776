"""Points that wait in a table of their own, in SQLite; earlier releases would not see them."""

from __future__ import annotations

from alembic import op  # noqa: TID253 - imported to upgrade only
from sqlalchemy import Column, Integer, LargeBinary  # noqa: TID253 - as above

from runyard_sql.migrations.changes import add_table

revision = "2.0"
down_revision = "1.0"


def upgrade() -> None:
    """Make the table; other databases have none."""
    if op.get_context().dialect.name == "sqlite":
        add_table(
            "runyard_staged_points",
            Column("id", Integer, primary_key=True),
            Column("total", Integer, nullable=False),
            Column("points", LargeBinary, nullable=False),
        )
