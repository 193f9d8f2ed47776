"""Serving: from settings to processes that answer, and to their end."""

from __future__ import annotations

import asyncio
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from runyard.errors import NotSupported, RunyardError
from runyard_asgi.logs import set_up_logs
from runyard_asgi.sockets import address_of, allow_many, bind, is_loopback
from runyard_server.opening import look_at, open_context, warm_up
from runyard_server.routing import GET_PAGE

if TYPE_CHECKING:
    from socket import socket

    from runyard_server.application import Application
    from runyard_server.metrics import ServerMetrics
    from runyard_server.runtime import Runtime
    from runyard_server.settings import Settings

__all__ = ["serve"]

_log = logging.getLogger(__name__)
_PACKAGES = ("runyard_server",)
_WARM_UP_SECONDS = 0.2


def serve(settings: Settings, *, is_opened: bool = False) -> int:
    """Serve until told to stop, and return the exit code.

    Args:
        settings: How.
        is_opened: Whether a browser is opened.

    Raises:
        RunyardError: The server cannot start; nobody has been let in.
    """
    listening = settings.listening
    if listening.workers > 1 and sys.platform == "win32":
        raise NotSupported("There is one worker on Windows; leave --workers out.")
    set_up_logs(settings.logging, _PACKAGES)
    allow_many()
    with bind(listening.host, listening.port) as listener:
        if settings.is_in_development:
            from runyard_server.reload import serve_again_and_again

            serve_again_and_again(partial(_serve_once, settings), listener)
            return 0
        return _serve_on(listener, settings, is_opened=is_opened)


def _serve_once(settings: Settings, sockets: list[socket]) -> None:
    """Serve in a process that is replaced by another one when the code changes."""
    set_up_logs(settings.logging, _PACKAGES)
    try:
        _serve_on(sockets[0], settings)
    except RunyardError as error:
        _log.error("%s", error.message)


def _serve_on(listener: socket, settings: Settings, *, is_opened: bool = False) -> int:
    application, metrics = _prepare(settings)
    from runyard_asgi.running import run

    listening = settings.listening
    _warn(settings, application, listener)
    address = address_of(listener, "https" if listening.tls else "http", listening.prefix)

    def ready() -> None:
        if listening.workers == 1:  # of several, all have it from their parent
            _warm_up_soon(application.runtime)
        if application.has_page:
            _log.info("The page is at %s/", address)
        elif settings.stores is not None:
            _log.info("There is no page to look at runs with; it is a distribution of its own: %s", GET_PAGE)
        _log.info("Listening on %s", address)
        if is_opened and application.has_page:
            import webbrowser

            webbrowser.open(address)

    return run(application, listening, listener, ready, metrics.bury if metrics else None)


def _warm_up_soon(runtime: Runtime) -> None:
    """Load what the first requests would load: after those who wait for the start, before somebody looks at runs."""

    def begin() -> None:
        with suppress(RuntimeError):  # the server ends already
            runtime.transfers.submit(warm_up, runtime.context)

    asyncio.get_running_loop().call_later(_WARM_UP_SECONDS, begin)


def _prepare(settings: Settings) -> tuple[Application, ServerMetrics | None]:
    """Open and load what answers requests."""
    workers, folder = settings.listening.workers, settings.logging.metrics
    metrics = None
    if folder is not None:
        from runyard_server.metrics import ServerMetrics

        metrics = ServerMetrics(folder, workers)
    context = open_context(settings)
    # To make the tables of a database keeps its server busy; meanwhile what answers requests is loaded.
    with ThreadPoolExecutor(1) as thread:
        looked = thread.submit(look_at, context)
        from runyard_server.application import Application
        from runyard_server.extensions import load_extensions

        extensions = load_extensions()
    looked.result()
    if workers > 1:
        warm_up(context)
    application = Application(
        context,
        extensions,
        guarding=settings.guarding,
        bound=settings.listening.host,
        metrics=metrics,
        logs_requests=settings.logging.requests,
    )
    return application, metrics


def _warn(settings: Settings, application: Application, listener: socket) -> None:
    """Say what whoever runs the server should know of."""
    if application.runtime.authenticator is None and not is_loopback(listener):
        _log.warning(
            "The server listens on %s and knows no users: whoever reaches it may read, change and delete everything. "
            "Install a plugin that authenticates, or let only those reach it who may.",
            settings.listening.host,
        )
    if not settings.guarding.is_on:
        _log.warning(
            "Requests are let in whatever their Host and Origin (--disable-security-middleware): any page that a "
            "browser shows can use this server, unless something in front of it checks them."
        )
