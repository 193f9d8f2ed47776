"""Group commit: what clients record at the same time is handed to the store together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.errors import RunyardError
    from runyard.tracking.requests import RunBatch
    from runyard.tracking.store import TrackingStore

__all__ = ["Writer"]

MOST_BATCHES = 256
MOST_VALUES = 20_000


class Writer:
    """Records batches; those that come while others are being written are written together, next.

    Nothing waits for company: a batch that comes alone is written at once. It belongs to one event loop.

    Args:
        store: Where they are recorded.
        on_commit: Called with the number of batches that were written together.
    """

    def __init__(self, store: TrackingStore, on_commit: Callable[[int], None] = lambda _: None) -> None:
        self._store = store
        self._on_commit = on_commit
        self._waiting: deque[tuple[RunBatch, asyncio.Future[None]]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="runyard-writer")
        self._is_busy = False

    async def record(self, batch: RunBatch) -> None:
        """Return when a batch is committed.

        Raises:
            RunyardError: What is wrong with it, or with the store.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((batch, done))
        if not self._is_busy:
            self._is_busy = True
            loop.call_soon(self._write)  # whoever is heard in the same round of the loop comes along
        await done

    def close(self) -> None:
        """Return when everything that was handed over is written."""
        self._thread.shutdown()

    def _write(self) -> None:
        group = self._take()
        batches = [batch for batch, _ in group]
        task = asyncio.get_running_loop().run_in_executor(self._thread, self._store.log_batches, batches)
        task.add_done_callback(lambda task: self._settle(task, [done for _, done in group]))

    def _take(self) -> list[tuple[RunBatch, asyncio.Future[None]]]:
        group: list[tuple[RunBatch, asyncio.Future[None]]] = []
        size = 0
        while self._waiting and len(group) < MOST_BATCHES and size < MOST_VALUES:
            batch, done = self._waiting.popleft()
            size += len(batch.metrics) + len(batch.params) + len(batch.tags)
            group.append((batch, done))
        return group

    def _settle(self, task: asyncio.Future[list[RunyardError | None]], waiting: Sequence[asyncio.Future[None]]) -> None:
        self._on_commit(len(waiting))
        failure = task.exception()
        outcomes: Sequence[BaseException | None] = [failure] * len(waiting) if failure else task.result()
        for done, error in zip(waiting, outcomes, strict=True):
            if done.cancelled():
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
        if self._waiting:
            self._write()
        else:
            self._is_busy = False
