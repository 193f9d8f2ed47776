"""Finding the flavor of a model, by name or by the loader module that a saved model names."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """Return the pinned distributions of ours that load a model: the core and the plugins of its flavors.

    Those that are not installed here are named all the same; all have the version of the core.

    Raises:
        PluginMissing: Nobody answers for the loader that the model names, which is none of its author's.
    """
    from runyard.models.distributions import get
    from runyard.plugins.registry import KNOWN

    flavors = get_plugins().flavors
    loader = str(model.flavors.get(PYTHON_FUNCTION, {}).get("loader_module", ""))
    needed = loader.removeprefix(_REFERENCE).partition(".")[0] if loader.startswith(_REFERENCE) else ""
    names = {"runyard-core"}
    for name in model.flavors:
        if name in flavors:
            names.add(flavors.source(name).distribution)
        elif name in KNOWN[flavors.kind]:
            names.add(KNOWN[flavors.kind][name])
        elif name == needed:
            flavors.get(name)  # raises
    core = get("runyard-core")
    version = f"=={core.version}" if core is not None else ""
    return [found.pin if (found := get(name)) is not None else f"{name}{version}" for name in sorted(names)]
