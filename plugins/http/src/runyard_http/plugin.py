"""What this distribution offers: a tracking store, a model registry and an artifact repository on a tracking server."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import ArtifactRepositoryPlugin, ModelRegistryPlugin, TrackingStorePlugin
from runyard.uris import PROXY_SCHEMES

SCHEMES = ("http", "https")


@hookimpl
def runyard_tracking_stores() -> Iterator[TrackingStorePlugin]:
    yield TrackingStorePlugin(
        name="http",
        schemes=SCHEMES,
        factory="runyard_http.store:HttpStore",
        summary="Runs on a tracking server.",
    )


@hookimpl
def runyard_model_registries() -> Iterator[ModelRegistryPlugin]:
    yield ModelRegistryPlugin(
        name="http",
        schemes=SCHEMES,
        factory="runyard_http.registry:HttpRegistry",
        summary="Registered models on a tracking server.",
    )


@hookimpl
def runyard_artifact_repositories() -> Iterator[ArtifactRepositoryPlugin]:
    yield ArtifactRepositoryPlugin(
        name="http",
        schemes=PROXY_SCHEMES,
        factory="runyard_http.repository:HttpArtifactRepository",
        summary="Artifacts that go through a tracking server.",
    )
