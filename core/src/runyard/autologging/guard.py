"""Faults of autologgers: reported, and kept away from the training."""

from __future__ import annotations

import logging
import warnings
from types import TracebackType
from typing import TYPE_CHECKING

from runyard import config

if TYPE_CHECKING:
    from runyard.autologging.autologger import Autologger

_log = logging.getLogger("runyard.autologging")


class Guard:
    """A context that no fault leaves.

    Faults are written to the log with the autologger's name, unless it is silent. With the setting
    ``AUTOLOGGING_TESTING`` they are raised. An interrupt by the user is none.

    Attributes:
        failed: Whether there was a fault.
    """

    def __init__(self, autologger: Autologger, what: str) -> None:
        self._autologger = autologger
        self._what = what
        self._warnings: warnings.catch_warnings[None] | None = None
        self.failed = False

    def __enter__(self) -> Guard:
        if self._autologger.options.silent:
            self._warnings = warnings.catch_warnings()
            self._warnings.__enter__()
            warnings.simplefilter("ignore")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if self._warnings is not None:
            self._warnings.__exit__(kind, error, traceback)
        if not isinstance(error, Exception):
            return False
        self.failed = True
        if config.AUTOLOGGING_TESTING.get():
            return False
        report(self._autologger, f"{self._what} failed: {type(error).__name__}: {error}", error)
        return True


def guarded(autologger: Autologger, what: str) -> Guard:
    """Return a context that no fault of an autologger leaves.

    Args:
        autologger: Whose fault it would be.
        what: What is done in the block, for the report.
    """
    return Guard(autologger, what)


def report(autologger: Autologger, message: str, error: BaseException | None = None) -> None:
    """Write a warning to the log, unless the autologger is silent.

    Args:
        autologger: Whom it is about.
        message: What happened.
        error: What was raised; where, is told at the level ``DEBUG``.
    """
    if not autologger.options.silent:
        _log.warning("Autologging of %s: %s", autologger.name, message)
        if error is not None:
            _log.debug("Autologging of %s raised", autologger.name, exc_info=error)


def note(autologger: Autologger, message: str) -> None:
    """Write a remark to the log, unless the autologger is silent."""
    if not autologger.options.silent:
        _log.info("Autologging of %s: %s", autologger.name, message)
