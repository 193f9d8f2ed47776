"""`runyard.projects.run`: what a run is told, what the backend gets, and what is refused before anything is made."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runyard.projects
from runyard.entities import Run
from runyard.errors import ExecutionFailed, InvalidInput, InvalidState, NotFound, PluginMissing
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import ProjectBackendPlugin
from runyard.projects.backend import Job, ProjectBackend, SubmittedRun
from runyard.projects.outcome import Outcome, record
from runyard.testing.isolation import plugins_in_place
from runyard.tracking.fluent.runs import start_run
from runyard.tracking.requests import RunQuery
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store


class Recorder(ProjectBackend):
    """A backend that starts nothing and ends as it is told."""

    shares_files = True
    jobs: list[tuple[Job, Run]] = []
    outcome = Outcome("FINISHED", "exit code 0", 0)
    fails_to_start: BaseException | None = None

    def check(self, job: Job) -> None:
        if "bad" in job.config:
            raise InvalidInput("There is no setting 'bad'.")

    def submit(self, job: Job, run: Run) -> SubmittedRun:
        if self.fails_to_start is not None:
            raise self.fails_to_start
        self.jobs.append((job, run))
        return Recorded(job, run, self.outcome)


class Recorded(SubmittedRun):
    interrupted = False

    def __init__(self, job: Job, run: Run, outcome: Outcome) -> None:
        self.run_id = run.info.run_id
        self._job = job
        self._outcome = outcome
        assert job.project.is_dir()

    def wait(self) -> bool:
        if self.interrupted:
            raise KeyboardInterrupt
        record(self._job.tracking_uri, self.run_id, self._outcome)
        return self._outcome.succeeded

    def get_status(self) -> str:
        return self._outcome.status

    def cancel(self) -> None:
        record(self._job.tracking_uri, self.run_id, Outcome("KILLED", "cancelled"))


@pytest.fixture
def store(runyard_isolated: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrackingStore]:
    plugin = types.ModuleType("recorder")
    monkeypatch.setitem(sys.modules, "recorder_backend", sys.modules[__name__])

    @hookimpl
    def runyard_project_backends() -> Iterator[ProjectBackendPlugin]:
        for name in ("local", "far"):
            yield ProjectBackendPlugin(name=name, factory=f"recorder_backend:{name.capitalize()}")

    plugin.runyard_project_backends = runyard_project_backends
    with plugins_in_place("runyard.testing.memory.plugin", plugin):
        monkeypatch.setenv("RUNYARD_TRACKING_URI", "memory://projects")
        monkeypatch.setattr(Recorder, "jobs", [])
        yield open_store("memory://projects")


Local = Recorder


class Far(Recorder):
    shares_files = False


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "data.csv").touch()
    (folder / "MLproject").write_text(
        """\
name: demo
entry_points:
  main:
    parameters:
      alpha: {type: float, default: 0.5}
      data: {type: path, default: data.csv}
    command: train {alpha} {data}
