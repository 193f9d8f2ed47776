"""The contract suite of an artifact repository."""

from __future__ import annotations

import hashlib
import random
import threading
from functools import partial
from pathlib import Path

import pytest

from runyard.artifacts.repository import ArtifactRepository, SignedRequest
from runyard.entities import FileInfo
from runyard.errors import InvalidInput, NotFound
from runyard.testing.contract import Contract, at_once, refused, values_of
from runyard.uris import ArtifactPath

ROOT = ArtifactPath()
ODD_NAMES = (
    "with blank", " led", "trailed ", "a#b", "a?b", "100%", "a%20b", "a+b", "a&b=c", "~", "tilde~1", "[x]", "{x}", "*",
    "it's", 'say "x"', "ab:c", "@", "$", "-rf", ".hidden", "..two", "trailing.", "größe", "精度.txt", "e\u0301", "🚀",
    "CON", "x.part", "x.tmp", "meta.yaml", "n" * 200,
)  # fmt: skip
ESCAPES = (
    "..", "../a", "a/../b", "a/..", "/a", "//a", "a//b", "a/", "./a", "a/./b", ".", "a\\b", "..\\a", "a\x00b", "a\nb",
    "%2e%2e/a", "a/%2e%2e/b", "%2fa", "%252e%252e/a", "C:/a", "c:a",
)  # fmt: skip


