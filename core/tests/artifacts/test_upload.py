from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts.transfer import upload
from runyard.errors import InvalidInput, NotFound, PermissionDenied, StorageFailure, Unavailable
from runyard.testing.memory import InjectedFault

ODD = ["with blank", " led", "a#b", "a?b", "100%", "a+b", "größe", "精度", ".hidden", "..two", "~", "*", 'say "x"']


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_a_file_gets_the_path_that_is_given(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "local.txt")
    upload(repository, tmp_path / "local.txt", "a/b.txt")
    assert repository.paths() == ["a/b.txt"]


def test_a_small_file_starts_no_thread(repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "Thread", None)
    upload(repository, str(tree(tmp_path, "x") / "x"), "x")
    assert repository.paths() == ["x"]


def test_a_folder_goes_with_everything_in_it_but_empty_folders(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path / "t", "1", "a/2", "a/b/3", *ODD)
    (tmp_path / "t" / "empty" / "deep").mkdir(parents=True)
    upload(repository, f"{tmp_path}/t/", "to")
    assert repository.paths() == sorted(f"to/{name}" for name in ["1", "a/2", "a/b/3", *ODD])
    upload(repository, tmp_path / "t")
    assert "a/b/3" in repository.paths()


def test_an_empty_folder_is_nothing(repository: Any, tmp_path: Path) -> None:
    upload(repository, tmp_path, "to")
    assert repository.paths() == []


@pytest.mark.parametrize("name", [b"a\\b", b"a\nb", b"%2e%2e", b"a%2f..%2fb", b"C:x", b"\xff"])
def test_a_name_that_is_no_artifact_path_is_refused_before_anything_is_stored(
    repository: Any, tmp_path: Path, name: bytes
) -> None:
    tree(tmp_path, "0", "z")
    Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text("x")
    with pytest.raises(InvalidInput) as caught:
        upload(repository, tmp_path, "to")
    assert repr(f"{tmp_path}/{os.fsdecode(name)}") in str(caught.value)
    assert repository.paths() == []


@pytest.mark.parametrize("path", ["..", "/a", "a/../b", "a\\b", "a\0b", "%2e%2e/a", "a//b"])
def test_a_way_out_of_the_root_is_refused(repository: Any, tmp_path: Path, path: str) -> None:
    with pytest.raises(InvalidInput):
        upload(repository, tree(tmp_path, "x") / "x", path)
    with pytest.raises(InvalidInput):
        upload(repository, tmp_path, path)
    assert repository.paths() == []


def test_what_does_not_exist_is_named(repository: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nobody"):
        upload(repository, tmp_path / "nobody", "x")


def test_a_link_to_a_file_is_that_file(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "outside/file", "t/inside/file")
    (tmp_path / "t" / "out").symlink_to(tmp_path / "outside" / "file")
    (tmp_path / "t" / "in").symlink_to("inside/file")
    upload(repository, tmp_path / "t")
    assert repository.paths() == ["in", "inside/file", "out"]
    with repository.open("out") as stream:
        assert stream.read() == b"outside/file"


def test_a_link_to_a_folder_is_followed_inside_the_tree_only(
    repository: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tree(tmp_path, "outside/file", "t/steps/1/file")
    (tmp_path / "t" / "latest").symlink_to("steps/1")
    (tmp_path / "t" / "away").symlink_to(tmp_path / "outside")
    (tmp_path / "t" / "root").symlink_to("/")
    with caplog.at_level(logging.WARNING, "runyard"):
        upload(repository, tmp_path / "t")
    assert repository.paths() == ["latest/file", "steps/1/file"]
    assert sorted(record.args[0] for record in caplog.records) == [f"{tmp_path}/t/away", f"{tmp_path}/t/root"]


def test_links_in_a_circle_end(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "a/file", "b/file")
    (tmp_path / "a" / "self").symlink_to(".")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "other").symlink_to("../b")
    (tmp_path / "b" / "other").symlink_to("../a")
    upload(repository, tmp_path)
    assert repository.paths() == ["a/file", "a/other/file", "b/file", "b/other/file"]


def test_a_folder_may_be_named_by_a_link(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "t/a/file")
    (tmp_path / "link").symlink_to("t")
    (tmp_path / "t" / "inside").symlink_to("a")
    upload(repository, tmp_path / "link")
    assert repository.paths() == ["a/file", "inside/file"]


def test_a_link_that_leads_nowhere_is_named_before_anything_is_stored(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "0")
    (tmp_path / "gone").symlink_to("nobody")
    with pytest.raises(NotFound, match="gone"):
        upload(repository, tmp_path)
    assert repository.paths() == []


def test_what_is_no_file_is_named_before_anything_is_stored(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "0")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidInput, match="pipe"):
        upload(repository, tmp_path)
    assert repository.paths() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_named(repository: Any, tmp_path: Path) -> None:
    (tree(tmp_path, "secret/x") / "secret").chmod(0)
    try:
        with pytest.raises(StorageFailure, match="secret"):
            upload(repository, tmp_path)
    finally:
        (tmp_path / "secret").chmod(0o700)


