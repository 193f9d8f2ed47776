"""The file store passes the contract of tracking stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.testing import TrackingStoreContract
from runyard.tracking.store import TrackingStore
from runyard.uris import StoreURI
from runyard_file.store import FileStore


class TestFileStore(TrackingStoreContract):
    nested_keys = False  # a file and a folder of one name cannot both be

    @pytest.fixture
    def store(self, tmp_path: Path) -> TrackingStore:
        return FileStore(StoreURI.parse(tmp_path / "mlruns"))
