"""The progress of transfers, on a terminal and only of those that take a while."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from runyard import config

if TYPE_CHECKING:
    from runyard.artifacts.repository import Progress

__all__ = ["byte_size", "meter"]

# Seconds: what is done by then is not worth a bar.
PATIENCE = 0.5
# Seconds between two states of the plain line.
_INTERVAL = 0.1


class _Display(Protocol):
    """Shows how many bytes are moved."""

    def show(self, moved: int) -> None: ...

    def close(self) -> None: ...


@contextmanager
def meter(doing: str, size: int) -> Iterator[Progress]:
    """Give a function to tell of bytes moved, by any thread; it shows them where somebody is watching.

    Nothing is shown unless standard error is a terminal, the setting ``PROGRESS`` is on and the block lasts longer than
    half a second; nothing of it stays on the screen.

    Args:
        doing: What is done, to begin the line: ``Uploading 3 files``.
        size: All bytes there are to move.
    """
    if not (sys.stderr is not None and sys.stderr.isatty() and config.PROGRESS.get()):
        yield _quiet
        return
    shown = _Meter(doing, size)
    try:
        yield shown.add
    finally:
        shown.close()


def _quiet(_moved: int) -> None:
    """Show nothing."""


class _Meter:
    """Counts bytes and opens a display when the time has come."""

    def __init__(self, doing: str, size: int) -> None:
        self._doing = doing
        self._size = size
        self._moved = 0
        self._start = time.monotonic()
        self._lock = threading.Lock()
        self._display: _Display | None = None
        self._settled = False

    def add(self, moved: int) -> None:
        with self._lock:
            self._moved += moved
            if not self._settled and time.monotonic() - self._start >= PATIENCE:
                self._settled = True
                self._display = _display(self._doing, self._size)
            if self._display is not None:
                self._display.show(self._moved)

    def close(self) -> None:
        with self._lock:
            self._settled = True
            if self._display is not None:
                self._display.close()
                self._display = None


def _display(doing: str, size: int) -> _Display | None:
    """Return what shows the progress; `None` where the program shows a bar of its own already."""
    try:
        from rich.errors import LiveError
    except ModuleNotFoundError:  # rich is an extra
        return _Line(doing, size)
    try:
        return _Bar(doing, size)
    except LiveError:
        return None


class _Bar:
    """A bar drawn by rich."""

    def __init__(self, doing: str, size: int) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task(doing, total=size)
        self._bar.start()

    def show(self, moved: int) -> None:
        self._bar.update(self._task, completed=moved)

    def close(self) -> None:
        self._bar.stop()


class _Line:
    """One line of text, written over again and again."""

    def __init__(self, doing: str, size: int) -> None:
        self._doing = doing
        self._size = size
        self._first: tuple[float, int] | None = None
        self._next = 0.0
        self._width = 0

    def show(self, moved: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _INTERVAL
        if self._first is None:
            self._first = (now, moved)
        seconds, gained = now - self._first[0], moved - self._first[1]
        text = f"{self._doing}: {byte_size(moved)} of {byte_size(self._size)}"
        if seconds > 0 and gained > 0:
            left = max(0, self._size - moved) * seconds / gained
            text += f", {byte_size(int(gained / seconds))}/s, {left:.0f} s left"
        self._write(text)

    def close(self) -> None:
        self._write(" " * self._width, "\r")

    def _write(self, text: str, end: str = "") -> None:
        # A terminal that is gone is no reason to stop.
        with suppress(OSError):
            sys.stderr.write(f"\r{text.ljust(self._width)}{end}")
            sys.stderr.flush()
        self._width = len(text)


def byte_size(number: int | None) -> str:
    """Return a number of bytes for people: ``512 B``, ``1.5 MiB``."""
    amount = float(number or 0)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TiB"
