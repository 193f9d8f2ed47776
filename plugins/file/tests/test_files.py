from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from runyard.errors import DataDamaged, InvalidInput, StorageFailure
from runyard_file import files
from runyard_file.appending import append


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_file_is_replaced_whole_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "a/b/c"
    files.replace_text(str(path), "one\r\n")
    files.replace_text(str(path), "two é")
    assert path.read_bytes() == "two é".encode()
    assert names(path.parent) == ["c"]


def test_a_file_is_created_once(tmp_path: Path) -> None:
    path = str(tmp_path / "x/param")
    assert files.create_text(path, "first", staging=str(tmp_path))
    assert not files.create_text(path, "second", staging=str(tmp_path))
    assert files.read_text(path) == "first"
    assert names(tmp_path) == ["x"]


def test_a_file_system_without_hard_links_creates_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    path = str(tmp_path / "param")
    assert files.create_text(path, "first")
    assert not files.create_text(path, "second")
    assert (files.read_text(path), names(tmp_path)) == ("first", ["param"])


def test_a_write_that_fails_leaves_the_old_contents_and_no_leftover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "meta.yaml"
    path.write_text("old")

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageFailure, match=r"meta\.yaml.*No space left"):
        files.replace_text(str(path), "new")
    with pytest.raises(StorageFailure, match="No space left"):
        files.create_text(str(tmp_path / "new"), "new")
    assert (path.read_text(), names(tmp_path)) == ("old", ["meta.yaml"])


def test_short_writes_are_continued_for_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    files.replace_text(str(tmp_path / "x"), "0123456789")
    assert (tmp_path / "x").read_text() == "0123456789"


def test_a_short_append_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "metric"
    append(str(path), b"1 1.0 1\n", str(tmp_path))
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    with pytest.raises(StorageFailure, match="metric"):
        append(str(path), b"2 2.0 2\n", str(tmp_path))
    monkeypatch.undo()
    append(str(path), b"3 3.0 3\n", str(tmp_path))
    assert path.read_bytes() == b"1 1.0 1\n3 3.0 3\n"


@pytest.mark.parametrize("torn", [b"2 2.", b"x" * 10_000])
def test_a_torn_last_line_is_cut_off_by_the_next_append(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "metric"
    path.write_bytes(b"1 1.0 1\n" + torn)
    append(str(path), b"3 3.0 3\n", str(tmp_path))
    assert path.read_bytes() == b"1 1.0 1\n3 3.0 3\n"
    path.write_bytes(torn)
    append(str(path), b"3 3.0 3\n", str(tmp_path))
    assert path.read_bytes() == b"3 3.0 3\n"


def test_appends_go_to_the_file_that_has_the_name_now(tmp_path: Path) -> None:
    path = tmp_path / "metric"
    append(str(path), b"1 1.0 1\n", str(tmp_path))
    path.rename(tmp_path / "metric~")
    append(str(path), b"2 2.0 2\n", str(tmp_path))
    assert path.read_bytes() == b"2 2.0 2\n"


def test_a_folder_is_locked_for_one_at_a_time(tmp_path: Path) -> None:
    inside: list[str] = []
    entered = threading.Event()

    def other() -> None:
        entered.set()
        with files.locked(str(tmp_path)):
            inside.append("other")

    thread = threading.Thread(target=other)
    with files.locked(str(tmp_path)):
        thread.start()
        entered.wait()
        thread.join(0.05)
        assert inside == []
        inside.append("this")
    thread.join()
    assert inside == ["this", "other"]


def test_names_that_stand_in_each_others_way_are_bad_input(tmp_path: Path) -> None:
    files.replace_text(str(tmp_path / "a"), "1")
    with pytest.raises(InvalidInput, match="a/b"):
        files.replace_text(str(tmp_path / "a/b"), "2", staging=str(tmp_path))
    with pytest.raises(InvalidInput, match="too long"):
        files.replace_text(str(tmp_path / ("é" * 200)), "2")
    with pytest.raises(InvalidInput, match="Unicode"):
        files.replace_text(str(tmp_path / "b"), "\ud800")
    assert names(tmp_path) == ["a"]


def test_damaged_yaml_and_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "meta.yaml"
    for damage in (b"", b"a: [1", b"- 1\n", b"\xff\xfe", b"just text"):
        path.write_bytes(damage)
        with pytest.raises(DataDamaged, match=r"meta\.yaml"):
            files.read_yaml(str(path))


def test_yaml_round_trips(tmp_path: Path) -> None:
    content = {"name": "yes", "n": 1, "none": None, "map": {"a": "1"}, "text": "é\n☃"}
    files.write_yaml(str(tmp_path / "meta.yaml"), content)
    assert files.read_yaml(str(tmp_path / "meta.yaml")) == content
