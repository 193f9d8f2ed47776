"""Archives of strangers: nothing leaves the folder, links are refused, and there is an end to their size."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from pathlib import Path

import pytest

import runyard
from runyard.errors import InvalidInput
from runyard.projects import archive


@pytest.mark.parametrize(
    "name", ["../pwned", "/tmp/pwned", "a/../../pwned", "..\\pwned", "C:\\pwned", "%2e%2e/pwned", "./pwned"]
)
def test_an_entry_with_a_way_out_stops_the_project(
    root: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    file = root.parent / "project.zip"
    with zipfile.ZipFile(file, "w") as content:
        content.writestr("MLproject", "name: p\n")
        info = zipfile.ZipInfo("replaced")
        info.filename = name
        content.writestr(info, "pwned")
    with pytest.raises(InvalidInput, match="Invalid path"):
        runyard.projects.run(str(file))
    assert [*tmp_path.rglob("pwned*")] == []
    assert [*scratch.iterdir()] == []
    assert not Path("/tmp/pwned").exists()


def test_a_link_in_an_archive_is_refused(root: Path, secret: Path) -> None:
    file = root.parent / "project.zip"
    with zipfile.ZipFile(file, "w") as content:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        content.writestr(link, str(secret))
    with pytest.raises(InvalidInput, match="link"):
        runyard.projects.run(str(file))


def test_a_bomb_is_given_up(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = root.parent / "project.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as content:
        content.writestr("zeros", bytes(50 << 20))
    assert file.stat().st_size < 100_000
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(InvalidInput, match="holds more than"):
        archive.unpack(file, target, max_bytes=10 << 20)
    assert sum(path.stat().st_size for path in target.iterdir()) < 12 << 20
