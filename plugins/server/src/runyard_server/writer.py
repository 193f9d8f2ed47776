"""Group commit: what clients record at the same time is handed to the store together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from runyard.errors import PluginFailed, RunyardError

if TYPE_CHECKING:
    from runyard.tracking.requests import RunBatch
    from runyard.tracking.store import TrackingStore

__all__ = ["Writer"]

MOST_BATCHES = 256
MOST_VALUES = 20_000


class _Waiting(NamedTuple):
    batch: RunBatch
    done: asyncio.Future[None]


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
        self._waiting: deque[_Waiting] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="runyard-writer")
        self._is_busy = False
        self._is_closed = False

    async def record(self, batch: RunBatch) -> None:
        """Return when a batch is committed.

        One that is given up while it waits for its turn is not written at all; later it is written nevertheless.

        Raises:
            RunyardError: What is wrong with it, or with the store; or the server ends.
        """
        if self._is_closed:
            raise RunyardError("The server is being stopped; send it again.", "TEMPORARILY_UNAVAILABLE")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append(_Waiting(batch, done))
        if not self._is_busy:
            self._is_busy = True
            loop.call_soon(self._write)  # whoever is heard in the same round of the loop comes along
        await done

    def close(self) -> None:
        """Return when everything that was handed over is written; nothing is taken any more."""
        self._is_closed = True
        self._thread.shutdown()
        while group := self._take():
            _settle(group, self._commit(group))

    def _write(self) -> None:
        group = self._take()
        if not group:
            self._is_busy = False
            return
        task = asyncio.get_running_loop().run_in_executor(self._thread, self._commit, group)
        task.add_done_callback(lambda task: self._go_on(group, task.result()))

    def _take(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        size = 0
        while self._waiting and len(group) < MOST_BATCHES and size < MOST_VALUES:
            waiting = self._waiting.popleft()
            if not waiting.done.cancelled():
                batch = waiting.batch
                size += len(batch.metrics) + len(batch.params) + len(batch.tags)
                group.append(waiting)
        return group

    def _commit(self, group: Sequence[_Waiting]) -> Sequence[Exception | None]:
        try:
            outcomes = self._store.log_batches([waiting.batch for waiting in group])
        except Exception as error:
            return [error] * len(group)
        if len(outcomes) != len(group):
            name = type(self._store).__qualname__
            return [PluginFailed(f"{name}.log_batches told of {len(outcomes)} of {len(group)} batches.")] * len(group)
        return outcomes

    def _go_on(self, group: Sequence[_Waiting], outcomes: Sequence[Exception | None]) -> None:
        _settle(group, outcomes)
        if not self._is_closed:
            self._write()
        self._on_commit(len(group))


def _settle(group: Sequence[_Waiting], outcomes: Sequence[Exception | None]) -> None:
    for waiting, error in zip(group, outcomes, strict=True):
        if waiting.done.cancelled():
            continue
        if error is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(error)
