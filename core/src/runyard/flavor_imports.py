"""``import runyard.sklearn``: flavors of plugins as if they were modules of this package.

The finder stands last in `sys.meta_path`: what the core itself holds under a name comes first, and programs that import
nothing of the kind pay nothing.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PACKAGE = "runyard"


def is_flavor(name: str) -> bool:
    """Say whether a flavor of that name is installed, or could be: one of ours."""
    from runyard.plugins import get_plugins
    from runyard.plugins.registry import KNOWN

    return name in KNOWN["flavor"] or name in get_plugins().flavors


class FlavorFinder:
    """Finds ``runyard.<flavor>`` in the module that the flavor's plugin names."""

    @classmethod
    def find_spec(
        cls,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG003 - the import system passes them
        target: ModuleType | None = None,  # noqa: ARG003
    ) -> ModuleSpec | None:
        """Return how to load a flavor; `None` for other modules.

        Raises:
            PluginMissing, PluginFailed, PluginConflict: The flavor is not installed, broken, or there twice.
        """
        package, _, name = fullname.partition(".")
        if package != PACKAGE or not name or "." in name or name.startswith("_") or not is_flavor(name):
            return None
        from importlib.machinery import ModuleSpec

        from runyard.plugins import get_plugins

        loader = FlavorLoader(get_plugins().flavors.get(name).module)
        return ModuleSpec(fullname, loader)  # type: ignore[arg-type] # importing the base class `Loader` costs time


class FlavorLoader:
    """Gives the flavor's own module, so that there is one module under two names.

    Args:
        module: The name of that module.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002 - as above
        """Import the flavor's module."""
        from importlib import import_module

        module = import_module(self._module)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module back its own spec, which the import system has just replaced; it has run already."""
        module.__spec__ = self._spec


def install() -> None:
    """Put the finder in place, once."""
    if FlavorFinder not in sys.meta_path:
        sys.meta_path.append(FlavorFinder)
