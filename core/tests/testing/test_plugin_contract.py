"""The plugin contract, kept by what the core itself offers."""

from __future__ import annotations

from runyard.testing import PluginContract


class TestCorePlugin(PluginContract):
    entry_point = "core"