"""
    )
    return folder


def all_runs(store: TrackingStore) -> list[Run]:
    ids = tuple(str(number) for number in range(5))
    return list(store.search_runs(RunQuery(experiment_ids=ids)))


def run(project: Path, **options: Any) -> SubmittedRun:
    return runyard.projects.run(str(project), **options)


def test_run_knows_where_it_comes_from(store: TrackingStore, project: Path) -> None:
    submitted = run(project, parameters={"alpha": "0.1", "extra": "a b"}, run_name="mine")
    made = store.get_run(submitted.run_id)
    assert made.info.status == "FINISHED"
    assert made.info.run_name == "mine"
    assert made.data.params == {"alpha": "0.1", "data": str(project / "data.csv"), "extra": "a b"}
    tags = made.data.tags
    assert tags["mlflow.source.name"] == str(project)
    assert tags["mlflow.source.type"] == "PROJECT"
    assert tags["mlflow.project.entryPoint"] == "main"
    assert tags["mlflow.project.backend"] == "local"
    assert tags["mlflow.project.env"] == "local"
    assert tags["mlflow.user"] == made.info.user_id
    assert "mlflow.parentRunId" not in tags
    assert tags["runyard.project.reason"] == "exit code 0"
    assert tags["runyard.project.exitCode"] == "0"


def test_job_is_complete(store: TrackingStore, project: Path) -> None:
    submitted = run(project, parameters={"extra": "a b"}, backend_config={"queue": "q"}, docker_args={"gpus": "all"})
    ((job, made),) = Recorder.jobs
    assert made.info.run_id == submitted.run_id
    assert job.project == project
    assert (job.name, job.entry_point, job.commit) == ("demo", "main", None)
    assert job.command == f"train 0.5 {project / 'data.csv'} --extra 'a b'"
    assert job.config == {"queue": "q", "docker_args": {"gpus": "all"}}
    assert job.tracking_uri == "memory://projects"
    for prefix in ("RUNYARD", "MLFLOW"):
        assert job.variables[f"{prefix}_RUN_ID"] == submitted.run_id
        assert job.variables[f"{prefix}_TRACKING_URI"] == "memory://projects"
        assert job.variables[f"{prefix}_EXPERIMENT_ID"] == "0"
        assert f"{prefix}_EXPERIMENT_NAME" not in job.variables
        assert f"{prefix}_REGISTRY_URI" not in job.variables


def test_paths_stay_for_backends_elsewhere(store: TrackingStore, project: Path) -> None:
    run(project, backend="far", parameters={"data": "/not/here"})
    ((job, _),) = Recorder.jobs
    assert job.command == "train 0.5 /not/here"


def test_experiments(store: TrackingStore, project: Path) -> None:
    by_name = store.get_run(run(project, experiment_name="new").run_id)
    assert store.get_experiment(by_name.info.experiment_id).name == "new"
    again = store.get_run(run(project, experiment_id=by_name.info.experiment_id).run_id)
    assert again.info.experiment_id == by_name.info.experiment_id
    with pytest.raises(InvalidInput, match="not both"):
        run(project, experiment_name="new", experiment_id="0")


def test_experiment_of_the_environment(store: TrackingStore, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "chosen")
    made = store.get_run(run(project).run_id)
    assert store.get_experiment(made.info.experiment_id).name == "chosen"
    run(project, experiment_id="0")
    variables = Recorder.jobs[-1][0].variables
    assert variables["MLFLOW_EXPERIMENT_ID"] == "0"
    assert variables["MLFLOW_EXPERIMENT_NAME"] == "", "the command would find two experiments"


def test_run_inside_of_a_run_is_its_child(store: TrackingStore, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_run() as parent:
        child = run(project)
    assert store.get_run(child.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", parent.info.run_id)
    child = run(project)
    assert store.get_run(child.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", "0" * 32)
    assert "mlflow.parentRunId" not in store.get_run(run(project).run_id).data.tags


def test_going_on_with_a_run(store: TrackingStore, project: Path) -> None:
    with start_run(tags={"own": "1"}) as mine:
        pass
    submitted = run(project, run_id=mine.info.run_id, run_name="renamed")
    assert submitted.run_id == mine.info.run_id
    made = store.get_run(mine.info.run_id)
    assert made.info.status == "FINISHED"
    assert made.info.run_name == "renamed"
    assert made.data.tags["own"] == "1"
    assert made.data.tags["mlflow.project.entryPoint"] == "main"
    store.delete_run(mine.info.run_id)
    with pytest.raises(InvalidState, match="deleted"):
        run(project, run_id=mine.info.run_id)
    with pytest.raises(NotFound):
        run(project, run_id="0" * 32)


def test_failure_is_raised(store: TrackingStore, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorder, "outcome", Outcome.of_exit(3))
    with pytest.raises(ExecutionFailed, match=r"'main' of .* failed: exit code 3") as caught:
        run(project)
    made = store.get_run(caught.value.details["run_id"])
    assert made.info.status == "FAILED"
    submitted = run(project, synchronous=False)
    assert submitted.wait() is False


def test_what_cannot_start_has_failed(store: TrackingStore, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorder, "fails_to_start", ExecutionFailed("no room"))
    with pytest.raises(ExecutionFailed, match="no room"):
        run(project)
    (made,) = all_runs(store)
    assert made.info.status == "FAILED"
    assert made.data.tags["runyard.project.reason"] == "not started: no room"


def test_interrupt_cancels(store: TrackingStore, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorded, "interrupted", True)
    with pytest.raises(KeyboardInterrupt):
        run(project)
    (made,) = all_runs(store)
    assert made.info.status == "KILLED"


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"entry_point": "fit"}, InvalidInput, "no entry point 'fit'"),
        ({"parameters": {"alpha": "x"}}, InvalidInput, "'alpha' is of the type float"),
        ({"parameters": {"data": "nowhere"}}, InvalidInput, "there is no 'nowhere'"),
        ({"parameters": {"bad*name": "x"}}, InvalidInput, "Invalid param name"),
        ({"backend": "nowhere"}, PluginMissing, "no project backend for 'nowhere'"),
        ({"backend": "docker"}, PluginMissing, "pip install runyard-docker"),
        ({"backend_config": {"bad": 1}}, InvalidInput, "no setting 'bad'"),
        ({"backend_config": "{"}, InvalidInput, "is no JSON"),
        ({"backend_config": "[1]"}, InvalidInput, "must be a JSON object"),
        ({"backend_config": "nowhere.json"}, InvalidInput, "cannot be read"),
        ({"version": "v1"}, InvalidInput, "only a git repository has versions"),
    ],
)
def test_nothing_is_made_when_something_is_wrong(
    store: TrackingStore, project: Path, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        run(project, **options)
    assert all_runs(store) == []
    assert Recorder.jobs == []


def test_backend_configuration_in_a_file(store: TrackingStore, project: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"queue": "q"}')
    run(project, backend_config=str(tmp_path / "config.json"))
    run(project, backend_config='{"queue": "q"}')
    assert [job.config for job, _ in Recorder.jobs] == [{"queue": "q"}] * 2


def test_projects_in_docker_go_to_docker(store: TrackingStore, project: Path) -> None:
    with (project / "MLproject").open("a") as file:
        file.write("docker_env: {image: python}\n")
    with pytest.raises(PluginMissing, match="pip install runyard-docker"):
        run(project)
    made = store.get_run(run(project, backend="far").run_id)
    assert made.data.tags["mlflow.project.env"] == "docker"
    assert made.data.tags["mlflow.docker.image.uri"] == "python"


def test_archive_is_there_while_it_runs_and_gone_then(store: TrackingStore, project: Path, tmp_path: Path) -> None:
    import shutil

    shutil.make_archive(str(tmp_path / "packed"), "zip", project)
    run(tmp_path / "packed.zip")
    ((job, _),) = Recorder.jobs
    assert not job.project.exists()


def test_relative_addresses_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runyard.uris import StoreURI

    monkeypatch.chdir(tmp_path)
    assert StoreURI.parse("runs here").absolute == (tmp_path / "runs here").as_uri()
    assert StoreURI.parse("sqlite:///runs.db").absolute == f"sqlite:///{tmp_path}/runs.db"
    assert StoreURI.parse("sqlite:////runs.db").absolute == "sqlite:////runs.db"
    assert StoreURI.parse("sqlite:///:memory:").absolute == "sqlite:///:memory:"
    assert StoreURI.parse("http://host:5000").absolute == "http://host:5000"
