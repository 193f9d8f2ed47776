"""The contract of an artifact repository: files below one root, under validated paths.

Every implementation passes `runyard.testing.ArtifactRepositoryContract`. What a user calls (folders, many files at
once, progress) is built on it in `runyard.artifacts.transfer`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from runyard.errors import RunyardError, StorageFailure

if TYPE_CHECKING:
    from runyard.entities import FileInfo
    from runyard.uris import ArtifactPath, ArtifactURI

Progress = Callable[[int], None]
"""Told of the bytes moved since it was last called; a negative number when a part has to be sent again."""


class SignedRequest(msgspec.Struct, frozen=True):
    """An HTTP request that carries its own permission.

    Attributes:
        method: The HTTP method.
        url: The address, with the signature.
        headers: What has to be sent along, as it was signed.
    """

    method: str
    url: str
    headers: Mapping[str, str] = {}


class ArtifactRepository(ABC):
    """Keeps files below one root.

    Its module is ``runyard_NAME.repository``; ``runyard_NAME.plugin`` registers it:

        @hookimpl
        def runyard_artifact_repositories():
            yield ArtifactRepositoryPlugin(
                name="NAME", schemes=("NAME",), factory="runyard_NAME.repository:NameRepository"
            )

    A repository is used by several threads at once. A file appears whole or not at all, where the medium allows it.
    Names come back as they were given, or the path is refused with `InvalidInput`.

    Args:
        root: The address of the root; it need not exist yet.
    """

    def __init__(self, root: ArtifactURI) -> None:
        self.root = root

    @abstractmethod
    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        """Store a local file, over one that is there.

        Raises:
            StorageFailure: The medium refuses; nothing half written stays under the path.
        """

    def take_file(self, source: Path, path: ArtifactPath) -> None:
        """Store a local file that nobody else needs any longer, over one that is there; it is gone from where it was.

        Raises:
            StorageFailure: The medium refuses; the file is still where it was.
        """
        self.upload_file(source, path)
        source.unlink(missing_ok=True)

    @abstractmethod
    def download_file(self, path: ArtifactPath, target: Path, progress: Progress | None = None) -> None:
        """Fetch a file to a local path whose folder exists; the target is whole or absent.

        Raises:
            NotFound: There is no such file.
        """

    @abstractmethod
    def open(self, path: ArtifactPath) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading bytes; seekable.

        Raises:
            NotFound: There is no such file.
        """

    @contextmanager
    def create(self, path: ArtifactPath) -> Iterator[BinaryIO]:
        """Open a file for writing bytes; it appears, over one that is there, when the block ends without an exception.

        By default the bytes go through a temporary file; a repository that can do without overrides this. The block
        may be entered in one thread, written to in another and left in a third, one after the other.

        Raises:
            StorageFailure: The medium refuses, or the block raised an `OSError`; nothing of the file stays.
        """
        import tempfile

        try:
            with tempfile.TemporaryDirectory(prefix="runyard-") as folder:
                staged = Path(folder, "file")
                with staged.open("wb") as stream:
                    yield stream
                self.upload_file(staged, path)
        except OSError as error:
            if isinstance(error, RunyardError):
                raise
            raise StorageFailure(f"Cannot write the artifact {str(path)!r}: {error.strerror or error}.") from error

    def store_bytes(self, path: ArtifactPath, data: bytes) -> None:
        """Store bytes as a file, over one that is there.

        Raises:
            StorageFailure: The medium refuses; nothing half written stays under the path.
        """
        with self.create(path) as stream:
            stream.write(data)

    @abstractmethod
    def list(self, path: ArtifactPath) -> list[FileInfo]:
        """Return what is directly in a folder, sorted by path; nothing for a file or a folder that does not exist."""

    @abstractmethod
    def info(self, path: ArtifactPath) -> FileInfo | None:
        """Return what is known of one file or folder, or `None` if there is none. The root is always a folder."""

    @abstractmethod
    def delete(self, path: ArtifactPath) -> None:
        """Delete a file, or a folder with everything in it; nothing happens if there is none."""

    def walk(self, path: ArtifactPath) -> Iterator[FileInfo]:
        """Yield every file below a folder, or the file itself; folders are not yielded."""
        info = self.info(path)
        if info is not None and not info.is_dir:
            yield info
            return
        for entry in self.list(path):
            if entry.is_dir:
                yield from self.walk(type(path)(entry.path))
            else:
                yield entry

    def local_path(self, path: ArtifactPath) -> Path | None:  # noqa: ARG002 - most have no local path
        """Return where a path is on this machine, whether there is something or not, so that nothing need be copied.

        It is `None` for every path of a repository that is elsewhere.
        """
        return None

    def staging_folder(self) -> Path | None:
        """Return a folder on this machine for what is not whole yet: no listing shows it, no path leads into it.

        Whoever uses it makes it. It is `None` where the files are elsewhere.
        """
        return None

    def sign_download(self, path: ArtifactPath, seconds: int) -> SignedRequest | None:  # noqa: ARG002 - few can sign
        """Return a request that fetches a file from where it is, for somebody who has no credentials for that place.

        Args:
            path: The file; whether there is one is not asked.
            seconds: How long the request is good for.

        Returns:
            The request, or `None` where the medium knows no such thing.
        """
        return None

    def sign_upload(self, path: ArtifactPath, seconds: int) -> SignedRequest | None:  # noqa: ARG002 - the same
        """Return a request that stores a file, its bytes as the body; else as `sign_download`."""
        return None

    def known_digest(self, path: ArtifactPath) -> str | None:  # noqa: ARG002 - most keep none
        """Return the SHA-256 of a file in hexadecimal where the medium keeps it, so that the file need not be read."""
        return None

    def digest(self, path: ArtifactPath) -> str:
        """Return the SHA-256 of a file's bytes, in hexadecimal.

        Raises:
            NotFound: There is no such file.
        """
        import hashlib

        digest = hashlib.sha256()
        with self.open(path) as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
