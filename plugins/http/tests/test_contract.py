"""Store and registry keep their contracts against a server of ours, and the plugin that of plugins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runyard.registry.registry import ModelRegistry
from runyard.registry.requests import NewModelVersion
from runyard.testing import ModelRegistryContract, PluginContract, TrackingStoreContract
from runyard.tracking.new_run import new_run
from runyard.tracking.store import TrackingStore
from runyard.uris import StoreURI
from runyard_http.registry import HttpRegistry
from runyard_http.store import HttpStore


class TestHttpStore(TrackingStoreContract):
    purges = False
    exact_errors = False

    @pytest.fixture
    def store(self, address: StoreURI) -> Iterator[TrackingStore]:
        store = HttpStore(address)
        yield store
        store.close()


class TestHttpRegistry(ModelRegistryContract):
    @pytest.fixture
    def registry(self, address: StoreURI) -> Iterator[ModelRegistry]:
        registry = HttpRegistry(address)
        yield registry
        registry.close()

    def test_created_version_comes_back(self, registry: ModelRegistry) -> None:
        # A server looks itself where the files of a source are, so there has to be a run.
        store = HttpStore(registry.uri)
        run = store.create_run(new_run("0", {}))
        source = f"runs:/{run.info.run_id}/model"
        self.model(registry)
        new = NewModelVersion(
            name="model",
            source=source,
            run_id=run.info.run_id,
            run_link="https://example.org/abc",
            description="the first",
            tags={"a": "b"},
        )
        for version in (registry.create_model_version(new), registry.get_model_version("model", "1")):
            assert (version.name, version.version) == ("model", "1")
            assert (version.source, version.run_id) == (source, run.info.run_id)
            assert version.storage_location == f"{run.info.artifact_uri}/model"
            assert (version.run_link, version.description) == ("https://example.org/abc", "the first")
            assert (version.tags, version.aliases) == ({"a": "b"}, [])
            assert (version.current_stage, version.status) == ("None", "READY")


class TestPlugin(PluginContract):
    entry_point = "http"
