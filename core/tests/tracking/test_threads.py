"""Each thread has runs of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import runyard
from runyard.tracking.client import RunyardClient

T = TypeVar("T")


def elsewhere(work: Callable[[], T]) -> T:
    """Return what a call gives in another thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def test_a_new_thread_has_no_active_run() -> None:
    with runyard.start_run() as run:
        assert elsewhere(runyard.active_run) is None
        assert elsewhere(runyard.last_active_run) is None

        def record() -> str:
            runyard.log_metric("m", 1)
            started = runyard.active_run()
            assert started is not None
            runyard.end_run()
            return started.info.run_id

        other = elsewhere(record)
        assert other != run.info.run_id
        assert runyard.active_run() is run
    assert runyard.get_run(run.info.run_id).data.metrics == {}
    assert runyard.get_run(other).info.status == "FINISHED"


def test_ending_in_one_thread_leaves_the_runs_of_others() -> None:
    with runyard.start_run() as run:
        elsewhere(runyard.end_run)
        assert runyard.get_run(run.info.run_id).info.status == "RUNNING"


def test_threads_record_into_one_run_by_its_id(client: RunyardClient) -> None:
    start = threading.Barrier(8)

    def record(number: int) -> None:
        start.wait()
        for step in range(50):
            runyard.log_metric(f"m{number}", step, step, run_id=run.info.run_id)

    with runyard.start_run() as run, ThreadPoolExecutor(8) as pool:
        list(pool.map(record, range(8)))
    assert runyard.get_run(run.info.run_id).data.metrics == {f"m{number}": 49.0 for number in range(8)}
    assert all(len(client.get_metric_history(run.info.run_id, f"m{number}")) == 50 for number in range(8))


def test_runs_in_parallel_threads_do_not_mix() -> None:
    def train(number: int) -> tuple[int, str]:
        with runyard.start_run() as run:
            runyard.log_param("number", number)
            with runyard.start_run(nested=True) as child:
                runyard.log_param("parent", number)
            assert child.data.tags["mlflow.parentRunId"] == run.info.run_id
        return number, run.info.run_id

    with ThreadPoolExecutor(4) as pool:
        for number, run_id in pool.map(train, range(16)):
            assert runyard.get_run(run_id).data.params == {"number": str(number)}
