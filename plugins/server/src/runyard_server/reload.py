"""``--dev``: a server that starts again when its code changes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn  # noqa: TID253 - this module is imported by a server in development only
from uvicorn.supervisors.statreload import StatReload  # noqa: TID253 - as above

from runyard.plugins import get_plugins

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

__all__ = ["serve_again_and_again"]


def serve_again_and_again(work: Callable[[list[socket]], None], listener: socket) -> None:
    """Do something in a process of its own, and again in a new one whenever code has changed, until told to stop.

    Args:
        work: What is done with the socket; another process has to find it by its name.
        listener: What all of them listen on.
    """
    config = uvicorn.Config(
        "runyard_server.application:Application", log_config=None, reload=True, reload_dirs=[*map(str, _folders())]
    )
    StatReload(config, work, [listener]).run()  # type: ignore[arg-type]  # sockets are given to it whenever there are


def _folders() -> set[Path]:
    """Return the folders of the packages that answer: the core's and those of the plugins."""
    names = {"runyard", *(plugin.module.partition(".")[0] for plugin in get_plugins())}
    files = [sys.modules[name].__file__ for name in names if name in sys.modules]
    return {Path(os.path.dirname(file)) for file in files if file is not None}