def test_the_first_failure_ends_the_upload_and_says_what_was_done(
    repository: Any, tmp_path: Path, one_at_a_time: None
) -> None:
    tree(tmp_path, *(f"f{number:02}" for number in range(12)))
    repository.fail("f03", StorageFailure("The bucket is full."))
    with pytest.raises(StorageFailure) as caught:
        upload(repository, tmp_path)
    assert str(caught.value) == (
        "The bucket is full. Uploading stopped: 3 of 12 files were done; missing are 'f03', 'f04', 'f05', 'f06', 'f07' "
        "and 4 more."
    )
    assert caught.value.details["done"] == ["f00", "f01", "f02"]
    assert caught.value.details["missing"] == [f"f{number:02}" for number in range(3, 12)]
    assert repository.uploaded == ["f00", "f01", "f02"]


def test_of_several_failures_the_first_in_order_is_raised(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "a", "b", "c")
    all_there = threading.Barrier(3)
    repository.before = lambda path: all_there.wait(10) and None
    for name in "abc":
        repository.fail(name, PermissionDenied(f"not {name}"))
    with pytest.raises(PermissionDenied, match="not a"):
        upload(repository, tmp_path)


def test_files_go_at_the_same_time_but_not_too_many(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRANSFER_WORKERS", "3")
    tree(tmp_path, *(f"f{number}" for number in range(9)))
    three = threading.Barrier(3)
    here: set[str] = set()
    most = 0

    def before(path: str) -> None:
        nonlocal most
        here.add(path)
        most = max(most, len(here))
        three.wait(10)
        here.discard(path)

    repository.before = before
    upload(repository, tmp_path)
    assert len(repository.uploaded) == 9
    assert most == 3


@pytest.mark.parametrize("workers", ["0", "-1", "many"])
def test_a_wrong_number_of_workers_is_named(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    monkeypatch.setenv("RUNYARD_TRANSFER_WORKERS", workers)
    with pytest.raises(InvalidInput, match="RUNYARD_TRANSFER_WORKERS"):
        upload(repository, tree(tmp_path, "a", "b"))


def test_what_is_unavailable_is_tried_again(repository: Any, tmp_path: Path) -> None:
    tree(tmp_path, "a", "b")
    repository.fail("a", Unavailable("busy"), Unavailable("busy"))
    repository.fail("one", *[Unavailable("busy")] * 4)
    upload(repository, tmp_path, "")
    upload(repository, tmp_path / "a", "one")
    assert repository.paths() == ["a", "b", "one"]


def test_what_stays_unavailable_is_given_up(repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRANSFER_RETRIES", "1")
    tree(tmp_path, "a", "b")
    repository.fail("a", *[Unavailable("busy")] * 2)
    with pytest.raises(Unavailable, match="busy"):
        upload(repository, tmp_path / "a", "a")
    repository.fail("a", *[Unavailable("busy")] * 2)
    with pytest.raises(Unavailable, match=r"busy.*missing are 'a'"):
        upload(repository, tmp_path)


def test_other_failures_are_not_tried_again(repository: Any, tmp_path: Path) -> None:
    repository.fail("x", PermissionDenied("no"))
    with pytest.raises(PermissionDenied):
        upload(repository, tree(tmp_path, "x") / "x", "x")
    assert repository.faults["x"] == []


def test_who_waits_to_try_again_gives_up_when_another_fails(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runyard.artifacts import parallel

    monkeypatch.setattr(parallel, "FIRST_DELAY", 3600)
    monkeypatch.setenv("RUNYARD_TRANSFER_WORKERS", "2")
    tree(tmp_path, "a", "b")
    both = threading.Barrier(2)
    repository.before = lambda path: both.wait(10) and None
    repository.fail("a", Unavailable("busy"))
    repository.fail("b", PermissionDenied("no"))
    with pytest.raises(PermissionDenied, match=r"no .*0 of 2 files.*'a', 'b'"):
        upload(repository, tmp_path)


def test_a_fault_of_the_repository_is_raised_as_it_is(repository: Any, tmp_path: Path) -> None:
    repository.fail("a", InjectedFault("bug"))
    with pytest.raises(InjectedFault, match="bug"):
        upload(repository, tree(tmp_path, "a", "b"))


def test_an_interruption_gives_up_the_files_that_are_under_way(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRANSFER_WORKERS", "2")
    tree(tmp_path, *"abcdef")
    here = threading.Event()
    given_up = threading.Event()

    def before(path: str) -> None:
        if threading.current_thread() is threading.main_thread():
            here.wait(10)
            raise KeyboardInterrupt
        here.set()
        given_up.wait(0.2)

    repository.before = before
    with pytest.raises(KeyboardInterrupt):
        upload(repository, tmp_path)
    assert len(repository.uploaded) <= 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("runyard-transfer")]


def test_the_last_words_of_a_program_are_uploaded_without_threads(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_threads(self: Any) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", no_threads)
    upload(repository, tree(tmp_path, "a", "b", "c"))
    assert repository.paths() == ["a", "b", "c"]
