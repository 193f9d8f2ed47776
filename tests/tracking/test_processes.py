"""Runs across processes: ends of interpreters, forks, settings that children inherit. On the file store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import runyard
from runyard.tracking.client import RunyardClient

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@pytest.fixture(autouse=True)
def _folder(runyard_isolated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def program(code: str, *, fails: bool = False, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", f"import runyard\n{code}"],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
        check=False,
        timeout=60,
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done


def run_named(name: str) -> runyard.Run:
    """Return the run of that name."""
    (run,) = runyard.search_runs(
        filter_string=f"run_name = '{name}'", output_format="list", search_all_experiments=True
    )
    return run


def test_runs_go_to_mlruns_without_any_setting(tmp_path: Path) -> None:
    program("runyard.log_metric('loss', 0.5)")
    assert (tmp_path / "mlruns" / "0" / "meta.yaml").is_file()
    (run,) = runyard.search_runs(output_format="list")
    assert (run.data.metrics, run.info.status) == ({"loss": 0.5}, "FINISHED")


def test_a_forgotten_run_is_finished_when_the_interpreter_ends() -> None:
    program("runyard.start_run(run_name='outer'); runyard.start_run(run_name='inner', nested=True)")
    assert run_named("outer").info.status == run_named("inner").info.status == "FINISHED"
    assert run_named("outer").info.end_time is not None


def test_a_forgotten_run_of_a_thread_is_finished_too() -> None:
    program(
        "import threading\n"
        "thread = threading.Thread(target=lambda: runyard.start_run(run_name='of a thread'))\n"
        "thread.start(); thread.join()"
    )
    assert run_named("of a thread").info.status == "FINISHED"


def test_an_exception_leaves_no_run_running() -> None:
    program("with runyard.start_run(run_name='blocked'):\n    raise ValueError", fails=True)
    program("with runyard.start_run(run_name='exited'):\n    raise SystemExit(3)", fails=True)
    assert run_named("blocked").info.status == run_named("exited").info.status == "FAILED"


def test_nothing_in_the_background_is_lost_when_the_interpreter_ends() -> None:
    program(
        "runyard.start_run(run_name='busy')\n"
        "for step in range(3000): runyard.log_metric('m', step, step, synchronous=False)\n"
        "runyard.log_param('p', 1, synchronous=False)"
    )
    run = run_named("busy")
    assert (run.data.metrics, run.data.params, run.info.status) == ({"m": 2999.0}, {"p": "1"}, "FINISHED")
    assert len(RunyardClient().get_metric_history(run.info.run_id, "m")) == 3000


def test_nothing_in_the_background_is_lost_without_an_active_run() -> None:
    run_id = RunyardClient().create_run("0").info.run_id
    program(
        "client = runyard.RunyardClient()\n"
        f"for step in range(500): client.log_metric({run_id!r}, 'm', step, step=step, synchronous=False)"
    )
    assert len(RunyardClient().get_metric_history(run_id, "m")) == 500


def test_what_fails_in_the_background_is_reported_at_the_end() -> None:
    done = program(
        "runyard.start_run()\nrunyard.log_param('depth', 1)\nrunyard.log_param('depth', 2, synchronous=False)"
    )
    assert "depth" in done.stderr


def test_images_are_stored_when_the_interpreter_ends() -> None:
    pytest.importorskip("PIL", reason="images need Pillow")
    pytest.importorskip("numpy", reason="images need NumPy")
    program(
        "import numpy\n"
        "runyard.start_run(run_name='images')\n"
        "for step in range(5): runyard.log_image(numpy.zeros((9, 9)), key='x', step=step)"
    )
    client = RunyardClient()
    assert len(client.list_artifacts(run_named("images").info.run_id, "images")) == 10


def test_children_inherit_address_experiment_and_background(tmp_path: Path) -> None:
    runyard.set_tracking_uri(tmp_path / "store")
    experiment = runyard.set_experiment("inherited")
    runyard.config.enable_async_logging()
    done = program("print(runyard.start_run(run_name='child').info.experiment_id, runyard.log_metric('m', 1) is None)")
    assert done.stdout.split() == [experiment.experiment_id, "False"]
    assert run_named("child").data.metrics == {"m": 1.0}


def test_a_child_resumes_the_run_in_its_environment_once() -> None:
    run_id = RunyardClient().create_run("0").info.run_id
    done = program(
        "with runyard.start_run() as first: pass\n"
        "with runyard.start_run() as second: pass\n"
        "print(first.info.run_id, second.info.run_id)",
        MLFLOW_RUN_ID=run_id,
    )
    first, second = done.stdout.split()
    assert first == run_id != second


FORKED = """
import os
with runyard.start_run(run_name='parent') as run:
    runyard.log_metric('before', 1)
    child = os.fork()
    if child == 0:
        runyard.log_metric('in child', 2)
        {child}
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == {code}
    assert runyard.get_run(run.info.run_id).info.status == 'RUNNING'
    runyard.log_metric('after', 3)
