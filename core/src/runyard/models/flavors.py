"""Finding the flavor of a model, by name or by the loader module that a saved model names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.errors import PluginMissing
from runyard.models.mlmodel import PYTHON_FUNCTION
from runyard.plugins import get_plugins

if TYPE_CHECKING:
    from runyard.models.flavor import Flavor
    from runyard.models.mlmodel import MLModel

__all__ = ["distributions_of", "flavor_by_loader", "flavor_by_name"]

_REFERENCE = "mlflow."


def flavor_by_name(name: str) -> Flavor:
    """Return the flavor of a name.

    Raises:
        PluginMissing: Nobody answers for it; the message names the install command where one of ours would.
        PluginFailed, PluginConflict: Its plugin is broken, or there are two.
    """
    flavor: Flavor = get_plugins().flavors.load(name)()
    return flavor


def flavor_by_loader(loader: str) -> Flavor | None:
    """Return the flavor that answers for a loader module, `None` for a module of the model's author.

    Raises:
        PluginMissing: It is a loader of the reference system, and no installed flavor answers for it.
        PluginFailed, PluginConflict: Its plugin is broken, or there are two.
    """
    for descriptor in get_plugins().flavors:
        if loader in descriptor.loaders:
            return flavor_by_name(descriptor.name)
    if loader.startswith(_REFERENCE):
        return flavor_by_name(loader.removeprefix(_REFERENCE).partition(".")[0])
    return None


def distributions_of(model: MLModel) -> list[str]:
    """Return the pinned distributions of ours that load a model: the core and the plugins of its flavors."""
    from runyard.models.distributions import get

    flavors = get_plugins().flavors
    names = {"runyard-core"}
    for name in model.flavors:
        try:
            names.add(flavors.source(name).distribution)
        except PluginMissing:
            if name != PYTHON_FUNCTION:
                raise
    return [found.pin for name in sorted(names) if (found := get(name)) is not None]
