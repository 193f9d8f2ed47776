"""What this distribution offers: the project backend ``local``, and the environment managers that build something."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import EnvironmentManagerPlugin, ProjectBackendPlugin


@hookimpl
def runyard_project_backends() -> Iterator[ProjectBackendPlugin]:
    yield ProjectBackendPlugin(
        name="local", factory="runyard_local.backend:LocalBackend", summary="Processes on this machine."
    )


@hookimpl
def runyard_environment_managers() -> Iterator[EnvironmentManagerPlugin]:
    yield EnvironmentManagerPlugin(
        name="virtualenv",
        factory="runyard_local.managers:VirtualenvManager",
        summary="Virtual environments, built by uv where it is installed, else by venv and pip.",
    )
    yield EnvironmentManagerPlugin(
        name="uv", factory="runyard_local.managers:UvManager", summary="Virtual environments, built by uv."
    )
    yield EnvironmentManagerPlugin(
        name="conda",
        factory="runyard_local.conda:CondaManager",
        summary="Conda environments, made by conda, mamba or micromamba.",
    )
