"""The program called in this process, and runs to look at."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import pytest

from runyard.cli.main import main

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient


class Outcome(NamedTuple):
    """What a call of the program left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[list[str]]:
        """The output in a pipe: lines of values."""
        return [line.split("\t") for line in self.out.splitlines()]


@pytest.fixture
def runyard(memory_uri: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Call the program, with nothing but the memory backends installed."""

    def call(*words: str) -> Outcome:
        capsys.readouterr()
        return Outcome(main(words), *capsys.readouterr())

    return call


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Let the output look like a terminal of 100 columns."""
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def client(memory_uri: str) -> RunyardClient:
    """A client on the store that the program uses."""
    from runyard.tracking.client import RunyardClient

    return RunyardClient()


@pytest.fixture
def two_runs(client: RunyardClient) -> tuple[str, str]:
    """The ids of two runs in the experiment ``demo``, the newer one first."""
    experiment = client.create_experiment("demo")
    ids = []
    for number in range(2):
        run = client.create_run(experiment, start_time=1_000_000 + number, run_name=f"run-{number}")
        ids.append(run.info.run_id)
        client.log_param(ids[-1], "depth", number)
        client.log_param(ids[-1], "kind", "tree")
        client.log_metric(ids[-1], "rmse", 0.5 + number)
        client.set_tag(ids[-1], "team", "a\tb")
        client.set_terminated(ids[-1], end_time=1_004_200 + number)
    return ids[1], ids[0]
