"""Group commit: what several threads want to write at the same time shares one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["GroupCommit"]

T = TypeVar("T")


class _Entry(Generic[T]):
    """An item, the thread that waits for it, and what that thread has to write in the end."""

    __slots__ = ("error", "group", "item", "turn")

    def __init__(self, item: T) -> None:
        self.item = item
        self.error: Exception | None = None
        self.group: list[_Entry[T]] = []
        self.turn: threading.Event | None = None


class GroupCommit(Generic[T]):
    """Collects items while others are being written, and writes what was collected at once.

    Nothing waits for company: an item that comes alone is written alone, by the thread that brought it, at once. Those
    that come meanwhile are written together, by the first thread among them, when a writer has ended.

    Args:
        write: Writes items and returns when they are committed: for each item `None`, or the error that it alone has
            met. An error that it raises meets all of them.
        writers: How many threads may write at the same time.
        most: How many items are written at once.
    """

    def __init__(
        self, write: Callable[[Sequence[T]], Sequence[Exception | None]], writers: int = 1, most: int = 256
    ) -> None:
        self._write = write
        self._most = most
        self._free = writers
        self._lock = threading.Lock()
        self._waiting: list[_Entry[T]] = []

    def submit(self, item: T) -> None:
        """Write an item; return when it is committed.

        Raises:
            Exception: What was wrong with it, or with writing.
        """
        entry = _Entry(item)
        with self._lock:
            if self._free:
                self._free -= 1
                entry.group = [entry]
            else:
                entry.turn = threading.Event()
                self._waiting.append(entry)
        if entry.turn is not None:
            self._await(entry)
        if entry.group:
            self._lead(entry.group)
        if entry.error is not None:
            raise entry.error

    def _await(self, entry: _Entry[T]) -> None:
        assert entry.turn is not None  # noqa: S101
        try:
            entry.turn.wait()
        except BaseException:  # an interrupt by the user: whoever waits behind this thread must not wait for ever
            with self._lock:
                if entry in self._waiting:
                    self._waiting.remove(entry)
            if entry.group:
                self._lead(entry.group)
            raise

    def _lead(self, group: list[_Entry[T]]) -> None:
        try:
            errors = self._write([entry.item for entry in group])
            for entry, error in zip(group, errors, strict=True):
                entry.error = error
        except Exception as error:
            for entry in group:
                entry.error = error
        finally:
            awake = group[1:]
            with self._lock:
                following, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                if following:
                    following[0].group = following
                    awake.append(following[0])
                else:
                    self._free += 1
            for entry in awake:
                if entry.turn is not None:
                    entry.turn.set()
