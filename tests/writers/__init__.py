"""Processes that write to a store and say what was acknowledged, and the comparison of that with what is there."""

from __future__ import annotations

from writers.checking import check
from writers.process import Target, Writer

__all__ = ["Target", "Writer", "check"]
