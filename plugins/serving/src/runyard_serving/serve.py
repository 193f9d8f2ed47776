"""Serving: from settings to processes that answer, and to their end."""

from __future__ import annotations

import logging
import sys
from functools import partial
from typing import TYPE_CHECKING

from runyard.errors import NotSupported
from runyard_asgi.logs import set_up_logs
from runyard_asgi.running import run
from runyard_asgi.sockets import address_of, allow_many, bind, is_loopback
from runyard_serving.application import Application
from runyard_serving.model import ServedModel, is_shareable

if TYPE_CHECKING:
    from socket import socket

    from runyard_serving.settings import Settings

__all__ = ["serve"]

_log = logging.getLogger(__name__)


def serve(settings: Settings) -> int:
    """Serve until told to stop, and return the exit code.

    Raises:
        RunyardError: The server cannot start; nobody has been let in.
    """
    listening = settings.listening
    if listening.workers > 1 and sys.platform == "win32":
        raise NotSupported("There is one worker on Windows; leave --workers out.")
    set_up_logs(settings.logging, ("runyard_serving",))
    logging.captureWarnings(True)  # what loading a model warns of is for the log
    allow_many()
    with bind(listening.host, listening.port) as listener:
        return _serve_on(listener, settings)


def _serve_on(listener: socket, settings: Settings) -> int:
    listening = settings.listening
    metrics = None
    if settings.logging.metrics is not None:
        from runyard_serving.metrics import ServingMetrics

        metrics = ServingMetrics(settings.logging.metrics, listening.workers)
    application = Application(
        partial(ServedModel.load, settings.folder, settings.config),
        settings.calls,
        guarding=settings.guarding,
        bound=listening.host,
        metrics=metrics,
        logs_requests=settings.logging.requests,
    )
    if listening.workers == 1:
        application.open()
    elif _is_preloaded(settings):
        application.open()
        application.warm_up()  # the workers, copies of this process, share that too
    _warn(settings, listener)
    address = address_of(listener, "https" if listening.tls else "http")

    def ready() -> None:
        _log.info("Listening on %s", address)

    return run(application, listening, listener, ready, metrics.bury if metrics else None)


def _is_preloaded(settings: Settings) -> bool:
    """Say whether the workers are copies of a process that has loaded the model."""
    if settings.is_preloaded is not None:
        return settings.is_preloaded
    return is_shareable(settings.folder)


def _warn(settings: Settings, listener: socket) -> None:
    """Say what whoever runs the server should know of."""
    if not is_loopback(listener):
        _log.warning(
            "The server listens on %s and knows no users: whoever reaches it may ask the model. Let only those reach "
            "it who may, or put a proxy before it that authenticates.",
            settings.listening.host,
        )
    if not settings.guarding.is_on:
        _log.warning(
            "Requests are let in whatever their Host and Origin (--disable-security-middleware): any page that a "
            "browser shows can use this server, unless something in front of it checks them."
        )
