"""pytest fixtures for tests of plugins and of the core.

In the ``conftest.py`` at the root of a test suite:

    pytest_plugins = ["runyard.testing.fixtures"]
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runyard.plugins.manager import Plugins
from runyard.testing.isolation import isolated, plugins_in_place


@pytest.fixture
def runyard_isolated() -> Iterator[None]:
    """Run a test as in a fresh process without settings; the installed plugins are found as usual."""
    with isolated():
        yield


@pytest.fixture
def memory_plugins(runyard_isolated: None) -> Iterator[Plugins]:
    """Run a test with no plugins but the core's own and the memory backends (scheme ``memory``)."""
    with plugins_in_place("runyard.testing.memory.plugin") as plugins:
        yield plugins


@pytest.fixture
def memory_uri(memory_plugins: Plugins, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with a fresh memory store and registry as the ones in force, and return their address."""
    uri = "memory://test"
    monkeypatch.setenv("RUNYARD_TRACKING_URI", uri)
    return uri
