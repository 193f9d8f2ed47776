"""Tracking: the store contract, the client and the fluent functions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.entities import Run
    from runyard.tracking.client import MlflowClient, RunyardClient
    from runyard.tracking.fluent.runs import ActiveRun
    from runyard.tracking.uris import (
        get_registry_uri,
        get_tracking_uri,
        is_tracking_uri_set,
        set_registry_uri,
        set_tracking_uri,
    )

__all__ = [
    "ActiveRun",
    "MlflowClient",
    "Run",
    "RunyardClient",
    "get_registry_uri",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "set_registry_uri",
    "set_tracking_uri",
]

_MODULES = {
    "ActiveRun": "runyard.tracking.active",
    "MlflowClient": "runyard.tracking.client",
    "Run": "runyard.entities",
    "RunyardClient": "runyard.tracking.client",
}
_SUBMODULES = ("client", "fluent")


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module(_MODULES.get(name, "runyard.tracking.uris")), name)
    if name in _SUBMODULES:
        return import_module(f"runyard.tracking.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
