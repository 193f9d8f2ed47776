"""What this distribution offers."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import CommandPlugin


@hookimpl
def runyard_commands() -> Iterator[CommandPlugin]:
    yield CommandPlugin(
        name="server", factory="runyard_server.command:server", summary="Serve runs, models and artifacts to a team."
    )
    yield CommandPlugin(
        name="ui", factory="runyard_server.command:ui", summary="Look at what is in the current folder."
    )
