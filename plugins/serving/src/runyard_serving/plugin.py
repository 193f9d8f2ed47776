"""What this distribution offers."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import CommandPlugin


@hookimpl
def runyard_commands() -> Iterator[CommandPlugin]:
    yield CommandPlugin(
        name="serve", group="models", factory="runyard_serving.command:serve", summary="Serve a model over HTTP."
    )
    yield CommandPlugin(
        name="generate-dockerfile",
        group="models",
        factory="runyard_serving.image.command:generate_dockerfile",
        summary="Write a Dockerfile that serves a model.",
    )
    yield CommandPlugin(
        name="build-docker",
        group="models",
        factory="runyard_serving.image.command:build_docker",
        summary="Build a Docker image that serves a model.",
    )