"""


@needs_fork
@pytest.mark.parametrize(
    ("child", "code"),
    [
        ("raise SystemExit(0)", 0),
        ("raise ValueError", 1),
        ("runyard.end_run('KILLED'); raise SystemExit(0)", 0),
        ("import atexit; atexit._run_exitfuncs(); os._exit(0)", 0),
        ("os._exit(0)", 0),
    ],
    ids=["leaves in order", "raises", "ends the run", "runs exit hooks", "exits at once"],
)
def test_a_forked_child_records_into_the_run_and_does_not_end_it(child: str, code: int) -> None:
    program(FORKED.format(child=child, code=code))
    run = run_named("parent")
    assert run.data.metrics == {"before": 1.0, "in child": 2.0, "after": 3.0}
    assert run.info.status == "FINISHED"


@needs_fork
def test_a_forked_child_ends_the_runs_that_it_starts() -> None:
    program(
        "import os\n"
        "with runyard.start_run(run_name='parent') as run:\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        with runyard.start_run(run_name='own', nested=True) as own:\n"
        "            runyard.log_metric('m', 1)\n"
        "        assert runyard.active_run().info.run_id == run.info.run_id\n"
        "        os._exit(0)\n"
        "    assert os.waitpid(child, 0)[1] == 0"
    )
    own = run_named("own")
    assert (own.info.status, own.data.metrics) == ("FINISHED", {"m": 1.0})
    assert own.data.tags["mlflow.parentRunId"] == run_named("parent").info.run_id


@needs_fork
def test_a_fork_leaves_what_waits_in_the_background_to_the_parent() -> None:
    program(
        "import os\n"
        "with runyard.start_run(run_name='parent'):\n"
        "    for step in range(500): runyard.log_metric('m', step, step, synchronous=False)\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        runyard.log_metric('in child', 1, synchronous=False).wait()\n"
        "        runyard.flush_async_logging()\n"
        "        os._exit(0)\n"
        "    assert os.waitpid(child, 0)[1] == 0"
    )
    run = run_named("parent")
    assert run.data.metrics == {"m": 499.0, "in child": 1.0}
    assert len(RunyardClient().get_metric_history(run.info.run_id, "m")) == 500


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_workers_of_a_pool_record_into_the_run() -> None:
    program(
        "import multiprocessing\n"
        "def work(number):\n"
        "    runyard.log_metric(f'm{number}', number)\n"
        "    return runyard.active_run().info.run_id\n"
        "if __name__ == '__main__':\n"
        "    with runyard.start_run(run_name='pool') as run:\n"
        "        with multiprocessing.get_context('fork').Pool(3) as pool:\n"
        "            assert set(pool.map(work, range(9))) == {run.info.run_id}"
    )
    run = run_named("pool")
    assert run.data.metrics == {f"m{number}": float(number) for number in range(9)}
    assert run.info.status == "FINISHED"


def test_processes_write_into_one_experiment_at_once() -> None:
    runyard.set_experiment("shared")
    code = (
        "import os, sys\n"
        "with runyard.start_run(run_name=f'p{os.environ[\"NUMBER\"]}'):\n"
        "    for step in range(50): runyard.log_metric('m', step, step)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", f"import runyard\n{code}"], env={**os.environ, "NUMBER": str(number)})
        for number in range(4)
    ]
    assert [process.wait(60) for process in processes] == [0] * 4
    runs = runyard.search_runs(output_format="list")
    assert sorted(run.info.run_name for run in runs) == ["p0", "p1", "p2", "p3"]
    client = RunyardClient()
    assert all(len(client.get_metric_history(run.info.run_id, "m")) == 50 for run in runs)


def test_git_tags_of_a_script(tmp_path: Path) -> None:
    import shutil

    if shutil.which("git") is None:
        pytest.skip("there is no git program")
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "train.py").write_text("import runyard\nrunyard.start_run(run_name='tracked')\n")
    for words in (
        ["init", "-q", "-b", "trunk"],
        ["add", "."],
        ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "Start"],
    ):
        subprocess.run(["git", *words], cwd=repository, check=True)
    subprocess.run([sys.executable, str(repository / "train.py")], check=True)
    tags = run_named("tracked").data.tags
    assert (tags["mlflow.source.git.branch"], tags["mlflow.source.git.dirty"]) == ("trunk", "false")
    assert len(tags["mlflow.source.git.commit"]) == 40
    assert tags["mlflow.source.name"] == str(repository / "train.py")
