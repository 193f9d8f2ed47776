"""Recording in the background: one queue and one thread for values, and one for files.

Batches of one run that wait together are written together. What fails is kept for the caller who waits, and reported in
the log as well, because not everyone waits. The interpreter does not end before everything is written or given up by
the store; whoever interrupts it is told what is not.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from runyard.errors import NotFound, StorageFailure, Unavailable
from runyard.tracking.requests import RunBatch
from runyard.tracking.store import TrackingStore

MAX_TOGETHER = 1000
"""How many metrics, params and tags are written in one batch."""
MAX_WAITING = 100_000
"""How many values and files wait in a queue; whoever has more waits as well, until there is room."""
PATIENCE = 5.0
"""Seconds after which the end of the interpreter says what it waits for."""

log = logging.getLogger("runyard")


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

    __slots__ = ("batch", "done", "error", "run_id", "store", "weight", "work")

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
        self.weight = 1 if batch is None else len(batch.metrics) + len(batch.params) + len(batch.tags)
        self.done = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        """Do the work and keep what it raises."""
        try:
            self.work()
        except Exception as error:
            self.error = error


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
        self._weight = 0
        lock = threading.Lock()
        self._work_came = threading.Condition(lock)
        self._work_done = threading.Condition(lock)
        self._thread: threading.Thread | None = None

    def submit(self, run_id: str, work: Callable[[], object]) -> RunOperations:
        """Have something done for a run."""
        return self._put(Operation(run_id, work))

    def submit_batch(self, store: TrackingStore, batch: RunBatch) -> RunOperations:
        """Have a batch written, together with others of its run."""
        return self._put(Operation(batch.run_id, lambda: store.log_batch(batch), store, batch))

    def _put(self, operation: Operation) -> RunOperations:
        with self._work_came:
            if self._started():
                while self._weight >= MAX_WAITING and threading.current_thread() is not self._thread:
                    self._work_done.wait()
                self._waiting.append(operation)
                self._unfinished.add(operation)
                self._weight += operation.weight
                self._work_came.notify()
                return RunOperations([operation])
        operation.run()
        _finish([operation])
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

    def unfinished(self, run_id: str | None = None) -> list[Operation]:
        """Return what was handed over so far and is not done, be it for one run only."""
        with self._work_came:
            return [item for item in self._unfinished if run_id is None or item.run_id == run_id]

    def flush(self, run_id: str | None = None) -> None:
        """Return when everything that was handed over so far is done, be it for one run only."""
        _wait(self.unfinished(run_id))

    def _work(self) -> None:
        while True:
            with self._work_came:
                while not self._waiting:
                    self._work_came.wait()
                operations = list(self._waiting)
                self._waiting.clear()
            groups: dict[tuple[str, int], list[Operation]] = {}
            for operation in operations:
                groups.setdefault((operation.run_id, id(operation.store)), []).append(operation)
            for group in groups.values():
                for together in _chunks(group):
                    _write(together)
                    with self._work_done:
                        self._unfinished.difference_update(together)
                        self._weight -= sum(operation.weight for operation in together)
                        self._work_done.notify_all()


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
            keys, weight = {param.key for param in batch.params}, operation.weight
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
        _finish(operations)
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
    except (NotFound, StorageFailure, Unavailable) as error:  # as each of them would meet it
        for operation in operations:
            operation.error = error
    except Exception:
        for operation in operations:
            operation.run()
    _finish(operations)


def _finish(operations: Sequence[Operation]) -> None:
    """Say what went wrong, each thing once, and let go whoever waits."""
    failed: dict[str, list[Operation]] = {}
    for operation in operations:
        if operation.error is not None:
            failed.setdefault(str(operation.error), []).append(operation)
    for text, group in failed.items():
        log.error("Not recorded: %s. %s", described(group), text)
    for operation in operations:
        operation.done.set()


def described(operations: Iterable[Operation]) -> str:
    """Return how much of which runs operations are, for messages."""
    amounts: Counter[tuple[str, str]] = Counter()
    for operation in operations:
        if not operation.done.is_set():
            amounts[operation.run_id, "file" if operation.batch is None else "value"] += operation.weight
    parts = [f"{amount} {what}{'' if amount == 1 else 's'} of the run {run}" for (run, what), amount in amounts.items()]
    return ", ".join(parts) or "nothing"


values = Queue("runyard-values")
files = Queue("runyard-files")


def flush(run_id: str | None = None) -> None:
    """Return when everything that was handed over so far is done, be it for one run only."""
    _wait([*values.unfinished(run_id), *files.unfinished(run_id)])


def _wait(operations: Sequence[Operation], patience: float | None = None) -> None:
    """Return when operations are done; say what is not when that takes long, or is interrupted."""
    try:
        if patience is not None and not all(operation.done.wait(patience) for operation in operations):
            log.warning("Not recorded yet: %s. Waiting for it; Ctrl-C gives it up.", described(operations))
        for operation in operations:
            operation.done.wait()
    except KeyboardInterrupt:
        log.error("Interrupted before it was recorded: %s.", described(operations))
        raise


def _at_exit() -> None:
    with suppress(KeyboardInterrupt):
        _wait([*values.unfinished(), *files.unfinished()], PATIENCE)


def _after_fork() -> None:
    values.reset()
    files.reset()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
