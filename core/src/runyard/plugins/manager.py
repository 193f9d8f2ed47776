"""`Plugins`: everything that is installed, behind one cached factory that tests can replace."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

import pluggy  # noqa: TID253 - this module is what is imported late

from runyard.errors import NotFound, PluginFailed
from runyard.hookspecs import Hooks
from runyard.plugins import descriptors as d
from runyard.plugins.discovery import Plugin, State, discover
from runyard.plugins.markers import PROJECT
from runyard.plugins.registry import Registry

T = TypeVar("T", bound=d.Descriptor)


class Plugins:
    """The plugins of this process, a registry for each kind, and the event hooks.

    Args:
        plugins: What was discovered; those that are not in the state ``ok`` are listed and otherwise left out.
    """

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self.plugins = list(plugins)
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(Hooks)
        self._by_module: dict[int, Plugin] = {}
        for plugin in self.plugins:
            if plugin.implementation is not None:
                self._register(plugin)

    def _register(self, plugin: Plugin) -> None:
        other = self._by_module.get(id(plugin.implementation))
        if other is not None:
            plugin.fail(f"its module {plugin.module} is the one of the plugin {other.name!r} of {other.source}")
            return
        # pluggy looks through the module's names: a hook that does not fit its specification is found here
        try:
            self._manager.register(plugin.implementation, name=plugin.name)
            self._manager.check_pending()
            self._refuse_wrappers(plugin)
        except Exception as error:
            if self._manager.is_registered(plugin.implementation):
                self._manager.unregister(plugin.implementation)
            plugin.fail(f"{type(error).__name__}: {error}", error)
        else:
            self._by_module[id(plugin.implementation)] = plugin

    def _refuse_wrappers(self, plugin: Plugin) -> None:
        for caller in self._manager.get_hookcallers(plugin.implementation) or ():
            for implementation in caller.get_hookimpls():
                if (
                    implementation.plugin is plugin.implementation
                    and implementation.wrapper | implementation.hookwrapper
                ):
                    raise TypeError(f"{caller.name} is a wrapper; hooks of runyard cannot be wrapped")

    def __iter__(self) -> Iterator[Plugin]:
        return iter(self.plugins)

    def provides(self, plugin: Plugin) -> list[d.Descriptor]:
        """Return everything that a plugin registers, kind by kind."""
        registries = self.registries()
        return [descriptor for registry in registries for owner, descriptor in registry.claims if owner is plugin]

    def registries(self) -> list[Registry[Any]]:
        """Return the registry of every kind; asking for them all brings every bad hook to light."""
        return [getattr(self, name) for name in KINDS]

    def hooks(self, plugin: Plugin) -> list[str]:
        """Return the names of the hooks that a plugin implements."""
        callers = self._manager.get_hookcallers(plugin.implementation) or []
        return sorted(caller.name for caller in callers)

    def _registry(self, hook: str, kind: type[T]) -> Registry[T]:
        claims: list[tuple[Plugin, T]] = []
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            plugin = self._by_module[id(implementation.plugin)]
            try:
                claims += [(plugin, descriptor) for descriptor in _offered(implementation.function(), kind)]
            except Exception as error:
                # What it registers by other hooks stays in use: one fault stays one fault.
                plugin.fail(f"{hook}: {type(error).__name__}: {error}", error)
        return Registry(kind.kind, claims, self.plugins)

    @cached_property
    def tracking_stores(self) -> Registry[d.TrackingStorePlugin]:
        """Tracking stores by URI scheme."""
        return self._registry("runyard_tracking_stores", d.TrackingStorePlugin)

    @cached_property
    def model_registries(self) -> Registry[d.ModelRegistryPlugin]:
        """Model registries by URI scheme."""
        return self._registry("runyard_model_registries", d.ModelRegistryPlugin)

    @cached_property
    def artifact_repositories(self) -> Registry[d.ArtifactRepositoryPlugin]:
        """Artifact repositories by URI scheme."""
        return self._registry("runyard_artifact_repositories", d.ArtifactRepositoryPlugin)

    @cached_property
    def flavors(self) -> Registry[d.FlavorPlugin]:
        """Model flavors by name."""
        return self._registry("runyard_flavors", d.FlavorPlugin)

    @cached_property
    def project_backends(self) -> Registry[d.ProjectBackendPlugin]:
        """Project backends by name."""
        return self._registry("runyard_project_backends", d.ProjectBackendPlugin)

    @cached_property
    def environment_managers(self) -> Registry[d.EnvironmentManagerPlugin]:
        """Environment managers by name."""
        return self._registry("runyard_environment_managers", d.EnvironmentManagerPlugin)

    @cached_property
    def autologgers(self) -> Registry[d.AutologgerPlugin]:
        """Autologgers by name."""
        return self._registry("runyard_autologgers", d.AutologgerPlugin)

    @cached_property
    def commands(self) -> Registry[d.CommandPlugin]:
        """Commands by name."""
        return self._registry("runyard_commands", d.CommandPlugin)

    @cached_property
    def server_extensions(self) -> Registry[d.ServerExtensionPlugin]:
        """Server extensions by name."""
        return self._registry("runyard_server_extensions", d.ServerExtensionPlugin)

    @cached_property
    def run_contexts(self) -> Registry[d.RunContextPlugin]:
        """Run contexts by name."""
        return self._registry("runyard_run_context", d.RunContextPlugin)

    @cached_property
    def request_auth(self) -> Registry[d.RequestAuthPlugin]:
        """Ways to authenticate requests by name."""
        return self._registry("runyard_request_auth", d.RequestAuthPlugin)

    def notify(self, hook: str, **event: Any) -> None:
        """Tell every plugin of an event; what one of them raises becomes a warning once all have been told."""
        faults: list[str] = []
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            plugin = self._by_module[id(implementation.plugin)]
            try:
                implementation.function(*(event[name] for name in implementation.argnames))
            except Exception as error:
                faults.append(f"{hook} of {plugin.source} failed: {type(error).__name__}: {error}")
        for fault in faults:
            warnings.warn(fault, RuntimeWarning, stacklevel=2)

    def require(self, name: str) -> Plugin:
        """Return the plugin of that name.

        Raises:
            PluginFailed: It is there and cannot be loaded.
            NotFound: It is not installed.
        """
        plugin = self.find(name)
        if plugin.state is State.FAILED:
            raise PluginFailed(f"The plugin {name!r} of {plugin.source} cannot be loaded: {plugin.reason}.")
        return plugin

    def find(self, name: str) -> Plugin:
        """Return the plugin of that name, however it stands.

        Raises:
            NotFound: It is not installed.
        """
        for plugin in self.plugins:
            if plugin.name == name:
                return plugin
        raise NotFound(
            f"There is no plugin {name!r}; installed are {', '.join(plugin.name for plugin in self.plugins) or 'none'}."
        )


def _offered(answer: object, kind: type[T]) -> list[T]:
    """Return what a hook registers, checked.

    Raises:
        TypeError: It is something else than descriptors of that kind.
        ValueError: Two of them have a key in common.
    """
    if answer is None:
        return []
    if not isinstance(answer, Iterable):
        raise TypeError(f"it gave one {type(answer).__name__}; yield it, or return a list")
    offered: list[T] = []
    keys: set[str] = set()
    for descriptor in answer:
        if not isinstance(descriptor, kind):
            raise TypeError(f"it gave {type(descriptor).__name__}, not {kind.__name__}")
        twice = keys.intersection(descriptor.keys)
        if twice:
            raise ValueError(f"it gave two descriptors for {', '.join(map(repr, sorted(twice)))}")
        keys.update(descriptor.keys)
        offered.append(descriptor)
    return offered


KINDS = (
    "tracking_stores",
    "model_registries",
    "artifact_repositories",
    "flavors",
    "project_backends",
    "environment_managers",
    "autologgers",
    "commands",
    "server_extensions",
    "run_contexts",
    "request_auth",
)

_current: Plugins | None = None
_lock = threading.RLock()  # a plugin may ask for the plugins while it is imported; it sees those that it can


def get_plugins() -> Plugins:
    """Return the plugins of this process; they are looked for once, at the first call."""
    global _current
    if _current is None:
        with _lock:
            if _current is None:
                _current = Plugins(discover())
    return _current


def set_plugins(plugins: Plugins | None) -> Plugins | None:
    """Put other plugins in place, or `None` to have them looked for again; for tests and ``--no-plugins``.

    Returns:
        Those that were in place, so that they can be put back.
    """
    global _current
    before, _current = _current, plugins
    return before
