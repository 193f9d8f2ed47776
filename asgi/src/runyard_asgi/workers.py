"""Several processes on one socket: started as copies of a parent, replaced when they die, ended together.

The parent has loaded and opened everything before it makes the copies, which therefore start at once and share its
memory. It serves nobody itself.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Worker", "run_workers"]

_log = logging.getLogger(__name__)

_READY = b"\0"
_MOST_FAILURES = 3
_STOPS = (signal.SIGTERM, signal.SIGINT)


class Worker:
    """What a worker knows of its parent.

    Attributes:
        lifeline: A descriptor that becomes readable, with nothing to read, when the parent is gone.
    """

    def __init__(self, lifeline: int, news: int) -> None:
        self.lifeline = lifeline
        self._news = news

    def ready(self) -> None:
        """Tell the parent that this worker answers."""
        os.write(self._news, _READY)


def run_workers(
    number: int,
    work: Callable[[Worker], None],
    on_ready: Callable[[], None],
    grace_seconds: float,
    on_death: Callable[[int], None] | None = None,
) -> int:
    """Keep workers at work until SIGTERM or Ctrl-C.

    Args:
        number: How many.
        work: What each of them does. It ends by itself on SIGTERM.
        on_ready: Called when all of them answer.
        grace_seconds: How long they may take to end; then they are killed.
        on_death: Called with the process id of one that has ended.

    Returns:
        The exit code: 0, or 1 if they could not be kept at work or had to be killed.
    """
    return _Parent(number, work, on_ready, grace_seconds, on_death).run()


class _Parent:
    def __init__(
        self,
        number: int,
        work: Callable[[Worker], None],
        on_ready: Callable[[], None],
        grace_seconds: float,
        on_death: Callable[[int], None] | None,
    ) -> None:
        self._number = number
        self._work = work
        self._on_ready = on_ready
        self._on_death = on_death
        self._grace_seconds = grace_seconds
        self._workers: set[int] = set()
        self._answering = 0
        self._failures = 0
        self._is_stopping = False
        self._code = 0
        # Signals and workers write into the one pipe; the other one only ever ends.
        self._news, self._tell = os.pipe()
        self._lifeline, self._life = os.pipe()
        os.set_blocking(self._tell, False)

    def run(self) -> int:
        heard = (*_STOPS, signal.SIGCHLD, signal.SIGHUP, signal.SIGALRM)
        before = {number: signal.signal(number, lambda *_: None) for number in heard}
        wakeup = signal.set_wakeup_fd(self._tell, warn_on_full_buffer=False)
        try:
            for _ in range(self._number):
                self._start()
            while self._workers:
                for number in os.read(self._news, 1024):
                    self._hear(number)
        finally:
            signal.alarm(0)
            signal.set_wakeup_fd(wakeup)
            for each, handler in before.items():
                signal.signal(each, handler)
            for descriptor in (self._news, self._tell, self._lifeline, self._life):
                os.close(descriptor)
        return self._code

    def _hear(self, number: int) -> None:
        if number == _READY[0]:
            self._failures = 0
            self._answering += 1
            if self._answering == self._number:
                self._on_ready()
        elif number == signal.SIGCHLD:
            self._bury()
        elif number == signal.SIGHUP:
            self._send(signal.SIGHUP)
        elif number == signal.SIGALRM:
            _log.error("Workers did not end in time and are killed.")
            self._code = 1
            self._send(signal.SIGKILL)
        elif number in _STOPS:
            if self._is_stopping and number == signal.SIGINT:
                self._send(signal.SIGKILL)  # a person insists
            self._stop()

    def _start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        # A worker that is told to end before it listens to signals itself must not take that for the parent's
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        pid = os.fork()
        if pid:
            self._workers.add(pid)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
            return
        code = 1
        try:
            os.close(self._life)
            os.close(self._news)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            # Until it serves there is nothing to put away, and an exception may meet an event loop half set up
            signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
            self._work(Worker(self._lifeline, self._tell))
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            _log.exception("A worker failed")
        finally:
            logging.shutdown()
            os._exit(code)

    def _stop(self) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            signal.alarm(int(self._grace_seconds) + 1)
            self._send(signal.SIGTERM)

    def _send(self, number: int) -> None:
        for pid in self._workers:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _bury(self) -> None:
        for pid in list(self._workers):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            self._workers.discard(pid)
            if self._on_death is not None:
                self._on_death(pid)
            code = os.waitstatus_to_exitcode(status)
            if self._is_stopping:
                self._code = self._code or int(code != 0)
                continue
            self._failures += 1
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            if self._failures > _MOST_FAILURES:
                _log.error("The worker %d %s, as did those before it; the server ends.", pid, how)
                self._code = 1
                self._stop()
            else:
                self._start()
                _log.warning("The worker %d %s; another one has taken its place.", pid, how)
