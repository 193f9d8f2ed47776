from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from runyard.artifacts import parallel
from runyard.artifacts.repository import Progress
from runyard.plugins.manager import Plugins
from runyard.testing.memory import MemoryArtifactRepository
from runyard.uris import ArtifactPath, ArtifactURI


class Scripted(MemoryArtifactRepository):
    """A repository that notes its calls and fails, waits or goes on as a test says."""

    def __init__(self, root: ArtifactURI) -> None:
        super().__init__(root)
        self.uploaded: list[str] = []
        self.downloaded: list[str] = []
        self.faults: dict[str, list[BaseException]] = {}
        self.before: Callable[[str], None] = lambda path: None
        self.digests: dict[str, str] = {}
        self._guard = threading.Lock()

    def fail(self, path: str, *errors: BaseException) -> None:
        """Let the next transfers of a file fail, once for each error."""
        self.faults[path] = list(errors)

    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        self._begin(path)
        super().upload_file(source, path, progress)
        with self._guard:
            self.uploaded.append(str(path))

    def download_file(self, path: ArtifactPath, target: Path, progress: Progress | None = None) -> None:
        self._begin(path)
        super().download_file(path, target, progress)
        with self._guard:
            self.downloaded.append(str(path))

    def known_digest(self, path: ArtifactPath) -> str | None:
        return self.digests.get(path)

    def _begin(self, path: str) -> None:
        self.before(path)
        with self._guard:
            errors = self.faults.get(path)
            error = errors.pop(0) if errors else None
        if error is not None:
            raise error

    def put(self, path: str, contents: bytes) -> None:
        """Store a file without a note."""
        with self._files.lock:
            self._files.contents[self._key(ArtifactPath(path))] = contents

    def paths(self) -> list[str]:
        """Return the paths of all files."""
        return sorted(entry.path for entry in self.walk(ArtifactPath()))


@pytest.fixture
def repository(memory_plugins: Plugins, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    monkeypatch.setattr(parallel, "FIRST_DELAY", 0)
    return Scripted(ArtifactURI.parse("memory://bucket/root"))


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRANSFER_WORKERS", "1")
