from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runyard.tracking.requests import NewRun
from runyard.uris import StoreURI
from runyard_file.store import FileStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "mlruns"


@pytest.fixture
def store(root: Path) -> FileStore:
    return FileStore(StoreURI.parse(root))


@pytest.fixture
def new_run(store: FileStore) -> Callable[..., str]:
    def make(name: str = "run", experiment_id: str = "0", start_time: int = 1_700_000_000_000) -> str:
        run = NewRun(experiment_id=experiment_id, user_id="me", start_time=start_time, run_name=name)
        return store.create_run(run).info.run_id

    return make
