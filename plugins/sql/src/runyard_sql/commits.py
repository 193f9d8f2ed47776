"""Group commit: what several threads want to write at the same time shares one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from runyard_sql.forks import Forkable, prepare_for_forks

__all__ = ["GroupCommit"]

T = TypeVar("T")


class _Entry(Generic[T]):
    """An item, and how its thread stands.

    Attributes:
        item: What the thread wants to be written.
        turn: What it waits for: that its item is written, or that it is the one to write.
        group: What it has to write, its own item first; empty as long as that is up to others.
        is_written: Whether writing has ended, be it with an error.
        is_left: Whether the thread was interrupted and waits no longer.
        error: What was wrong.
    """

    __slots__ = ("error", "group", "is_left", "is_written", "item", "turn")

    def __init__(self, item: T) -> None:
        self.item = item
        self.turn: threading.Event | None = None
        self.group: list[_Entry[T]] = []
        self.is_written = False
        self.is_left = False
        self.error: Exception | None = None


class GroupCommit(Forkable, Generic[T]):
    """Collects items while others are being written, and writes what was collected at once.

    Nothing waits for company: an item that comes alone is written alone, by the thread that brought it, at once. Those
    that come meanwhile are written together, by the first thread among them, when a writer has ended.

    Args:
        write: Writes items and returns when they are committed: for each item `None`, or the error that it alone has
            met. An error that it raises meets all of them. To write what was written already must do no harm.
        writers: How many threads may write at the same time.
        most: How many items are written at once.
    """

    def __init__(
        self, write: Callable[[Sequence[T]], Sequence[Exception | None]], writers: int = 1, most: int = 256
    ) -> None:
        self._write = write
        self._writers = writers
        self._most = most
        self._begin()
        prepare_for_forks(self)

    def submit(self, item: T) -> None:
        """Write an item; return when it is committed.

        Raises:
            Exception: What was wrong with it, or with writing.
        """
        entry = _Entry(item)
        try:
            with self._lock:
                if self._free:
                    entry.group = [entry]
                    self._free -= 1
                else:
                    entry.turn = threading.Event()
                    self._waiting.append(entry)
            if entry.turn is not None:
                entry.turn.wait()
            if entry.group:
                self._lead(entry.group)
        finally:  # also when the user has interrupted it: whoever waits behind this thread must not wait for ever
            if entry.group:
                self._pass_on(entry.group)
            elif not entry.is_written:
                self._leave(entry)
        if entry.error is not None:
            raise entry.error

    def after_fork_in_child(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._free = self._writers
        self._lock = threading.Lock()
        self._waiting: list[_Entry[T]] = []

    def _lead(self, group: list[_Entry[T]]) -> None:
        try:
            for entry, error in zip(group, self._write([entry.item for entry in group]), strict=True):
                entry.error = error
        except Exception as error:
            for entry in group:
                entry.error = error
        for entry in group:
            entry.is_written = True

    def _pass_on(self, group: list[_Entry[T]]) -> None:
        """Wake those whose items are written, and the one that writes next."""
        followers = group[1:]
        awake = [entry for entry in followers if entry.is_written]
        with self._lock:
            # Where writing was interrupted, nobody knows how far it came.
            again = [entry for entry in followers if not entry.is_written and not entry.is_left]
            waiting = again + self._waiting
            following, self._waiting = waiting[: self._most], waiting[self._most :]
            if following:
                following[0].group = following
                awake.append(following[0])
            else:
                self._free += 1
        for entry in awake:
            if entry.turn is not None:
                entry.turn.set()

    def _leave(self, entry: _Entry[T]) -> None:
        """Let an interrupted thread go: its item is not written, unless another thread is about to."""
        with self._lock:
            entry.is_left = True
            if entry in self._waiting:
                self._waiting.remove(entry)
        if entry.group:  # since a moment
            self._pass_on(entry.group)
