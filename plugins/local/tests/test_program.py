"""``runyard run`` as people call it: a program that runs projects on this machine and records into files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from runyard.entities import Run, ViewType
from runyard.testing.wheels import make_wheel
from runyard.tracking.requests import ExperimentQuery, RunQuery
from runyard.tracking.stores import close_stores, open_store

pytest.importorskip("runyard_file.repository", reason="the runs go into files")

HOSTILE = "a'b\"c$(touch broken)`touch broken`;touch broken\nx"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "the project"
    folder.mkdir()
    (folder / "MLproject").write_text(
        """\
name: demo
entry_points:
  main:
    parameters:
      alpha: {type: float, default: 0.5}
      name: {default: none}
    command: python train.py {alpha} "{name}"
  wait:
    command: sleep 600 & echo started; wait
  many:
    command: python many.py
"""
    )
    (folder / "train.py").write_text(
        """\
import sys
import runyard
with runyard.start_run() as run:
    runyard.log_metric("alpha", float(sys.argv[1]))
    runyard.log_text(sys.argv[2], "name.txt")
    print("trained", *sys.argv[3:])
"""
    )
    (folder / "many.py").write_text(
        """\
import runyard, runyard.projects
with runyard.start_run():
    for alpha in (0.1, 0.2):
        runyard.projects.run(".", parameters={"alpha": alpha})
"""
    )
    return folder


class Program:
    """Runs the program in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
        self._environment = {**clean, "RUNYARD_ENV_ROOT": str(folder / "environments")}

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "runyard", "run", *words],
            cwd=self.folder,
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(self, *words: str, **variables: str) -> tuple[int, str, str]:
        with self.start(*words, **variables) as process:
            out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def runs(self, folder: str = "mlruns") -> list[Run]:
        """Return all runs, the latest first."""
        close_stores()
        store = open_store(self.folder / folder)
        ids = tuple(found.experiment_id for found in store.search_experiments(ExperimentQuery()))
        return list(store.search_runs(RunQuery(experiment_ids=ids, view=ViewType.ALL)))

    def run(self) -> Run:
        """Return the only run."""
        (run,) = self.runs()
        return run


@pytest.fixture
def program(tmp_path: Path) -> Program:
    folder = tmp_path / "here"
    folder.mkdir()
    return Program(folder)


def artifact(run: Run, path: str) -> str:
    return (Path(run.info.artifact_uri.removeprefix("file://")) / path).read_text()


def test_train(program: Program, project: Path) -> None:
    code, out, err = program(str(project), "-P", "alpha=0.25", "-P", f"name={HOSTILE}", "-P", "more=x y")
    assert (code, out) == (0, "trained --more x y\n"), err
    run = program.run()
    assert err == f"Run {run.info.run_id} succeeded.\n"
    assert run.info.status == "FINISHED"
    assert run.data.params == {"alpha": "0.25", "name": HOSTILE, "more": "x y"}
    assert run.data.metrics == {"alpha": 0.25}
    assert artifact(run, "name.txt") == HOSTILE
    assert artifact(run, "project/output.log") == "trained --more x y\n"
    assert not (project / "broken").exists()


def test_relative_address_of_the_store(program: Program, project: Path) -> None:
    for variable in ("RUNYARD_TRACKING_URI", "MLFLOW_TRACKING_URI"):
        code, _, err = program(str(project), **{variable: "else where"})
        assert code == 0, err
    first, second = program.runs("else where")
    assert first.data.metrics == second.data.metrics == {"alpha": 0.5}
    assert not (project / "else where").exists()


def test_experiment(program: Program, project: Path) -> None:
    code, _, err = program(str(project), "--experiment-name", "mine", "--run-name", "first")
    assert code == 0, err
    run = program.run()
    assert run.info.run_name == "first"
    code, _, err = program(str(project), MLFLOW_EXPERIMENT_ID=run.info.experiment_id)
    assert code == 0, err
    assert {run.info.experiment_id for run in program.runs()} == {run.info.experiment_id}


def test_failure(program: Program, project: Path) -> None:
    (project / "fail.sh").write_text("echo going; exit 7")
    code, out, err = program(str(project), "-e", "fail.sh")
    assert (code, out) == (1, "going\n")
    run = program.run()
    assert "failed: exit code 7" in err
    assert run.info.run_id in err
    assert "Traceback" not in err
    assert run.info.status == "FAILED"
    assert run.data.tags["runyard.project.exitCode"] == "7"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupt(program: Program, project: Path, number: signal.Signals) -> None:
    with program.start(str(project), "-e", "wait") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 130
    run = program.run()
    assert run.info.status == "KILLED"
    assert run.data.tags["runyard.project.reason"] == "cancelled"


