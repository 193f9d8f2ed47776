"""The contract suite of a project backend."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.entities import Run, RunTag
from runyard.errors import RunyardError
from runyard.projects.backend import Job, ProjectBackend, SubmittedRun
from runyard.projects.outcome import EXIT_CODE, LOG
from runyard.testing.contract import Contract, at_once, refused, values_of
from runyard.testing.isolation import isolated, plugins_in_place
from runyard.tracking.requests import NewRun
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store

PATIENCE = 60.0
"""Seconds that a started job gets to show that it runs."""


class ProjectBackendContract(Contract):
    """What every project backend does.

    A suite defines the fixture `backend`. Its commands are run by a POSIX shell that has ``test``, ``sleep``, ``head``
    and the like.
    """

    plugins: tuple[str, ...] = ()
    """The modules of plugins that the backend needs in place, its own among them."""
    tracking_uri: str = "memory://backend"
    """Where the runs are; a backend that works from another process needs another store, and its plugin."""
    env_manager: str | None = "local"
    """The environment manager of the jobs."""
    config: Mapping[str, Any] = {}
    """The backend's own settings for the jobs."""
    cancels: bool = True
    """A job can be cancelled."""

    @pytest.fixture
    def backend(self) -> ProjectBackend:
        """Return the backend; to be defined by its suite."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `backend`")

    @pytest.fixture
    def store(self) -> Iterator[TrackingStore]:
        """Return the store that the runs are in."""
        with isolated(), plugins_in_place("runyard.testing.memory.plugin", *self.plugins):
            yield open_store(self.tracking_uri)

    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        """Return a project's folder."""
        folder = tmp_path / "a project"
        folder.mkdir()
        (folder / "marker").write_text("here")
        return folder

    def submit(
        self, backend: ProjectBackend, store: TrackingStore, project: Path, command: str, **variables: str
    ) -> SubmittedRun:
        """Make a run and submit a command for it, as the core does."""
        return self._start(backend, store, project, command, variables)[1]

    def _start(
        self, backend: ProjectBackend, store: TrackingStore, project: Path, command: str, variables: Mapping[str, str]
    ) -> tuple[Run, SubmittedRun]:
        run = store.create_run(
            NewRun(
                experiment_id="0",
                user_id="suite",
                start_time=time.time_ns() // 1_000_000,
                run_name="job",
                tags=(RunTag("mlflow.runName", "job"),),
            )
        )
        job = Job(
            project=project,
            command=command,
            tracking_uri=store.uri.text,
            name="suite",
            env_manager=self.env_manager,
            variables={"RUNYARD_RUN_ID": run.info.run_id, "MLFLOW_RUN_ID": run.info.run_id, **variables},
            config=self.config,
        )
        backend.check(job)
        return run, backend.submit(job, run)

    def test_success(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        run, submitted = self._start(backend, store, project, "true", {})
        assert submitted.run_id == run.info.run_id, "The handle knows the run that the job continues."
        assert submitted.wait() is True, "Exit code 0 is success."
        assert submitted.get_status() == "FINISHED"
        info = store.get_run(run.info.run_id).info
        assert info.status == "FINISHED", "The backend sets the final status of the run."
        assert info.end_time is not None, "A run that has ended has an end time."

    @pytest.mark.parametrize("command", ["exit 1", "exit 3", "false", "no-such-command-anywhere", "kill -9 $$"])
    def test_failure(self, backend: ProjectBackend, store: TrackingStore, project: Path, command: str) -> None:
        submitted = self.submit(backend, store, project, command)
        assert submitted.wait() is False, "An exit code other than 0 is failure."
        assert submitted.get_status() == "FAILED"
        info = store.get_run(submitted.run_id).info
        assert info.status == "FAILED", "The backend sets the final status of the run."
        assert info.end_time is not None

    def test_command_starts_in_the_project(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        assert self.submit(backend, store, project, 'test "$(cat marker)" = here').wait()

    def test_command_is_a_shell_command(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        command = "printf '%s\\n' 'two  blanks' \"$((1 + 2))\" | grep -q 'two  blanks' && ! false; test $? -eq 0"
        assert self.submit(backend, store, project, command).wait(), (
            "A command is read by a shell, quotes and pipes too."
        )

    @pytest.mark.parametrize("value", ["plain", "", "two words", 'it\'s "quoted"', "$HOME `id` $(id)", "größe", "a\nb"])
    def test_variables(self, backend: ProjectBackend, store: TrackingStore, project: Path, value: str) -> None:
        (project / "wanted").write_text(value, encoding="utf-8")
        command = 'printf %s "$SUITE_VALUE" > seen; cmp seen wanted'
        submitted = self.submit(backend, store, project, command, SUITE_VALUE=value)
        assert submitted.wait(), f"An environment variable arrives as it is: {value!r}"

    def test_command_knows_its_run(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        submitted = self.submit(backend, store, project, "test ${#MLFLOW_RUN_ID} -eq 32 -a ${#RUNYARD_RUN_ID} -eq 32")
        assert submitted.wait()

    def test_output_does_not_block(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        command = "yes output | head -c 3000000; yes errors | head -c 3000000 >&2"
        assert self.submit(backend, store, project, command).wait(), "A command may print as much as it wants."

    def test_output_and_exit_code_are_recorded(
        self, backend: ProjectBackend, store: TrackingStore, project: Path
    ) -> None:
        submitted = self.submit(backend, store, project, "echo to stdout; echo to stderr >&2; exit 3")
        submitted.wait()
        run = store.get_run(submitted.run_id)
        assert run.data.tags[EXIT_CODE] == "3", "The exit code of the command becomes a tag."
        with open_repository(run.info.artifact_uri).open(LOG) as stream:
            lines = stream.read().decode().splitlines()
        assert {"to stdout", "to stderr"} <= set(lines), "What the command prints becomes an artifact of its run."

    def test_jobs_do_not_mix(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        commands = ("exit 0", "exit 1", "exit 0", "exit 2")
        submitted = [self.submit(backend, store, project, command) for command in commands]
        assert [job.wait() for job in submitted] == [True, False, True, False]
        statuses = [store.get_run(job.run_id).info.status for job in submitted]
        assert statuses == ["FINISHED", "FAILED", "FINISHED", "FAILED"], "Each job ends its own run."

    def test_wait_may_be_called_by_any_thread_and_again(
        self, backend: ProjectBackend, store: TrackingStore, project: Path
    ) -> None:
        submitted = self.submit(backend, store, project, "sleep 0.2; exit 4")
        assert values_of(at_once([submitted.wait] * 4)) == [False] * 4
        assert submitted.wait() is False

    def test_submit_returns_at_once_and_cancel_ends_the_job(
        self, backend: ProjectBackend, store: TrackingStore, project: Path
    ) -> None:
        self.require("cancels")
        submitted = self.submit(backend, store, project, "sleep 600")
        assert submitted.get_status() in ("RUNNING", "SCHEDULED"), "submit does not wait for the job."
        submitted.cancel()
        assert submitted.wait() is False
        assert submitted.get_status() == "KILLED"
        assert store.get_run(submitted.run_id).info.status == "KILLED", "A job that was cancelled is KILLED."
        submitted.cancel()
        assert submitted.get_status() == "KILLED", "Cancelling twice is no error."

    def test_cancel_wakes_who_waits(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        self.require("cancels")
        submitted = self.submit(backend, store, project, "sleep 600")
        assert values_of(at_once([submitted.wait, submitted.cancel])) == [False, None]

    def test_cancel_ends_what_the_job_started(
        self, backend: ProjectBackend, store: TrackingStore, project: Path
    ) -> None:
        self.require("cancels")
        if not backend.shares_files:
            pytest.skip("the processes of this backend cannot be seen from here")
        submitted = self.submit(backend, store, project, "sleep 600 & echo $! > child.part; mv child.part child; wait")
        child = project / "child"
        _until(child.exists, "the command has not started")
        submitted.cancel()
        pid = int(child.read_text())
        _until(lambda: not _runs(pid), "a process that the job started runs on after cancel")

    def test_cancel_after_the_end_changes_nothing(
        self, backend: ProjectBackend, store: TrackingStore, project: Path
    ) -> None:
        submitted = self.submit(backend, store, project, "true")
        assert submitted.wait()
        submitted.cancel()
        assert submitted.get_status() == "FINISHED"
        assert store.get_run(submitted.run_id).info.status == "FINISHED", "What has ended cannot be cancelled."

    def test_job_that_cannot_start_is_refused(
        self, backend: ProjectBackend, store: TrackingStore, project: Path
    ) -> None:
        with refused(RunyardError, "A project's folder that is not there"):
            self.submit(backend, store, project / "nowhere", "true")
        (run,) = _runs_of(store)
        assert run.info.status == "RUNNING", "Whoever made the run says that it failed, not the backend."

    def test_check_starts_nothing(self, backend: ProjectBackend, store: TrackingStore, project: Path) -> None:
        job = Job(
            project=project,
            command="touch touched",
            tracking_uri=store.uri.text,
            env_manager=self.env_manager,
            config=self.config,
        )
        backend.check(job)
        assert not (project / "touched").exists()


def _until(true: Callable[[], bool], otherwise: str) -> None:
    """Wait for something that another process does and tells nobody."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    # one that has ended and was not collected by whoever inherited it still has a number
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def _runs_of(store: TrackingStore) -> list[Run]:
    from runyard.tracking.requests import RunQuery

    return store.search_runs(RunQuery(experiment_ids=("0",)))
