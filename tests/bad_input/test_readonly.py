"""Folders that may be read and not written to, by a user who is not root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import runyard as ry
from runyard.tracking.client import RunyardClient

NOBODY = 65534

AsUser = Callable[..., "subprocess.CompletedProcess[str]"]

if sys.platform == "win32":
    pytest.skip("the permissions are those of POSIX", allow_module_level=True)

_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
# Python itself may lie where only root can read; who may read everything can still write nothing of root's.
_READER = (*_NOBODY, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")


@pytest.fixture(scope="module")
def user() -> tuple[str, ...]:
    """The words before a command that run it as a user who is not root."""
    if os.geteuid() != 0:
        return ()
    for words in (_NOBODY, _READER) if shutil.which("setpriv") else ():
        if not subprocess.run(
            [*words, sys.executable, "-c", "import runyard_file.store"], capture_output=True, check=False
        ).returncode:
            return words
    pytest.skip("Python cannot be run here as a user who is not root")


@pytest.fixture
def as_user(user: tuple[str, ...]) -> AsUser:
    """Run a Python program as a user who is not root, in a folder and with arguments."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}

    def run(program: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*user, sys.executable, "-c", program, *words],
            cwd=folder,
            env={**environment, "HOME": "/nonexistent"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def folder() -> Iterator[Path]:
    """A working directory that everybody can read, with a run in it; its owner takes away the right to write."""
    base = Path(tempfile.mkdtemp(prefix="runyard-readonly-"))
    ry.set_tracking_uri(base / "mlruns")
    with ry.start_run(run_name="first"):
        ry.log_metric("loss", 0.5)
        ry.log_text("kept", "kept.txt")
    RunyardClient().create_registered_model("m")
    base.chmod(0o755)
    for path in (base, *base.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield base
    for path in (base, *base.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(base)


_READING = """
import json
import runyard as ry
(run,) = ry.search_runs(output_format="list")
assert len(ry.search_runs(filter_string="metrics.loss < 1")) == 1
print(json.dumps([
    run.info.run_name,
    ry.get_run(run.info.run_id).data.metrics,
    [e.name for e in ry.search_experiments()],
    [m.name for m in ry.search_registered_models()],
    [i.path for i in ry.artifacts.list_artifacts(run_id=run.info.run_id)],
    ry.artifacts.load_text(f"runs:/{run.info.run_id}/kept.txt"),
]))
"""

_WRITING = """
import runyard as ry
from runyard.errors import StorageFailure
client = ry.MlflowClient()
run_id = ry.search_runs(output_format="list")[0].info.run_id
for write in (
    lambda: ry.start_run(),
    lambda: ry.start_run(run_id=run_id),
    lambda: ry.create_experiment("e"),
    lambda: ry.set_experiment("e"),
    lambda: client.log_metric(run_id, "loss", 1.0),
    lambda: client.log_param(run_id, "p", 1),
    lambda: client.set_tag(run_id, "t", 1),
    lambda: client.log_text(run_id, "t", "new.txt"),
    lambda: client.log_text(run_id, "t", "kept.txt"),
    lambda: client.set_terminated(run_id),
    lambda: client.delete_run(run_id),
    lambda: client.delete_experiment("0"),
    lambda: client.create_registered_model("n"),
    lambda: client.set_registered_model_tag("m", "a", "1"),
):
    try:
        write()
    except StorageFailure as error:
        assert "Permission denied" in str(error) or "Read-only" in str(error), error
        assert "mlruns" in str(error), error
    else:
        raise AssertionError("it was written")
assert ry.active_run() is None
"""

_PROGRAM = """
import sys
from runyard.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_what_may_not_be_written_is_read_and_searched(as_user: AsUser, folder: Path) -> None:
    for _ in range(2):
        done = as_user(_READING, folder)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == ["first", {"loss": 0.5}, ["Default"], ["m"], ["kept.txt"], "kept"]
        assert done.stderr == ""


def test_writing_where_one_may_not_names_the_file_and_changes_nothing(as_user: AsUser, folder: Path) -> None:
    before = {path: path.stat().st_size for path in folder.rglob("*")}
    done = as_user(_WRITING, folder)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_size for path in folder.rglob("*")} == before


def test_the_program_lists_and_refuses_to_write(as_user: AsUser, folder: Path) -> None:
    listed = as_user(_PROGRAM, folder, "runs", "list", "-c", "id,name,metrics.loss")
    run_id, name, loss = listed.stdout.split()
    assert (name, loss, listed.stderr) == ("first", "0.5", "")
    downloaded = as_user(_PROGRAM, folder, "artifacts", "download", run_id, "kept.txt")
    assert Path(downloaded.stdout.strip()).read_text() == "kept"
    for words in (("experiments", "create", "e"), ("runs", "delete", run_id), ("experiments", "delete", "0")):
        done = as_user(_PROGRAM, folder, *words)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert done.stderr.startswith("Error: Cannot "), done.stderr
        assert "Permission denied" in done.stderr


def test_a_folder_that_may_not_be_looked_into_is_named(folder: Path, runyard: Callable[..., Any]) -> None:
    privileged = os.geteuid() == 0
    assert runyard("runs", "list").code == 0
    assert runyard("runs", "show", "abc").code == 1  # by now all is imported that an unprivileged user might not find
    (folder / "mlruns").chmod(0o000)
    if privileged:
        os.seteuid(NOBODY)
    try:
        listed = runyard("runs", "list")
    finally:
        if privileged:
            os.seteuid(0)
        (folder / "mlruns").chmod(0o700)
    assert (listed.code, listed.out) == (1, "")
    assert "Permission denied" in listed.err
    assert str(folder) in listed.err


def test_a_working_directory_that_may_not_be_written_to_is_as_a_fresh_store(as_user: AsUser, folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "empty").mkdir(mode=0o555)
    listed = as_user(_PROGRAM, folder / "empty", "experiments", "list", "--json")
    assert [item["name"] for item in json.loads(listed.stdout)] == ["Default"]
    done = as_user(_PROGRAM, folder / "empty", "doctor")
    assert done.returncode == 1
    assert f"cannot be made: '{folder / 'empty'}' may not be written to" in done.stderr
    done = as_user("import runyard\nrunyard.log_metric('m', 1.0)\n", folder / "empty")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("runyard.errors.StorageFailure: Cannot create")
