"""Files on a server whose connections break, that knows less than ours, or that is another one than it seems."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.errors import InvalidInput, NotFound, NotSupported, Unavailable
from runyard.rest.extension import ServerContext
from runyard.uris import ArtifactPath, ArtifactURI, StoreURI
from runyard_asgi.http import reply_error
from runyard_http import artifact_server
from runyard_http.repository import HttpArtifactRepository
from runyard_server.application import Application
from serving import serving_application

FILE = ArtifactPath("file")


class Meddling:
    """An application around the server's: it notes requests, and may answer or break them itself."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.meddle: Callable[[Any, Any, Any], Any] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.requests.append((scope["method"], scope["path"], headers))
            if self.meddle is not None:
                changed = await self.meddle(scope, receive, send)
                if changed is None:
                    return
                scope, receive, send = changed
        await self.application(scope, receive, send)

    def count(self, method: str, part: str) -> int:
        """Return how many requests there were with a method and part of a path."""
        return sum(one == method and part in path for one, path, _ in self.requests)


class Broken(Exception):
    """Ends the handling of a request; the web server closes the connection."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Meddling]]:
    context = ServerContext(store=None, registry=None, artifacts=open_repository(tmp_path / "artifacts"))
    meddling = Meddling(Application(context))
    with serving_application(meddling) as address:
        yield address, meddling


@pytest.fixture
def meddling(server: tuple[str, Meddling], monkeypatch: pytest.MonkeyPatch) -> Meddling:
    monkeypatch.setenv("RUNYARD_HTTP_REQUEST_BACKOFF_FACTOR", "0.01")
    monkeypatch.setenv("RUNYARD_HTTP_REQUEST_BACKOFF_JITTER", "0")
    monkeypatch.setenv("RUNYARD_HTTP_REQUEST_MAX_RETRIES", "3")
    return server[1]


@pytest.fixture
def repository(server: tuple[str, Meddling], meddling: Meddling) -> HttpArtifactRepository:
    return HttpArtifactRepository(ArtifactURI.parse("mlflow-artifacts:/root").seen_from(StoreURI.parse(server[0])))


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "1000000")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", "1000000")


def a_file(folder: Path, size: int = 5_500_000) -> Path:
    path = folder / "source"
    path.write_bytes(os.urandom(size))
    return path


# downloads


@contextmanager
def replies_broken_off(meddling: Meddling, times: int, after: int) -> Iterator[None]:
    """Break off replies to GET after so many portions."""
    left = times

    async def meddle(scope: Any, receive: Any, send: Any) -> Any:
        nonlocal left
        if scope["method"] != "GET" or "mlflow-artifacts/artifacts/" not in scope["path"] or not left:
            return scope, receive, send
        left -= 1
        sent = 0

        async def until(message: Any) -> None:
            nonlocal sent
            sent += message["type"] == "http.response.body"
            if sent > after:
                raise Broken
            await send(message)

        return scope, receive, until

    meddling.meddle = meddle
    yield
    meddling.meddle = None


@pytest.mark.filterwarnings("ignore")
def test_download_goes_on_where_it_was(
    meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source, target = a_file(tmp_path), tmp_path / "target"
    repository.upload_file(source, FILE)
    meddling.requests.clear()
    moved: list[int] = []
    with replies_broken_off(meddling, 3, after=1):
        repository.download_file(FILE, target, moved.append)
    assert target.read_bytes() == source.read_bytes()
    assert sum(moved) == source.stat().st_size
    ranges = [headers.get("range", "") for method, _, headers in meddling.requests if method == "GET"]
    starts = [int(asked[len("bytes=") : -1]) for asked in ranges if asked]
    assert len(starts) == 3
    assert starts == sorted(starts)
    assert starts[0] > 0
    caplog.clear()


@pytest.mark.filterwarnings("ignore")
def test_download_that_never_comes_fails(
    meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    target = tmp_path / "target"
    repository.upload_file(a_file(tmp_path), FILE)
    with replies_broken_off(meddling, 100, after=0), pytest.raises(Unavailable):
        repository.download_file(FILE, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["artifacts", "source"]
    caplog.clear()


def test_file_that_is_replaced_is_not_mixed(repository: HttpArtifactRepository, tmp_path: Path) -> None:
    repository.upload_file(a_file(tmp_path), FILE)
    with repository.open(FILE) as stream:
        assert len(stream.read(1000)) == 1000
        repository.upload_file(a_file(tmp_path), FILE)
        stream.seek(5_000_000)
        with pytest.raises(Unavailable, match="replaced"):
            stream.read()


def test_only_what_is_read_is_sent(meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path) -> None:
    source = a_file(tmp_path)
    repository.upload_file(source, FILE)
    meddling.requests.clear()
    with repository.open(FILE) as stream:
        stream.seek(-8, os.SEEK_END)
        assert stream.read() == source.read_bytes()[-8:]
    assert [headers.get("range") for _, _, headers in meddling.requests] == [None, "bytes=5499992-"]


# uploads


def test_what_comes_damaged_is_sent_again(
    meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path
) -> None:
    async def meddle(scope: Any, receive: Any, send: Any) -> Any:
        async def damaged() -> Any:
            message = await receive()
            return {**message, "body": message.get("body", b"").replace(b"a", b"b")}

        return scope, damaged, send

    source = tmp_path / "source"
    source.write_bytes(b"a" * 100)
    assert repository.list(ArtifactPath()) == []
    meddling.meddle = meddle
    with pytest.raises(InvalidInput, match="damaged"):
        repository.upload_file(source, FILE)
    meddling.meddle = None
    assert repository.list(ArtifactPath()) == []


@pytest.mark.usefixtures("in_parts")
def test_upload_goes_on_where_it_was(meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path) -> None:
    source = a_file(tmp_path)

    async def meddle(scope: Any, receive: Any, send: Any) -> Any:
        if scope["path"].endswith(("/4", "/6")):
            scope = {**scope, "path": scope["path"].replace("/parts/", "/gone/")}
        return scope, receive, send

    meddling.meddle = meddle
    with pytest.raises(NotFound):
        repository.upload_file(source, FILE)
    assert repository.info(FILE) is None
    kept = meddling.count("PUT", "/parts/") - 2
    meddling.meddle = None
    meddling.requests.clear()
    moved: list[int] = []
    repository.upload_file(source, FILE, moved.append)
    assert repository.digest(FILE) == hashlib.sha256(source.read_bytes()).hexdigest()
    assert sum(moved) == source.stat().st_size
    assert 2 <= meddling.count("PUT", "/parts/") < 6
    assert kept >= 1


@pytest.mark.usefixtures("in_parts")
def test_changed_file_is_another_upload(meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path) -> None:
    source = a_file(tmp_path)

    async def meddle(scope: Any, receive: Any, send: Any) -> Any:
        if scope["path"].endswith("/6"):
            scope = {**scope, "path": "/gone"}
        return scope, receive, send

    meddling.meddle = meddle
    with pytest.raises(NotFound):
        repository.upload_file(source, FILE)
    meddling.meddle = None
    source = a_file(tmp_path)
    repository.upload_file(source, FILE)
    assert repository.digest(FILE) == hashlib.sha256(source.read_bytes()).hexdigest()


# servers that know less


@pytest.mark.usefixtures("in_parts")
def test_server_that_takes_no_parts(meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path) -> None:
    async def meddle(scope: Any, receive: Any, send: Any) -> Any:
        if "/mpu/" not in scope["path"]:
            return scope, receive, send
        await reply_error(send, NotSupported("Not here."))
        return None

    meddling.meddle = meddle
    source = a_file(tmp_path)
    repository.upload_file(source, FILE)
    assert meddling.count("POST", "/mpu/create/") == 1
    assert repository.digest(FILE) == hashlib.sha256(source.read_bytes()).hexdigest()


@pytest.mark.usefixtures("in_parts")
def test_parts_can_be_switched_off(
    meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "false")
    repository.upload_file(a_file(tmp_path), FILE)
    assert meddling.count("POST", "/mpu/") == 0


@pytest.mark.usefixtures("in_parts")
def test_server_that_does_not_say_what_it_can(
    meddling: Meddling, repository: HttpArtifactRepository, tmp_path: Path
) -> None:
    async def meddle(scope: Any, receive: Any, send: Any) -> Any:
        if scope["path"].endswith("/server-info") or scope["method"] == "HEAD":
            scope = {**scope, "path": "/unheard/of"}
        return scope, receive, send

    meddling.meddle = meddle
    source, target = a_file(tmp_path), tmp_path / "target"
    repository.upload_file(source, ArtifactPath("folder/file"))
    info = repository.info(ArtifactPath("folder/file"))
    assert info is not None
    assert info.file_size == source.stat().st_size
    repository.download_file(ArtifactPath("folder/file"), target)
    assert target.read_bytes() == source.read_bytes()
    repository.delete(ArtifactPath("folder"))
    assert repository.info(ArtifactPath("folder")) is None
    with pytest.raises(InvalidInput, match="percent sign"):
        repository.upload_file(source, ArtifactPath("a%20b"))
    assert meddling.count("POST", "/mpu/") == 0


# which server


def test_credentials_are_for_the_tracking_server(
    server: tuple[str, Meddling], meddling: Meddling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    source = a_file(tmp_path, 10)
    host = server[0].partition("://")[2]
    for tracking, is_told in ((server[0], True), ("http://127.0.0.1:9", False)):
        root = ArtifactURI.parse(f"runyard-artifacts://{host}/root")
        monkeypatch.setenv("RUNYARD_TRACKING_URI", tracking)
        meddling.requests.clear()
        repository = HttpArtifactRepository(root)
        repository.upload_file(source, FILE)
        assert [info.path for info in repository.list(ArtifactPath())] == ["file"]
        assert meddling.count("PUT", "/artifacts/root/file") == 1
        assert {headers.get("authorization") for _, _, headers in meddling.requests} == {
            "Bearer secret" if is_told else None
        }


def test_prefix_of_the_server_is_kept(tmp_path: Path) -> None:
    context = ServerContext(
        store=None, registry=None, artifacts=open_repository(tmp_path / "artifacts"), prefix="/team one"
    )
    with serving_application(Application(context)) as address:
        root = ArtifactURI.parse("mlflow-artifacts:/root").seen_from(StoreURI.parse(f"{address}/team%20one"))
        repository = HttpArtifactRepository(root)
        repository.upload_file(a_file(tmp_path, 10), FILE)
        assert repository.info(FILE) is not None


@pytest.mark.parametrize("tracking", ["sqlite:///runs.db", "mlruns"])
def test_there_is_no_server(tracking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_URI", tracking)
    with pytest.raises(InvalidInput, match="go through a tracking server"):
        open_repository("mlflow-artifacts:/root")


def test_missing_source_is_not_found(repository: HttpArtifactRepository, tmp_path: Path) -> None:
    for path in (tmp_path / "nobody", tmp_path):
        with pytest.raises(NotFound, match="to upload"):
            repository.upload_file(path, FILE)


def test_server_that_is_gone_is_unavailable(meddling: Meddling) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    root = ArtifactURI.parse("mlflow-artifacts:/root").seen_from(StoreURI.parse(f"http://127.0.0.1:{port}"))
    with pytest.raises(Unavailable):
        HttpArtifactRepository(root).list(ArtifactPath())
    assert meddling.requests == []
    assert artifact_server.file_target("a b/ö") == "/api/2.0/mlflow-artifacts/artifacts/a%20b/%C3%B6"
