"""Several processes at once, and processes that die."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from runyard.entities import Metric, Param, ViewType
from runyard.errors import InvalidInput
from runyard.tracking.requests import ExperimentQuery, HistoryQuery, RunBatch, RunQuery
from runyard.uris import StoreURI
from runyard_file.store import FileStore

WRITERS = 8

_PRELUDE = """
import os, sys
from runyard.entities import Metric, Param, RunTag
from runyard.errors import AlreadyExists, InvalidInput
from runyard.tracking.requests import NewExperiment, NewRun, RunBatch, RunUpdate
from runyard.uris import StoreURI
from runyard_file.store import FileStore

def say(text):
    os.write(1, text.encode() + b"\\n")

root, number, run_id = sys.argv[1], int(sys.argv[2]), sys.argv[3]
"""


def start(program: str, root: Path, number: int, run_id: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _PRELUDE + program, str(root), str(number), run_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def together(program: str, root: Path, run_id: str = "") -> list[list[str]]:
    """Run a program in several processes that begin at the same moment, and return the lines of each."""
    writers = [start("say('ready'); sys.stdin.readline()\n" + program, root, n, run_id) for n in range(WRITERS)]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    lines = [writer.communicate(timeout=120)[0].splitlines() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    return lines


def test_processes_write_to_one_run_and_lose_nothing(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    together(
        """
store = FileStore(StoreURI.parse(root))
for step in range(100):
    store.log_batch(RunBatch(
        run_id=run_id,
        metrics=[Metric("shared", number + 0.5, step, number * 1000 + step), Metric(f"own/{number}", 1.0, step, step)],
        params=[Param(f"p{number}/{step}", "v")] if step % 10 == 0 else [],
        tags=[RunTag(f"t{number}", str(step))] if step % 10 == 9 else [],
    ))
""",
        root,
        run_id,
    )
    points = store.metric_history(HistoryQuery(run_id=run_id, key="shared"))
    assert sorted(point.step for point in points) == sorted(
        n * 1000 + step for n in range(WRITERS) for step in range(100)
    )
    run = store.get_run(run_id)
    assert len(run.data.params) == WRITERS * 10
    assert all(run.data.tags[f"t{number}"] == "99" for number in range(WRITERS))
    assert all(len(store.metric_history(HistoryQuery(run_id=run_id, key=f"own/{n}"))) == 100 for n in range(WRITERS))


def test_processes_make_runs_in_one_experiment(store: FileStore, root: Path) -> None:
    together(
        """
store = FileStore(StoreURI.parse(root))
for n in range(20):
    run = NewRun(experiment_id="0", user_id="me", start_time=n, run_name=f"{number}-{n}")
    run_id = store.create_run(run).info.run_id
    store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", 1.0, 1)], params=[Param("p", "1")]))
    store.update_run(RunUpdate(run_id=run_id, status="FINISHED", end_time=n))
""",
        root,
    )
    runs = store.search_runs(RunQuery(experiment_ids=("0",)))
    assert sorted(run.info.run_name for run in runs) == sorted(f"{w}-{n}" for w in range(WRITERS) for n in range(20))
    assert all(run.data.metrics == {"m": 1.0} and run.data.params == {"p": "1"} for run in runs)
    assert {run.info.status for run in runs} == {"FINISHED"}


def test_of_conflicting_params_exactly_one_wins(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    lines = together(
        """
store = FileStore(StoreURI.parse(root))
for n in range(20):
    try:
        store.log_batch(RunBatch(run_id=run_id, params=[Param(f"own{number}-{n}", "x"), Param(f"p{n}", str(number))]))
        say(f"{n}")
    except InvalidInput as error:
        assert f"'p{n}'" in str(error), error
""",
        root,
        run_id,
    )
    params = store.get_run(run_id).data.params
    for n in range(20):
        winners = [number for number in range(WRITERS) if str(n) in lines[number]]
        assert winners == [int(params[f"p{n}"])]
        assert [key for key in params if key.endswith(f"-{n}")] == [f"own{winners[0]}-{n}"]


def test_of_experiments_with_one_name_exactly_one_is_made(root: Path) -> None:
    lines = together(
        """
for n in range(5):
    store = FileStore(StoreURI.parse(root))
    try:
        say(store.create_experiment(NewExperiment(name=f"e{n}")))
    except AlreadyExists:
        pass
""",
        root,
    )
    found = FileStore(StoreURI.parse(root)).search_experiments(ExperimentQuery())
    assert sorted(item.name for item in found) == ["Default", *(f"e{n}" for n in range(5))]
    assert sorted(made for printed in lines for made in printed) == sorted(
        item.experiment_id for item in found if item.experiment_id != "0"
    )


def test_changes_of_one_run_do_not_undo_each_other(store: FileStore, root: Path, new_run: Callable[..., str]) -> None:
    run_id = new_run()
    together(
        """
