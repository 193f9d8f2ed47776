"""The public interface on a real file store in a fresh folder, with something beside it that must stay untouched."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("runyard_file", reason="the runs are kept in a folder")

from runyard.tracking.client import RunyardClient


@pytest.fixture(autouse=True)
def root(runyard_isolated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``mlruns`` of a fresh working directory."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work / "mlruns"


@pytest.fixture
def secret(root: Path) -> Path:
    """A file outside of the store."""
    path = root.parent / "secret.txt"
    path.write_text("secret")
    return path


@pytest.fixture
def client() -> RunyardClient:
    return RunyardClient()


@pytest.fixture
def run_id(client: RunyardClient) -> str:
    """A run with an artifact."""
    run_id = client.create_run("0").info.run_id
    client.log_text(run_id, "first", "notes/first.txt")
    return run_id
