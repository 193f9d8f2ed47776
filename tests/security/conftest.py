"""The public interface on a real file store in a fresh folder, with something beside it that must stay untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("runyard_file", reason="the runs are kept in a folder")

from runyard.tracking.client import RunyardClient

if TYPE_CHECKING:
    from asking import Served


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


@pytest.fixture
def served(tmp_path: Path, secret: Path) -> Iterator[Served]:
    """A server with a database and a folder of artifacts."""
    pytest.importorskip("runyard_server", reason="it is the server")
    pytest.importorskip("runyard_sql", reason="the runs of the server are in a database")
    from asking import Served
    from runyard.tracking.stores import close_stores
    from serving import serving

    artifacts = secret.parent / "artifacts"
    with serving(f"sqlite:///{tmp_path / 'hidden-place.db'}", artifacts=artifacts) as address:
        yield Served(address, artifacts, secret)
    close_stores()