store = FileStore(StoreURI.parse(root))
for n in range(20):
    if number % 2:
        store.update_run(RunUpdate(run_id=run_id, end_time=n))
    else:
        store.update_run(RunUpdate(run_id=run_id, run_name=f"name {n}"))
""",
        root,
        run_id,
    )
    info = store.get_run(run_id).info
    assert (info.end_time, info.run_name) == (19, "name 19")


def test_threads_and_a_forked_child_share_a_store(store: FileStore, new_run: Callable[..., str]) -> None:
    run_id = new_run()

    def write(first: int) -> None:
        for step in range(first, first + 50):
            store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", 1.0, step, step)]))

    write(0)
    child = os.fork()
    if child == 0:
        try:
            write(1000)
            os._exit(0)
        finally:
            os._exit(1)
    threads = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert os.waitpid(child, 0)[1] == 0
    steps = {point.step for point in store.metric_history(HistoryQuery(run_id=run_id, key="m"))}
    assert steps == {first + n for first in (0, 100, 200, 300, 1000) for n in range(50)}


_VICTIM = """
store = FileStore(StoreURI.parse(root))
for n in range(number, 10**9):
    store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", n + 0.5, n, n)] + [Metric("big", 0.1, n, n * 100 + i) for i in range(100)]))
    say(f"metric {n}")
    store.log_batch(RunBatch(run_id=run_id, metrics=[Metric(f"new/{n}", 1.0, n)], params=[Param(f"p{n}", "v" * 5000)]))
    say(f"param {n}")
    store.log_batch(RunBatch(run_id=run_id, tags=[RunTag("t", f"{n} " * 1000), RunTag("mlflow.runName", f"name {n}")]))
    say(f"tag {n}")
    made = store.create_run(NewRun(experiment_id="0", user_id="me", start_time=n, run_name=str(n))).info.run_id
    say(f"run {made}")
    store.update_run(RunUpdate(run_id=run_id, end_time=n))
    say(f"end {n}")
    say(f"experiment {store.create_experiment(NewExperiment(name=str(n)))}")
"""  # noqa: E501


def kill_writers(root: Path, run_id: str, kills: int) -> dict[str, list[str]]:
    """Start a writer and kill it at a random moment, again and again; return what was acknowledged, by kind."""
    acknowledged: dict[str, list[str]] = {"metric": ["-1"]}
    for _ in range(kills):
        victim = start(_VICTIM, root, int(acknowledged["metric"][-1]) + 2, run_id)
        assert victim.stdout
        lines = [victim.stdout.readline()]
        # The moment is counted from its first sign of life, not from its start.
        killer = threading.Timer(random.uniform(0, 0.03), victim.send_signal, (signal.SIGKILL,))
        killer.start()
        lines += victim.stdout.readlines()
        killer.join()
        assert victim.wait() == -signal.SIGKILL
        victim.stdout.close()
        assert victim.stdin
        victim.stdin.close()
        for line in lines:
            if line.endswith("\n"):
                kind, value = line.split()
                acknowledged.setdefault(kind, []).append(value)
    return acknowledged


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_a_killed_writer_loses_nothing_that_it_acknowledged(
    store: FileStore, root: Path, new_run: Callable[..., str], kills: int, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = new_run()
    acknowledged = kill_writers(root, run_id, kills)
    fresh = FileStore(StoreURI.parse(root))
    run = fresh.get_run(run_id)
    steps = {point.step for point in fresh.metric_history(HistoryQuery(run_id=run_id, key="m"))}
    metrics = {int(value) for value in acknowledged["metric"][1:]}
    assert metrics <= steps
    assert {n * 100 + i for n in metrics for i in range(100)} <= {
        point.step for point in fresh.metric_history(HistoryQuery(run_id=run_id, key="big"))
    }
    for n in acknowledged.get("param", []):
        assert run.data.params[f"p{n}"] == "v" * 5000
        assert run.data.metrics[f"new/{n}"] == 1.0
    assert all(value == "v" * 5000 for value in run.data.params.values())
    if "tag" in acknowledged:
        last = int(run.data.tags["t"].split()[0])
        assert run.data.tags["t"] == f"{last} " * 1000
        assert last >= int(acknowledged["tag"][-1])
    if "end" in acknowledged:
        assert (run.info.end_time or 0) >= int(acknowledged["end"][-1])
    found = fresh.search_runs(RunQuery(experiment_ids=("0",), view=ViewType.ALL))
    assert {*acknowledged.get("run", []), run_id} <= {item.info.run_id for item in found}
    experiments = fresh.search_experiments(ExperimentQuery())
    assert {*acknowledged.get("experiment", [])} <= {item.experiment_id for item in experiments}
    assert caplog.records == []  # nothing was left that does not parse
    fresh.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", 0.0, 1, -5)], params=[Param("last", "1")]))
    with pytest.raises(InvalidInput):
        fresh.log_batch(RunBatch(run_id=run_id, params=[Param("last", "2")]))
