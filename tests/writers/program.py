"""What writers run: ``python -m writers.program ADDRESS EXPERIMENT SHARED_RUN READS NUMBER ...``, one thread a number.

They begin when a line is read and end after another one has been. Each says a line after every call that has returned,
and retries nothing but the making of a run. With READS, which is 0 or 1, they also read what they were told is there,
and keep files.
"""

from __future__ import annotations

import os
import sys
import threading

from runyard.client import MlflowClient
from runyard.entities import RunInfo
from runyard.errors import Unavailable
from runyard.search import RUNS, parse_filter
from runyard.tracking.requests import NewRun, RunBatch, RunQuery, RunUpdate
from runyard.tracking.stores import open_store
from writers.content import BATCHES_PER_RUN, FILE, batch, content, shared_point

READ_EVERY = 5


def say(*words: object) -> None:
    """Write a line, in one piece and at once."""
    os.write(1, " ".join(map(str, words)).encode() + b"\n")


class Writing:
    """One writer.

    Args:
        address: The store.
        experiment_id: The experiment of its runs.
        shared: The run that all write to.
        reads: Whether it reads and keeps files as well.
        number: Its number.
    """

    def __init__(self, address: str, experiment_id: str, shared: str, reads: bool, number: int) -> None:
        self._store = open_store(address)
        self._client = MlflowClient(address)
        self._is_served = address.startswith("http")
        self._experiment_id = experiment_id
        self._shared = shared
        self._reads = reads
        self._number = number
        self._run_id = ""

    def write(self, n: int) -> None:
        """Write for the n-th time."""
        number, store = self._number, self._store
        if n % BATCHES_PER_RUN == 0:
            self._begin_run(n)
        run_id = self._run_id
        store.log_batch(batch(run_id, number, n))
        say("batch", run_id, number, n)
        store.log_batch(RunBatch(run_id=self._shared, metrics=[shared_point(number, n)]))
        say("shared", self._shared, number, n)
        store.update_run(RunUpdate(run_id=run_id, end_time=n))
        say("end", run_id, number, n)
        if self._reads and n % READ_EVERY == 0:
            self._read(n)

    def _begin_run(self, n: int) -> None:
        number = self._number
        info = self._create_run(f"{number}-{n}", n)
        self._run_id = info.run_id
        say("run", info.run_id, number, n)
        if self._reads:
            self._client.log_text(info.run_id, content(number, n), FILE)
            say("file", info.run_id, number, n)

    def _create_run(self, name: str, start_time: int) -> RunInfo:
        run = NewRun(experiment_id=self._experiment_id, user_id="writer", start_time=start_time, run_name=name)
        try:
            return self._store.create_run(run).info
        except Unavailable:
            # The one call that the client of a server does not repeat where it cannot know whether it was heard.
            if not self._is_served:
                raise
            return self._create_run(f"{name}-again", start_time)

    def _read(self, n: int) -> None:
        """Look whether what was acknowledged is seen at once."""
        expected = batch(self._run_id, self._number, n)
        data = self._store.get_run(self._run_id).data
        assert data.params[f"p{n}"] == expected.params[0].value
        assert data.tags["last"] == str(n)
        query = RunQuery(
            experiment_ids=(self._experiment_id,),
            filter=parse_filter(
                f"run_id = '{self._run_id}' AND metrics.single.last = {expected.metrics[0].value}", RUNS
            ),
        )
        assert [run.info.run_id for run in self._store.search_runs(query)] == [self._run_id]


def main(address: str, experiment_id: str, shared: str, reads: str, *numbers: str) -> None:
    """Write until told to end; all of them end when one fails."""
    ended = threading.Event()
    failed: list[int] = []

    def work(writing: Writing) -> None:
        n = 0
        try:
            while not ended.is_set():
                writing.write(n)
                n += 1
        except BaseException:
            failed.append(1)
            ended.set()
            raise

    writings = [Writing(address, experiment_id, shared, reads == "1", int(number)) for number in numbers]
    threads = [threading.Thread(target=work, args=(writing,)) for writing in writings]
    say("ready", *numbers[:1])
    sys.stdin.readline()
    for thread in threads:
        thread.start()

    def listen() -> None:
        sys.stdin.readline()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    for thread in threads:
        thread.join()
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(*sys.argv[1:])
