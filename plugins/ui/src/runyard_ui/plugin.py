"""What this distribution offers."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import ServerExtensionPlugin


@hookimpl
def runyard_server_extensions() -> Iterator[ServerExtensionPlugin]:
    yield ServerExtensionPlugin(name="ui", factory="runyard_ui.extension:PageExtension", summary="The page, at `/`.")
