from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts import transfer
from runyard.artifacts.transfer import download, upload
from runyard.entities import FileInfo
from runyard.errors import InvalidInput, NotFound, StorageFailure, Unavailable

ODD = ["with blank", " led", "a#b", "a?b", "100%", "a+b", "größe", "精度", ".hidden", "..two", "~", "x.part", "x.tmp"]


def fill(repository: Any, *paths: str) -> None:
    for path in paths:
        repository.put(path, path.encode())


def found(folder: Path) -> dict[str, str]:
    """Return the contents of every file below a folder, by path."""
    return {
        os.path.relpath(os.path.join(parent, name), folder): Path(parent, name).read_text()
        for parent, _, names in os.walk(folder)
        for name in names
    }


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that private folders are made in."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_file_is_where_it_was_wanted(repository: Any, tmp_path: Path) -> None:
    fill(repository, "a/b.txt")
    target = tmp_path / "new" / "folder" / "name"
    assert download(repository, "a/b.txt", target) == target
    assert target.read_text() == "a/b.txt"


def test_a_folder_is_where_it_was_wanted(repository: Any, tmp_path: Path) -> None:
    names = ["1", "a/2", "a/b/3", *ODD]
    fill(repository, *(f"from/{name}" for name in names), "fromage", "other/1")
    assert download(repository, "from", str(tmp_path / "to")) == tmp_path / "to"
    assert found(tmp_path / "to") == {name: f"from/{name}" for name in names}
    download(repository, "", tmp_path / "all")
    assert set(found(tmp_path / "all")) == {*(f"from/{name}" for name in names), "fromage", "other/1"}


def test_without_a_target_it_is_in_a_private_folder(repository: Any, temporary: Any) -> None:
    fill(repository, "a/b/1", "a/b/2")
    for path, name in (("a/b", "b"), ("a/b/1", "1")):
        place = download(repository, path)
        assert place.name == name
        assert place.parent.parent == temporary
        assert place.parent.stat().st_mode & 0o777 == 0o700
    assert found(download(repository)) == {"a/b/1": "a/b/1", "a/b/2": "a/b/2"}


def test_a_failed_download_leaves_no_private_folder(repository: Any, temporary: Any) -> None:
    fill(repository, "a/1", "a/2")
    repository.fail("a/1", StorageFailure("no"))
    with pytest.raises(StorageFailure):
        download(repository, "a")
    with pytest.raises(NotFound, match="nobody"):
        download(repository, "nobody")
    assert list(temporary.iterdir()) == []


def test_an_empty_repository_is_an_empty_folder(repository: Any, tmp_path: Path) -> None:
    assert list(download(repository, "", tmp_path / "to").iterdir()) == []


def test_what_does_not_exist_makes_no_folder(repository: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="'nobody' in memory://bucket/root"):
        download(repository, "nobody", tmp_path / "to")
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize(
    "key", ["../x", "a/../../x", "/etc/x", "a//x", "a\\x", "a\0x", "%2e%2e/x", "C:/x", "elsewhere"]
)
def test_a_key_that_leads_out_is_refused_before_anything_is_fetched(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: Any
) -> None:
    fill(repository, "from/1")
    listed = key if key == "elsewhere" else f"from/{key}"
    walk = repository.walk
    monkeypatch.setattr(repository, "walk", lambda path: [*walk(path), FileInfo(listed, is_dir=False, file_size=1)])
    with pytest.raises(InvalidInput):
        download(repository, "from", tmp_path / "to")
    assert not (tmp_path / "to").exists()
    assert repository.downloaded == []


def test_a_link_in_the_target_is_not_written_through(repository: Any, tmp_path: Path) -> None:
    fill(repository, "from/link/1", "from/2")
    (tmp_path / "outside").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(InvalidInput, match="link"):
        download(repository, "from", tmp_path / "to")
    assert found(tmp_path / "outside") == {}


