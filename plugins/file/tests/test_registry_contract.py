"""The registry in files passes the contract of model registries."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.registry.registry import ModelRegistry
from runyard.testing import ModelRegistryContract
from runyard.uris import StoreURI
from runyard_file.registry import FileRegistry


class TestFileRegistry(ModelRegistryContract):
    longest_names = False  # the name of a folder has 255 bytes at most
    nested_keys = False  # a file and a folder of one name cannot both be

    @pytest.fixture
    def registry(self, tmp_path: Path) -> ModelRegistry:
        return FileRegistry(StoreURI.parse(tmp_path / "mlruns"))
