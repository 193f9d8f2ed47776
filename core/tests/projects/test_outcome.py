"""Outcomes: what an exit code means, and what a run is told."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.projects.outcome import LOG, Outcome, record
from runyard.testing.memory import faults
from runyard.testing.memory.faults import InjectedFault
from runyard.tracking.new_run import new_run
from runyard.tracking.stores import open_store


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        (0, "FINISHED", "exit code 0"),
        (1, "FAILED", "exit code 1"),
        (126, "FAILED", "exit code 126: the command cannot be executed"),
        (127, "FAILED", "exit code 127: the command was not found"),
        (-signal.SIGKILL, "FAILED", "ended by signal SIGKILL, perhaps out of memory"),
        (128 + signal.SIGKILL, "FAILED", "ended by signal SIGKILL, perhaps out of memory"),
        (-signal.SIGTERM, "FAILED", "ended by signal SIGTERM"),
        (255, "FAILED", "exit code 255"),
    ],
)
def test_exit_codes(code: int, status: str, reason: str) -> None:
    assert Outcome.of_exit(code) == Outcome(status, reason, code)
    assert Outcome.of_exit(code).succeeded == (code == 0)
    assert Outcome.of_exit(code, cancelled=True) == Outcome("KILLED", "cancelled", code)


def test_status_is_written_even_if_the_output_cannot_be(memory_uri: str, tmp_path: Path) -> None:
    store = open_store(memory_uri)
    run_id = store.create_run(new_run("0", {})).info.run_id
    (tmp_path / "log").write_text("text")
    with faults("upload_file"), pytest.raises(InjectedFault):
        record(memory_uri, run_id, Outcome.of_exit(3), tmp_path / "log")
    run = store.get_run(run_id)
    assert run.info.status == "FAILED"
    assert run.data.tags["runyard.project.exitCode"] == "3"
    record(memory_uri, run_id, Outcome.of_exit(0), tmp_path / "log")
    run = store.get_run(run_id)
    assert run.info.status == "FINISHED"
    with open_repository(run.info.artifact_uri).open(LOG) as stream:
        assert stream.read() == b"text"
