"""Artifacts that go through a tracking server: ours, or the reference system's."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from runyard.artifacts.repository import ArtifactRepository, Progress
from runyard.entities import FileInfo
from runyard.errors import InvalidInput, NotFound, NotSupported, RunyardError, StorageFailure
from runyard.rest import artifacts as wire
from runyard.uris import ArtifactPath, ArtifactURI
from runyard_http import settings
from runyard_http.artifact_server import file_target, serving_artifacts
from runyard_http.downloads import copy, open_remote
from runyard_http.parts import send_parts
from runyard_http.remote_file import RemoteFile
from runyard_http.uploads import send_signed, send_whole

if TYPE_CHECKING:
    from runyard_http.remote_file import RemoteFile

__all__ = ["HttpArtifactRepository"]

MOST_SIGNED = 5 << 30
"""Bytes that stores of clouds take with one request."""

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


class HttpArtifactRepository(ArtifactRepository):
    """Stores and fetches through a server, or straight from the store behind it where the server signs requests.

    Args:
        root: ``mlflow-artifacts:/folder`` or ``runyard-artifacts:/folder``, which is below what the server that named
            it, or the tracking server in force, has for artifacts; or the same with the host of another server.

    Raises:
        InvalidInput: There is no such server in force.
    """

    def __init__(self, root: ArtifactURI) -> None:
        super().__init__(root)
        self._server = serving_artifacts(root)
        self._root = ArtifactPath(root.path.strip("/"))

    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        if not path:
            raise InvalidInput(f"The file {str(source)!r} needs a name among the artifacts; the path is empty.")
        target, server = self._root / path, self._server
        if not server.info.digests_verified and _ENCODED.search(target):
            raise InvalidInput(
                f"The artifact path {str(path)!r} would be changed by MLflow's server, which takes a percent sign and "
                "two hexadecimal digits for another character; rename the file."
            )
        size = _size(source)
        if size <= MOST_SIGNED and server.info.uploads_signed:
            send_signed(server, target, source, progress)
            return
        if self._is_sent_in_parts(size):
            with suppress(NotSupported):
                send_parts(server, target, source, progress)
                return
        send_whole(server, target, source, progress)

    def _is_sent_in_parts(self, size: int) -> bool:
        return (
            size >= settings.MULTIPART_UPLOAD_MINIMUM_FILE_SIZE.get()
            and settings.ENABLE_PROXY_MULTIPART_UPLOAD.get()
            and self._server.info.multipart_uploads_enabled
        )

    def download_file(self, path: ArtifactPath, target: Path, progress: Progress | None = None) -> None:
        part = target.with_name(f".runyard-{secrets.token_hex(8)}.tmp")
        with self._opened(path) as remote:
            try:
                with part.open("xb") as stream:
                    copy(remote, stream, progress)
                part.replace(target)
            except BaseException as error:
                part.unlink(missing_ok=True)
                if isinstance(error, OSError) and not isinstance(error, RunyardError):
                    raise StorageFailure(f"Cannot write {str(target)!r}: {error.strerror or error}.") from error
                raise

    @contextmanager
    def open(self, path: ArtifactPath) -> Iterator[BinaryIO]:
        with self._opened(path) as remote:
            if remote.seekable():
                with io.BufferedReader(remote, 1 << 18) as stream:
                    yield stream
                return
            from tempfile import TemporaryFile

            with TemporaryFile() as spool:
                copy(remote, spool, None)
                spool.seek(0)
                yield spool

    def list(self, path: ArtifactPath) -> list[FileInfo]:
        reply = self._server.call(wire.LIST, wire.ListFiles(path=str(self._root / path)))
        return sorted((file.below(path) for file in reply.files), key=lambda info: info.path)

    def info(self, path: ArtifactPath) -> FileInfo | None:
        if not path:
            return FileInfo("", is_dir=True)
        if self._server.info.digests_verified:
            try:
                reply = self._server.request("HEAD", file_target(self._root / path))
            except NotFound:
                return None
            except InvalidInput:
                pass  # it is a folder, or no path for that server; its parent tells
            else:
                return FileInfo(str(path), is_dir=False, file_size=int(reply.headers["content-length"]))
        return next((entry for entry in self.list(path.parent) if entry.path == path), None)

    def delete(self, path: ArtifactPath) -> None:
        with suppress(NotFound):
            self._server.request("DELETE", file_target(self._root / path))

    @contextmanager
    def _opened(self, path: ArtifactPath) -> Iterator[RemoteFile]:
        """Open a file where it is read soonest.

        Raises:
            NotFound: There is no such file.
        """
        try:
            remote = open_remote(self._server, self._root / path)
        except (InvalidInput, NotFound) as error:
            found = self.info(path) if isinstance(error, InvalidInput) else None
            if found is not None and not found.is_dir:
                raise
            raise NotFound(f"There is no file {str(path)!r} in {self.root}.") from None
        with remote:
            yield remote


def _size(source: Path) -> int:
    """Return the bytes of a file; 0 where there is none, which whoever opens it finds out."""
    try:
        return source.stat().st_size
    except OSError:
        return 0
