"""What this distribution offers: the project backend ``local``."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import ProjectBackendPlugin


@hookimpl
def runyard_project_backends() -> Iterator[ProjectBackendPlugin]:
    yield ProjectBackendPlugin(
        name="local", factory="runyard_local.backend:LocalBackend", summary="Processes on this machine."
    )
