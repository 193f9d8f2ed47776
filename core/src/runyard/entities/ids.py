"""Ids of things that are new."""

from __future__ import annotations

import os

__all__ = ["new_model_id", "new_run_id"]


def new_run_id() -> str:
    """Return an id for a run: 32 lower-case hexadecimal digits, drawn by chance."""
    return os.urandom(16).hex()  # the module `uuid` takes longer to import than a metric to record


def new_model_id() -> str:
    """Return an id for a logged model: ``m-`` and 32 lower-case hexadecimal digits, drawn by chance."""
    return f"m-{new_run_id()}"
