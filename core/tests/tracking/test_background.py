"""Recording in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest

import runyard
from runyard.entities import Param
from runyard.errors import InvalidInput, InvalidState, Unavailable
from runyard.tracking.background import RunOperations
from runyard.tracking.client import RunyardClient
from runyard.tracking.requests import RunBatch
from runyard.tracking.store import TrackingStore
from runyard.tracking.uris import tracking_store


@contextmanager
def held(store: TrackingStore) -> Iterator[list[RunBatch]]:
    """Hold a store's writes back until the block ends; give the batches that it was handed."""
    gate, batches, write = threading.Event(), list[RunBatch](), store.log_batch

    def log_batch(batch: RunBatch) -> None:
        gate.wait()
        batches.append(batch)
        write(batch)

    with mock.patch.object(store, "log_batch", log_batch):
        try:
            yield batches
        finally:
            gate.set()
            runyard.flush_async_logging()


def test_calls_return_what_to_wait_for() -> None:
    with runyard.start_run() as run:
        operations = [
            runyard.log_metric("m", 1, synchronous=False),
            runyard.log_metrics({"n": 2}, synchronous=False),
            runyard.log_param("p", 3, synchronous=False),
            runyard.log_params({"q": 4}, synchronous=False),
            runyard.set_tag("t", 5, synchronous=False),
            runyard.set_tags({"u": 6}, synchronous=False),
        ]
        for operation in operations:
            assert isinstance(operation, RunOperations)
            operation.wait()
        data = runyard.get_run(run.info.run_id).data
    assert data.metrics == {"m": 1.0, "n": 2.0}
    assert data.params == {"p": "3", "q": "4"}
    assert {"t": "5", "u": "6"}.items() <= data.tags.items()


def test_the_setting_decides_where_the_call_does_not() -> None:
    runyard.config.enable_async_logging()
    with runyard.start_run() as run:
        operations = runyard.log_metric("m", 1)
        assert operations is not None
        operations.wait()
        assert runyard.log_metric("m", 2, step=1, synchronous=True) is None
        runyard.config.enable_async_logging(False)
        assert runyard.log_metric("m", 3, step=2) is None
    assert runyard.get_run(run.info.run_id).data.metrics == {"m": 3.0}


def test_what_waits_together_is_written_together(client: RunyardClient) -> None:
    with runyard.start_run() as run:
        with held(tracking_store()) as batches:
            operations = [runyard.log_metric("m", step, step, synchronous=False) for step in range(2500)]
        for operation in operations:
            assert operation is not None
            operation.wait()
    assert len(batches) <= 5
    assert all(len(batch.metrics) <= 1000 for batch in batches)
    assert [point.step for point in client.get_metric_history(run.info.run_id, "m")] == list(range(2500))


def test_what_fails_takes_nothing_else_with_it(caplog: pytest.LogCaptureFixture) -> None:
    with runyard.start_run() as run:
        runyard.log_param("p", 1)
        with held(tracking_store()):
            good = runyard.log_metric("m", 1, synchronous=False)
            bad = runyard.log_params({"p": 2, "q": 3}, synchronous=False)
            also_good = runyard.log_param("r", 4, synchronous=False)
        assert good is not None
        good.wait()
        also_good.wait()
        assert bad is not None
        with pytest.raises(InvalidInput, match="p"):
            bad.wait()
    assert runyard.get_run(run.info.run_id).data.params == {"p": "1", "r": "4"}
    assert run.info.run_id in caplog.text


def test_the_same_param_twice_is_not_one_batch() -> None:
    with runyard.start_run() as run:
        with held(tracking_store()):
            same = [runyard.log_param("p", 1, synchronous=False) for _ in range(3)]
        for operation in same:
            operation.wait()
    assert runyard.get_run(run.info.run_id).data.params == {"p": "1"}


def test_bad_input_is_refused_at_once() -> None:
    with runyard.start_run(), pytest.raises(InvalidInput):
        runyard.log_metric("m", "high", synchronous=False)  # type: ignore[arg-type]


def test_ending_a_run_waits_for_what_is_recorded() -> None:
    with runyard.start_run() as run:
        for step in range(100):
            runyard.log_metric("m", step, step, synchronous=False)
    assert runyard.get_run(run.info.run_id).data.metrics == {"m": 99.0}


def test_flush_waits_for_all_runs(client: RunyardClient) -> None:
    runs = [client.create_run("0").info.run_id for _ in range(3)]
    for step in range(20):
        for run_id in runs:
            client.log_metric(run_id, "m", step, step=step, synchronous=False)
    runyard.flush_async_logging()
    assert all(client.get_run(run_id).data.metrics == {"m": 19.0} for run_id in runs)


def test_an_error_comes_to_every_one_who_waits(client: RunyardClient, caplog: pytest.LogCaptureFixture) -> None:
    run_id = client.create_run("0").info.run_id
    client.delete_run(run_id)
    operations = client.log_metric(run_id, "m", 1, synchronous=False)
    assert operations is not None
    for _ in range(2):
        with pytest.raises(InvalidState):
            operations.wait()


def test_where_no_thread_can_be_started_the_work_is_done_at_once(client: RunyardClient) -> None:
    from runyard.tracking.background import Queue

    queue = Queue("late")
    with mock.patch("threading.Thread.start", side_effect=RuntimeError("can't start new thread at shutdown")):
        done: list[int] = []
        queue.submit("a", lambda: done.append(1)).wait()
    assert done == [1]


def test_whoever_has_more_than_the_queue_takes_waits(client: RunyardClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runyard.tracking.background.MAX_WAITING", 10)
    run_id = client.create_run("0").info.run_id
    handed_over: list[int] = []

    def produce() -> None:
        for step in range(50):
            client.log_metric(run_id, "m", step, step=step, synchronous=False)
            handed_over.append(step)

    with held(tracking_store()):
        producer = threading.Thread(target=produce)
        producer.start()
        producer.join(timeout=0.2)
        assert producer.is_alive()
        assert len(handed_over) <= 10
    producer.join()
    runyard.flush_async_logging()
    assert len(client.get_metric_history(run_id, "m")) == 50


def test_a_store_that_is_gone_is_asked_once_for_all_that_waits(
    client: RunyardClient, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = client.create_run("0").info.run_id
    gate, asked = threading.Event(), []

    def log_batch(batch: RunBatch) -> None:
        gate.wait()
        asked.append(len(batch.metrics))
        raise Unavailable("nobody is there")

    with mock.patch.object(tracking_store(), "log_batch", log_batch):
        operations = [client.log_metric(run_id, "m", step, step=step, synchronous=False) for step in range(100)]
        gate.set()
        runyard.flush_async_logging()
    assert sum(asked) == 100
    assert len(asked) <= 2
    for operation in operations:
        assert operation is not None
        with pytest.raises(Unavailable):
            operation.wait()
    assert f"values of the run {run_id}" in caplog.text


def test_an_interrupted_wait_says_what_is_not_recorded(client: RunyardClient, caplog: pytest.LogCaptureFixture) -> None:
    run_id = client.create_run("0").info.run_id
    with held(tracking_store()):
        operations = client.log_batch(run_id, params=[Param("a", "1"), Param("b", "2")], synchronous=False)
        assert operations is not None
        with (
            mock.patch.object(operations._operations[0].done, "wait", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            runyard.flush_async_logging()
    assert f"2 values of the run {run_id}" in caplog.text
