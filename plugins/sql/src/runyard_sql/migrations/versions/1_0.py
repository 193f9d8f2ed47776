"""The first tables; those who have older ones do not exist."""

from __future__ import annotations

revision = "1.0"
down_revision = None


def upgrade() -> None:
    """Do nothing: a database comes into being with these tables, or with later ones."""
