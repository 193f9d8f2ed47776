"""Logged models."""

from __future__ import annotations

from runyard_sql.inputs import InputStore

__all__ = ["LoggedModelStore"]


class LoggedModelStore(InputStore):
    """The part of the store that keeps logged models."""
