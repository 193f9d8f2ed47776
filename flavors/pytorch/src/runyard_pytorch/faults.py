"""Faults of logging that happens in the background, where warnings cannot be silenced for one thread alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runyard import config
from runyard.autologging.guard import report

if TYPE_CHECKING:
    from runyard.autologging.autologger import Autologger

__all__ = ["reported"]


@contextmanager
def reported(autologger: Autologger, what: str) -> Iterator[None]:
    """Report what the block raises, unless the autologger is silent; tests of autologging see it raised.

    Args:
        autologger: Whose fault it would be.
        what: What is done in the block, for the report.
    """
    try:
        yield
    except Exception as error:
        if config.AUTOLOGGING_TESTING.get():
            raise
        report(autologger, f"{what} failed: {type(error).__name__}: {error}", error)
