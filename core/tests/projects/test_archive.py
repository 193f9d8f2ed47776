"""Archives: nothing leaves the folder, and there is an end to their size."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from runyard.errors import InvalidInput
from runyard.projects.archive import unpack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def archive(tmp_path: Path, *entries: tuple[str | zipfile.ZipInfo, str]) -> Path:
    path = tmp_path / "project.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as content:
        for name, text in entries:
            content.writestr(name, text)
    return path


def test_files_and_folders(tmp_path: Path, folder: Path) -> None:
    script = zipfile.ZipInfo("bin/run.sh")
    script.external_attr = (stat.S_IFREG | 0o755) << 16
    unpack(archive(tmp_path, ("MLproject", "name: x"), ("empty/", ""), ("a/b/c.txt", "c"), (script, "#!")), folder)
    assert (folder / "MLproject").read_text() == "name: x"
    assert (folder / "a/b/c.txt").read_text() == "c"
    assert (folder / "empty").is_dir()
    assert (folder / "bin/run.sh").stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/etc/out.txt", "..\\out.txt", "C:/out.txt", "a//b"])
def test_no_way_out(tmp_path: Path, folder: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="Invalid path"):
        unpack(archive(tmp_path, (name, "x")), folder)
    assert list(tmp_path.glob("**/out.txt")) == []


def test_no_links(tmp_path: Path, folder: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(InvalidInput, match="is a link or a device"):
        unpack(archive(tmp_path, (link, "/etc/passwd")), folder)
    assert not (folder / "link").exists()


def test_size_is_counted_while_unpacking(tmp_path: Path, folder: Path) -> None:
    bomb = archive(tmp_path, ("zeros", "0" * 10_000_000))
    assert bomb.stat().st_size < 20_000
    with pytest.raises(InvalidInput, match="more than 1000000 bytes"):
        unpack(bomb, folder, max_bytes=1_000_000)
    assert (folder / "zeros").stat().st_size <= 3_000_000


def test_size_of_all_files_counts(tmp_path: Path, folder: Path) -> None:
    several = archive(tmp_path, *((f"f{number}", "x" * 400) for number in range(3)))
    unpack(several, folder, max_bytes=1200)
    with pytest.raises(InvalidInput, match="more than 1199 bytes"):
        unpack(several, folder / "again", max_bytes=1199)


def test_number_of_entries(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InvalidInput, match="3 entries; at most 2"):
        unpack(archive(tmp_path, ("a", ""), ("b", ""), ("c", "")), folder, max_files=2)


def test_twice(tmp_path: Path, folder: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = archive(tmp_path, ("a", "1"), ("a", "2"))
    with pytest.raises(InvalidInput, match="comes twice"):
        unpack(path, folder)


def test_no_archive(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(InvalidInput, match="no zip archive"):
        unpack(tmp_path / "text.zip", folder)
    with pytest.raises(InvalidInput, match="There is no archive"):
        unpack(tmp_path / "missing.zip", folder)
    whole = archive(tmp_path, ("a", "text " * 1000))
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:40])
    with pytest.raises(InvalidInput, match="no zip archive"):
        unpack(tmp_path / "cut.zip", folder)
