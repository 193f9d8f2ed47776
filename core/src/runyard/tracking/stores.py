"""Opening tracking stores by address, one per address and process."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from runyard.plugins import get_plugins
from runyard.uris import StoreURI

if TYPE_CHECKING:
    from runyard.tracking.store import TrackingStore

_stores: dict[tuple[int, StoreURI, str | None], TrackingStore] = {}
_lock = threading.Lock()


def open_store(uri: StoreURI | str | os.PathLike[str], artifact_root: str | None = None) -> TrackingStore:
    """Return the tracking store of an address; the same object for the same address in this process.

    Args:
        uri: The address; a path is a folder of runs.
        artifact_root: Where new experiments keep their artifacts.

    Raises:
        InvalidInput: The address does not parse.
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for its scheme.
        Unavailable, StorageFailure: The store cannot be reached.
    """
    parsed = uri if isinstance(uri, StoreURI) else StoreURI.parse(uri)
    key = (os.getpid(), parsed, artifact_root)
    store = _stores.get(key)
    if store is None:
        with _lock:
            store = _stores.get(key)
            if store is None:
                factory = get_plugins().tracking_stores.load(parsed.scheme)
                store = _stores[key] = factory(parsed, artifact_root)
    return store


def close_stores() -> None:
    """Close every store that is open, and open anew when one is asked for again."""
    with _lock:
        while _stores:
            _stores.popitem()[1].close()
