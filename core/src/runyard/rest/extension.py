"""What a plugin can add to a server: routes, middleware, and the knowledge of who is asking."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import msgspec

from runyard.errors import PermissionDenied
from runyard.rest.access import Permission
from runyard.rest.message import Message

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.registry.registry import ModelRegistry
    from runyard.tracking.store import TrackingStore

__all__ = [
    "IDENTITY",
    "ASGIApp",
    "AccessRequest",
    "Authenticator",
    "ExtraRoute",
    "Identity",
    "ServerContext",
    "ServerExtension",
]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


IDENTITY = "runyard.identity"
"""Where in the scope of a request stands who sent it, as an `Identity`; not there if it does not matter."""


class ServerContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a server works on.

    Attributes:
        store: Where runs are; `None` on a server that has artifacts only.
        registry: Where models are registered; `None` on a server that has artifacts only.
        artifacts: The root of the artifacts that go through the server; `None` where clients reach them themselves.
        prefix: What every path begins with; empty, or a path without a slash at its end.
    """

    store: TrackingStore | None
    registry: ModelRegistry | None
    artifacts: ArtifactRepository | None
    prefix: str = ""


class ExtraRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A route beside those of the protocol.

    Attributes:
        method: The HTTP method; ``GET`` answers ``HEAD`` too.
        path: The path; ``{name}`` is one segment, ``{name:path}`` at the end is all that follows. What they stand
            for is in ``scope["path_params"]``.
        endpoint: What answers, as an ASGI application.
        permission: What it takes; the server does not start with a route that names none.
    """

    method: str
    path: str
    endpoint: ASGIApp
    permission: Permission


class Identity(msgspec.Struct, frozen=True):
    """Who is asking.

    Attributes:
        name: What the log calls them.
    """

    name: str


class AccessRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to do.

    Attributes:
        permission: What it takes.
        method: The HTTP method.
        path: The path, without the server's prefix.
        parameters: What the variable parts of the path stand for.
        message: What was sent, for a route of the protocol.
    """

    permission: Permission
    method: str
    path: str
    parameters: Mapping[str, str] = {}
    message: Message | None = None


class Authenticator(ABC):
    """Knows who is asking and what they may do. It is asked before every route that is not public."""

    @abstractmethod
    async def authenticate(self, headers: Mapping[str, str]) -> Identity:
        """Return who sends a request.

        Args:
            headers: The headers of the request, with names in lower case.

        Raises:
            Unauthenticated: It does not say, or says it wrongly.
        """

    @abstractmethod
    async def allows(self, who: Identity, request: AccessRequest) -> bool:
        """Say whether somebody may do something."""

    async def authorize(self, who: Identity, request: AccessRequest) -> None:
        """Let somebody do something.

        Raises:
            PermissionDenied: They may not.
        """
        if not await self.allows(who, request):
            raise PermissionDenied(
                f"{who.name!r} may not use {request.method} {request.path}: it takes {request.permission}."
            )


class ServerExtension:
    """Adds to a server.

    ``runyard_NAME.plugin`` registers it:

        @hookimpl
        def runyard_server_extensions():
            yield ServerExtensionPlugin(name="NAME", factory="runyard_NAME.extension:NameExtension")
    """

    def routes(self, context: ServerContext) -> Iterable[ExtraRoute]:  # noqa: ARG002 - most need it
        """Return further routes."""
        return ()

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """Return an application around the whole server; of several extensions the first by name is the outermost.

        It is called for the beginning and the end of the server too (``lifespan``), which it has to pass on. Requests
        that the server refuses because of their Host or Origin do not come so far.
        """
        return app

    def authenticator(self) -> Authenticator | None:
        """Return who knows the users; one extension at most may."""
        return None
