"""The memory backends keep the contracts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runyard.testing import ArtifactRepositoryContract, ModelRegistryContract, TrackingStoreContract
from runyard.testing.memory import MemoryArtifactRepository, MemoryModelRegistry, MemoryTrackingStore, forget
from runyard.uris import ArtifactURI, StoreURI

ADDRESS = StoreURI.parse("memory://contract")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


class TestMemoryTrackingStore(TrackingStoreContract):
    @pytest.fixture
    def store(self) -> MemoryTrackingStore:
        return MemoryTrackingStore(ADDRESS)


class TestMemoryModelRegistry(ModelRegistryContract):
    @pytest.fixture
    def registry(self) -> MemoryModelRegistry:
        return MemoryModelRegistry(ADDRESS)


class TestMemoryArtifactRepository(ArtifactRepositoryContract):
    @pytest.fixture(params=["memory://contract/root", "memory://contract", "memory:/root"])
    def repository(self, request: pytest.FixtureRequest) -> MemoryArtifactRepository:
        return MemoryArtifactRepository(ArtifactURI.parse(request.param))
