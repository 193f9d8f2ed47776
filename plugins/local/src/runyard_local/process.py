"""A job as a process: its output, its end and how that is recorded."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from runyard.entities import RunStatus
from runyard.projects.backend import SubmittedRun
from runyard.projects.outcome import Outcome, record

GRACE = 10.0
"""Seconds between the polite end of a cancelled job and the other one."""

DRAIN = 5.0
"""Seconds in which output may still come from a process that has left the job's session."""

_BLOCK = 1 << 16
_log = logging.getLogger(__name__)


def _wait(event: threading.Event) -> None:
    """Wait for an event, and hear a signal within the second: one that comes just before a wait does not end it."""
    while not event.wait(0.5):
        pass


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Put off what signals would interrupt until the block is left, so that nothing is started and then forgotten."""
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers run in the main thread only
        return
    pending: list[int] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, handler in handlers.items():
        if callable(handler):
            signal.signal(number, lambda number, _frame: pending.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if callable(handler):
                signal.signal(number, handler)
    for caught in pending:
        signal.raise_signal(caught)


class LocalRun(SubmittedRun):
    """A handle on a process.

    Args:
        process: The process, first of a session, with pipes for its output.
        tracking_uri: Where the run is.
        run_id: The run.
    """

    def __init__(self, process: subprocess.Popen[bytes], tracking_uri: str, run_id: str) -> None:
        self.run_id = run_id
        self._process = process
        self._tracking_uri = tracking_uri
        self._status = RunStatus.RUNNING.name
        self._cancelled = False
        self._ended = threading.Event()  # the process is gone
        self._recorded = threading.Event()  # and its run says so
        self._failure: Exception | None = None
        self._lock = threading.Lock()  # held to signal the process, and to let its id go
        atexit.register(self._finish)
        threading.Thread(target=self._watch, name=f"runyard-{run_id}", daemon=True).start()

    def wait(self) -> bool:
        """Wait until the process has ended and its run says so; return whether it succeeded.

        Raises:
            RunyardError: The end could not be recorded.
        """
        _wait(self._recorded)
        if self._failure is not None:
            atexit.unregister(self._finish)
            raise self._failure
        return self._status == RunStatus.FINISHED.name

    def get_status(self) -> str:
        return self._status

    def cancel(self) -> None:
        """End the process and everything in its session; called again meanwhile, at once."""
        if not self._ended.is_set():
            again, self._cancelled = self._cancelled, True
            self._signal(signal.SIGKILL if again else signal.SIGTERM)
            if not self._ended.wait(GRACE):
                self._signal(signal.SIGKILL)
        _wait(self._recorded)

    def _finish(self) -> None:
        """Wait when this Python ends, so that the run says how its job ended; an interrupt cancels it."""
        try:
            _wait(self._recorded)
        except KeyboardInterrupt:
            self.cancel()
        if self._failure is not None:
            _log.error("The end of run %s could not be recorded: %s", self.run_id, self._failure)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the processes of the job's group."""
        with self._lock, suppress(ProcessLookupError):
            if self._process.returncode is None:
                os.killpg(self._process.pid, number)

    def _watch(self) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="runyard-") as folder:
                log = Path(folder, "output.log")
                with log.open("wb") as out:
                    self._follow(out)
                outcome = Outcome.of_exit(self._process.returncode, cancelled=self._cancelled)
                self._ended.set()
                self._status = outcome.status
                record(self._tracking_uri, self.run_id, outcome, log)
            atexit.unregister(self._finish)
        except Exception as error:
            self._failure = error
        finally:
            self._ended.set()
            self._recorded.set()

    def _follow(self, log: BinaryIO) -> None:
        """Pass the output on until the process has ended."""
        streams = ((self._process.stdout, sys.stdout), (self._process.stderr, sys.stderr))
        pumps = [_Pump(pipe, stream, log) for pipe, stream in streams if pipe is not None]
        if hasattr(os, "waitid"):  # its id stays its own until the group has got its last signal
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        if self._cancelled:  # the shell ends at once, and its commands may still be putting things in order
            for pump in pumps:
                pump.join(GRACE)
        with self._lock, suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # what was left in the background holds the pipes open
            self._process.wait()
        self._process.wait()
        for pump in pumps:
            pump.join(DRAIN)


class _Pump(threading.Thread):
    """Copies what comes out of a pipe to a stream of this process and into the log, as long as these take it."""

    def __init__(self, pipe: IO[bytes], stream: TextIO | None, log: BinaryIO) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._stream = stream
        self._log: BinaryIO | None = log
        self.start()

    def run(self) -> None:
        with self._pipe:
            while block := os.read(self._pipe.fileno(), _BLOCK):
                self._keep(block)
                self._show(block)

    def _keep(self, block: bytes) -> None:
        if self._log is not None:
            try:
                self._log.write(block)
            except (OSError, ValueError):  # a full disk; or nobody waits for this process any more
                self._log = None

    def _show(self, block: bytes) -> None:
        if self._stream is None:
            return
        try:
            raw = getattr(self._stream, "buffer", None)
            if raw is not None:
                raw.write(block)
            else:  # a notebook, a test: a stream of text
                self._stream.write(block.decode("utf-8", "replace"))
            self._stream.flush()
        except (OSError, ValueError):  # the reader went away; the job goes on
            self._stream = None
