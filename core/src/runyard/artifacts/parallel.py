"""Many files at the same time: bounded, again where that helps, and stopped by the first failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from runyard import config
from runyard.artifacts.progress import meter
from runyard.errors import RunyardError, Unavailable

if TYPE_CHECKING:
    from runyard.artifacts.repository import Progress

__all__ = ["Job", "move_all", "retried"]

T = TypeVar("T")

# Seconds before the first repetition; each further one waits twice as long.
FIRST_DELAY = 0.25
# Seconds that an interrupted transfer waits for files under way to be given up.
_GRACE = 5.0
# How many missing files a message names.
_NAMED = 5


class Job(NamedTuple):
    """One file to be moved.

    Attributes:
        name: Its artifact path.
        size: Its bytes.
        move: Moves it, and tells of its progress.
    """

    name: str
    size: int
    move: Callable[[Progress], None]


class _GivenUp(BaseException):
    """Ends the move of a file because of what happened elsewhere."""


def retried(call: Callable[[], T], wait: Callable[[float], object] = time.sleep) -> T:
    """Return what a call returns; it is made again, after a while, where the other side is unavailable.

    Args:
        call: What to do.
        wait: Waits for some seconds; what it raises ends the attempts.

    Raises:
        Unavailable: It was so each time.
    """
    for attempt in range(config.TRANSFER_RETRIES.get()):
        try:
            return call()
        except Unavailable:
            import random

            # Of many clients that were turned away, not all come back at the same moment.
            wait(FIRST_DELAY * 2**attempt * random.uniform(0.5, 1))  # noqa: S311 - nothing secret
    return call()


def move_all(jobs: Sequence[Job], doing: str, workers: int) -> None:
    """Move files, several at the same time, and show how far it is.

    The calling thread works too. After a failure no further file is begun; those that are under way are finished.

    Args:
        jobs: The files.
        doing: What is done with them: ``Uploading``.
        workers: How many at the same time.

    Raises:
        RunyardError: The failure of the first file in order that failed; its message goes on with what was done and
            what was not, and its `details` hold the names as ``done`` and ``missing``.
    """
    files = "file" if len(jobs) == 1 else "files"
    with meter(f"{doing} {len(jobs)} {files}", sum(job.size for job in jobs)) as progress:
        crew = _Crew(jobs, progress)
        helpers: list[threading.Thread] = []
        try:
            # While the interpreter ends there are no new threads; the calling one does the work then.
            with suppress(RuntimeError):
                for number in range(1, min(workers, len(jobs))):
                    helper = threading.Thread(target=crew.work, name=f"runyard-transfer-{number}", daemon=True)
                    helper.start()
                    helpers.append(helper)
            crew.work()
            for helper in helpers:
                helper.join()
        except BaseException:
            crew.interrupt()
            deadline = time.monotonic() + _GRACE
            for helper in helpers:
                helper.join(max(0.0, deadline - time.monotonic()))
            raise
    crew.report(doing)


class _Crew:
    """What the workers share."""

    def __init__(self, jobs: Sequence[Job], progress: Progress) -> None:
        self._jobs = jobs
        self._progress = progress
        self._lock = threading.Lock()
        self._numbers = iter(range(len(jobs)))
        self._stopped = threading.Event()
        self._interrupted = False
        self._done: set[int] = set()
        self._failures: dict[int, BaseException] = {}

    def work(self) -> None:
        """Move one file after the other until there is none left or something failed."""
        while not self._stopped.is_set():
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            try:
                self._move(self._jobs[number])
            except _GivenUp:
                return
            except BaseException as error:
                self._failures[number] = error
                self._stopped.set()
                if not isinstance(error, Exception):
                    raise
            else:
                self._done.add(number)

    def interrupt(self) -> None:
        """Let no worker begin another file, nor finish the one that it is at."""
        self._interrupted = True
        self._stopped.set()

    def _move(self, job: Job) -> None:
        moved = 0

        def progress(count: int) -> None:
            nonlocal moved
            if self._interrupted:
                raise _GivenUp
            moved += count
            self._progress(count)

        def attempt() -> None:
            nonlocal moved
            self._progress(-moved)
            moved = 0
            job.move(progress)

        retried(attempt, self._wait)
        # Not every repository tells of its progress.
        self._progress(job.size - moved)

    def _wait(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise _GivenUp

    def report(self, doing: str) -> None:
        """Raise the failure that comes first in the order of the files."""
        if not self._failures:
            return
        error = self._failures[min(self._failures)]
        if isinstance(error, RunyardError) and len(self._jobs) > 1:
            missing = [job.name for number, job in enumerate(self._jobs) if number not in self._done]
            error.details.update(
                done=[self._jobs[number].name for number in sorted(self._done)],
                missing=missing,
            )
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            error.message += (
                f" {doing} stopped: {len(self._done)} of {len(self._jobs)} files were done; "
                f"missing are {', '.join(map(repr, missing[:_NAMED]))}{more}."
            )
        raise error
