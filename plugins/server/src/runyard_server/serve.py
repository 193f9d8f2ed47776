"""Serving: from settings to processes that answer, and to their end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from runyard.errors import NotSupported, RunyardError
from runyard_server.application import Application
from runyard_server.connections import Server, make_config
from runyard_server.extensions import load_extensions
from runyard_server.logs import set_up_logs
from runyard_server.opening import open_context, warm_up
from runyard_server.sockets import address_of, allow_many, bind, is_loopback

if TYPE_CHECKING:
    from socket import socket

    import uvicorn

    from runyard_server.metrics import Metrics
    from runyard_server.settings import Listening, Settings
    from runyard_server.workers import Worker

__all__ = ["serve"]

_log = logging.getLogger(__name__)

_LAST_SECONDS = 5.0
"""How long a server has for the rest, after requests had their time."""


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
    set_up_logs(settings.logging)
    allow_many()
    with bind(listening.host, listening.port) as listener:
        if settings.is_in_development:
            from runyard_server.reload import serve_again_and_again

            serve_again_and_again(partial(_serve_once, settings), listener)
            return 0
        return _serve_on(listener, settings, is_opened=is_opened)


def _serve_once(settings: Settings, sockets: list[socket]) -> None:
    """Serve in a process that is replaced by another one when the code changes."""
    set_up_logs(settings.logging)
    try:
        _serve_on(sockets[0], settings)
    except RunyardError as error:
        _log.error("%s", error.message)


def _serve_on(listener: socket, settings: Settings, *, is_opened: bool = False) -> int:
    listening = settings.listening
    application, metrics = _prepare(settings)
    config = make_config(application, listening)
    _warn(settings, application, listener)
    listener.listen(listening.limits.backlog)
    address = address_of(listener, "https" if listening.tls else "http", listening.prefix)

    def ready() -> None:
        _log.info("Listening on %s", address)
        if is_opened:
            import webbrowser

            webbrowser.open(address)

    # What is there now stays; the collector need not look at it again, and copies of this process share it.
    gc.collect()
    gc.freeze()
    if listening.workers == 1:
        _answer(config, listening, listener, ready)
        return 0
    from runyard_server.workers import run_workers

    def work(worker: Worker) -> None:
        _answer(config, listening, listener, worker.ready, worker.lifeline)

    seconds = listening.limits.grace_seconds + 2 * _LAST_SECONDS
    return run_workers(listening.workers, work, ready, seconds, metrics.bury if metrics else None)


def _prepare(settings: Settings) -> tuple[Application, Metrics | None]:
    """Open and load what answers requests."""
    workers, folder = settings.listening.workers, settings.logging.metrics
    metrics = None
    if folder is not None:
        from runyard_server.metrics import Metrics

        metrics = Metrics(folder, workers)
    extensions = load_extensions()
    context = open_context(settings)
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


def _answer(
    config: uvicorn.Config,
    listening: Listening,
    listener: socket,
    on_ready: Callable[[], None],
    lifeline: int | None = None,
) -> None:
    """Answer requests in this process until it is told to stop, or its parent is gone."""

    def ready() -> None:
        if lifeline is not None:
            asyncio.get_running_loop().add_reader(lifeline, orphaned, lifeline)
        on_ready()

    def orphaned(descriptor: int) -> None:
        asyncio.get_running_loop().remove_reader(descriptor)
        server.stop()

    def stopping() -> None:
        _end_in_time(listening.limits.grace_seconds)

    server = Server(config, listening, ready, stopping, is_worker=lifeline is not None)
    server.run([listener])


def _end_in_time(grace_seconds: float) -> None:
    """End this process in any case, also if a store does not answer."""

    def end() -> None:
        _log.error("What was in flight has not ended in time; the process ends without it.")
        logging.shutdown()
        os._exit(1)

    timer = threading.Timer(grace_seconds + _LAST_SECONDS, end)
    timer.daemon = True
    timer.start()
