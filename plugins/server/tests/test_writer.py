"""Group commit: who waits is written together, and everybody gets an answer of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from runyard.entities import Metric
from runyard.errors import NotFound, PluginFailed, RunyardError, StorageFailure
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.tracking.requests import HistoryQuery, NewRun, RunBatch
from runyard.uris import StoreURI
from runyard_server import writer as module
from runyard_server.writer import Writer


class Held(MemoryTrackingStore):
    """A store that writes when it is let."""

    def __init__(self) -> None:
        super().__init__(StoreURI.parse("memory://writer"))
        self.groups: list[list[RunBatch]] = []
        self.is_entered = threading.Semaphore(0)
        self.may_go_on = threading.Semaphore(0)
        self.failure: Exception | None = None
        run = NewRun(experiment_id="0", user_id="me", start_time=1, run_name="run")
        self.run_id = self.create_run(run).info.run_id

    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        self.groups.append([*batches])
        self.is_entered.release()
        assert self.may_go_on.acquire(timeout=60)
        if self.failure is not None:
            raise self.failure
        return super().log_batches(batches)

    def batch(self, step: int, run_id: str | None = None) -> RunBatch:
        return RunBatch(run_id=run_id or self.run_id, metrics=(Metric("m", 1.0, 1, step),))

    @property
    def steps(self) -> list[int]:
        return [point.step for point in self.metric_history(HistoryQuery(run_id=self.run_id, key="m"))]

    async def entered(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.is_entered.acquire)


@pytest.fixture
def store() -> Held:
    return Held()


def run(store: Held, test: Callable[[Writer], Coroutine[Any, Any, None]]) -> None:
    async def body() -> None:
        writer = Writer(store)
        try:
            await asyncio.wait_for(test(writer), 60)
        finally:
            store.may_go_on.release(1000)
            writer.close()

    asyncio.run(body())


def test_who_comes_while_others_are_written_is_written_together(store: Held) -> None:
    async def test(writer: Writer) -> None:
        first = asyncio.create_task(writer.record(store.batch(0)))
        await store.entered()
        others = [asyncio.create_task(writer.record(store.batch(step))) for step in range(1, 6)]
        await asyncio.sleep(0)
        assert not first.done()
        store.may_go_on.release(2)
        await asyncio.gather(first, *others)

    run(store, test)
    assert [len(group) for group in store.groups] == [1, 5]
    assert store.steps == [0, 1, 2, 3, 4, 5]


def test_who_comes_in_one_round_of_the_loop_is_written_together(store: Held) -> None:
    async def test(writer: Writer) -> None:
        store.may_go_on.release()
        await asyncio.gather(*[writer.record(store.batch(step)) for step in range(5)])

    run(store, test)
    assert [len(group) for group in store.groups] == [5]


def test_groups_are_no_larger_than_what_a_transaction_should_take(store: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BATCHES", 4)
    monkeypatch.setattr(module, "MOST_VALUES", 3)

    async def test(writer: Writer) -> None:
        store.may_go_on.release(100)
        await asyncio.gather(*[writer.record(store.batch(step)) for step in range(8)])
        monkeypatch.setattr(module, "MOST_VALUES", 1000)
        await asyncio.gather(*[writer.record(store.batch(step)) for step in range(8, 16)])

    run(store, test)
    assert [len(group) for group in store.groups] == [3, 3, 2, 4, 4]
    assert store.steps == [*range(16)]


def test_a_batch_that_fails_fails_alone(store: Held) -> None:
    async def test(writer: Writer) -> None:
        store.may_go_on.release(10)
        outcomes = await asyncio.gather(
            writer.record(store.batch(1)),
            writer.record(store.batch(2, "0" * 32)),
            writer.record(store.batch(3)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), NotFound, type(None)]

    run(store, test)
    assert len(store.groups) == 1
    assert store.steps == [1, 3]


@pytest.mark.parametrize("failure", [StorageFailure("the disk is full"), ZeroDivisionError()], ids=type)
def test_when_the_store_fails_all_are_told_and_the_next_are_written(store: Held, failure: Exception) -> None:
    async def test(writer: Writer) -> None:
        store.failure = failure
        store.may_go_on.release(10)
        outcomes = await asyncio.gather(
            *[writer.record(store.batch(step)) for step in range(3)], return_exceptions=True
        )
        assert outcomes == [failure] * 3
        store.failure = None
        await writer.record(store.batch(9))

    run(store, test)
    assert store.steps == [9]


def test_a_store_that_does_not_tell_of_every_batch_leaves_nobody_waiting(
    store: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "log_batches", lambda batches: [])

    async def test(writer: Writer) -> None:
        with pytest.raises(PluginFailed, match="told of 0 of 1 batches"):
            await writer.record(store.batch(1))

    run(store, test)


def test_who_gives_up_before_being_written_is_not_written(store: Held) -> None:
    async def test(writer: Writer) -> None:
        first = asyncio.create_task(writer.record(store.batch(0)))
        await store.entered()
        gone = asyncio.create_task(writer.record(store.batch(1)))
        kept = asyncio.create_task(writer.record(store.batch(2)))
        await asyncio.sleep(0)
        gone.cancel()
        store.may_go_on.release(10)
        await asyncio.gather(first, kept)
        assert gone.cancelled()

    run(store, test)
    assert store.steps == [0, 2]


def test_who_gives_up_while_being_written_is_written_as_a_whole(store: Held) -> None:
    async def test(writer: Writer) -> None:
        gone = asyncio.create_task(writer.record(store.batch(0)))
        await store.entered()
        gone.cancel()
        await asyncio.sleep(0)
        assert gone.cancelled()
        store.may_go_on.release(10)
        await writer.record(store.batch(1))

    run(store, test)
    assert store.steps == [0, 1]


def test_when_all_who_wait_give_up_the_writer_goes_on(store: Held) -> None:
    async def test(writer: Writer) -> None:
        gone = asyncio.create_task(writer.record(store.batch(0)))
        asyncio.get_running_loop().call_soon(gone.cancel)
        await asyncio.wait([gone])
        store.may_go_on.release(10)
        await writer.record(store.batch(1))

    run(store, test)
    assert store.steps[-1] == 1


def test_at_the_end_everything_that_waits_is_written_and_answered(store: Held) -> None:
    async def test(writer: Writer) -> None:
        tasks = [asyncio.create_task(writer.record(store.batch(0)))]
        await store.entered()
        tasks += [asyncio.create_task(writer.record(store.batch(step))) for step in range(1, 600)]
        await asyncio.sleep(0)
        store.may_go_on.release(1000)
        writer.close()
        await asyncio.gather(*tasks)
        with pytest.raises(RunyardError, match="being stopped") as caught:
            await writer.record(store.batch(1000))
        assert caught.value.get_http_status_code() == 503

    run(store, test)
    assert store.steps == [*range(600)]


def test_at_the_end_each_is_answered_for_itself(store: Held) -> None:
    async def test(writer: Writer) -> None:
        first = asyncio.create_task(writer.record(store.batch(0)))
        await store.entered()
        bad = asyncio.create_task(writer.record(store.batch(1, "0" * 32)))
        good = asyncio.create_task(writer.record(store.batch(2)))
        await asyncio.sleep(0)
        store.may_go_on.release(1000)
        writer.close()
        outcomes = await asyncio.gather(first, bad, good, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None), NotFound, type(None)]

    run(store, test)


def test_what_was_committed_is_counted(store: Held) -> None:
    counts: list[int] = []

    async def body() -> None:
        writer = Writer(store, counts.append)
        store.may_go_on.release(10)
        await asyncio.gather(*[writer.record(store.batch(step)) for step in range(3)])
        await writer.record(store.batch(3))
        await asyncio.sleep(0)
        writer.close()

    asyncio.run(body())
    assert counts == [3, 1]
