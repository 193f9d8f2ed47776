"""Complete backends in the memory of this process: fakes for tests, and examples for authors of plugins.

The address ``memory://NAME`` names a store, a registry and the artifacts of its runs; all objects that are opened with
one address see the same things, until `forget` drops them.
"""

from __future__ import annotations

from runyard.testing.memory.faults import InjectedFault, faults
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.repository import MemoryArtifactRepository
from runyard.testing.memory.state import forget
from runyard.testing.memory.store import MemoryTrackingStore

__all__ = [
    "InjectedFault",
    "MemoryArtifactRepository",
    "MemoryModelRegistry",
    "MemoryTrackingStore",
    "faults",
    "forget",
]
