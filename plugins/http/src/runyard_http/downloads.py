"""Files on their way from a server, or from the store that it sends clients to."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from runyard.errors import NotFound, NotSupported, PermissionDenied, Unavailable
from runyard.rest import artifacts as wire
from runyard_http.artifact_server import file_target
from runyard_http.remote_file import RemoteFile
from runyard_http.uploads import content_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

    from runyard.artifacts.repository import Progress
    from runyard.uris import ArtifactPath
    from runyard_http.artifact_server import ArtifactServer

__all__ = ["copy", "open_remote"]


def open_remote(server: ArtifactServer, path: ArtifactPath) -> RemoteFile:
    """Open a file where it is read soonest.

    Raises:
        NotFound: There is no such file.
        InvalidInput: It is a folder.
    """
    name = repr(str(path))
    if server.info.multipart_downloads_enabled:
        # A server of the reference system may promise more than its store can do.
        with suppress(NotSupported, NotFound):
            return RemoteFile(_SignedFetch(server, path), name)
    return RemoteFile(partial(_fetch, server, file_target(path)), name)


def copy(remote: RemoteFile, stream: BinaryIO, progress: Progress | None) -> None:
    """Copy a file as a whole.

    Raises:
        Unavailable: It does not come, or came damaged.
    """
    wanted = remote.headers.get("repr-digest", "")
    digest = hashlib.sha256() if "sha-256=:" in wanted else None
    while block := remote.read_block():
        stream.write(block)
        if digest is not None:
            digest.update(block)
        if progress is not None:
            progress(len(block))
    if digest is not None and content_digest(digest.digest()) not in wanted:
        raise Unavailable(f"What came is not what the server has, by its SHA-256: {wanted}. Fetch it again.")


def _fetch(server: ArtifactServer, target: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
    return server.request("GET", target, headers=headers, is_streamed=True)


class _SignedFetch:
    """Asks the store itself, with a request that the server has signed; with another one when that is too old."""

    def __init__(self, server: ArtifactServer, path: ArtifactPath) -> None:
        self._server = server
        self._path = path
        self._sign()

    def __call__(self, headers: Mapping[str, str]) -> BaseHTTPResponse:
        try:
            return self._ask(headers)
        except PermissionDenied:
            self._sign()
            return self._ask(headers)

    def _sign(self) -> None:
        self._signed = self._server.call(wire.SIGN_DOWNLOAD, wire.FilePath(path=str(self._path))).entity()

    def _ask(self, headers: Mapping[str, str]) -> BaseHTTPResponse:
        return _fetch(self._server, self._signed.url, {**self._signed.headers, **headers})
