"""How a job ended, and the one way in which every backend records it with the run."""

from __future__ import annotations

import signal
from pathlib import Path

import msgspec

from runyard.entities import RunTag
from runyard.tracking.recording import now
from runyard.tracking.requests import RunBatch, RunUpdate
from runyard.tracking.stores import open_store
from runyard.uris import ArtifactPath

EXIT_CODE = "runyard.project.exitCode"
REASON = "runyard.project.reason"
LOG = ArtifactPath("project/output.log")
"""Where the output of a job is kept among the artifacts of its run."""

_SHELL_CODES = {126: "the command cannot be executed", 127: "the command was not found"}


class Outcome(msgspec.Struct, frozen=True):
    """How a job ended.

    Attributes:
        status: ``FINISHED``, ``FAILED`` or ``KILLED``.
        reason: A few words for people: ``exit code 3``, ``out of memory``.
        exit_code: That of the command, where it came to its end.
    """

    status: str
    reason: str
    exit_code: int | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the command did what it should."""
        return self.status == "FINISHED"

    @classmethod
    def of_exit(cls, code: int, *, cancelled: bool = False) -> Outcome:
        """Return the outcome of a command that ended.

        Args:
            code: Its exit code; below 0 for the signal that ended it.
            cancelled: Whether it was asked to end.
        """
        if cancelled:
            return cls("KILLED", "cancelled", code)
        if code == 0:
            return cls("FINISHED", "exit code 0", 0)
        number = -code if code < 0 else code - 128  # a shell adds 128 to the signal that ended its command
        if number in signal.valid_signals():
            name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
            hint = ", perhaps out of memory" if name == "SIGKILL" else ""
            return cls("FAILED", f"ended by signal {name}{hint}", code)
        detail = f": {_SHELL_CODES[code]}" if code in _SHELL_CODES else ""
        return cls("FAILED", f"exit code {code}{detail}", code)


def record(tracking_uri: str, run_id: str, outcome: Outcome, log: Path | None = None) -> None:
    """Write an outcome into a run: the output as an artifact, then exit code and reason as tags, then the status.

    Args:
        tracking_uri: Where the run is.
        run_id: The run.
        outcome: How its job ended.
        log: A file with the output of the job.

    Raises:
        RunyardError: The store or the artifact repository refuses. The status is written even if the output cannot be.
    """
    store = open_store(tracking_uri)
    tags = [RunTag(REASON, outcome.reason)]
    if outcome.exit_code is not None:
        tags.append(RunTag(EXIT_CODE, str(outcome.exit_code)))
    try:
        if log is not None and log.stat().st_size:
            from runyard.artifacts.repositories import open_repository

            open_repository(store.get_run(run_id).info.artifact_uri, store).upload_file(log, LOG)
    finally:
        store.log_batch(RunBatch.checked(run_id, tags=tags))
        store.update_run(RunUpdate(run_id=run_id, status=outcome.status, end_time=now()))
