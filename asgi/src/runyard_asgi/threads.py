"""Threads in which an event loop has its calls done."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

__all__ = ["Threads"]

T = TypeVar("T")

PATIENCE = 0.005
"""How many seconds calls wait, without one coming to its end, before another thread comes to help."""


class _Call(NamedTuple):
    done: asyncio.Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class _Outcome(NamedTuple):
    done: asyncio.Future[Any]
    result: Any
    error: BaseException | None


class Threads(ThreadPoolExecutor):
    """Threads for one event loop.

    It costs more to wake a thread, and to be woken by it, than most calls take. So a thread does every call that waits,
    one after the other, and brings back together what has come of them. Where one takes long, other threads help; with
    many short ones they would only make each other wait for the interpreter.

    Args:
        most: How many threads there are at most.
        name: What they are called.
    """

    def __init__(self, most: int, name: str) -> None:
        super().__init__(most, thread_name_prefix=name)
        # Of several threads that wait at one queue, two are woken by each call.
        self._first = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-first")
        self._most = most
        self._calls: deque[_Call] = deque()
        self._outcomes: deque[_Outcome] = deque()
        self._working = 0
        self._ended = 0
        self._ended_before = 0
        self._is_watched = False
        self._is_announced = False

    def run(self, function: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        """Have something done, and return what to wait for. What is given up before its turn is not done."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._calls.append(_Call(done, function, arguments))
        if not self._working:
            self._start(loop)
        elif not self._is_watched:
            self._is_watched = True
            self._ended_before = self._ended
            loop.call_later(PATIENCE, self._watch, loop)
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._first.shutdown(wait, cancel_futures=cancel_futures)
        super().shutdown(wait, cancel_futures=cancel_futures)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._working += 1
        threads = self if self._working > 1 else self._first
        threads.submit(self._work, loop)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_watched = bool(self._calls)
        if self._is_watched:
            if self._ended == self._ended_before and self._working < self._most:
                self._start(loop)
            self._ended_before = self._ended
            loop.call_later(PATIENCE, self._watch, loop)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        """Do what waits; in a thread."""
        while True:
            try:
                call = self._calls.popleft()
            except IndexError:
                break
            if call.done.done():  # given up
                continue
            try:
                outcome = _Outcome(call.done, call.function(*call.arguments), None)
            except BaseException as error:
                outcome = _Outcome(call.done, None, error)
            self._ended += 1  # of two threads that count at once, one may be overlooked: something has ended
            self._outcomes.append(outcome)
            # After the last call, the loop is woken once for both; and it sees this one when it looks at others
            if self._calls and not self._is_announced:
                self._is_announced = True
                loop.call_soon_threadsafe(self._hand_over)
        loop.call_soon_threadsafe(self._stop, loop)

    def _hand_over(self) -> None:
        self._is_announced = False
        while self._outcomes:
            done, result, error = self._outcomes.popleft()
            if done.done():
                continue
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

    def _stop(self, loop: asyncio.AbstractEventLoop) -> None:
        self._working -= 1
        self._hand_over()
        if self._calls and not self._working:
            self._start(loop)
