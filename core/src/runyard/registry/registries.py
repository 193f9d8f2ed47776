"""Opening model registries by address, one per address and process."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from runyard.plugins import get_plugins
from runyard.uris import StoreURI

if TYPE_CHECKING:
    from runyard.registry.registry import ModelRegistry

_registries: dict[tuple[int, StoreURI], ModelRegistry] = {}
_lock = threading.Lock()


def open_registry(uri: StoreURI | str | os.PathLike[str]) -> ModelRegistry:
    """Return the model registry of an address; the same object for the same address in this process.

    Raises:
        InvalidInput: The address does not parse.
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for its scheme.
        Unavailable, StorageFailure: The registry cannot be reached.
    """
    parsed = uri if isinstance(uri, StoreURI) else StoreURI.parse(uri)
    key = (os.getpid(), parsed)
    registry = _registries.get(key)
    if registry is None:
        with _lock:
            registry = _registries.get(key)
            if registry is None:
                factory = get_plugins().model_registries.load(parsed.scheme)
                registry = _registries[key] = factory(parsed)
    return registry


def close_registries() -> None:
    """Close every registry that is open, and open anew when one is asked for again."""
    with _lock:
        while _registries:
            _registries.popitem()[1].close()
