"""Projects: code that can be run again, and the backends that run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.projects.backend import SubmittedRun
    from runyard.projects.launch import run

__all__ = ["SubmittedRun", "run"]


def __getattr__(name: str) -> object:
    if name == "run":
        from runyard.projects.launch import run

        return run
    if name == "SubmittedRun":
        from runyard.projects.backend import SubmittedRun

        return SubmittedRun
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
