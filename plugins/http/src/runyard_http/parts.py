"""Large files, sent in parts, several at the same time.

A server of ours keeps the parts of an upload that was broken off, and finds it again by a key: the same call, in this
process or in a later one, sends only what is missing. Of a part that is there the contents are compared, by digest.
"""

from __future__ import annotations

import hashlib
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from runyard import config
from runyard.errors import InvalidInput, NotFound, RunyardError, Unavailable
from runyard.rest import artifacts as wire
from runyard.rest.message import decode
from runyard_http import settings
from runyard_http.uploads import BINARY, content_digest

if TYPE_CHECKING:
    from runyard.artifacts.repository import Progress
    from runyard.uris import ArtifactPath
    from runyard_http.artifact_server import ArtifactServer

__all__ = ["send_parts"]

MOST_PARTS = 10_000
MOST_AT_ONCE = 4
_ROUND = 1 << 20


def send_parts(server: ArtifactServer, path: ArtifactPath, source: Path, progress: Progress | None) -> None:
    """Store a file in parts.

    Raises:
        NotSupported: The server takes no parts, or not those of this file.
        Unavailable: It was broken off; the same call goes on, where the server keeps parts.
        RunyardError: The server refuses.
    """
    _Upload(server, path, source, progress).send()


class _Upload:
    def __init__(self, server: ArtifactServer, path: ArtifactPath, source: Path, progress: Progress | None) -> None:
        status = source.stat()
        self._server = server
        self._path = path
        self._source = source
        self._progress = progress
        self._size = status.st_size
        least = -(-self._size // MOST_PARTS // _ROUND) * _ROUND
        self._part_size = max(settings.MULTIPART_UPLOAD_CHUNK_SIZE.get(), least)
        self._is_kept = server.info.uploads_resumable
        place = (socket.gethostname(), os.path.abspath(source), status.st_size, status.st_mtime_ns, status.st_ino)
        key = hashlib.sha256(repr(place).encode()).hexdigest() if self._is_kept else ""
        self._request = wire.CreateUpload(
            path=str(path.name),
            folder=str(path.parent),
            num_parts=-(-self._size // self._part_size),
            part_size=self._part_size,
            resume_key=key,
        )

    def send(self) -> None:
        begun = self._server.call(wire.CREATE_UPLOAD, self._request)
        self._there = self._received(begun) if self._is_kept else {}
        workers = min(MOST_AT_ONCE, config.TRANSFER_WORKERS.get(), len(begun.credentials))
        pool = ThreadPoolExecutor(workers, thread_name_prefix="runyard-part")
        try:
            parts = list(pool.map(self._send_part, begun.credentials))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            if not self._is_kept:
                self._abort(begun.upload_id)
            raise
        pool.shutdown()
        self._complete(begun.upload_id, parts)

    def _received(self, begun: wire.CreateUploadReply) -> dict[int, set[str]]:
        """Return the digests of the parts that the server has."""
        first = begun.credentials[0]
        reply = self._server.request("GET", self._address(first).rpartition("/")[0], headers=first.headers)
        there: dict[int, set[str]] = {}
        for part in decode(reply.data, wire.PartsReply).parts:
            there.setdefault(part.part_number, set()).add(part.etag)
        return there

    def _send_part(self, credential: wire.PartCredential) -> wire.Part:
        number = credential.part_number
        start = (number - 1) * self._part_size
        with self._source.open("rb", buffering=0) as stream:
            stream.seek(start)
            data = stream.read(self._part_size) or b""
        if len(data) != min(self._part_size, self._size - start):
            raise InvalidInput(f"The file {str(self._source)!r} became shorter while it was sent; send it again.")
        headers = dict(credential.headers)
        tag = ""
        if self._is_kept:
            digest = hashlib.sha256(data)
            tag = digest.hexdigest()
            headers |= {"Content-Type": BINARY, "Content-Digest": content_digest(digest.digest())}
        if not tag or tag not in self._there.get(number, ()):
            reply = self._server.request("PUT", self._address(credential), headers=headers, body=data)
            tag = reply.headers.get("etag", "")
        if self._progress is not None:
            self._progress(len(data))
        return wire.Part(part_number=number, etag=tag, url=credential.url)

    def _address(self, credential: wire.PartCredential) -> str:
        """Return where a part is sent.

        A server behind a proxy may not know the address that clients have for it; its own path is the same.
        """
        if not self._is_kept:
            return credential.url
        _, mark, rest = credential.url.partition("/api/2.0/")
        return f"{mark}{rest}"

    def _complete(self, upload_id: str, parts: list[wire.Part]) -> None:
        message = wire.CompleteUpload(
            path=str(self._path.name), folder=str(self._path.parent), upload_id=upload_id, parts=parts
        )
        try:
            self._server.call(wire.COMPLETE_UPLOAD, message)
        except NotFound as error:
            # Somebody else has completed the same upload, or the parts were too old.
            raise Unavailable(f"The upload of {str(self._path)!r} has to begin again: {error.message}") from error

    def _abort(self, upload_id: str) -> None:
        with suppress(RunyardError):
            message = wire.AbortUpload(path=str(self._path.name), folder=str(self._path.parent), upload_id=upload_id)
            self._server.call(wire.ABORT_UPLOAD, message)
