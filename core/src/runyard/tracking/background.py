"""Recording in the background: one queue and one thread for values, and one for files.

Batches of one run that wait together are written together. What fails is kept for the caller who waits, and reported in
the log as well, because not everyone waits.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from runyard.tracking.requests import RunBatch
from runyard.tracking.store import TrackingStore

MAX_TOGETHER = 1000
"""How many metrics, params and tags are written in one batch."""


class RunOperations:
    """Writes that were handed over and may not be done yet."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations

    def wait(self) -> None:
        """Return when all of them are done.

        Raises:
            RunyardError: What the first write that failed raised.
        """
        for operation in self._operations:
            operation.done.wait()
        for operation in self._operations:
            if operation.error is not None:
                raise operation.error


class Operation:
    """One write that waits in a queue: a batch of values, or any other work for a run."""

    __slots__ = ("batch", "done", "error", "run_id", "store", "work")

    def __init__(
        self,
        run_id: str,
        work: Callable[[], object],
        store: TrackingStore | None = None,
        batch: RunBatch | None = None,
    ) -> None:
        self.run_id = run_id
        self.work = work
        self.store = store
        self.batch = batch
        self.done = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        """Do the work and keep what it raises."""
        try:
            self.work()
        except Exception as error:
            self.error = error
            _report(self.run_id, error)
        self.done.set()


class Queue:
    """Work that a thread of its own does in order; nothing is lost when the interpreter ends.

    Args:
        name: What the thread is called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.reset()

    def reset(self) -> None:
        """Forget everything; what was waiting at a fork is the parent's to write."""
        self._waiting: deque[Operation] = deque()
        self._unfinished: set[Operation] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, run_id: str, work: Callable[[], object]) -> RunOperations:
        """Have something done for a run."""
        return self._put(Operation(run_id, work))

    def submit_batch(self, store: TrackingStore, batch: RunBatch) -> RunOperations:
        """Have a batch written, together with others of its run."""
        return self._put(Operation(batch.run_id, lambda: store.log_batch(batch), store, batch))

    def _put(self, operation: Operation) -> RunOperations:
        with self._changed:
            if self._started():
                self._waiting.append(operation)
                self._unfinished.add(operation)
                self._changed.notify()
                return RunOperations([operation])
        operation.run()
        return RunOperations([operation])

    def _started(self) -> bool:
        """Start the thread where it does not run yet; say no where the interpreter is ending and allows none."""
        if self._thread is None:
            thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            try:
                thread.start()
            except RuntimeError:
                return False
            self._thread = thread
        return True

    def flush(self, run_id: str | None = None) -> None:
        """Return when everything that was handed over so far is done, be it for one run only."""
        with self._changed:
            waiting = [item for item in self._unfinished if run_id is None or item.run_id == run_id]
        for operation in waiting:
            operation.done.wait()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                operations = list(self._waiting)
                self._waiting.clear()
            for _, group in groupby(operations, key=lambda item: (item.run_id, id(item.store))):
                for together in _chunks(group):
                    _write(together)
            with self._changed:
                self._unfinished.difference_update(operations)


def _chunks(operations: Iterable[Operation]) -> Iterable[list[Operation]]:
    """Cut operations of one run into parts that can be one batch each."""
    chunk: list[Operation] = []
    size = 0
    params: set[str] = set()
    for operation in operations:
        batch = operation.batch
        if batch is None:
            keys, weight = set[str](), MAX_TOGETHER
        else:
            keys = {param.key for param in batch.params}
            weight = len(batch.metrics) + len(batch.params) + len(batch.tags)
        if chunk and (size + weight > MAX_TOGETHER or params & keys):
            yield chunk
            chunk, size, params = [], 0, set()
        chunk.append(operation)
        size += weight
        params |= keys
    if chunk:
        yield chunk


def _write(operations: list[Operation]) -> None:
    """Write batches as one; each by itself where that fails, so that one bad value does not take others with it."""
    first, *others = operations
    if not others:
        first.run()
        return
    batches = [operation.batch for operation in operations if operation.batch is not None]
    merged = RunBatch(
        run_id=first.run_id,
        metrics=[metric for batch in batches for metric in batch.metrics],
        params=[param for batch in batches for param in batch.params],
        tags=list({tag.key: tag for batch in batches for tag in batch.tags}.values()),
    )
    try:
        if first.store is not None:
            first.store.log_batch(merged)
    except Exception:
        for operation in operations:
            operation.run()
    else:
        for operation in operations:
            operation.done.set()


def _report(run_id: str, error: Exception) -> None:
    import logging

    logging.getLogger("runyard").error("Something was not recorded in the run %s: %s", run_id, error)


values = Queue("runyard-values")
files = Queue("runyard-files")


def flush(run_id: str | None = None) -> None:
    """Return when everything that was handed over so far is done, be it for one run only."""
    values.flush(run_id)
    files.flush(run_id)


def _after_fork() -> None:
    values.reset()
    files.reset()


atexit.register(flush)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
