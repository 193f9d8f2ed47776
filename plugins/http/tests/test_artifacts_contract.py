"""The artifact repository of this distribution on a server of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.rest.extension import ServerContext
from runyard.testing import ArtifactRepositoryContract
from runyard.uris import ArtifactURI, StoreURI
from runyard_http.repository import HttpArtifactRepository
from runyard_server.application import Application
from serving import serving_application


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("server")
    context = ServerContext(store=None, registry=None, artifacts=open_repository(folder / "artifacts"))
    with serving_application(Application(context)) as address:
        yield address


class TestHttpArtifactRepository(ArtifactRepositoryContract):
    @pytest.fixture
    def repository(self, server: str) -> HttpArtifactRepository:
        root = ArtifactURI.parse(f"mlflow-artifacts:/contract/{uuid4().hex}")
        return HttpArtifactRepository(root.seen_from(StoreURI.parse(server)))


class TestInParts(TestHttpArtifactRepository):
    """Every file that is not tiny goes in parts."""

    @pytest.fixture(autouse=True)
    def _small_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RUNYARD_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "100")
        monkeypatch.setenv("RUNYARD_MULTIPART_UPLOAD_CHUNK_SIZE", "200000")
