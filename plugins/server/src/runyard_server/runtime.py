"""What the endpoints of a running server share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runyard.rest.access import PUBLIC
from runyard.rest.extension import IDENTITY, AccessRequest
from runyard_asgi.threads import Threads
from runyard_server.services import Services
from runyard_server.writer import Writer

if TYPE_CHECKING:
    from runyard.rest.access import Permission
    from runyard.rest.extension import ASGIApp, Authenticator, Receive, Scope, Send, ServerContext
    from runyard.rest.message import Message

__all__ = ["Runtime"]

THREADS = 16
TRANSFER_THREADS = 16


class Runtime:
    """The stores, the threads that wait for them, and the one who knows the users.

    Args:
        context: What the server works on.
        authenticator: Who knows the users; everybody may do everything without one.

    Attributes:
        on_commit: Called with the number of batches that were committed together; set before the first of them.
    """

    def __init__(self, context: ServerContext, authenticator: Authenticator | None = None) -> None:
        self.context = context
        self.services = Services(context)
        self.authenticator = authenticator
        self.threads = Threads(THREADS, "runyard-request")
        self.transfers = Threads(TRANSFER_THREADS, "runyard-transfer")
        self.on_commit: Callable[[int], None] = lambda _: None
        self._writer: Writer | None = None

    @property
    def writer(self) -> Writer:
        """What records for all clients."""
        if self._writer is None:
            self._writer = Writer(self.services.store, self.on_commit)
        return self._writer

    def close(self) -> None:
        """Return when whatever was begun has ended, and the stores are closed."""
        if self._writer is not None:
            self._writer.close()
        self.threads.shutdown()
        self.transfers.shutdown()
        for store in (self.context.store, self.context.registry):
            if store is not None:
                store.close()

    async def authenticate(self, scope: Scope, permission: Permission) -> None:
        """Note who sends a request, where that matters.

        Raises:
            Unauthenticated: It has to say, and does not.
        """
        if self.authenticator is not None and permission != PUBLIC:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            scope[IDENTITY] = await self.authenticator.authenticate(headers)

    async def authorize(self, scope: Scope, permission: Permission, message: Message | None = None) -> None:
        """Let a request pass.

        Raises:
            PermissionDenied: Whoever sent it may not do that.
        """
        if self.authenticator is not None and permission != PUBLIC:
            request = AccessRequest(
                permission=permission,
                method=scope["method"],
                path=scope["path"],
                parameters=scope["path_params"],
                message=message,
            )
            await self.authenticator.authorize(scope[IDENTITY], request)

    def guarded(self, permission: Permission, endpoint: ASGIApp) -> ASGIApp:
        """Return an endpoint that answers whoever has a permission."""

        async def guard(scope: Scope, receive: Receive, send: Send) -> None:
            await self.authorize(scope, permission)
            await endpoint(scope, receive, send)

        return guard
