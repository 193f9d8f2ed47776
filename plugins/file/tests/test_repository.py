from __future__ import annotations

from pathlib import Path

import pytest

from runyard.artifacts.repository import ArtifactRepository
from runyard.testing import ArtifactRepositoryContract
from runyard.uris import ArtifactURI
from runyard_file.repository import LocalArtifactRepository


class TestLocalArtifactRepository(ArtifactRepositoryContract):
    @pytest.fixture
    def repository(self, tmp_path: Path) -> ArtifactRepository:
        return LocalArtifactRepository(ArtifactURI.parse(tmp_path / "artifacts of runs"))
