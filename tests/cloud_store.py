"""A store that signs requests: a small stand-in for those of clouds, over real HTTP, with its files in a folder."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from runyard.artifacts.repository import SignedRequest
from runyard.errors import NotFound
from runyard.uris import ArtifactPath, ArtifactURI
from runyard_file.repository import LocalArtifactRepository

SECRET = b"of the store"
HEADER = "X-Store-Kind"


class CloudStore(ThreadingHTTPServer):
    """Answers requests that are signed, and nobody else.

    Attributes:
        repository: The files, as they are reached with the credentials of the store.
        requests: Method and path of what was answered, credentials that came along, and the range that was asked for.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repository = SigningRepository(ArtifactURI.parse(folder), f"http://127.0.0.1:{self.server_port}")
        self.requests: list[tuple[str, str, str | None, str | None]] = []


class SigningRepository(LocalArtifactRepository):
    """Files in a folder, and the addresses at which a store has them."""

    def __init__(self, root: ArtifactURI, address: str) -> None:
        super().__init__(root)
        self.address = address

    def local_path(self, _path: ArtifactPath) -> Path | None:
        return None

    def sign_download(self, path: ArtifactPath, seconds: int) -> SignedRequest:
        return self._sign("GET", path, seconds)

    def sign_upload(self, path: ArtifactPath, seconds: int) -> SignedRequest:
        return self._sign("PUT", path, seconds)

    def _sign(self, method: str, path: ArtifactPath, seconds: int) -> SignedRequest:
        end = str(int(time.time()) + seconds)
        url = f"{self.address}/{quote(path)}?end={end}&signature={signature(method, path, end)}"
        return SignedRequest(method, url, {HEADER: "tests"})


def signature(method: str, path: str, end: str) -> str:
    """Return what lets a request pass."""
    return hmac.new(SECRET, f"{method} {path} {end}".encode(), hashlib.sha256).hexdigest()


@contextmanager
def cloud_store(folder: Path) -> Iterator[CloudStore]:
    """Run a store for as long as a block takes."""
    with CloudStore(folder) as store:
        thread = threading.Thread(target=store.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield store
        finally:
            store.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: CloudStore
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if (path := self._allowed()) is None:
            return
        try:
            with self.server.repository.open(path) as stream:
                contents = stream.read()
        except NotFound:
            self._reply(404)
            return
        start = int((self.headers["Range"] or "bytes=0-")[len("bytes=") : -1])
        tag = f'"{hashlib.sha256(contents).hexdigest()}"'
        self._reply(206 if start else 200, contents[start:], tag)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if (path := self._allowed()) is None:
            return
        with self.server.repository.create(path) as stream:
            stream.write(body)
        self._reply(200)

    def _allowed(self) -> ArtifactPath | None:
        """Return the path of a request that is signed; answer the others."""
        parts = urlsplit(self.path)
        path = ArtifactPath(unquote(parts.path[1:]))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        end = query.get("end", "0")
        is_signed = hmac.compare_digest(query.get("signature", ""), signature(self.command, path, end))
        self.server.requests.append((self.command, path, self.headers["Authorization"], self.headers["Range"]))
        if not is_signed or int(end) < time.time() or self.headers[HEADER] != "tests":
            self._reply(403)
            return None
        return path

    def _reply(self, status: int, body: bytes = b"", tag: str = '"none"') -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""
