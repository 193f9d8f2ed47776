"""The store keeps the contract of tracking stores in every kind of database, and the plugin that of plugins."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.testing import PluginContract, TrackingStoreContract
from runyard.tracking.store import TrackingStore
from runyard.uris import StoreURI
from runyard_sql.store import SqlStore


class TestSqlStore(TrackingStoreContract):
    @pytest.fixture
    def store(self, address: StoreURI, tmp_path: Path) -> TrackingStore:
        return SqlStore(address, str(tmp_path / "artifacts"))


class TestPlugin(PluginContract):
    entry_point = "sql"
