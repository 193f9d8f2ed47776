"""Processes that answer requests on a socket, and their end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from runyard_asgi.connections import Server, make_config

if TYPE_CHECKING:
    from socket import socket

    import uvicorn

    from runyard.rest.extension import ASGIApp
    from runyard_asgi.settings import Listening
    from runyard_asgi.workers import Worker

__all__ = ["run"]

_log = logging.getLogger(__name__)

_LAST_SECONDS = 5.0
"""How long a server has for the rest, after requests had their time."""


def run(
    application: ASGIApp,
    listening: Listening,
    listener: socket,
    on_ready: Callable[[], None],
    on_death: Callable[[int], None] | None = None,
) -> int:
    """Answer requests until SIGTERM or Ctrl-C, and return the exit code.

    Args:
        application: What answers. With several workers each is a copy of this process; what cannot be copied is loaded
            when the application starts up (``lifespan.startup``), and nobody is let in before that.
        listening: How many workers, and what they wait for.
        listener: What `runyard_asgi.sockets.bind` returns.
        on_ready: Called when all workers answer.
        on_death: Called with the process id of a worker that has ended.

    Raises:
        InvalidInput: The certificate or its key cannot be used.
    """
    config = make_config(application, listening)
    # What is there now stays; the collector need not look at it again, and copies of this process share it.
    gc.collect()
    gc.freeze()
    if listening.workers == 1:
        return _serve_here(config, listening, listener, on_ready)
    from runyard_asgi.workers import run_workers

    def work(worker: Worker) -> None:
        sys.exit(_serve_here(config, listening, listener, worker.ready, worker.lifeline))

    seconds = listening.limits.grace_seconds + 2 * _LAST_SECONDS
    return run_workers(listening.workers, work, on_ready, seconds, on_death)


def _serve_here(
    config: uvicorn.Config,
    listening: Listening,
    listener: socket,
    on_ready: Callable[[], None],
    lifeline: int | None = None,
) -> int:
    """Answer requests in this process until it is told to stop, or its parent is gone; return the exit code."""

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
    return int(server.has_failed)


def _end_in_time(grace_seconds: float) -> None:
    """End this process in any case, also if a store does not answer."""

    def end() -> None:
        _log.error("What was in flight has not ended in time; the process ends without it.")
        logging.shutdown()
        os._exit(1)

    timer = threading.Timer(grace_seconds + _LAST_SECONDS, end)
    timer.daemon = True
    timer.start()
