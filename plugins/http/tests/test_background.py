"""What is recorded in the background arrives, whatever happens to the server and when the interpreter ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard.registry.registries import open_registry
from runyard.rest.extension import ServerContext
from runyard.tracking.new_run import new_run
from runyard.tracking.requests import HistoryQuery
from runyard.tracking.stores import open_store
from runyard.uris import StoreURI
from runyard_http.store import HttpStore
from runyard_server.application import Application
from serving import serving_application

POINTS = 1500
PROGRAM = f"""
import sys
from runyard.tracking import background
from runyard.tracking.client import RunyardClient

background.PATIENCE = 0.1
client = RunyardClient(sys.argv[1])
for step in range({POINTS}):
    client.log_metric(sys.argv[2], "m", step, step=step, synchronous=False)
print("handed over", flush=True)
"""

Start = Callable[[str, str], "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Give what starts a program that records points of a run on a server in the background, and ends."""
    started: list[subprocess.Popen[str]] = []

    def start(url: str, run_id: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", PROGRAM, url, run_id]
        started.append(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def handed_over(process: subprocess.Popen[str]) -> None:
    """Return when the program has done all but end."""
    assert process.stdout is not None
    assert process.stdout.readline() == "handed over\n"


def said(process: subprocess.Popen[str]) -> str:
    """Return the next line that the program says on the standard error."""
    assert process.stderr is not None
    return process.stderr.readline()


def new(store: HttpStore) -> str:
    return store.create_run(new_run("0", {})).info.run_id


def steps(store: HttpStore, run_id: str) -> list[int]:
    return [point.step for point in store.metric_history(HistoryQuery(run_id=run_id, key="m"))]


def test_a_slow_server_is_waited_for(address: StoreURI, server: tuple[str, Any], start: Start) -> None:
    store = HttpStore(address)
    run_id = new(store)
    server[1].gate.clear()
    process = start(address.text, run_id)
    handed_over(process)
    assert "Not recorded yet" in said(process)
    server[1].gate.set()
    assert process.wait(60) == 0
    assert sorted(steps(store, run_id)) == list(range(POINTS))


def test_a_server_that_is_restarted_is_waited_for(tmp_path: Path, runyard_isolated: None, start: Start) -> None:
    database = f"sqlite:///{tmp_path}/runs.db"
    context = ServerContext(store=open_store(database), registry=open_registry(database), artifacts=None)
    with serving_application(Application(context)) as url:
        store = HttpStore(StoreURI.parse(url))
        run_id = new(store)
        store.close()
    process = start(url, run_id)
    assert "connection refused" in said(process)
    with serving_application(Application(context), int(url.rpartition(":")[2])):
        assert process.wait(60) == 0
        assert sorted(steps(store, run_id)) == list(range(POINTS))
        store.close()


@pytest.mark.skipif(os.name == "nt", reason="there is no Ctrl-C for one process alone on this system")
def test_who_does_not_want_to_wait_is_told_what_is_lost(
    address: StoreURI, server: tuple[str, Any], start: Start
) -> None:
    run_id = new(HttpStore(address))
    server[1].gate.clear()
    process = start(address.text, run_id)
    handed_over(process)
    assert f"Not recorded yet: {POINTS} values of the run {run_id}." in said(process)
    process.send_signal(signal.SIGINT)
    assert f"Interrupted before it was recorded: {POINTS} values of the run {run_id}." in said(process)
    process.wait(60)


def test_a_run_that_is_not_there_is_told(address: StoreURI, start: Start) -> None:
    _, told = start(address.text, "f" * 32).communicate(timeout=60)
    assert f"values of the run {'f' * 32}" in told
    assert 1 <= told.count("Not recorded: ") <= 50, "It is not told of each value."
