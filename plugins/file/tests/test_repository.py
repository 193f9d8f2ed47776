from __future__ import annotations

import errno
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runyard import artifacts
from runyard.artifacts.repository import ArtifactRepository
from runyard.artifacts.transfer import download, upload
from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.testing import ArtifactRepositoryContract
from runyard.uris import ArtifactPath, ArtifactURI
from runyard_file import copying
from runyard_file.repository import LocalArtifactRepository

ROOT = ArtifactPath()


class TestLocalArtifactRepository(ArtifactRepositoryContract):
    @pytest.fixture
    def repository(self, tmp_path: Path) -> ArtifactRepository:
        return LocalArtifactRepository(ArtifactURI.parse(tmp_path / "artifacts of runs"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def repository(root: Path) -> LocalArtifactRepository:
    return LocalArtifactRepository(ArtifactURI.parse(root))


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the root with the file ``secret``."""
    folder = tmp_path / "root beside"  # its name begins with that of the root
    folder.mkdir()
    (folder / "secret").write_text("secret")
    return folder


def put(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def paths(repository: LocalArtifactRepository) -> list[str]:
    return sorted(entry.path for entry in repository.walk(ROOT))


# symbolic links


def test_links_out_of_the_root_are_no_artifacts(
    repository: LocalArtifactRepository, root: Path, outside: Path, tmp_path: Path
) -> None:
    put(root, "a/file")
    (root / "a" / "folder").symlink_to(outside)
    (root / "a" / "secret").symlink_to(outside / "secret")
    (root / "a" / "up").symlink_to("../..")
    (root / "a" / "gone").symlink_to("nobody")
    assert paths(repository) == ["a/file"]
    source = tmp_path / "source"
    source.write_text("mine")
    calls: dict[str, Callable[[ArtifactPath], object]] = {
        "download": lambda path: repository.download_file(path, tmp_path / "target"),
        "upload": lambda path: repository.upload_file(source, path),
        "info": repository.info,
        "list": repository.list,
        "local_path": repository.local_path,
        "digest": repository.digest,
        "delete": lambda path: repository.delete(path / "below"),
    }
    for path in ("a/folder", "a/folder/secret", "a/secret", "a/up/root beside/secret", "a/folder/new"):
        for call in calls:
            with pytest.raises(InvalidInput, match="symbolic link"):
                calls[call](ArtifactPath(path))
    assert not (tmp_path / "target").exists()
    assert {entry.name: entry.read_text() for entry in outside.iterdir()} == {"secret": "secret"}
    download(repository, "", tmp_path / "all")
    assert sorted(os.listdir(tmp_path / "all" / "a")) == ["file"]


def test_links_inside_the_root_are_followed(repository: LocalArtifactRepository, root: Path, tmp_path: Path) -> None:
    put(root, "steps/1/file")
    (root / "latest").symlink_to("steps/1")
    (root / "file").symlink_to(root / "steps" / "1" / "file")
    assert paths(repository) == ["file", "latest/file", "steps/1/file"]
    repository.download_file(ArtifactPath("latest/file"), tmp_path / "target")
    assert (tmp_path / "target").read_text() == "steps/1/file"
    repository.upload_file(tmp_path / "target", ArtifactPath("latest/new"))
    assert (root / "steps" / "1" / "new").is_file()


def test_links_in_a_circle_end(repository: LocalArtifactRepository, root: Path) -> None:
    put(root, "a/file", "b/file")
    (root / "a" / "self").symlink_to(".")
    (root / "a" / "root").symlink_to("..")
    (root / "a" / "b").symlink_to("../b")
    (root / "b" / "a").symlink_to("../a")
    assert paths(repository) == ["a/b/file", "a/file", "b/a/file", "b/file"]


def test_the_root_may_be_a_link(repository: LocalArtifactRepository, root: Path, tmp_path: Path) -> None:
    put(tmp_path / "disk", "a")
    root.symlink_to("disk")
    assert paths(repository) == ["a"]
    upload(repository, tmp_path / "disk" / "a", "b")
    assert (tmp_path / "disk" / "b").read_text() == "a"
    assert repository.local_path(ArtifactPath("b")) == root / "b"


def test_deleting_a_link_keeps_what_it_leads_to(repository: LocalArtifactRepository, root: Path, outside: Path) -> None:
    put(root, "kept/file")
    for name, goal in (("in", root / "kept"), ("out", outside), ("gone", root / "nobody")):
        (root / name).symlink_to(goal)
        repository.delete(ArtifactPath(name))
        assert not os.path.lexists(root / name)
    assert (outside / "secret").exists()
    assert paths(repository) == ["kept/file"]


# what else can be in a folder


def test_what_is_no_file_is_no_artifact(repository: LocalArtifactRepository, root: Path, tmp_path: Path) -> None:
    put(root, "a")
    os.mkfifo(root / "pipe")
    assert paths(repository) == ["a"]
    assert repository.info(ArtifactPath("pipe")) is None
    with pytest.raises(NotFound, match="pipe"):
        repository.download_file(ArtifactPath("pipe"), tmp_path / "target")
    with pytest.raises(NotFound, match="pipe"):
        repository.upload_file(root / "pipe", ArtifactPath("b"))


def test_names_that_are_no_artifact_paths_are_left_out_with_a_warning(
    repository: LocalArtifactRepository, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(root, "a", "back\\slash", "folder\\x/file")
    Path(os.fsdecode(os.fsencode(root) + b"/\xff")).write_text("x")
    with caplog.at_level(logging.WARNING, "runyard"):
        assert paths(repository) == ["a"]
    assert len(caplog.records) == 3


def test_temporary_files_are_no_artifacts(repository: LocalArtifactRepository, root: Path, tmp_path: Path) -> None:
    put(root, ".runyard-1-2-3.tmp", ".runyard-notes", "x.tmp")
    assert paths(repository) == [".runyard-notes", "x.tmp"]
    for path in (".runyard-1-2-3.tmp", "a/.runyard-x.tmp/b"):
        with pytest.raises(InvalidInput, match="temporary"):
            repository.upload_file(root / "x.tmp", ArtifactPath(path))


# writing


def test_permissions_follow_the_umask(repository: LocalArtifactRepository, root: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("x")
    source.chmod(0o600)
    before = os.umask(0o027)
    try:
        upload(repository, source, "folder/up")
        download(repository, "folder/up", tmp_path / "down")
    finally:
        os.umask(before)
    for path, mode in ((root / "folder" / "up", 0o640), (root / "folder", 0o750), (tmp_path / "down", 0o640)):
        assert path.stat().st_mode & 0o777 == mode


def test_an_upload_without_a_name_or_source_is_refused(repository: LocalArtifactRepository, tmp_path: Path) -> None:
    put(tmp_path, "x")
    with pytest.raises(InvalidInput, match="empty"):
        upload(repository, tmp_path / "x", "")
    with pytest.raises(NotFound, match="nobody"):
        repository.upload_file(tmp_path / "nobody", ArtifactPath("a"))
    assert paths(repository) == []


def test_a_file_and_a_folder_of_one_name_stand_in_each_others_way(
    repository: LocalArtifactRepository, root: Path, tmp_path: Path
) -> None:
    put(root, "file", "folder/x")
    put(tmp_path, "x")
    for path in ("file/below", "folder"):
        with pytest.raises(InvalidInput, match="another name stands in its way"):
            repository.upload_file(tmp_path / "x", ArtifactPath(path))
    with pytest.raises(InvalidInput, match="too long"):
        repository.upload_file(tmp_path / "x", ArtifactPath("é" * 200))
    assert paths(repository) == ["file", "folder/x"]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_what_does_not_fit_leaves_what_was_there(
    repository: LocalArtifactRepository, root: Path, tmp_path: Path, size: int
) -> None:
    put(root, "folder/file", "large")
    (tmp_path / "source").write_bytes(b"x" * size)
    (root / "large").write_bytes(b"y" * size)
    with files_of_at_most(50_000):
        with pytest.raises(StorageFailure, match=r"folder/file.*too large"):
            upload(repository, tmp_path / "source", "folder/file")
        with pytest.raises(StorageFailure, match=r"target.*too large"):
            download(repository, "large", tmp_path / "target")
    assert (root / "folder" / "file").read_text() == "folder/file"
    assert sorted(os.listdir(root / "folder")) == ["file"]
    assert sorted(os.listdir(tmp_path)) == ["root", "source"]


def test_a_full_disk_is_named(
    repository: LocalArtifactRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: int, target: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(copying, "_ways", lambda: iter([full]))
    (tmp_path / "source").write_bytes(b"x" * 3_000_000)
    with pytest.raises(StorageFailure, match=r"root/a.*No space left"):
        upload(repository, tmp_path / "source", "a")
    assert paths(repository) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that nobody can write to")
def test_a_read_only_root_is_named(tmp_path: Path) -> None:
    put(tmp_path, "x")
    repository = LocalArtifactRepository(ArtifactURI.parse("/proc/self/artifacts"))
    with pytest.raises(StorageFailure, match="/proc/self/artifacts"):
        upload(repository, tmp_path / "x", "a/x")
    with pytest.raises(StorageFailure, match="/proc/self"):
        download(LocalArtifactRepository(ArtifactURI.parse(tmp_path)), "x", "/proc/self/x")


def test_an_interrupted_upload_leaves_what_was_there(
    repository: LocalArtifactRepository, root: Path, tmp_path: Path
) -> None:
    def interrupt(moved: int) -> None:
        raise KeyboardInterrupt

    put(root, "a")
    (tmp_path / "source").write_bytes(b"x" * 3_000_000)
    with pytest.raises(KeyboardInterrupt):
        repository.upload_file(tmp_path / "source", ArtifactPath("a"), interrupt)
    assert os.listdir(root) == ["a"]
    assert (root / "a").read_text() == "a"


def test_a_killed_upload_shows_nothing(repository: LocalArtifactRepository, root: Path, tmp_path: Path) -> None:
    put(root, "a")
    source = tmp_path / "source"
    source.write_bytes(b"x" * 3_000_000)
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from runyard.uris import ArtifactPath, ArtifactURI\n"
        "from runyard_file.repository import LocalArtifactRepository\n"
        "repository = LocalArtifactRepository(ArtifactURI.parse(sys.argv[1]))\n"
        "die = lambda moved: os.kill(os.getpid(), signal.SIGKILL)\n"
        "repository.upload_file(Path(sys.argv[2]), ArtifactPath(sys.argv[3]), die)\n"
    )
    for name in ("a", "b"):
        assert subprocess.run([sys.executable, "-c", program, str(root), str(source), name]).returncode == -9
    assert paths(repository) == ["a"]
    assert (root / "a").read_text() == "a"


# copying


@pytest.mark.parametrize("size", [0, 1, copying._LARGE - 1, copying._LARGE, copying._LARGE * 5 + 3])
@pytest.mark.parametrize("usable", [0, 1, 2])
def test_a_copy_goes_on_where_the_kernel_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, usable: int
) -> None:
    monkeypatch.setattr(copying, "_PORTION", 100_000)
    ways = [*copying._ways()]
    calls = [0]

    def stops(source: int, target: int) -> int:
        calls[0] += 1
        if calls[0] > usable:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return ways[0](source, target)

    if ways:
        monkeypatch.setattr(copying, "_ways", lambda: iter([stops, *ways[1:]]))
    contents = os.urandom(size)
    (tmp_path / "source").write_bytes(contents)
    moved: list[int] = []
    with open(tmp_path / "source", "rb") as source, open(tmp_path / "target", "wb") as target:
        copying.copy(source.fileno(), target.fileno(), moved.append)
    assert (tmp_path / "target").read_bytes() == contents
    assert sum(moved) == size


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="there is no /proc")
def test_special_files_without_a_size_are_copied_whole(repository: LocalArtifactRepository, root: Path) -> None:
    repository.upload_file(Path("/proc/self/status"), ArtifactPath("status"))
    assert (root / "status").read_text().startswith("Name:")


# streams, and files that are taken over


def everything(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


@pytest.mark.parametrize("path", ["a", "new/deep/a", "folder/a"])
def test_stream_that_is_given_up_leaves_no_trace(repository: LocalArtifactRepository, root: Path, path: str) -> None:
    put(root, "folder/kept")
    with pytest.raises(KeyError), repository.create(ArtifactPath(path)) as stream:  # noqa: PT012 - how the block ends is the point
        stream.write(b"x" * 3_000_000)
        assert len(everything(root)) == 3, "The bytes go to a file beside the others, not to another disk."
        raise KeyError("the writer gave up")
    assert everything(root) == ["folder", "folder/kept"]


def test_stream_does_not_take_the_place_of_a_folder(repository: LocalArtifactRepository, root: Path) -> None:
    put(root, "folder/kept", "file")
    for path in ("folder", "file/below"):
        with pytest.raises(InvalidInput), repository.create(ArtifactPath(path)) as stream:
            stream.write(b"x")
        (root.parent / "mine").write_bytes(b"mine")
        with pytest.raises(InvalidInput):
            repository.take_file(root.parent / "mine", ArtifactPath(path))
        assert (root.parent / "mine").read_bytes() == b"mine"
        with pytest.raises(InvalidInput):
            repository.store_bytes(ArtifactPath(path), b"x")
    assert everything(root) == ["file", "folder", "folder/kept"]


def test_full_disk_ends_a_stream(repository: LocalArtifactRepository, root: Path) -> None:
    put(root, "a")
    with pytest.raises(StorageFailure, match="No space left"), repository.create(ArtifactPath("a")) as stream:  # noqa: PT012 - the same
        stream.write(b"x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert everything(root) == ["a"]
    assert (root / "a").read_text() == "a"


def test_file_of_another_disk_is_copied(
    repository: LocalArtifactRepository, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "mine"
    source.write_bytes(b"contents")
    replace = os.replace

    def replace_on_one_disk(old: os.PathLike[str], new: os.PathLike[str]) -> None:
        if Path(old) == source:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        replace(old, new)

    monkeypatch.setattr(os, "replace", replace_on_one_disk)
    repository.take_file(source, ArtifactPath("deep/a"))
    assert (root / "deep" / "a").read_bytes() == b"contents"
    assert not source.exists()


def test_what_is_not_whole_yet_is_no_artifact(repository: LocalArtifactRepository, root: Path) -> None:
    folder = repository.staging_folder()
    assert folder is not None
    folder.mkdir(parents=True)
    (folder / "part").write_bytes(b"x")
    assert repository.list(ROOT) == []
    with pytest.raises(InvalidInput):
        repository.info(ArtifactPath(f"{folder.name}/part"))


# what users call


def test_local_artifacts_are_used_where_they_are(root: Path, tmp_path: Path) -> None:
    put(root, "a/b", "odd # ? % + ü/x")
    for address in (str(root / "a"), root / "a", (root / "a").as_uri(), str(root / "odd # ? % + ü" / "x")):
        place = artifacts.download_artifacts(address)
        assert place in (str(root / "a"), str(root / "odd # ? % + ü" / "x"))
    copy = artifacts.download_artifacts(str(root / "a"), dst_path=tmp_path / "to")
    assert (copy, os.listdir(copy)) == (str(tmp_path / "to" / "a"), ["b"])
    assert [entry.path for entry in artifacts.list_artifacts(str(root / "a"))] == ["a/b"]
    assert artifacts.load_text(str(root / "a" / "b")) == "a/b"
    with pytest.raises(NotFound, match="nobody"):
        artifacts.download_artifacts(str(root / "nobody"))


def test_an_address_may_go_through_links(root: Path, outside: Path) -> None:
    root.mkdir()
    (root / "link").symlink_to(outside)
    assert artifacts.load_text(root / "link" / "secret") == "secret"
    assert Path(artifacts.download_artifacts(root / "link")).resolve() == outside
