"""The addresses in force: where runs are recorded and where models are registered.

An address that was set in the program comes first, then the environment, then the folder ``mlruns`` of the working
directory.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runyard import config
from runyard.tracking.stores import open_store
from runyard.uris import StoreURI

if TYPE_CHECKING:
    from runyard.registry.registry import ModelRegistry
    from runyard.tracking.store import TrackingStore

__all__ = [
    "get_registry_uri",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "model_registry",
    "set_registry_uri",
    "set_tracking_uri",
    "tracking_store",
]

DEFAULT_FOLDER = "mlruns"


class _Address:
    """One address, set in the program or in the environment; what is set is exported to child processes."""

    def __init__(self, setting: config.Setting[str | None]) -> None:
        self._setting = setting
        self._exported: str | None = None
        self._parsed: StoreURI | None = None

    def set(self, uri: str | os.PathLike[str] | None) -> None:
        if uri is None or uri == "":
            self._exported = self._parsed = None
            self._setting.unset()
            return
        parsed = StoreURI.parse(uri)
        if parsed.scheme != "file":
            text = os.fspath(uri)
        elif isinstance(uri, str):
            # Made absolute now: a later change of the working directory must not move the runs.
            text = uri if "://" in uri else parsed.text
        else:
            from pathlib import Path

            text = Path(parsed.text).as_uri()
        self._setting.export(text)
        self._exported, self._parsed = text, parsed

    def get(self) -> str | None:
        return self._setting.get() or None

    def parsed(self) -> StoreURI | None:
        """Return the address as a type; a variable that was changed since `set` counts."""
        text = self.get()
        if text is None or text == self._exported:
            return self._parsed if text else None
        return StoreURI.parse(text)


_tracking = _Address(config.TRACKING_URI)
_registry = _Address(config.REGISTRY_URI)


def set_tracking_uri(uri: str | os.PathLike[str] | None) -> None:
    """Set where runs are recorded from now on, here and in processes that are started from here.

    A run that is active keeps its store.

    Args:
        uri: An address such as ``http://host:5000`` or ``sqlite:///runs.db``, or a folder. `None` or empty text takes
            the setting back.

    Raises:
        InvalidInput: The text is not an address.
    """
    _tracking.set(uri)


def get_tracking_uri() -> str:
    """Return the address where runs are recorded."""
    return _tracking.get() or StoreURI.parse(DEFAULT_FOLDER).absolute


def is_tracking_uri_set() -> bool:
    """Say whether an address was set, in the program or in the environment."""
    return _tracking.get() is not None


def set_registry_uri(uri: str | os.PathLike[str] | None) -> None:
    """Set where models are registered from now on, here and in processes that are started from here.

    Args:
        uri: An address or a folder. `None` or empty text takes the setting back; then the tracking address counts.

    Raises:
        InvalidInput: The text is not an address.
    """
    _registry.set(uri)


def get_registry_uri() -> str:
    """Return the address where models are registered."""
    return _registry.get() or get_tracking_uri()


def tracking_store(uri: str | os.PathLike[str] | None = None) -> TrackingStore:
    """Return the tracking store in force, or that of an address.

    Raises:
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for the address.
        Unavailable, StorageFailure: The store cannot be reached.
    """
    return open_store(uri or _tracking.parsed() or DEFAULT_FOLDER)


def model_registry(uri: str | os.PathLike[str] | None = None) -> ModelRegistry:
    """Return the model registry in force, or that of an address.

    Raises:
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for the address.
        Unavailable, StorageFailure: The registry cannot be reached.
    """
    from runyard.registry.registries import open_registry

    return open_registry(uri or _registry.parsed() or _tracking.parsed() or DEFAULT_FOLDER)
