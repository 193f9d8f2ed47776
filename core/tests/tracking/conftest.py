"""A fresh memory store for each test, in a fresh folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from runyard.tracking.client import RunyardClient
from runyard.tracking.uris import tracking_store


@pytest.fixture(autouse=True)
def _store(memory_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small_pages(memory_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the store give three results at a time, however many are asked for."""
    store = tracking_store()
    for name in ("search_runs", "search_experiments", "search_logged_models"):
        search = getattr(store, name)

        def cut(query: Any, search: Any = search) -> Any:
            return search(msgspec.structs.replace(query, max_results=min(3, query.max_results)))

        monkeypatch.setattr(store, name, cut)


@pytest.fixture
def client() -> RunyardClient:
    return RunyardClient()
