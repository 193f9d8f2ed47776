"""What this distribution offers: a tracking store, a model registry and an artifact repository for local folders."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import ArtifactRepositoryPlugin, ModelRegistryPlugin, TrackingStorePlugin


@hookimpl
def runyard_tracking_stores() -> Iterator[TrackingStorePlugin]:
    yield TrackingStorePlugin(
        name="file",
        schemes=("file",),
        factory="runyard_file.store:FileStore",
        summary="Runs in a folder, in the mlruns layout.",
    )


@hookimpl
def runyard_model_registries() -> Iterator[ModelRegistryPlugin]:
    yield ModelRegistryPlugin(
        name="file",
        schemes=("file",),
        factory="runyard_file.registry:FileRegistry",
        summary="Registered models in a folder, in the mlruns layout.",
    )


@hookimpl
def runyard_artifact_repositories() -> Iterator[ArtifactRepositoryPlugin]:
    yield ArtifactRepositoryPlugin(
        name="file",
        schemes=("file",),
        factory="runyard_file.repository:LocalArtifactRepository",
        summary="Artifacts in a local folder.",
    )
