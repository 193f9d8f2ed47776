"""What a distribution with the memory backends would offer: a store, a registry and a repository for ``memory:``."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import ArtifactRepositoryPlugin, ModelRegistryPlugin, TrackingStorePlugin


@hookimpl
def runyard_tracking_stores() -> Iterator[TrackingStorePlugin]:
    yield TrackingStorePlugin(
        name="memory",
        schemes=("memory",),
        factory="runyard.testing.memory.store:MemoryTrackingStore",
        summary="Runs in the memory of this process.",
    )


@hookimpl
def runyard_model_registries() -> Iterator[ModelRegistryPlugin]:
    yield ModelRegistryPlugin(
        name="memory",
        schemes=("memory",),
        factory="runyard.testing.memory.registry:MemoryModelRegistry",
        summary="Registered models in the memory of this process.",
    )


@hookimpl
def runyard_artifact_repositories() -> Iterator[ArtifactRepositoryPlugin]:
    yield ArtifactRepositoryPlugin(
        name="memory",
        schemes=("memory",),
        factory="runyard.testing.memory.repository:MemoryArtifactRepository",
        summary="Artifacts in the memory of this process.",
    )
