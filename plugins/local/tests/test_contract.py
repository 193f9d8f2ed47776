"""The local backend keeps the contract of project backends."""

from __future__ import annotations

import pytest

from runyard.projects.backend import ProjectBackend
from runyard.testing import PluginContract, ProjectBackendContract
from runyard_local.backend import LocalBackend


class TestLocalBackend(ProjectBackendContract):
    plugins = ("runyard_local.plugin",)

    @pytest.fixture
    def backend(self) -> ProjectBackend:
        return LocalBackend()


class TestPlugin(PluginContract):
    entry_point = "local"
