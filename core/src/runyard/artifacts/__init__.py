"""Artifacts: paths, repositories and transfers, and what users call on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.artifacts.functions import download_artifacts, list_artifacts, load_dict, load_image, load_text
    from runyard.artifacts.locations import resolve

__all__ = ["download_artifacts", "list_artifacts", "load_dict", "load_image", "load_text", "resolve"]

_MODULES = {
    "download_artifacts": "runyard.artifacts.functions",
    "list_artifacts": "runyard.artifacts.functions",
    "load_dict": "runyard.artifacts.functions",
    "load_image": "runyard.artifacts.functions",
    "load_text": "runyard.artifacts.functions",
    "resolve": "runyard.artifacts.locations",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_MODULES[name]), name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
