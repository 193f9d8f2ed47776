"""The plugin keeps the contract of plugins."""

from __future__ import annotations

from runyard.testing import PluginContract


class TestPlugin(PluginContract):
    entry_point = "serving"
