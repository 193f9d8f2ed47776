"""Files that go straight to the store behind a server: a stand-in for one of a cloud, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from cloud_store import CloudStore, SigningRepository, cloud_store
from runyard.rest.extension import ServerContext
from runyard.testing import ArtifactRepositoryContract
from runyard.uris import ArtifactPath, ArtifactURI, StoreURI
from runyard_http.repository import HttpArtifactRepository
from runyard_server.application import Application
from serving import serving_application


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudStore]:
    with cloud_store(tmp_path_factory.mktemp("store") / "files") as store:
        yield store


@pytest.fixture(scope="module")
def server(store: CloudStore) -> Iterator[str]:
    context = ServerContext(store=None, registry=None, artifacts=store.repository)
    with serving_application(Application(context)) as address:
        yield address


def through(server: str) -> HttpArtifactRepository:
    root = ArtifactURI.parse(f"runyard-artifacts:/signed/{uuid4().hex}")
    return HttpArtifactRepository(root.seen_from(StoreURI.parse(server)))


@pytest.fixture
def repository(server: str) -> HttpArtifactRepository:
    return through(server)


class TestThroughSignatures(ArtifactRepositoryContract):
    @pytest.fixture
    def repository(self, server: str) -> HttpArtifactRepository:
        return through(server)


class TestSigningRepository(ArtifactRepositoryContract):
    """The stand-in itself keeps the contract, with its signatures."""

    signs = True

    @pytest.fixture
    def repository(self, tmp_path: Path) -> Iterator[SigningRepository]:
        with cloud_store(tmp_path / "files") as store:
            yield store.repository

    def reopen(self, repository: SigningRepository) -> SigningRepository:  # type: ignore[override]
        return SigningRepository(repository.root, repository.address)


def test_bytes_do_not_go_through_the_server(
    store: CloudStore, repository: HttpArtifactRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"x" * 3_000_000)
    store.requests.clear()
    repository.upload_file(source, ArtifactPath("größe #1"))
    repository.download_file(ArtifactPath("größe #1"), target)
    assert target.read_bytes() == source.read_bytes()
    path = f"{repository.root.path.strip('/')}/größe #1"
    # What is sent to the store are the signatures, never the credentials of the server.
    assert store.requests == [("PUT", path, None, None), ("GET", path, None, None)]


def test_request_that_is_too_old_is_signed_again(
    store: CloudStore, repository: HttpArtifactRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"0123456789")
    repository.upload_file(source, ArtifactPath("a"))
    monkeypatch.setattr("runyard_server.artifacts.signing.SECONDS", -10)
    with pytest.raises(Exception, match="403"), repository.open(ArtifactPath("a")):
        pass
    monkeypatch.setattr("runyard_server.artifacts.signing.SECONDS", 900)
    with repository.open(ArtifactPath("a")) as stream:
        assert stream.read() == b"0123456789"
