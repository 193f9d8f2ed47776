"""The project backend contract, kept by a backend of about sixty lines."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from runyard.entities import Run
from runyard.errors import ExecutionFailed
from runyard.projects.backend import Job, ProjectBackend, SubmittedRun
from runyard.projects.outcome import Outcome, record
from runyard.testing import ProjectBackendContract

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the commands of the suite are for a POSIX shell")


class ShellRun(SubmittedRun):
    """A shell in a session of its own, and a thread that waits for it."""

    def __init__(self, run_id: str, job: Job) -> None:
        self.run_id = run_id
        self._address = job.tracking_uri
        self._cancelled = False
        self._outcome = Outcome("RUNNING", "running")
        self._output = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115 - closed by whoever sees the end
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", job.command],
                cwd=job.project,
                env=os.environ | dict(job.variables),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            self._output.close()
            raise ExecutionFailed(f"The command cannot be started in {str(job.project)!r}: {error}.") from error
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()

    def _watch(self) -> None:
        code = self._process.wait()
        outcome = Outcome.of_exit(code, cancelled=self._cancelled)
        record(self._address, self.run_id, outcome, Path(self._output.name))
        self._output.close()
        self._outcome = outcome

    def wait(self) -> bool:
        self._watcher.join()
        return self._outcome.succeeded

    def get_status(self) -> str:
        return self._outcome.status

    def cancel(self) -> None:
        if self._process.poll() is None:
            self._cancelled = True
            os.killpg(self._process.pid, signal.SIGKILL)
        self._watcher.join()


class ShellBackend(ProjectBackend):
    shares_files = True

    def submit(self, job: Job, run: Run) -> SubmittedRun:
        return ShellRun(run.info.run_id, job)


class TestShellBackend(ProjectBackendContract):
    @pytest.fixture
    def backend(self) -> ProjectBackend:
        return ShellBackend()
