"""What a writer runs: ``python -m writers.program ADDRESS EXPERIMENT SHARED_RUN NUMBER``.

It begins when it reads a line and ends after it has read another one. It says a line after each call that has returned,
and retries nothing.
"""

from __future__ import annotations

import os
import sys
import threading

from runyard.tracking.requests import NewRun, RunBatch, RunUpdate
from runyard.tracking.stores import open_store
from writers.content import BATCHES_PER_RUN, batch, shared_point


def say(*words: object) -> None:
    """Write a line, in one piece and at once."""
    os.write(1, " ".join(map(str, words)).encode() + b"\n")


def main(address: str, experiment_id: str, shared: str, number: int) -> None:
    """Write until told to end."""
    store = open_store(address)
    say("ready", number)
    sys.stdin.readline()
    told = threading.Thread(target=sys.stdin.readline, daemon=True)
    told.start()
    n, run_id = 0, ""
    while told.is_alive():
        if n % BATCHES_PER_RUN == 0:
            run = NewRun(experiment_id=experiment_id, user_id="writer", start_time=n, run_name=f"{number}-{n}")
            run_id = store.create_run(run).info.run_id
            say("run", run_id, number, n)
        store.log_batch(batch(run_id, number, n))
        say("batch", run_id, number, n)
        store.log_batch(RunBatch(run_id=shared, metrics=[shared_point(number, n)]))
        say("shared", shared, number, n)
        store.update_run(RunUpdate(run_id=run_id, end_time=n))
        say("end", run_id, number, n)
        n += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
