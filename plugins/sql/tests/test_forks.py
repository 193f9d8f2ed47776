"""A process that was forked goes on with the store of its parent, and neither harms the other."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

import pytest

from runyard.entities import Metric
from runyard.tracking.requests import HistoryQuery, NewRun, RunBatch
from runyard.uris import StoreURI
from runyard_sql.store import SqlStore

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]
FORKS = multiprocessing.get_context("fork") if hasattr(os, "fork") else multiprocessing.get_context()
SECONDS = 60


@pytest.fixture
def store(address: StoreURI) -> SqlStore:
    return SqlStore(address)


def new_run(store: SqlStore) -> str:
    return store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="run")).info.run_id


def log(store: SqlStore, run_id: str, key: str, steps: range) -> None:
    for step in steps:
        store.log_batch(RunBatch.checked(run_id, [Metric(key, float(step), step + 1, step)]))


def count(store: SqlStore, run_id: str, key: str) -> int:
    return len(store.metric_history(HistoryQuery(run_id=run_id, key=key)))


@contextmanager
def child(task: Callable[[], None]) -> Iterator[BaseProcess]:
    """Run a task in a child, which has to end well by the end of the block."""
    process = FORKS.Process(target=task)
    process.start()
    try:
        yield process
        process.join(SECONDS)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()


def is_kept(store: SqlStore) -> bool:
    """Say whether what a child writes is there for the parent: not in memory, of which each has its own."""
    return not store._database.dialect.in_memory


def test_child_and_parent_write_to_one_run(store: SqlStore) -> None:
    run_id = new_run(store)
    log(store, run_id, "before", range(5))

    def task() -> None:
        assert count(store, run_id, "before") == 5
        log(store, run_id, "child", range(20))
        assert count(store, run_id, "child") == 20

    with child(task):
        log(store, run_id, "parent", range(20))
    assert count(store, run_id, "parent") == 20
    assert count(store, run_id, "child") == (20 if is_kept(store) else 0)


def test_what_the_child_writes_is_kept_when_the_parent_closes_its_store(store: SqlStore) -> None:
    run_id = new_run(store)
    has_begun, is_closed = FORKS.Event(), FORKS.Event()

    def task() -> None:
        log(store, run_id, "m", range(5))
        has_begun.set()
        assert is_closed.wait(SECONDS)
        log(store, run_id, "m", range(5, 10))

    with child(task):
        assert has_begun.wait(SECONDS)
        store.close()
        is_closed.set()
    assert count(store, run_id, "m") == (10 if is_kept(store) else 0)


def test_what_the_parent_writes_is_kept_when_the_child_ends(store: SqlStore) -> None:
    run_id = new_run(store)
    with child(store.close):
        pass
    log(store, run_id, "m", range(5))
    with child(lambda: log(store, run_id, "child", range(1))):
        log(store, run_id, "m", range(5, 10))
    assert count(store, run_id, "m") == 10


def test_child_of_a_process_whose_threads_are_writing(store: SqlStore) -> None:
    run_id = new_run(store)
    is_over = threading.Event()
    errors: list[Exception] = []

    def write(key: str) -> None:
        step = 0
        try:
            while not is_over.is_set():
                log(store, run_id, key, range(step, step + 1))
                step += 1
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(f"thread {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(10):
            with child(lambda number=number: log(store, run_id, f"child {number}", range(3))):  # type: ignore[misc]
                pass
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert errors == []
    if is_kept(store):
        assert [count(store, run_id, f"child {number}") for number in range(10)] == [3] * 10


def test_no_connection_is_carried_over(store: SqlStore) -> None:
    new_run(store)

    def task() -> None:
        assert not store._database._pool._idle

    if is_kept(store):
        with child(task):
            pass


def test_grandchild(store: SqlStore) -> None:
    run_id = new_run(store)

    def task() -> None:
        log(store, run_id, "m", range(2))
        with child(lambda: log(store, run_id, "m", range(2, 4))):
            pass
        log(store, run_id, "m", range(4, 6))

    with child(task):
        pass
    assert count(store, run_id, "m") == (6 if is_kept(store) else 0)


def test_a_store_that_is_gone_is_forgotten(address: StoreURI) -> None:
    store = SqlStore(address)
    commits = weakref.ref(store._recorder._commits)
    del store
    gc.collect()
    assert commits() is None
