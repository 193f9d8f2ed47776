"""The environment managers keep the contract."""

from __future__ import annotations

import pytest

from runyard.projects.backend import EnvironmentManager
from runyard.testing import EnvironmentManagerContract
from runyard_local import managers
from runyard_local.managers import UvManager, VirtualenvManager

pytest.importorskip("uv", reason="needs uv: pip install 'runyard-local[uv]'")


class TestUvManager(EnvironmentManagerContract):
    @pytest.fixture
    def manager(self) -> EnvironmentManager:
        return UvManager()


@pytest.mark.slow
class TestVirtualenvManagerWithoutUv(EnvironmentManagerContract):
    @pytest.fixture
    def manager(self, monkeypatch: pytest.MonkeyPatch) -> EnvironmentManager:
        monkeypatch.setattr(managers, "find_uv", lambda: None)
        return VirtualenvManager()
