"""Artifacts in a local folder."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from runyard.artifacts.repository import ArtifactRepository, Progress
from runyard.artifacts.tree import leads_astray
from runyard.entities import FileInfo
from runyard.errors import InvalidInput, NotFound
from runyard.uris import ArtifactPath
from runyard_file.copying import copy
from runyard_file.files import (
    TEMPORARY_PREFIX,
    TEMPORARY_SUFFIX,
    ensure_folder,
    refused,
    replace_bytes,
    replace_file,
    replacing,
)
from runyard_file.reports import warn_once

__all__ = ["LocalArtifactRepository"]

# Opening a pipe must not wait for somebody who writes to it.
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class LocalArtifactRepository(ArtifactRepository):
    """Keeps files below a local folder, which other programs may read and write too.

    A file is written under a temporary name in its folder and then moved into place. Symbolic links are followed while
    they stay below the root; one that leads out of it is neither listed nor read nor written through.
    """

    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        target = self._target(path)
        with _opened(os.fspath(source)) as descriptor:
            replace_file(target, lambda new: copy(descriptor, new, progress))

    def take_file(self, source: Path, path: ArtifactPath) -> None:
        target = self._target(path)
        try:
            ensure_folder(os.path.dirname(target))
            os.replace(source, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                refused(target, error, "write")
            super().take_file(source, path)

    def download_file(self, path: ArtifactPath, target: Path, progress: Progress | None = None) -> None:
        with _opened(self._place(path)) as descriptor:
            replace_file(os.path.abspath(target), lambda new: copy(descriptor, new, progress))

    @contextmanager
    def open(self, path: ArtifactPath) -> Iterator[BinaryIO]:
        with _opened(self._place(path)) as descriptor, open(descriptor, "rb", closefd=False) as stream:
            yield stream

    @contextmanager
    def create(self, path: ArtifactPath) -> Iterator[BinaryIO]:
        target = self._target(path)
        folder = os.path.dirname(target)
        if not os.path.isdir(folder):
            # Whether its folders will be needed is known when the file is whole.
            ensure_folder(self.root.path)
            while not os.path.isdir(folder):
                folder = os.path.dirname(folder)
        with replacing(target, folder) as descriptor, open(descriptor, "wb", closefd=False) as stream:
            yield stream

    def store_bytes(self, path: ArtifactPath, data: bytes) -> None:
        replace_bytes(self._target(path), data)

    def list(self, path: ArtifactPath) -> list[FileInfo]:
        folder = self._place(path)
        found = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    # A file may vanish between listing and looking at it.
                    with suppress(FileNotFoundError):
                        info = self._entry(path, entry)
                        if info is not None:
                            found.append(info)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            refused(folder, error, "list")
        found.sort(key=lambda info: info.path)
        return found

    def info(self, path: ArtifactPath) -> FileInfo | None:
        place = self._place(path)
        if not path:
            return FileInfo("", is_dir=True)
        try:
            status = os.stat(place)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            refused(place, error, "read")
        return _info(path, status)

    def delete(self, path: ArtifactPath) -> None:
        # The link itself goes, not what it leads to.
        place = os.path.join(self._place(path.parent), path.name) if path else self.root.path
        try:
            if os.path.islink(place) or not os.path.isdir(place):
                os.unlink(place)
            else:
                import shutil

                shutil.rmtree(place)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            refused(place, error, "delete")

    def local_path(self, path: ArtifactPath) -> Path | None:
        return Path(self._place(path))

    def staging_folder(self) -> Path | None:
        return Path(self.root.path, f"{TEMPORARY_PREFIX}uploads{TEMPORARY_SUFFIX}")

    def _target(self, path: ArtifactPath) -> str:
        """Return where a file is to be stored.

        Raises:
            InvalidInput: It has no name, or `_place` refuses it.
        """
        if not path:
            raise InvalidInput("A file needs a name among the artifacts; the path is empty.")
        return self._place(path)

    def _place(self, path: ArtifactPath) -> str:
        """Return where an artifact is.

        Raises:
            InvalidInput: A symbolic link on the way leads out of the root, or it is a name of temporary files.
        """
        place = self.root.path
        for part in path.parts:
            if _is_temporary(part):
                raise InvalidInput(f"The name {part!r} is kept for temporary files; take another one.")
            place = f"{place}/{part}"
            if os.path.islink(place):
                return str(path.below(self.root.path))
        return place

    def _entry(self, folder: ArtifactPath, entry: os.DirEntry[str]) -> FileInfo | None:
        """Return what a listing says of an entry of a folder; `None` for what is no artifact."""
        if _is_temporary(entry.name):
            return None
        try:
            path = folder / entry.name
        except InvalidInput as error:
            warn_once(entry.path, f"{error} It is left out of the listing of {str(folder)!r}.")
            return None
        # The path by which one came here, of which `entry.path` may know the end alone: links in a circle show in it.
        if entry.is_symlink() and leads_astray(os.path.join(self.root.path, *path.parts), self.root.path):
            return None
        try:
            return _info(path, entry.stat())
        except OSError as error:
            if error.errno == errno.ELOOP:
                return None
            raise


def _is_temporary(name: str) -> bool:
    return name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX)


def _info(path: ArtifactPath, status: os.stat_result) -> FileInfo | None:
    if stat.S_ISDIR(status.st_mode):
        return FileInfo(str(path), is_dir=True)
    return FileInfo(str(path), is_dir=False, file_size=status.st_size) if stat.S_ISREG(status.st_mode) else None


@contextmanager
def _opened(path: str) -> Iterator[int]:
    """Open a regular file for reading.

    Raises:
        NotFound: There is no such file.
        StorageFailure: It cannot be opened.
    """
    try:
        descriptor = os.open(path, _READ)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotFound(f"There is no file {path!r}.") from None
    except OSError as error:
        refused(path, error, "read")
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotFound(f"{path!r} is no file.")
        yield descriptor
    finally:
        os.close(descriptor)
