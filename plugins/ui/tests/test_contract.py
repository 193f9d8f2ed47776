"""The plugin keeps the contracts of plugins and of extensions of the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.testing import PluginContract, ServerExtensionContract
from runyard_ui.extension import PageExtension


class TestPlugin(PluginContract):
    entry_point = "ui"


class TestExtension(ServerExtensionContract):
    authenticates = False

    @pytest.fixture
    def extension(self, built: Path) -> PageExtension:
        return PageExtension(built)