class ArtifactRepositoryContract(Contract):
    """What every artifact repository does.

    A suite defines the fixture `repository`, which returns a repository whose root is fresh and empty, and sets what
    its repository cannot do to `False`.
    """

    persistent: bool = True
    """A second object for the same root sees what the first one did."""
    atomic: bool = True
    """A reader sees a file as it was before or after it is replaced, never something between."""
    signs: bool = False
    """It makes requests that carry their own permission; for each repository that knows such a thing, `True`."""
    odd_names: bool = True
    """It keeps names with blanks, ``#``, ``%``, quotes and letters of any script, and tells letter cases apart."""

    @pytest.fixture
    def repository(self) -> ArtifactRepository:
        """Return a repository whose root is fresh and empty; to be defined by the suite of each repository."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `repository` that returns a fresh repository")

    def reopen(self, repository: ArtifactRepository) -> ArtifactRepository:
        """Return another object for the root of a repository."""
        return type(repository)(repository.root)

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "files of the suite"
        self.folder.mkdir()

    def put(self, repository: ArtifactRepository, path: str, contents: bytes = b"contents") -> None:
        """Store a file."""
        source = self.folder / f"source-{hashlib.sha256(path.encode() + contents).hexdigest()}"
        source.write_bytes(contents)
        repository.upload_file(source, ArtifactPath(path))

    def get(self, repository: ArtifactRepository, path: str) -> bytes:
        """Fetch a file."""
        target = self.folder / f"target-{hashlib.sha256(path.encode()).hexdigest()}"
        repository.download_file(ArtifactPath(path), target)
        return target.read_bytes()

    # files

    @pytest.mark.parametrize("path", ["a.txt", "folder/a.txt", "one/two/three/a.txt"])
    def test_file_comes_back(self, repository: ArtifactRepository, path: str) -> None:
        contents = bytes(range(256)) + b"\r\n\n"
        self.put(repository, path, contents)
        assert self.get(repository, path) == contents, "A file comes back byte for byte."
        with repository.open(ArtifactPath(path)) as stream:
            assert stream.read() == contents
        assert repository.info(ArtifactPath(path)) == FileInfo(path, is_dir=False, file_size=len(contents))

    def test_empty_file(self, repository: ArtifactRepository) -> None:
        self.put(repository, "empty", b"")
        assert self.get(repository, "empty") == b""
        assert repository.info(ArtifactPath("empty")) == FileInfo("empty", is_dir=False, file_size=0)

    def test_large_file(self, repository: ArtifactRepository) -> None:
        contents = random.Random(5).randbytes(5 * 1024 * 1024 + 7)  # noqa: S311 - nothing secret
        self.put(repository, "large", contents)
        assert self.get(repository, "large") == contents
        assert repository.digest(ArtifactPath("large")) == hashlib.sha256(contents).hexdigest()

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_odd_names_come_back(self, repository: ArtifactRepository, name: str) -> None:
        self.require("odd_names")
        self.put(repository, name, b"file")
        self.put(repository, f"below/{name}/{name}", b"deep")
        assert self.get(repository, name) == b"file"
        assert self.get(repository, f"below/{name}/{name}") == b"deep"
        assert [entry.path for entry in repository.list(ROOT)] == sorted(["below", name]), "A name comes back as given."
        assert [entry.path for entry in repository.list(ArtifactPath("below"))] == [f"below/{name}"]
        assert [entry.path for entry in repository.walk(ArtifactPath("below"))] == [f"below/{name}/{name}"]

    def test_names_differ_by_letter_case(self, repository: ArtifactRepository) -> None:
        self.require("odd_names")
        self.put(repository, "File", b"upper")
        self.put(repository, "file", b"lower")
        assert (self.get(repository, "File"), self.get(repository, "file")) == (b"upper", b"lower")

    @pytest.mark.parametrize("path", ESCAPES)
    def test_ways_out_of_the_root_are_refused(self, repository: ArtifactRepository, path: str) -> None:
        with refused(InvalidInput, f"{path!r} is no artifact path"):
            self.put(repository, path)
        assert repository.list(ROOT) == [], "A path that is refused leaves nothing behind."

    @pytest.mark.parametrize("size", [0, 5, 50_000])
    def test_upload_overwrites(self, repository: ArtifactRepository, size: int) -> None:
        self.put(repository, "a/file", b"before" * 1000)
        self.put(repository, "a/file", b"x" * size)
        assert self.get(repository, "a/file") == b"x" * size, "A file is stored over one that is there, as a whole."
        assert repository.list(ArtifactPath("a")) == [FileInfo("a/file", is_dir=False, file_size=size)]

    def test_upload_leaves_the_source(self, repository: ArtifactRepository) -> None:
        source = self.folder / "mine"
        source.write_bytes(b"one")
        repository.upload_file(source, ArtifactPath("a"))
        assert source.read_bytes() == b"one", "The file that was uploaded stays where it is."
        source.write_bytes(b"two")
        assert self.get(repository, "a") == b"one", "What is stored does not change with the file that it came from."

    def test_file_is_taken_over(self, repository: ArtifactRepository) -> None:
        source = self.folder / "mine"
        source.write_bytes(b"one")
        self.put(repository, "b", b"before")
        for path in ("a", "b", "new/folder/c"):
            source.write_bytes(path.encode())
            repository.take_file(source, ArtifactPath(path))
            assert self.get(repository, path) == path.encode(), "A file that is taken over is stored."
            assert not source.exists(), "A file that is taken over is gone from where it was."
        assert {entry.path for entry in repository.walk(ROOT)} == {"a", "b", "new/folder/c"}

    def test_bytes_are_stored(self, repository: ArtifactRepository) -> None:
        for contents in (b"before" * 1000, b"", bytes(range(256))):
            repository.store_bytes(ArtifactPath("new/folder/a"), contents)
            assert self.get(repository, "new/folder/a") == contents, "Bytes are stored over a file that is there."
        assert [entry.path for entry in repository.walk(ROOT)] == ["new/folder/a"]

    def test_download_overwrites(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a", b"new")
        target = self.folder / "target"
        target.write_bytes(b"something longer that was there")
        repository.download_file(ArtifactPath("a"), target)
        assert target.read_bytes() == b"new"
        assert sorted(entry.name for entry in self.folder.iterdir() if "source" not in entry.name) == ["target"], (
            "A download leaves nothing but its target."
        )

    def test_progress_adds_up(self, repository: ArtifactRepository) -> None:
        contents = b"x" * 3_000_000
        source, target = self.folder / "source", self.folder / "target"
        moved: list[int] = []
        source.write_bytes(contents)
        repository.upload_file(source, ArtifactPath("a"), moved.append)
        assert sum(moved) == len(contents), "Progress is told of the bytes moved since it was last called."
        moved.clear()
        repository.download_file(ArtifactPath("a"), target, moved.append)
        assert sum(moved) == len(contents), "Progress is told of the bytes moved since it was last called."

    def test_open_is_seekable(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a", b"0123456789")
        with repository.open(ArtifactPath("a")) as stream:
            assert stream.read(3) == b"012"
            assert stream.seek(6) == 6
            assert stream.read(2) == b"67"
            assert stream.seek(-1, 2) == 9, "A stream seeks from its end as well."
            assert stream.read() == b"9"
            assert stream.read() == b""

    def test_digest(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a", b"abc")
        wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert repository.digest(ArtifactPath("a")) == wanted, "A digest is the SHA-256 in hexadecimal."

    # written as a stream

    @pytest.mark.parametrize("path", ["a", "new/folder/a"])
    def test_created_file_is_there_when_it_is_whole(self, repository: ArtifactRepository, path: str) -> None:
        with repository.create(ArtifactPath(path)) as stream:
            stream.write(b"one,")
            stream.write(b"two")
            assert repository.info(ArtifactPath(path)) is None, "A file that is being written cannot be seen."
            assert list(repository.walk(ROOT)) == []
        assert self.get(repository, path) == b"one,two", "What was written is the file."
        assert repository.info(ArtifactPath(path)) == FileInfo(path, is_dir=False, file_size=7)

    def test_created_file_may_be_empty(self, repository: ArtifactRepository) -> None:
        with repository.create(ArtifactPath("empty")):
            pass
        assert self.get(repository, "empty") == b""

    def test_create_overwrites(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a", b"something longer of before")
        with repository.create(ArtifactPath("a")) as stream:
            stream.write(b"new")
        assert self.get(repository, "a") == b"new", "A file is stored over one that is there, as a whole."

    @pytest.mark.parametrize("path", ["a", "new/folder/a"])
    def test_aborted_create_leaves_nothing(self, repository: ArtifactRepository, path: str) -> None:
        with pytest.raises(KeyError), repository.create(ArtifactPath(path)) as stream:
            stream.write(b"x" * 3_000_000)
            raise KeyError("the writer gave up")
        assert repository.list(ROOT) == [], "A file that its writer gave up leaves nothing, no folder either."

    def test_aborted_create_keeps_the_file_of_before(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a", b"before")
        with pytest.raises(KeyError), repository.create(ArtifactPath("a")) as stream:
            stream.write(b"after")
            raise KeyError("the writer gave up")
        assert self.get(repository, "a") == b"before", "A file is replaced when the new one is whole."
        assert [entry.path for entry in repository.walk(ROOT)] == ["a"]

    def test_create_goes_from_thread_to_thread(self, repository: ArtifactRepository) -> None:
        creating = repository.create(ArtifactPath("a"))
        [stream] = values_of(at_once([creating.__enter__]))
        values_of(at_once([partial(stream.write, b"contents")]))
        values_of(at_once([partial(creating.__exit__, None, None, None)]))
        assert self.get(repository, "a") == b"contents", "The steps of writing a file may be those of several threads."

    # signed requests

    def test_without_signatures_there_are_none(self, repository: ArtifactRepository) -> None:
        if self.signs:
            pytest.skip(f"{type(self).__name__} declares signs = True")
        assert repository.sign_download(ArtifactPath("a"), 60) is None, "A repository that does not sign says so."
        assert repository.sign_upload(ArtifactPath("a"), 60) is None, "A repository that does not sign says so."

    @pytest.mark.parametrize("name", ["a", "deep/with blank and #, ?, %41 and größe"])
    def test_signed_requests_move_files(self, repository: ArtifactRepository, name: str) -> None:
        self.require("signs")
        upload = repository.sign_upload(ArtifactPath(name), 60)
        assert upload is not None, "A repository that signs downloads signs uploads, too."
        self.send(upload, b"contents")
        assert self.get(repository, name) == b"contents", "What is sent with a signed request is the file."
        download = repository.sign_download(ArtifactPath(name), 60)
        assert download is not None
        assert self.send(download) == b"contents", "A signed request fetches the file, without credentials."

    def test_signing_does_not_ask_for_the_file(self, repository: ArtifactRepository) -> None:
        self.require("signs")
        assert repository.sign_download(ArtifactPath("nobody"), 60) is not None, "Whether there is a file is not asked."

    def send(self, request: SignedRequest, body: bytes | None = None) -> bytes:
        """Return the reply to a signed request."""
        import urllib.request

        assert request.url.startswith(("http://", "https://")), "A signed request goes to an HTTP address."
        prepared = urllib.request.Request(request.url, body, dict(request.headers), method=request.method)  # noqa: S310
        with urllib.request.urlopen(prepared, timeout=60) as reply:  # noqa: S310 - checked above
            contents: bytes = reply.read()
            return contents

    # what is missing

    @pytest.mark.parametrize("path", ["nobody", "folder/nobody", "file/below", "folder"])
    def test_missing_file_is_not_found(self, repository: ArtifactRepository, path: str) -> None:
        self.put(repository, "folder/file")
        self.put(repository, "file")
        target = self.folder / "target"
        with refused(NotFound, f"download_file of {path!r}, which is no file"):
            repository.download_file(ArtifactPath(path), target)
        assert not target.exists(), "A download that fails leaves no target."
        with refused(NotFound, f"open of {path!r}, which is no file"), repository.open(ArtifactPath(path)) as stream:
            stream.read()
        with refused(NotFound, f"digest of {path!r}, which is no file"):
            repository.digest(ArtifactPath(path))

    def test_failed_download_keeps_the_target(self, repository: ArtifactRepository) -> None:
        target = self.folder / "target"
        target.write_bytes(b"mine")
        with refused(NotFound, "A file that is missing"):
            repository.download_file(ArtifactPath("nobody"), target)
        assert target.read_bytes() == b"mine", "A download that fails leaves a target of before as it is."

    # folders

    def test_fresh_root(self, repository: ArtifactRepository) -> None:
        assert repository.list(ROOT) == [], "A root that does not exist yet is an empty folder."
        assert list(repository.walk(ROOT)) == []
        info = repository.info(ROOT)
        assert info is not None, "The root is always a folder."
        assert info.is_dir

    def test_list(self, repository: ArtifactRepository) -> None:
        for path in ("b", "a/2", "a/1", "a/deep/er/x", "ab/x", "a-b", "Z"):
            self.put(repository, path, path.encode())
        assert repository.list(ROOT) == [
            FileInfo("Z", is_dir=False, file_size=1),
            FileInfo("a", is_dir=True),
            FileInfo("a-b", is_dir=False, file_size=3),
            FileInfo("ab", is_dir=True),
            FileInfo("b", is_dir=False, file_size=1),
        ], "A listing shows what is directly in a folder, sorted by path."
        assert repository.list(ArtifactPath("a")) == [
            FileInfo("a/1", is_dir=False, file_size=3),
            FileInfo("a/2", is_dir=False, file_size=3),
            FileInfo("a/deep", is_dir=True),
        ], "Paths are relative to the root, wherever the listing began."

    @pytest.mark.parametrize("path", ["a/file", "nobody", "a/nobody", "a/file/below", "a/fil"])
    def test_list_of_no_folder_is_empty(self, repository: ArtifactRepository, path: str) -> None:
        self.put(repository, "a/file")
        assert repository.list(ArtifactPath(path)) == [], "There is nothing in a file or in a folder that is not there."

    def test_info(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a/b/file", b"12345")
        assert repository.info(ArtifactPath("a/b")) == FileInfo("a/b", is_dir=True), "A folder has no size."
        assert repository.info(ArtifactPath("a/b/file")) == FileInfo("a/b/file", is_dir=False, file_size=5)
        for path in ("a/b/fil", "a/c", "a/b/file/below"):
            assert repository.info(ArtifactPath(path)) is None, f"Nothing is known of {path!r}, which is not there."

    def test_walk(self, repository: ArtifactRepository) -> None:
        paths = {"a/1", "a/b/2", "a/b/c/3", "4", "ab/5"}
        for path in paths:
            self.put(repository, path, path.encode())
        walked = {entry.path: entry.file_size for entry in repository.walk(ROOT)}
        assert walked == {path: len(path) for path in paths}, "A walk yields every file below a folder, and no folder."
        assert {entry.path for entry in repository.walk(ArtifactPath("a"))} == {"a/1", "a/b/2", "a/b/c/3"}
        assert [entry.path for entry in repository.walk(ArtifactPath("a/1"))] == ["a/1"], "A walk of a file yields it."

    def test_many_files_are_listed(self, repository: ArtifactRepository) -> None:
        names = [f"f{number:03}" for number in range(120)]
        for name in names:
            self.put(repository, f"many/{name}")
        assert [entry.path for entry in repository.list(ArtifactPath("many"))] == [f"many/{name}" for name in names]

    # deletion

    def test_delete_file(self, repository: ArtifactRepository) -> None:
        for path in ("a/x", "a/xy", "a/y"):
            self.put(repository, path)
        repository.delete(ArtifactPath("a/x"))
        assert [entry.path for entry in repository.list(ArtifactPath("a"))] == ["a/xy", "a/y"]
        assert repository.info(ArtifactPath("a/x")) is None
        repository.delete(ArtifactPath("a/x"))
        repository.delete(ArtifactPath("nobody/at/all"))

    def test_delete_folder(self, repository: ArtifactRepository) -> None:
        for path in ("a/1", "a/b/2", "ab/3", "4"):
            self.put(repository, path)
        repository.delete(ArtifactPath("a"))
        assert [entry.path for entry in repository.walk(ROOT)] == ["4", "ab/3"], "A folder goes with everything in it."
        assert repository.info(ArtifactPath("a")) is None
        self.put(repository, "a", b"now a file")
        assert self.get(repository, "a") == b"now a file"

    def test_delete_root(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a/1")
        repository.delete(ROOT)
        assert repository.list(ROOT) == []
        self.put(repository, "b")
        assert [entry.path for entry in repository.list(ROOT)] == ["b"], "A root that was deleted can be used."

    # sharing

    def test_threads_store_and_fetch(self, repository: ArtifactRepository) -> None:
        def work(thread: int) -> None:
            for number in range(5):
                contents = f"{thread}-{number}".encode() * 100
                self.put(repository, f"shared/{thread}/{number}", contents)
                assert self.get(repository, f"shared/{thread}/{number}") == contents

        values_of(at_once([partial(work, thread) for thread in range(8)]))
        assert len(list(repository.walk(ROOT))) == 40, "Threads that store at once lose no file."

    def test_replacing_is_atomic(self, repository: ArtifactRepository) -> None:
        self.require("atomic")
        versions = [bytes([65 + number]) * (200_000 + 1000 * number) for number in range(4)]
        self.put(repository, "file", versions[0])

        written = threading.Event()

        def write() -> None:
            try:
                for number in range(12):
                    self.put(repository, "file", versions[number % 4])
            finally:
                written.set()

        def read() -> None:
            while not written.is_set():
                with repository.open(ArtifactPath("file")) as stream:
                    assert stream.read() in versions, "A reader sees one version of a file, whole."

        values_of(at_once([write, read, read]))
        assert repository.list(ROOT) == [repository.info(ArtifactPath("file"))], "Replacing leaves nothing else behind."

    def test_reopened_repository_sees_everything(self, repository: ArtifactRepository) -> None:
        self.require("persistent")
        self.put(repository, "a/1", b"one")
        again = self.reopen(repository)
        assert self.get(again, "a/1") == b"one"
        self.put(again, "a/2", b"two")
        assert [entry.path for entry in repository.list(ArtifactPath("a"))] == ["a/1", "a/2"]

    def test_local_path_is_where_the_file_is(self, repository: ArtifactRepository) -> None:
        self.put(repository, "a/1", b"one")
        path = repository.local_path(ArtifactPath("a/1"))
        if path is not None:
            assert path.read_bytes() == b"one", "A local path, where there is one, is the stored file itself."