def test_runs_that_start_runs(program: Program, project: Path) -> None:
    code, _, err = program(str(project), "-e", "many")
    assert code == 0, err
    *children, parent = program.runs()
    assert [run.data.tags.get("mlflow.parentRunId") for run in children] == [parent.info.run_id] * 2
    assert "mlflow.parentRunId" not in parent.data.tags
    assert {run.info.status for run in (parent, *children)} == {"FINISHED"}
    assert not (project / "mlruns").exists()


def test_run_that_starts_the_program(program: Program, project: Path) -> None:
    (project / "outer.sh").write_text(f"{sys.executable} -m runyard run . -P alpha=1")
    code, _, err = program(str(project), "-e", "outer.sh")
    assert code == 0, err
    inner, outer = program.runs()
    assert inner.data.tags["mlflow.parentRunId"] == outer.info.run_id
    assert inner.data.metrics == {"alpha": 1.0}
    assert outer.data.metrics == {}


def test_script_waits_for_what_it_has_started(program: Program, project: Path, tmp_path: Path) -> None:
    script = tmp_path / "start.py"
    script.write_text(
        f"import runyard.projects\nrunyard.projects.run({str(project)!r}, synchronous=False)\nprint('submitted')\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=program.folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == ["submitted", "trained"]
    assert program.run().info.status == "FINISHED"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_repository(program: Program, project: Path) -> None:
    identity: Mapping[str, str] = {
        f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"], ["tag", "v1"]):
        subprocess.run(["git", "-C", str(project), *words], check=True, env={**os.environ, **identity})
    code, _, err = program(project.as_uri(), "-v", "v1")
    assert code == 0, err
    run = program.run()
    assert len(run.data.tags["mlflow.source.git.commit"]) == 40
    assert run.data.tags["mlflow.source.name"] == project.as_uri()


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["-P", "alpha"], 2, "-P 'alpha' is not of the form NAME=VALUE."),
        (["-P", "a=1", "-P", "a=2"], 2, "-P 'a' is given twice."),
        (["--experiment-name", "a", "--experiment-id", "0"], 2, "not both"),
        (["-e", "nope"], 1, "no entry point 'nope'"),
        (["-P", "alpha=x"], 1, "is of the type float"),
        (["-b", "kubernetes"], 1, "pip install runyard-kubernetes"),
        (["-A", "gpus=all"], 1, "no setting 'docker_args'"),
        (["--env-manager", "nix"], 1, "--env-manager local"),
        (["-v", "v1"], 1, "only a git repository has versions"),
    ],
)
def test_wrong_words(program: Program, project: Path, words: list[str], code: int, expected: str) -> None:
    got, out, err = program(str(project), *words)
    assert (got, out) == (code, "")
    assert expected in err
    assert "Traceback" not in err
    assert not (program.folder / "mlruns").exists() or program.runs() == []


def test_project_that_asks_for_an_environment(program: Program, project: Path) -> None:
    (project / "python_env.yaml").write_text("python: '3.11'\ndependencies: [-r ../elsewhere.txt]\n")
    code, _, err = program(str(project))
    assert code == 1
    assert "python_env.yaml: '-r ../elsewhere.txt' refers to a file or folder that is not below" in err
    assert program.runs() == []
    code, _, err = program(str(project), "--env-manager", "local")
    assert code == 0, err


def test_project_in_an_environment_of_its_own(program: Program, project: Path, tmp_path: Path) -> None:
    pytest.importorskip("uv", reason="needs uv: pip install 'runyard-local[uv]'")
    make_wheel(project / "wheels", "helper", "1.5")
    (project / "python_env.yaml").write_text("dependencies: [--no-index, ./wheels/helper-1.5-py3-none-any.whl]\n")
    (project / "own.py").write_text("import helper, sys; print(helper.VERSION, sys.prefix)\n")
    for _ in range(2):
        code, out, err = program(str(project), "-e", "own.py")
        assert code == 0, err
    version, prefix = out.split()
    assert version == "1.5"
    assert [path.name for path in Path(prefix).parent.iterdir() if path.is_dir()] == [Path(prefix).name]
