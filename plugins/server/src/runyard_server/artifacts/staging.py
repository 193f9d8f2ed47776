"""Files that are sent in parts, until they are whole, on the disk of the server.

Each upload is a folder, which holds a record, the file with every part in its place, and an empty file for each part
that is there, whose name tells its number and its SHA-256. So several processes work on one upload without knowing of
each other, no byte is written twice, and at the end the file is moved.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from runyard import config
from runyard.errors import InvalidInput, NotFound, PermissionDenied, RunyardError, StorageFailure, Unavailable
from runyard.uris import ArtifactPath

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from hashlib import _Hash

    from runyard.artifacts.repository import ArtifactRepository

__all__ = ["MOST_PARTS", "Staging", "Upload", "is_shared"]

MOST_PARTS = 10_000
LIFETIME = 24 * 3600
"""Seconds after which an upload that nothing was added to is removed."""

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(r"(\d{5})-([0-9a-f]{64})")
_RECORD, _SIZE, _DATA, _LAST, _DONE = "upload.json", "size", "data", "last", "done"
_BLOCK = 1 << 20


class _Record(msgspec.Struct, frozen=True):
    """What an upload is.

    Attributes:
        path: The path of the file.
        parts: How many parts it has.
        size: The bytes of each but the last; 0 where the first that comes says it.
        token: The secret of those who may send parts.
    """

    path: str
    parts: int
    size: int
    token: str


class Upload:
    """A file that is sent in parts.

    Args:
        folder: Where they are.

    Raises:
        NotFound: There is no such upload.

    Attributes:
        upload_id: Its name.
        path: The path of the file.
        parts: How many parts it has.
        token: The secret of those who may send parts and ask for them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.upload_id = folder.name
        try:
            record = msgspec.json.decode((folder / _RECORD).read_bytes(), type=_Record)
        except (FileNotFoundError, NotADirectoryError):
            raise self._gone() from None
        self.path = ArtifactPath(record.path)
        self.parts = record.parts
        self.token = record.token
        self._size = record.size

    def check_token(self, token: str) -> None:
        """Let somebody pass who knows the secret.

        Raises:
            PermissionDenied: They do not.
        """
        if not secrets.compare_digest(token.encode(), self.token.encode()):
            raise PermissionDenied(f"The parts of upload {self.upload_id!r} are for whoever began it.")

    @contextmanager
    def receive(self, number: int, length: int, digest: _Hash) -> Iterator[BinaryIO]:
        """Give a stream for the bytes of a part; it counts when the block ends without an exception.

        Args:
            number: Which part.
            length: Its bytes.
            digest: What is told of the bytes.

        Raises:
            InvalidInput: There is no such part, or it cannot have that size.
            Unavailable: Another request sends the same part.
            StorageFailure: The medium refuses.
        """
        if not 1 <= number <= self.parts:
            raise InvalidInput(f"Upload {self.upload_id!r} has the parts 1 to {self.parts}, and no part {number}.")
        try:
            with self._lock(number):
                if self.is_done():
                    raise self._gone()
                name, start = self._slot(number, length)
                self._forget(number)
                descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
                with open(descriptor, "wb") as stream:
                    stream.seek(start)
                    yield stream
                    if number == self.parts:
                        # The one that it replaces may have been longer.
                        stream.truncate()
                (self._folder / f"{number:05}-{digest.hexdigest()}").touch()
        except FileNotFoundError:
            raise self._gone() from None
        except OSError as error:
            if isinstance(error, RunyardError):
                raise
            raise StorageFailure(f"Cannot keep part {number}: {error.strerror or error}.") from error

    def received(self) -> list[tuple[int, str]]:
        """Return number and SHA-256 of each part that is there."""
        try:
            names = [_PART.fullmatch(name) for name in os.listdir(self._folder)]
        except FileNotFoundError:
            raise self._gone() from None
        return sorted((int(name[1]), name[2]) for name in names if name)

    def complete(self, repository: ArtifactRepository, parts: Sequence[tuple[int, str]]) -> None:
        """Make the file. To do it again does nothing: a client may not have heard of the first time.

        Args:
            repository: Where the file goes.
            parts: Number and SHA-256 of every part.

        Raises:
            InvalidInput: A part is missing, or is another one; everything stays as it was.
            Unavailable: Another request does the same.
            StorageFailure: The medium refuses; the parts stay.
        """
        try:
            with self._lock(0):
                if not self.is_done():
                    self._check(parts)
                    self._append_last()
                    repository.take_file(self._folder / _DATA, self.path)
                    (self._folder / _DONE).touch()
                    for name in {*os.listdir(self._folder)} - {_RECORD, _DONE}:
                        (self._folder / name).unlink()
        except FileNotFoundError:
            raise self._gone() from None

    def is_done(self) -> bool:
        """Say whether the file was made."""
        return (self._folder / _DONE).exists()

    def discard(self) -> None:
        """Remove the parts."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _check(self, parts: Sequence[tuple[int, str]]) -> None:
        """Compare parts with those that are there."""
        if [number for number, _ in parts] != [*range(1, self.parts + 1)]:
            raise InvalidInput(f"Upload {self.upload_id!r} has {self.parts} parts; name all of them, in their order.")
        missing = sorted({*parts} - {*self.received()})
        if missing:
            shown = ", ".join(str(number) for number, _ in missing[:5])
            raise InvalidInput(f"Of upload {self.upload_id!r} are not there, or differ: part {shown}. Send them again.")

    def _slot(self, number: int, length: int) -> tuple[str, int]:
        """Return the name of the file that a part goes to, and where in it."""
        if self.parts == 1:
            return _DATA, 0
        is_last = number == self.parts
        size = self._part_size() or (0 if is_last else self._settle(length))
        if not size:
            # Where it belongs is not known until another part is here.
            return _LAST, 0
        if length > size or (length < size and not is_last):
            raise InvalidInput(
                f"Part {number} of upload {self.upload_id!r} has {length} bytes; all parts have {size}, and the last "
                "one may have fewer."
            )
        return _DATA, (number - 1) * size

    def _part_size(self) -> int:
        """Return the bytes of a part; 0 while that is not known."""
        if not self._size:
            with suppress(FileNotFoundError):
                self._size = int((self._folder / _SIZE).read_bytes())
        return self._size

    def _settle(self, size: int) -> int:
        """Make this the bytes of a part, unless another part was quicker; return what they are."""
        fresh = self._folder / f"new-{secrets.token_hex(8)}"
        fresh.write_bytes(str(size).encode())
        with suppress(FileExistsError):
            os.link(fresh, self._folder / _SIZE)
        fresh.unlink()
        return self._part_size()

    def _append_last(self) -> None:
        """Put the last part where it belongs, if it came first."""
        last = self._folder / _LAST
        if last.exists():
            with last.open("rb") as part, (self._folder / _DATA).open("r+b") as data:
                data.seek((self.parts - 1) * self._part_size())
                shutil.copyfileobj(part, data, _BLOCK)

    def _forget(self, number: int) -> None:
        """Take it that a part is not there."""
        for name in os.listdir(self._folder):
            if name.startswith(f"{number:05}-") or (name == _LAST and number == self.parts):
                (self._folder / name).unlink()

    @contextmanager
    def _lock(self, number: int) -> Iterator[None]:
        """Keep others from the same part, of which a mixture would be left; 0 stands for the whole."""
        descriptor = os.open(self._folder / f"lock-{number:05}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform != "win32":
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    part = f"Part {number} of upload" if number else "Upload"
                    raise Unavailable(f"{part} {self.upload_id!r} is in the hands of another request.") from None
            yield
        finally:
            os.close(descriptor)

    def _gone(self) -> NotFound:
        return NotFound(
            f"There is no upload {self.upload_id!r}: it was completed or given up, or nothing was sent for a day. "
            "Begin a new one."
        )


def is_shared(repository: ArtifactRepository) -> bool:
    """Say whether all servers of a repository, on whatever machine, find the parts that one of them was sent."""
    return config.SERVER_UPLOADS_FOLDER.get() is not None or repository.staging_folder() is not None


class Staging:
    """Where the parts of the uploads into one repository are: beside its files, or else where the setting says.

    All processes that serve the same repository on one machine find the same folder in any case.

    Args:
        repository: The repository.
    """

    def __init__(self, repository: ArtifactRepository) -> None:
        self._repository = repository
        root = hashlib.sha256(str(repository.root).encode()).hexdigest()[:16]
        owner = os.getuid() if hasattr(os, "getuid") else 0
        elsewhere = config.SERVER_UPLOADS_FOLDER.get() or tempfile.gettempdir()
        self._folder = repository.staging_folder() or Path(elsewhere, f"runyard-uploads-{owner}-{root}")

    def begin(self, path: ArtifactPath, parts: int, size: int = 0, key: str = "") -> Upload:
        """Return a new upload, or the one that was begun with the same arguments and a key.

        Args:
            path: The path of the file.
            parts: How many parts it has.
            size: The bytes of each but the last; 0 where the first that comes says it.
            key: What tells the contents of the file from others.

        Raises:
            InvalidInput: There cannot be so many parts, or none of that size.
            StorageFailure: The medium refuses.
        """
        if not 1 <= parts <= MOST_PARTS:
            raise InvalidInput(f"A file can be sent in 1 to {MOST_PARTS} parts, not in {parts}; take larger ones.")
        if size < 0:
            raise InvalidInput(f"Parts cannot have {size} bytes.")
        try:
            _make_private(self._folder)
            self._sweep()
            if not key:
                return self._new(secrets.token_hex(16), path, parts, size)
            name = hashlib.sha256(msgspec.json.encode((str(path), parts, size, key))).hexdigest()[:32]
            with suppress(NotFound):
                upload = self.find(name)
                if not upload.is_done():
                    return upload
                upload.discard()
            return self._new(name, path, parts, size)
        except OSError as error:
            if isinstance(error, RunyardError):
                raise
            raise StorageFailure(f"Cannot keep uploads: {error.strerror or error}.") from error

    def find(self, upload_id: str) -> Upload:
        """Return an upload.

        Raises:
            NotFound: There is no such upload.
        """
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise NotFound(f"{upload_id!r} is the id of no upload.")
        return Upload(self._folder / upload_id)

    def _new(self, name: str, path: ArtifactPath, parts: int, size: int) -> Upload:
        fresh = self._folder / f"new-{secrets.token_hex(8)}"
        fresh.mkdir(0o700)
        record = _Record(str(path), parts, size, secrets.token_urlsafe(24))
        (fresh / _RECORD).write_bytes(msgspec.json.encode(record))
        try:
            fresh.rename(self._folder / name)
        except OSError:
            # Somebody else has begun it at the same moment.
            shutil.rmtree(fresh, ignore_errors=True)
        return self.find(name)

    def _sweep(self) -> None:
        """Remove what nobody goes on with."""
        oldest = time.time() - LIFETIME
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.stat(follow_symlinks=False).st_mtime < oldest:
                        shutil.rmtree(entry.path, ignore_errors=True)


def _make_private(folder: Path) -> None:
    """Make a folder that nobody else can look into.

    Raises:
        StorageFailure: Somebody else has made it, or can.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    status = folder.lstat()
    is_own = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not stat.S_IMODE(status.st_mode) & 0o077)
    if not stat.S_ISDIR(status.st_mode) or not is_own:
        raise StorageFailure(f"Uploads are kept in {str(folder)!r}, which others can change; remove it.")
