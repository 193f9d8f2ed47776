"""Files that are sent in parts."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import TYPE_CHECKING

from runyard.errors import InvalidInput
from runyard.rest import artifacts as wire
from runyard.rest.message import Empty, encode
from runyard.uris import ArtifactPath
from runyard_asgi.http import JSON, header, reply
from runyard_server.artifacts.endpoints import FileEndpoint
from runyard_server.artifacts.headers import content_digest
from runyard_server.artifacts.places import artifact_path, file_path
from runyard_server.artifacts.receiving import Body, store
from runyard_server.artifacts.staging import Staging, Upload
from runyard_server.endpoint import CallEndpoint

if TYPE_CHECKING:
    from runyard.rest.extension import ASGIApp, Receive, Scope, Send
    from runyard_server.runtime import Runtime
    from runyard_server.services import Services

__all__ = ["Parts", "SendPart", "abort", "beginning", "complete"]

TOKEN = "X-Runyard-Upload-Token"  # noqa: S105 - the name of a header
"""The header that lets a request send parts.

A client of the reference system sends parts without its credentials, to an address that it was told; the secret is not
in that address, so that no log has it.
"""

_BEFORE_NAME = re.compile(r".*[/\\]", re.DOTALL)
_TAG = re.compile(r'(?:W/)?"?([0-9a-f]{64})"?')


def beginning(runtime: Runtime) -> ASGIApp:
    """Return what begins an upload, or goes on with one, and tells where the parts are to be sent."""

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        call = CallEndpoint(wire.CREATE_UPLOAD, runtime, partial(_begin, _parts_address(scope)))
        await call(scope, receive, send)

    return endpoint


class _PartsEndpoint(FileEndpoint):
    """Answers for the parts of an upload to whoever knows its token."""

    async def _upload(self, scope: Scope) -> Upload:
        await self._authorize(scope)
        token = header(scope, TOKEN.lower().encode()).decode("latin-1")
        upload: Upload = await self._in_thread(self._find, scope["path_params"]["upload_id"], token)
        return upload

    def _find(self, upload_id: str, token: str) -> Upload:
        upload = Staging(self.runtime.services.artifacts).find(upload_id)
        upload.check_token(token)
        return upload


class Parts(_PartsEndpoint):
    """Tells which parts are there."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - it has no body
        upload = await self._upload(scope)
        found = await self._in_thread(upload.received)
        parts = [wire.Part(part_number=number, etag=digest) for number, digest in found]
        await reply(send, encode(wire.PartsReply(parts=parts)))


class SendPart(_PartsEndpoint):
    """Keeps a part."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        upload = await self._upload(scope)
        number = scope["path_params"]["number"]
        if not number.isdecimal() or len(number) > 5:
            raise InvalidInput(f"{number!r} is not the number of a part.")
        digest = hashlib.sha256()
        wanted = content_digest(header(scope, b"content-digest"))
        length = header(scope, b"content-length")
        if not length.isdigit():
            raise InvalidInput("A part needs a Content-Length, by which its place in the file is found.")
        target = upload.receive(int(number), int(length), digest)
        await store(target, Body(scope, receive), self.runtime.transfers, digest, wanted)
        await reply(send, encode(Empty()), headers=(JSON, (b"etag", f'"{digest.hexdigest()}"'.encode())))


def _begin(address: str, services: Services, message: wire.CreateUpload) -> wire.CreateUploadReply:
    path = _target(message.folder, message.path)
    found = services.artifacts.info(path)
    if found is not None and found.is_dir:
        raise InvalidInput(f"The artifact path {str(path)!r} is that of a folder; a file cannot take its place.")
    upload = Staging(services.artifacts).begin(path, message.num_parts, message.part_size, message.resume_key)
    return wire.CreateUploadReply(
        upload_id=upload.upload_id,
        credentials=[
            wire.PartCredential(
                url=f"{address}/{upload.upload_id}/{number}", part_number=number, headers={TOKEN: upload.token}
            )
            for number in range(1, upload.parts + 1)
        ],
    )


def complete(services: Services, request: wire.CompleteUpload) -> Empty:
    """Make a file of its parts."""
    upload = _upload(services, request)
    parts = []
    for part in sorted(request.parts, key=lambda part: part.part_number):
        tag = _TAG.fullmatch(part.etag)
        if tag is None:
            raise InvalidInput(f"The etag {part.etag!r} of part {part.part_number} is none that this server gives.")
        parts.append((part.part_number, tag[1]))
    upload.complete(services.artifacts, parts)
    return Empty()


def abort(services: Services, request: wire.AbortUpload) -> Empty:
    """Forget an upload."""
    _upload(services, request).discard()
    return Empty()


def _upload(services: Services, request: wire.CompleteUpload | wire.AbortUpload) -> Upload:
    path = _target(request.folder, request.path)
    upload = Staging(services.artifacts).find(request.upload_id)
    if upload.path != path:
        raise InvalidInput(f"Upload {upload.upload_id!r} is not one of {str(path)!r}; name the file that it was for.")
    return upload


def _target(folder: str, name: str) -> ArtifactPath:
    # Clients of the reference system tell where the file is on their machine.
    return artifact_path(folder) / file_path(_BEFORE_NAME.sub("", name))


def _parts_address(scope: Scope) -> str:
    """Return what the addresses of parts begin with: the server as this client has reached it."""
    host = header(scope, b"host").decode("latin-1")
    before, _, _ = scope["path"].partition("/mlflow-artifacts/mpu/")
    return f"{scope['scheme']}://{host}{before}/mlflow-artifacts/mpu/parts"