def test_a_file_and_a_folder_of_one_name_are_refused(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(repository, "from/a/b/c")
    walk = repository.walk
    monkeypatch.setattr(repository, "walk", lambda path: [*walk(path), FileInfo("from/a", is_dir=False, file_size=1)])
    with pytest.raises(InvalidInput, match="'a' and 'a/b/c'"):
        download(repository, "from", tmp_path / "to")


def test_an_interrupted_download_goes_on_where_it_stopped(repository: Any, tmp_path: Path, one_at_a_time: None) -> None:
    names = [f"f{number}" for number in range(5)]
    fill(repository, *(f"from/{name}" for name in names))
    repository.fail("from/f3", StorageFailure("The line is cut."))
    with pytest.raises(StorageFailure, match=r"3 of 5 files were done; missing are 'from/f3', 'from/f4'"):
        download(repository, "from", tmp_path / "to")
    assert len(list((tmp_path / "to").glob("f*"))) == 3
    repository.downloaded.clear()
    download(repository, "from", tmp_path / "to")
    assert repository.downloaded == ["from/f3", "from/f4"]
    assert found(tmp_path / "to") == {name: f"from/{name}" for name in names}, "Nothing but the files is left."


def test_the_notes_of_a_download_survive_a_torn_line(repository: Any, tmp_path: Path, one_at_a_time: None) -> None:
    fill(repository, "from/1", "from/2", "from/3")
    repository.fail("from/3", StorageFailure("cut"))
    with pytest.raises(StorageFailure):
        download(repository, "from", tmp_path / "to")
    (notes,) = (tmp_path / "to").glob(".runyard-*")
    notes.write_bytes(notes.read_bytes()[:-5])
    repository.downloaded.clear()
    download(repository, "from", tmp_path / "to")
    assert repository.downloaded == ["from/2", "from/3"]


def test_a_file_of_another_origin_or_that_was_changed_is_fetched(
    repository: Any, tmp_path: Path, one_at_a_time: None
) -> None:
    fill(repository, "from/1", "from/2", "from/3")
    to = tmp_path / "to"
    repository.fail("from/3", StorageFailure("cut"))
    with pytest.raises(StorageFailure):
        download(repository, "from", to)
    (to / "1").write_text("changed")
    repository.put("else/2", b"else/2")
    repository.put("else/3", b"else/3")
    download(repository, "else", to)
    assert found(to)["2"] == "else/2"
    download(repository, "from", to)
    assert {name: text for name, text in found(to).items() if name[0] != "."} == {
        "1": "from/1",
        "2": "from/2",
        "3": "from/3",
    }


def test_files_of_the_same_size_that_were_there_before_are_fetched(repository: Any, tmp_path: Path) -> None:
    fill(repository, "from/1", "from/2")
    (tmp_path / "1").write_text("mine_1")
    download(repository, "from", tmp_path)
    assert found(tmp_path) == {"1": "from/1", "2": "from/2"}


def test_a_digest_that_the_repository_knows_decides(repository: Any, tmp_path: Path) -> None:
    fill(repository, "from/1", "from/2", "from/3")
    for name, text in (("1", "from/1"), ("2", "mine_2"), ("3", "longer than that")):
        (tmp_path / name).write_text(text)
    repository.digests = {f"from/{name}": hashlib.sha256(f"from/{name}".encode()).hexdigest() for name in "123"}
    download(repository, "from", tmp_path)
    assert sorted(repository.downloaded) == ["from/2", "from/3"]
    assert found(tmp_path) == {"1": "from/1", "2": "from/2", "3": "from/3"}


def test_what_is_unavailable_is_tried_again(repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(repository, "a/1", "a/2", "b")
    repository.fail("a/1", Unavailable("busy"))
    repository.fail("b", Unavailable("busy"), Unavailable("busy"))
    errors = [Unavailable("busy")]
    info = repository.info

    def busy(path: Any) -> Any:
        if errors:
            raise errors.pop()
        return info(path)

    monkeypatch.setattr(repository, "info", busy)
    download(repository, "a", tmp_path / "a")
    download(repository, "b", tmp_path / "b")
    assert found(tmp_path) == {"a/1": "a/1", "a/2": "a/2", "b": "b"}


def test_a_target_that_is_a_file_is_named(repository: Any, tmp_path: Path) -> None:
    fill(repository, "a/1", "a/2")
    (tmp_path / "to").write_text("mine")
    with pytest.raises(StorageFailure, match="to"):
        download(repository, "a", tmp_path / "to")
    assert (tmp_path / "to").read_text() == "mine"


def test_files_on_one_disk_are_copied_without_threads_unless_they_are_large(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(repository, "a/1", "a/2")
    threads: list[str] = []
    repository.before = lambda path: threads.append(threading.current_thread().name)
    monkeypatch.setattr(repository, "local_path", lambda path: tmp_path)
    download(repository, "a", tmp_path / "to")
    assert set(threads) == {"MainThread"}
    monkeypatch.setattr(transfer, "_WORTH_THREADS", 1)
    both = threading.Barrier(2)
    repository.before = lambda path: both.wait(10) and None
    upload(repository, tmp_path / "to", "b")
    assert repository.paths() == ["a/1", "a/2", "b/1", "b/2"]
