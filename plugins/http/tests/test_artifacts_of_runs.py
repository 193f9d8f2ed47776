"""Files of runs and models, as users store and fetch them, on a server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import runyard
from runyard.artifacts import download_artifacts, list_artifacts, load_text
from runyard.tracking.stores import close_stores
from serving import serving


@pytest.fixture
def address(tmp_path: Path, runyard_isolated: None) -> Iterator[str]:
    with serving(f"sqlite:///{tmp_path / 'runs.db'}", artifacts=tmp_path / "artifacts") as address:
        yield address
        close_stores()


def test_files_of_a_run(address: str, tmp_path: Path) -> None:
    runyard.set_tracking_uri(address)
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "größe #1.txt").write_text("first")
    (folder / "deep" / "empty").write_bytes(b"")
    with runyard.start_run() as run:
        runyard.log_text("words", "notes/a.txt")
        runyard.log_artifacts(str(folder), "all")
    assert run.info.artifact_uri.startswith("mlflow-artifacts:/")
    root = f"runs:/{run.info.run_id}"
    assert load_text(f"{root}/notes/a.txt") == "words"
    assert [entry.path for entry in list_artifacts(run_id=run.info.run_id)] == ["all", "notes"]
    place = Path(download_artifacts(f"{root}/all", dst_path=tmp_path / "to"))
    assert {path.relative_to(place).as_posix() for path in place.rglob("*")} == {"deep", "deep/empty", "größe #1.txt"}
    assert load_text(f"{run.info.artifact_uri}/notes/a.txt") == "words"


def test_files_go_to_the_server_of_the_client(address: str, tmp_path: Path) -> None:
    """Another tracking URI is in force than that of the client."""
    runyard.set_tracking_uri(f"sqlite:///{tmp_path / 'other.db'}")
    client = runyard.MlflowClient(tracking_uri=address)
    run = client.create_run("0")
    client.log_text(run.info.run_id, "words", "a.txt")
    assert [entry.path for entry in client.list_artifacts(run.info.run_id)] == ["a.txt"]
    assert load_text_of(client, run.info.run_id) == "words"
    assert list(tmp_path.rglob("a.txt"))


def load_text_of(client: runyard.MlflowClient, run_id: str) -> str:
    return Path(client.download_artifacts(run_id, "a.txt")).read_text()


def test_store_alone_does_not_import_what_moves_files(address: str, tmp_path: Path) -> None:
    import subprocess

    program = (
        "import sys, runyard\n"
        f"runyard.set_tracking_uri({address!r})\n"
        "with runyard.start_run(): runyard.log_metric('a', 1)\n"
        "print('runyard_http.repository' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "False"
