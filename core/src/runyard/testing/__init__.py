"""What authors of plugins test with: a contract suite for each kind, fixtures, and backends in memory.

The suites and `runyard.testing.fixtures` need pytest: ``pip install runyard-core[testing]``; the rest does not.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.testing.artifact_repository import ArtifactRepositoryContract
    from runyard.testing.autologger import AutologgerContract
    from runyard.testing.environment_manager import EnvironmentManagerContract
    from runyard.testing.flavor import FlavorContract
    from runyard.testing.model_registry import ModelRegistryContract
    from runyard.testing.plugin import PluginContract
    from runyard.testing.project_backend import ProjectBackendContract
    from runyard.testing.server_extension import ServerExtensionContract
    from runyard.testing.tracking_store import TrackingStoreContract

__all__ = [
    "ArtifactRepositoryContract",
    "AutologgerContract",
    "EnvironmentManagerContract",
    "FlavorContract",
    "ModelRegistryContract",
    "PluginContract",
    "ProjectBackendContract",
    "ServerExtensionContract",
    "TrackingStoreContract",
]

_MODULES = {
    "ArtifactRepositoryContract": "runyard.testing.artifact_repository",
    "AutologgerContract": "runyard.testing.autologger",
    "EnvironmentManagerContract": "runyard.testing.environment_manager",
    "FlavorContract": "runyard.testing.flavor",
    "ModelRegistryContract": "runyard.testing.model_registry",
    "PluginContract": "runyard.testing.plugin",
    "ProjectBackendContract": "runyard.testing.project_backend",
    "ServerExtensionContract": "runyard.testing.server_extension",
    "TrackingStoreContract": "runyard.testing.tracking_store",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        from importlib import import_module

        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_pytest = sys.modules.get("pytest")
if _pytest is not None:
    # a failed clause then shows what was compared, in an author's test run as well as in ours
    _pytest.register_assert_rewrite("runyard.testing.contract", *_MODULES.values())
