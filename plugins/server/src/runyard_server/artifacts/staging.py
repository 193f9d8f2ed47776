"""The parts of files that are not whole yet, on the disk of the server.

Each upload is a folder, which holds a record and the parts; the name of a part tells its number and its SHA-256. So
several processes work on one upload without knowing of each other, and a part that comes twice is there twice until
the file is made.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from runyard.errors import InvalidInput, NotFound, PermissionDenied, RunyardError, StorageFailure
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from hashlib import _Hash

    from runyard.artifacts.repository import ArtifactRepository

__all__ = ["MOST_PARTS", "Staging", "Upload"]

MOST_PARTS = 10_000
LIFETIME = 24 * 3600
"""Seconds after which an upload that nothing was added to is removed."""

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(r"(\d{5})-([0-9a-f]{64})")
_RECORD = "upload.json"
_BLOCK = 1 << 20


class _Record(msgspec.Struct, frozen=True):
    """What an upload is: the path of the file, how many parts it has, and the secret of those who may send them."""

    path: str
    parts: int
    token: str


_decode = msgspec.json.Decoder(_Record).decode
"""Made once: a process crashes where two threads make msgspec learn a type at the same time."""


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
        try:
            record = _decode((folder / _RECORD).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(
                f"There is no upload {folder.name!r}: it was completed or given up, or nothing was sent for a day. "
                "Begin a new one."
            ) from None
        self._folder = folder
        self.upload_id = folder.name
        self.path = ArtifactPath(record.path)
        self.parts = record.parts
        self.token = record.token

    def check_token(self, token: str) -> None:
        """Let somebody pass who knows the secret.

        Raises:
            PermissionDenied: They do not.
        """
        if not secrets.compare_digest(token.encode(), self.token.encode()):
            raise PermissionDenied(f"The parts of upload {self.upload_id!r} are for whoever began it.")

    @contextmanager
    def receive(self, number: int, digest: _Hash) -> Iterator[BinaryIO]:
        """Give a stream for the bytes of a part; it counts when the block ends without an exception.

        Args:
            number: Which part.
            digest: What is told of the bytes.

        Raises:
            InvalidInput: There is no such part.
            StorageFailure: The medium refuses.
        """
        if not 1 <= number <= self.parts:
            raise InvalidInput(f"Upload {self.upload_id!r} has the parts 1 to {self.parts}, and no part {number}.")
        fresh = self._folder / f"new-{secrets.token_hex(8)}"
        try:
            with _private_file(fresh) as stream:
                yield stream
            fresh.rename(self._folder / f"{number:05}-{digest.hexdigest()}")
        except BaseException as error:
            with suppress(OSError):
                fresh.unlink()
            if isinstance(error, FileNotFoundError):
                raise NotFound(f"There is no upload {self.upload_id!r} any longer. Begin a new one.") from None
            if isinstance(error, OSError) and not isinstance(error, RunyardError):
                raise StorageFailure(f"Cannot keep part {number}: {error.strerror or error}.") from error
            raise

    def received(self) -> list[tuple[int, str]]:
        """Return number and SHA-256 of each part that is there."""
        found = []
        with suppress(FileNotFoundError):
            for name in os.listdir(self._folder):
                part = _PART.fullmatch(name)
                if part:
                    found.append((int(part[1]), part[2]))
        return sorted(found)

    def complete(self, repository: ArtifactRepository, parts: Sequence[tuple[int, str]]) -> None:
        """Make the file, and forget the upload.

        Args:
            repository: Where the file goes.
            parts: Number and SHA-256 of every part.

        Raises:
            InvalidInput: A part is missing, or is another one; everything stays as it was.
            StorageFailure: The medium refuses; the parts stay.
        """
        if [number for number, _ in parts] != [*range(1, self.parts + 1)]:
            raise InvalidInput(f"Upload {self.upload_id!r} has {self.parts} parts; name all of them, in their order.")
        missing = sorted({*parts} - {*self.received()})
        if missing:
            shown = ", ".join(str(number) for number, _ in missing[:5])
            raise InvalidInput(f"Of upload {self.upload_id!r} are not there, or differ: part {shown}. Send them again.")
        with repository.create(self.path) as stream:
            for number, digest in parts:
                with (self._folder / f"{number:05}-{digest}").open("rb") as part:
                    shutil.copyfileobj(part, stream, _BLOCK)
        self.discard()

    def discard(self) -> None:
        """Remove the parts."""
        shutil.rmtree(self._folder, ignore_errors=True)


class Staging:
    """Where the parts of the uploads into one repository are: below its root if that is on this machine.

    All processes that serve the same repository find the same folder.

    Args:
        repository: The repository.
    """

    def __init__(self, repository: ArtifactRepository) -> None:
        self._repository = repository
        root = hashlib.sha256(str(repository.root).encode()).hexdigest()[:16]
        owner = os.getuid() if hasattr(os, "getuid") else 0
        self._folder = repository.staging_folder() or Path(tempfile.gettempdir(), f"runyard-uploads-{owner}-{root}")

    def begin(self, path: ArtifactPath, parts: int, key: str = "") -> Upload:
        """Return a new upload, or the one that was begun with the same arguments and a key.

        Raises:
            InvalidInput: There cannot be so many parts.
            StorageFailure: The medium refuses.
        """
        if not 1 <= parts <= MOST_PARTS:
            raise InvalidInput(f"A file can be sent in 1 to {MOST_PARTS} parts, not in {parts}; take larger ones.")
        try:
            _make_private(self._folder)
            self._sweep()
            if not key:
                return self._new(secrets.token_hex(16), path, parts)
            name = hashlib.sha256(msgspec.json.encode((str(path), parts, key))).hexdigest()[:32]
            with suppress(NotFound):
                return self.find(name)
            return self._new(name, path, parts)
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

    def _new(self, name: str, path: ArtifactPath, parts: int) -> Upload:
        fresh = self._folder / f"new-{secrets.token_hex(8)}"
        fresh.mkdir(0o700)
        record = _Record(str(path), parts, secrets.token_urlsafe(24))
        with _private_file(fresh / _RECORD) as stream:
            stream.write(msgspec.json.encode(record))
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


@contextmanager
def _private_file(path: Path) -> Iterator[BinaryIO]:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        yield stream


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
