"""What is particular to processes on this machine: the console, the session, the environment."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.entities import Run
from runyard.errors import ExecutionFailed, InvalidInput, PluginMissing
from runyard.projects.backend import Job
from runyard.projects.mlproject import DockerEnvironment, Environment
from runyard.projects.outcome import LOG
from runyard.testing.isolation import isolated, plugins_in_place
from runyard.testing.memory import faults
from runyard.testing.memory.faults import InjectedFault
from runyard.tracking.new_run import new_run
from runyard.tracking.requests import RunQuery, RunUpdate
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store
from runyard_local import process
from runyard_local.backend import LocalBackend
from runyard_local.process import LocalRun

URI = "memory://local"


@pytest.fixture
def store() -> Iterator[TrackingStore]:
    with isolated(), plugins_in_place("runyard.testing.memory.plugin", "runyard_local.plugin"):
        yield open_store(URI)


def start(store: TrackingStore, folder: Path, command: str, **job: Any) -> LocalRun:
    run = store.create_run(new_run("0", {}))
    return LocalBackend().submit(Job(project=folder, command=command, tracking_uri=URI, **job), run)


def started(store: TrackingStore, folder: Path, command: str) -> LocalRun:
    """Return a job whose command has opened the fifo that it was given as ``$ready`` for writing."""
    ready = folder / "ready"
    os.mkfifo(ready)
    submitted = start(store, folder, command, variables={"ready": str(ready)})
    ready.read_text()  # waits
    return submitted


def run_of(store: TrackingStore, submitted: LocalRun) -> Run:
    return store.get_run(submitted.run_id)


def log_of(store: TrackingStore, submitted: LocalRun) -> str:
    with open_repository(run_of(store, submitted).info.artifact_uri).open(LOG) as stream:
        return stream.read().decode()


def test_output_is_shown_and_kept(
    store: TrackingStore, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    submitted = start(store, tmp_path, "printf 'out\\377\\n'; printf 'err\\n' >&2; exit 3")
    assert submitted.wait() is False
    shown = capfdbinary.readouterr()
    assert (shown.out, shown.err) == (b"out\xff\n", b"err\n")
    with open_repository(run_of(store, submitted).info.artifact_uri).open(LOG) as stream:
        assert sorted(stream.read().splitlines()) == [b"err", b"out\xff"]
    tags = run_of(store, submitted).data.tags
    assert tags["runyard.project.exitCode"] == "3"
    assert tags["runyard.project.reason"] == "exit code 3"


def test_output_into_a_stream_of_text(store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import StringIO

    stream = StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    assert start(store, tmp_path, "echo text").wait()
    assert stream.getvalue() == "text\n"


def test_reader_that_went_away_does_not_stop_the_job(
    store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def write(self, _: str) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    submitted = start(store, tmp_path, "yes | head -c 200000")
    assert submitted.wait()
    assert len(log_of(store, submitted)) == 200_000


def test_python_is_the_one_that_runs_this(
    store: TrackingStore, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"].replace(os.path.dirname(sys.executable), "/nowhere"))
    assert start(store, tmp_path, "python -c 'import sys; print(sys.prefix)'").wait()
    assert capfd.readouterr().out.strip() == sys.prefix


def test_what_is_left_in_the_background_is_ended(store: TrackingStore, tmp_path: Path) -> None:
    submitted = start(store, tmp_path, "sleep 600 & echo $! > pid")
    assert submitted.wait()
    pid = int((tmp_path / "pid").read_text())
    stat = Path(f"/proc/{pid}/stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_cancelled_commands_may_put_things_in_order(store: TrackingStore, tmp_path: Path) -> None:
    script = "import signal, sys, time\n"
    script += "signal.signal(signal.SIGTERM, lambda *_: (open('saved', 'w').close(), sys.exit()))\n"
    script += "import os; open(os.environ['ready'], 'w').close(); time.sleep(600)"
    submitted = started(store, tmp_path, f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}; true")
    submitted.cancel()
    assert (tmp_path / "saved").exists()
    assert submitted.get_status() == "KILLED"
    assert run_of(store, submitted).info.status == "KILLED"
    assert run_of(store, submitted).data.tags["runyard.project.reason"] == "cancelled"


def test_commands_that_will_not_end_are_ended(
    store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.1)
    submitted = started(store, tmp_path, "trap '' TERM; : > $ready; while :; do sleep 1; done")
    submitted.cancel()
    assert submitted.wait() is False
    assert run_of(store, submitted).info.status == "KILLED"


def test_second_cancel_is_at_once(store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted = started(store, tmp_path, "trap '' TERM; : > $ready; while :; do sleep 1; done")
    asked, send = threading.Event(), submitted._signal
    monkeypatch.setattr(submitted, "_signal", lambda number: (send(number), asked.set()))
    first = threading.Thread(target=submitted.cancel)
    first.start()
    asked.wait()
    submitted.cancel()
    first.join()
    assert submitted.get_status() == "KILLED"


def test_status_of_the_command_itself_does_not_count(store: TrackingStore, tmp_path: Path) -> None:
    submitted = started(store, tmp_path, ": > $ready; : < $ready; exit 1")
    store.update_run(RunUpdate(run_id=submitted.run_id, status="FINISHED", end_time=1))
    (tmp_path / "ready").write_text("")  # lets the command go on
    assert submitted.wait() is False
    assert run_of(store, submitted).info.status == "FAILED"


def test_killed_by_a_signal(store: TrackingStore, tmp_path: Path) -> None:
    submitted = start(store, tmp_path, "kill -9 $$")
    assert submitted.wait() is False
    tags = run_of(store, submitted).data.tags
    assert tags["runyard.project.exitCode"] == str(-signal.SIGKILL)
    assert "SIGKILL" in tags["runyard.project.reason"]


def test_end_that_cannot_be_recorded_is_raised(store: TrackingStore, tmp_path: Path) -> None:
    with faults("update_run"):
        submitted = start(store, tmp_path, "true")
        with pytest.raises(InjectedFault):
            submitted.wait()


def test_command_that_is_too_long(store: TrackingStore, tmp_path: Path) -> None:
    with pytest.raises(ExecutionFailed, match="cannot be started"):
        start(store, tmp_path, f"echo {'x' * 10_000_000}")


@pytest.mark.parametrize(
    ("job", "error", "words"),
    [
        ({"config": {"docker_args": {}}}, InvalidInput, "no setting 'docker_args'"),
        (
            {"environment": Environment(kind="docker_env", docker=DockerEnvironment(image="x"))},
            InvalidInput,
            "runs no containers",
        ),
        ({"environment": Environment(kind="python_env", file="e.yaml")}, InvalidInput, "e.yaml cannot be read"),
        ({"env_manager": "nix"}, PluginMissing, "'nix' was asked for.*--env-manager local"),
    ],
)
def test_what_it_cannot_do_is_said_before(
    store: TrackingStore, tmp_path: Path, job: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        LocalBackend().check(Job(project=tmp_path, command="true", tracking_uri=URI, **job))


def test_no_bash(store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ExecutionFailed, match="no program 'bash'"):
        LocalBackend().check(Job(project=tmp_path, command="true", tracking_uri=URI))


def test_interrupt_while_it_starts_leaves_nothing(
    store: TrackingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(LocalRun):
        def __init__(self, *words: Any) -> None:
            signal.raise_signal(signal.SIGINT)
            super().__init__(*words)

    monkeypatch.setattr("runyard_local.backend.LocalRun", Interrupted)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        start(store, tmp_path, "sleep 600")
    assert signal.getsignal(signal.SIGINT) is before
    (run,) = store.search_runs(RunQuery(experiment_ids=("0",)))
    assert run.info.status == "KILLED"
