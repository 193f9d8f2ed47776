"""A fresh memory store for each test, in a fresh folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.tracking.client import RunyardClient


@pytest.fixture(autouse=True)
def _store(memory_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def client() -> RunyardClient:
    return RunyardClient()
