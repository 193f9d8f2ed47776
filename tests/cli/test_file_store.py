"""The program on a folder of runs, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("runyard_file", reason="the runs are kept in a folder")

SCRIPT = """
import runyard

runyard.set_experiment("demo")
for number in range(3):
    with runyard.start_run(run_name=f"run-{number}"):
        runyard.log_param("depth", number)
        for step in range(5):
            runyard.log_metric("rmse", number + 1 / (step + 1), step=step)
        runyard.log_text("seen", "notes/first.txt")
"""


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}


def runyard(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runyard", *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with three runs in ``./mlruns``."""
    path = tmp_path_factory.mktemp("work")
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=path, env=environment(), check=True)
    return path


def test_runs_are_listed_shown_and_compared(folder: Path) -> None:
    listed = runyard(folder, "runs", "list", "-e", "demo", "--order-by", "metrics.rmse ASC", "-c", "id,name,metrics.*")
    rows = [line.split("\t") for line in listed.stdout.splitlines()]
    assert [row[1:] for row in rows] == [["run-0", "0.2"], ["run-1", "1.2"], ["run-2", "2.2"]]
    shown = json.loads(runyard(folder, "runs", "show", rows[0][0], "--json").stdout)
    assert shown["data"]["params"] == {"depth": "0"}
    compared = runyard(folder, "runs", "compare", rows[0][0], rows[2][0]).stdout
    assert "metrics.rmse\t0.2\t2.2\n" in compared


def test_artifacts_are_listed_and_fetched(folder: Path, tmp_path: Path) -> None:
    run_id = runyard(folder, "runs", "list", "-c", "id", "-m", "1").stdout.strip()
    assert runyard(folder, "artifacts", "list", run_id, "--tree").stdout == "notes/\t\nnotes/first.txt\t4\n"
    fetched = runyard(folder, "artifacts", "download", run_id, "notes/first.txt", "-d", str(tmp_path / "to"))
    assert Path(fetched.stdout.strip()).read_text() == "seen"
    in_place = runyard(folder, "artifacts", "download", run_id, "notes/first.txt").stdout.strip()
    assert (folder / "mlruns").resolve() in Path(in_place).resolve().parents


def test_a_mistake_in_a_filter_is_marked(folder: Path) -> None:
    done = runyard(folder, "runs", "list", "--filter", "metrics.rmse << 1")
    assert done.returncode == 1
    assert "metrics.rmse << 1\n               ^" in done.stderr


def test_a_damaged_experiment_is_named_and_the_others_are_listed(folder: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment(), check=True)
    assert runyard(tmp_path, "experiments", "create", "broken").returncode == 0
    identifier = runyard(tmp_path, "experiments", "get", "broken", "--json").stdout
    meta = tmp_path / "mlruns" / json.loads(identifier)["experiment_id"] / "meta.yaml"
    meta.write_text("{ this is no YAML")
    done = runyard(tmp_path, "experiments", "list")
    assert "demo" in done.stdout
    assert str(meta.parent.name) in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_leaves_an_empty_folder_empty(tmp_path: Path) -> None:
    done = runyard(tmp_path, "doctor", "--json")
    assert done.returncode == 0, done.stdout
    tracking = json.loads(done.stdout)["tracking"]
    assert (tracking["source"], tracking["fresh"]) == ("the default", True)
    assert list(tmp_path.iterdir()) == []


def test_doctor_misses_the_plugin_also_where_there_is_no_folder(tmp_path: Path) -> None:
    done = runyard(tmp_path, "--no-plugins", "doctor")
    assert done.returncode == 1
    assert "RUNYARD_PLUGINS" in done.stderr


def test_doctor_says_that_a_root_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "mlruns").write_text("not a folder")
    done = runyard(tmp_path, "doctor", "--json")
    assert done.returncode == 1
    assert "The tracking store file:" in json.loads(done.stdout)["problems"][0]["problem"]


def test_completion_proposes_runs_of_the_folder(folder: Path) -> None:
    run_ids = runyard(folder, "runs", "list", "-c", "id").stdout.split()
    done = subprocess.run(
        [sys.executable, "-m", "runyard"],
        cwd=folder,
        env={
            **environment(),
            "_RUNYARD_COMPLETE": "bash_complete",
            "COMP_WORDS": "runyard runs show ",
            "COMP_CWORD": "3",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [f"plain,{run_id}" for run_id in run_ids]
    assert done.stderr == ""


@pytest.mark.parametrize(
    "words",
    [("--version",), ("--help",), ("runs", "list"), ("runs", "list", "--json"), ("runs", "export"), ("doctor",)],
)
@pytest.mark.parametrize("output", ["full", "closed"])
def test_output_that_goes_nowhere_is_no_accident(folder: Path, words: tuple[str, ...], output: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    redirection = ">/dev/full" if output == "full" else ">&-"
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m runyard "$@" {redirection}', sys.executable, *words],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if output == "full":
        assert (done.returncode, done.stderr) == (1, "Error: No space left on device\n")
    else:
        assert (done.returncode, done.stderr) == (0, "")


def test_a_file_that_cannot_be_exported_to_is_named(folder: Path) -> None:
    (folder / "taken").write_text("notes")
    for target in ("taken/runs.csv", "missing/runs.csv"):
        done = runyard(folder, "runs", "export", "-o", target)
        assert done.returncode == 1
        assert done.stderr.startswith(f"Error: {target} cannot be written: ")


def test_json_may_be_asked_of_every_command_that_answers(folder: Path) -> None:
    run_id = runyard(folder, "runs", "list", "-c", "id", "-m", "1").stdout.strip()
    (folder / "note.txt").write_text("note")
    (folder / "below").mkdir()
    for words in (
        ("runs", "describe", run_id),
        ("runs", "create", "-e", "demo", "--run-name", "made"),
        ("runs", "export", "-e", "demo"),
        ("artifacts", "log-artifact", "-r", run_id, "-l", "note.txt"),
        ("artifacts", "log-artifacts", "-r", run_id, "-l", "below"),
    ):
        done = runyard(folder, *words, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)
