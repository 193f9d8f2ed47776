from __future__ import annotations

import pytest

from runyard.testing import ModelRegistryContract
from runyard.uris import StoreURI
from runyard_sql.registry import SqlRegistry


class TestSqlRegistry(ModelRegistryContract):
    @pytest.fixture
    def registry(self, address: StoreURI) -> SqlRegistry:
        return SqlRegistry(address)
