"""Files as the bodies of requests and replies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from runyard.artifacts.locations import Location
from runyard.errors import InvalidInput
from runyard.rest import artifacts as wire
from runyard.rest.message import Empty, Message, encode, read_query
from runyard_asgi.http import JSON, header, read_parameters, reply
from runyard_server.artifacts.headers import content_digest, write_digest
from runyard_server.artifacts.places import artifact_path, file_path, in_logged_model, in_run, in_version
from runyard_server.artifacts.receiving import Body, store_at
from runyard_server.artifacts.sending import send_file

if TYPE_CHECKING:
    from runyard.rest.access import Permission
    from runyard.rest.extension import Receive, Scope, Send
    from runyard_server.runtime import Runtime
    from runyard_server.services import Services

__all__ = ["Delete", "Download", "FileEndpoint", "FileOf", "Upload", "UploadToRun"]

M = TypeVar("M", bound=Message)
F = TypeVar("F", bound="wire.GetRunFile | wire.GetVersionFile | wire.GetModelFile")

MOST_FROM_PAGE = 10 << 20
"""Bytes that a page may store at a time, as in the reference system."""

_EMPTY = encode(Empty())


class FileEndpoint:
    """Answers for a path below the root of the artifacts that go through the server.

    Args:
        runtime: What it is answered with.
        permission: What it takes.
    """

    def __init__(self, runtime: Runtime, permission: Permission) -> None:
        self.runtime = runtime
        self.permission = permission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise NotImplementedError

    async def _authorize(self, scope: Scope, message: Message | None = None) -> None:
        await self.runtime.authorize(scope, self.permission, message)

    async def _store(self, scope: Scope, receive: Receive, send: Send, place: Location) -> None:
        """Store the body of a request, and say so."""
        wanted = content_digest(header(scope, b"content-digest"))
        digest = hashlib.sha256() if wanted is not None else None
        body = Body(scope, receive)
        await store_at(place, body, self.runtime.transfers, digest, wanted)
        headers = [JSON] if wanted is None else [JSON, (b"repr-digest", write_digest(wanted))]
        await reply(send, _EMPTY, headers=headers)

    async def _in_thread(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await self.runtime.transfers.run(call, *arguments)


class Download(FileEndpoint):
    """Sends a file."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = file_path(scope["path_params"]["path"])
        await self._authorize(scope)
        await send_file(scope, receive, send, self.runtime.transfers, self.runtime.services.artifacts, path)


class Upload(FileEndpoint):
    """Stores a file."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = file_path(scope["path_params"]["path"])
        await self._authorize(scope)
        await self._store(scope, receive, send, Location(self.runtime.services.artifacts, path, path))


class Delete(FileEndpoint):
    """Deletes a file, or a folder with everything in it; the root stays."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - it has no body
        path = file_path(scope["path_params"]["path"])
        await self._authorize(scope)
        await self._in_thread(self.runtime.services.artifacts.delete, path)
        await reply(send, _EMPTY)


class FileOf(FileEndpoint, Generic[F]):
    """Sends a file of a run, of a logged model or of a model version.

    Args:
        runtime: What it is answered with.
        permission: What it takes.
        query: What the query string, together with the path, has to hold.
        find: Finds the file.
    """

    def __init__(
        self, runtime: Runtime, permission: Permission, query: type[F], find: Callable[[Services, F], Location]
    ) -> None:
        super().__init__(runtime, permission)
        self._query = query
        self._find = find

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = _read(scope, self._query)
        await self._authorize(scope, query)
        place = await self._in_thread(self._find, self.runtime.services, query)
        await send_file(
            scope, receive, send, self.runtime.transfers, place.repository, place.path, sandboxed=query.sandboxed
        )


class UploadToRun(FileEndpoint):
    """Stores a file of a run for a page: not an empty one, and no large one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = _read(scope, wire.GetRunFile)
        await self._authorize(scope, query)
        length = header(scope, b"content-length")
        if not length.isdigit() or not int(length):
            raise InvalidInput("The body is empty, or its length was not said; send the bytes of the file.")
        if int(length) > MOST_FROM_PAGE:
            raise InvalidInput(f"A page can store {MOST_FROM_PAGE} bytes at a time; use a client for larger files.")
        place = await self._in_thread(_new_in_run, self.runtime.services, query)
        await self._store(scope, receive, send, place)


def _read(scope: Scope, kind: type[M]) -> M:
    return read_query(read_parameters(scope), kind, scope["path_params"])


def file_of_run(services: Services, query: wire.GetRunFile) -> Location:
    return in_run(services, query.run(), file_path(query.path))


def file_of_model(services: Services, query: wire.GetModelFile) -> Location:
    return in_logged_model(services, query.model_id, file_path(query.artifact_file_path))


def file_of_version(services: Services, query: wire.GetVersionFile) -> Location:
    return in_version(services, query.name, query.version, file_path(query.path))


def _new_in_run(services: Services, query: wire.GetRunFile) -> Location:
    """Return where a file goes: to the run, also where a model of it has one of that path."""
    root = in_run(services, query.run(), artifact_path(""))
    path = file_path(query.path)
    return Location(root.repository, root.path / path, path)
