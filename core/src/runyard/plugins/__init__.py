"""The plugin system: descriptors, discovery, one registry per kind.

A plugin author needs one name from here, `hookimpl`; what can be implemented stands in `runyard.hookspecs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.plugins.manager import Plugins, get_plugins
    from runyard.plugins.markers import hookimpl

__all__ = ["Plugins", "get_plugins", "hookimpl"]


def __getattr__(name: str) -> object:
    if name == "hookimpl":
        from runyard.plugins.markers import hookimpl

        return hookimpl
    if name in __all__:
        from runyard.plugins import manager

        return getattr(manager, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
