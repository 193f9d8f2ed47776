"""An artifact repository in the memory of this process: ``memory://NAME/FOLDER``."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from runyard.artifacts.repository import ArtifactRepository, Progress
from runyard.entities import FileInfo
from runyard.errors import NotFound, StorageFailure
from runyard.testing.memory.state import state
from runyard.uris import ArtifactPath, ArtifactURI


class _Files:
    """The files of all roots of one authority, by absolute path."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.contents: dict[str, bytes] = {}


class MemoryArtifactRepository(ArtifactRepository):
    """Keeps files in memory. Folders are not kept: a folder is there while a file is below it."""

    def __init__(self, root: ArtifactURI) -> None:
        super().__init__(root)
        self._files = state(_Files, root.authority)

    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        try:
            contents = source.read_bytes()
        except OSError as error:
            raise StorageFailure(f"The file {str(source)!r} cannot be read: {error}.") from error
        with self._files.lock:
            self._files.contents[self._key(path)] = contents
        if progress:
            progress(len(contents))

    def download_file(self, path: ArtifactPath, target: Path, progress: Progress | None = None) -> None:
        contents = self._read(path)
        part = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            part.write_bytes(contents)
            part.replace(target)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StorageFailure(f"The file {str(target)!r} cannot be written: {error}.") from error
        if progress:
            progress(len(contents))

    @contextmanager
    def open(self, path: ArtifactPath) -> Iterator[BinaryIO]:
        with io.BytesIO(self._read(path)) as stream:
            yield stream

    def list(self, path: ArtifactPath) -> list[FileInfo]:
        folder = f"{self._key(path)}/"
        entries: dict[str, FileInfo] = {}
        with self._files.lock:
            for key, contents in self._files.contents.items():
                if key.startswith(folder):
                    name, slash, _ = key[len(folder) :].partition("/")
                    child = path / name
                    entries[child] = FileInfo(str(child), bool(slash), None if slash else len(contents))
        return [entries[child] for child in sorted(entries)]

    def info(self, path: ArtifactPath) -> FileInfo | None:
        with self._files.lock:
            contents = self._files.contents.get(self._key(path))
        if contents is not None:
            return FileInfo(str(path), is_dir=False, file_size=len(contents))
        return FileInfo(str(path), is_dir=True) if not path or self.list(path) else None

    def delete(self, path: ArtifactPath) -> None:
        target = self._key(path)
        with self._files.lock:
            for key in [key for key in self._files.contents if key == target or key.startswith(f"{target}/")]:
                del self._files.contents[key]

    def _key(self, path: ArtifactPath) -> str:
        return str(self.root / path).rstrip("/")

    def _read(self, path: ArtifactPath) -> bytes:
        with self._files.lock:
            contents = self._files.contents.get(self._key(path))
        if contents is None:
            raise NotFound(f"There is no file {str(path)!r} in {self.root}.")
        return contents
