"""A process as if runyard had just been installed in it: no settings, nothing open, only the plugins that are named."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from runyard import builtin
from runyard.plugins.discovery import CORE, Plugin
from runyard.plugins.manager import Plugins, set_plugins
from runyard.registry.registries import close_registries
from runyard.testing.memory import forget
from runyard.tracking.stores import close_stores

_PREFIXES = ("RUNYARD_", "MLFLOW_")


@contextmanager
def isolated() -> Iterator[None]:
    """Take away what this process has of settings, active runs, open stores and memory backends.

    Plugins are looked for anew inside. Afterwards the settings and plugins of before are in force again.
    """
    settings = _settings()
    before = _clear()
    try:
        yield
    finally:
        _clear()
        os.environ.update(settings)
        set_plugins(before)


@contextmanager
def plugins_in_place(*modules: ModuleType | str) -> Iterator[Plugins]:
    """Put plugins in place that no distribution brings, beside the core's own and instead of those that are installed.

    Args:
        modules: Modules that implement hooks, such as ``runyard_x.plugin``, or their names.
    """
    plugins = Plugins([_plugin(builtin, CORE, "runyard-core"), *(_plugin(module) for module in modules)])
    close_stores()
    close_registries()
    before = set_plugins(plugins)
    try:
        yield plugins
    finally:
        close_stores()
        close_registries()
        set_plugins(before)


def _plugin(module: ModuleType | str, name: str = "", distribution: str = "") -> Plugin:
    """Return a module as if a distribution of the same name brought it."""
    loaded = import_module(module) if isinstance(module, str) else module
    package = loaded.__name__.removesuffix(".plugin").rpartition(".")[2]
    return Plugin(
        name=name or package.removeprefix("runyard_"),
        distribution=distribution or package.replace("_", "-"),
        version="0",
        module=loaded.__name__,
        implementation=loaded,
    )


def _settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(_PREFIXES)}


def _clear() -> Plugins | None:
    for name in _settings():
        del os.environ[name]
    active = sys.modules.get("runyard.tracking.active")
    if active is not None:
        active.forget()
    close_stores()
    close_registries()
    forget()
    return set_plugins(None)
