"""Temporary folders: private, under names that nobody can guess, and gone afterwards."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import pytest

import runyard
from runyard.artifacts import resolve
from runyard.artifacts.journal import Journal
from runyard.artifacts.transfer import download
from runyard.errors import StorageFailure
from runyard.tracking.client import RunyardClient

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every temporary folder that is made, with its permissions as they were; where they are made, all may write."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    found: list[tuple[str, int]] = []
    mkdtemp = tempfile.mkdtemp

    def noted(*args: str, **options: str) -> str:
        path = mkdtemp(*args, **options)
        found.append((path, stat.S_IMODE(os.stat(path).st_mode)))
        return path

    monkeypatch.setattr(tempfile, "mkdtemp", noted)
    return found


@pytest.fixture
def _open_mask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_open_mask")
def test_they_are_private_and_removed(
    client: RunyardClient, run_id: str, made: list[tuple[str, int]], tmp_path: Path
) -> None:
    client.log_text(run_id, "text", "text.txt")
    client.log_dict(run_id, {}, "a.json")
    with pytest.raises(OSError, match="no more"), runyard.start_run(run_id=run_id):
        runyard.log_stream(_Torn(), "torn.bin")
    assert made
    assert {mode for _, mode in made} == {0o700}
    assert len({path for path, _ in made}) == len(made)
    assert [*(tmp_path / "shared").iterdir()] == []


class _Torn:
    def read(self, size: int = -1) -> bytes:
        raise OSError("no more")


@pytest.mark.usefixtures("_open_mask")
def test_what_is_saved_or_fetched_without_a_place_is_private(
    client: RunyardClient, run_id: str, made: list[tuple[str, int]], tmp_path: Path
) -> None:
    place = download(*resolve(f"runs:/{run_id}/notes"))
    assert (place / "first.txt").read_text() == "first"
    assert {mode for _, mode in made} == {0o700}


def test_a_download_notes_nothing_through_a_link_of_somebody_else(
    client: RunyardClient, run_id: str, secret: Path, tmp_path: Path
) -> None:
    """In a folder that others may write to, the note's name can be foreseen."""
    client.log_text(run_id, "second", "notes/second.txt")
    repository, path = resolve(f"runs:/{run_id}/notes")
    target = tmp_path / "shared"
    target.mkdir()
    with Journal(str(target), f"{repository.root}\n{path}"):
        (name,) = os.listdir(target)
    (target / name).symlink_to(secret)
    with pytest.raises(StorageFailure, match="shared"):
        download(repository, path, target)
    assert secret.read_text() == "secret"
