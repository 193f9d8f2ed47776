"""Serving: from settings to a process that answers, and to its end."""

from __future__ import annotations

import gc
import logging
import os
import threading
from typing import TYPE_CHECKING

from runyard_server.logs import set_up_logs
from runyard_server.opening import open_context
from runyard_server.sockets import address_of, bind

if TYPE_CHECKING:
    from socket import socket

    from runyard.rest.extension import ServerContext
    from runyard_server.settings import Settings

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
    set_up_logs(settings.logging)
    listening = settings.listening
    with bind(listening.host, listening.port) as listener:
        context = open_context(settings)
        _run(settings, context, listener, is_opened=is_opened)
    return 0


def _run(settings: Settings, context: ServerContext, listener: socket, *, is_opened: bool) -> None:
    from runyard_server.application import Application
    from runyard_server.connections import Server, make_config

    listening = settings.listening
    application = Application(context)
    config = make_config(application, listening)
    listener.listen(listening.limits.backlog)

    address = address_of(listener, "https" if listening.tls else "http", listening.prefix)

    def ready() -> None:
        _log.info("Listening on %s", address)
        if is_opened:
            import webbrowser

            webbrowser.open(address)

    server = Server(config, listening, ready, lambda: _end_in_time(listening.limits.grace_seconds))
    gc.collect()
    gc.freeze()
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
