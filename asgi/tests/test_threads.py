"""Calls of an event loop are done in threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from runyard_asgi.threads import Threads


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads(4, "test")
    yield threads
    threads.shutdown()


def test_calls_are_done_and_come_back(threads: Threads) -> None:
    async def ask() -> list[int]:
        return await asyncio.gather(*(threads.run(pow, number, 2) for number in range(1000)))

    assert asyncio.run(ask()) == [number**2 for number in range(1000)]


def test_calls_that_were_given_up_with_an_error_change_nothing(threads: Threads) -> None:
    going = threading.Event()

    async def ask() -> int:
        slow = threads.run(going.wait, 60)
        waits = threads.run(pow, 2, 2)
        for call in (slow, waits):
            call.set_exception(TimeoutError())
        going.set()
        await asyncio.gather(slow, waits, return_exceptions=True)
        return await threads.run(pow, 3, 2)

    assert asyncio.run(ask()) == 9


def test_errors_come_back(threads: Threads) -> None:
    async def ask() -> list[object]:
        return await asyncio.gather(threads.run(int, "x"), threads.run(int, "1"), return_exceptions=True)

    error, number = asyncio.run(ask())
    assert isinstance(error, ValueError)
    assert number == 1


def test_calls_that_wait_for_each_other_get_threads_of_their_own(threads: Threads) -> None:
    together = threading.Barrier(4, timeout=60)

    async def ask() -> None:
        await asyncio.gather(*(threads.run(together.wait) for _ in range(4)))

    asyncio.run(ask())


def test_quick_calls_pass_slow_ones(threads: Threads) -> None:
    over = threading.Event()

    async def ask() -> None:
        slow = [threads.run(over.wait, 60) for _ in range(3)]
        assert await threads.run(pow, 2, 3) == 8
        over.set()
        assert all(await asyncio.gather(*slow))

    asyncio.run(ask())


def test_no_more_threads_than_allowed(threads: Threads) -> None:
    seen: set[int] = set()
    some = threading.Semaphore(0)

    def wait() -> None:
        seen.add(threading.get_ident())
        some.acquire(timeout=60)

    async def ask() -> None:
        waiting = [threads.run(wait) for _ in range(8)]
        while len(seen) < 4:
            await asyncio.sleep(0)
        some.release(8)
        await asyncio.gather(*waiting)

    asyncio.run(ask())
    assert len(seen) == 4


def test_what_is_given_up_before_its_turn_is_not_done() -> None:
    done: list[int] = []
    gate = threading.Event()
    threads = Threads(1, "test")

    async def ask() -> None:
        first = threads.run(gate.wait, 60)
        second = threads.run(done.append, 2)
        third = threads.run(done.append, 3)
        second.cancel()
        gate.set()
        await asyncio.gather(first, third)

    asyncio.run(ask())
    threads.shutdown()
    assert done == [3]
