"""The contract suite of a plugin: its entry point and what stands in its ``plugin.py``."""

from __future__ import annotations

import importlib.metadata  # noqa: TID253 - only imported where pytest is
import inspect
from importlib import import_module

import pytest
from packaging.requirements import Requirement

from runyard.plugins.check import check, foreign_imports
from runyard.plugins.descriptors import Descriptor, FlavorPlugin
from runyard.plugins.discovery import CORE, Plugin, State
from runyard.plugins.manager import Plugins, get_plugins
from runyard.testing.contract import Contract

INTERFACES = {
    "tracking store": "runyard.tracking.store:TrackingStore",
    "model registry": "runyard.registry.registry:ModelRegistry",
    "artifact repository": "runyard.artifacts.repository:ArtifactRepository",
    "flavor": "runyard.models.flavor:Flavor",
    "project backend": "runyard.projects.backend:ProjectBackend",
    "environment manager": "runyard.projects.backend:EnvironmentManager",
    "autologger": "runyard.autologging.autologger:Autologger",
    "server extension": "runyard.rest.extension:ServerExtension",
}


class PluginContract(Contract):
    """What every installed plugin does.

    A suite names the entry point; the distribution is installed, in a clone with ``pip install -e``:

        class TestMyPlugin(PluginContract):
            entry_point = "mine"
    """

    entry_point: str
    """The name of the entry point in the group ``runyard``."""

    @pytest.fixture
    def plugins(self) -> Plugins:
        """Return everything that is installed."""
        return get_plugins()

    @pytest.fixture
    def plugin(self, plugins: Plugins) -> Plugin:
        """Return the plugin that is tested."""
        return plugins.find(self.entry_point)

    @pytest.fixture
    def offered(self, plugins: Plugins, plugin: Plugin) -> list[Descriptor]:
        """Return what it registers."""
        return plugins.provides(plugin)

    def test_it_loads(self, plugin: Plugin, offered: list[Descriptor]) -> None:
        assert plugin.state is State.OK, f"The plugin is {plugin.state}: {plugin.reason}"

    def test_its_module_imports_only_the_core_and_the_standard_library(self, plugin: Plugin) -> None:
        assert foreign_imports(plugin.module) == [], (
            f"{plugin.module} is imported whenever runyard looks for plugins: what it needs besides the core belongs "
            "into the modules that its factories name."
        )

    def test_it_implements_a_hook(self, plugins: Plugins, plugin: Plugin) -> None:
        assert plugins.hooks(plugin), "A plugin implements at least one hook of runyard.hookspecs."

    def test_its_hooks_can_be_asked_again(self, plugins: Plugins, plugin: Plugin, offered: list[Descriptor]) -> None:
        again = Plugins([plugin])
        assert again.provides(plugin) == offered, "A hook that registers things gives the same whenever it is asked."
        assert plugin.state is State.OK, plugin.reason

    def test_everything_offered_has_a_key_and_a_summary(self, offered: list[Descriptor]) -> None:
        for descriptor in offered:
            assert descriptor.keys, f"The {descriptor.kind} {descriptor.name!r} is chosen by nothing: it has no keys."
            assert descriptor.summary.endswith("."), (
                f"The {descriptor.kind} {descriptor.name!r} has no one-line summary."
            )

    def test_factories_give_what_their_kind_wants(self, offered: list[Descriptor]) -> None:
        for descriptor in offered:
            factory = descriptor.load()
            assert callable(factory), f"{descriptor.factory} cannot be called."
            interface = INTERFACES.get(descriptor.kind)
            if interface is not None and inspect.isclass(factory):
                module, _, name = interface.partition(":")
                wanted = getattr(import_module(module), name)
                assert issubclass(factory, wanted), f"{descriptor.factory} is not a subclass of {interface}."
                missing = sorted(getattr(factory, "__abstractmethods__", ()))
                assert not missing, f"{descriptor.factory} lacks {', '.join(missing)}."

    def test_flavors_answer_for_the_loaders_that_their_models_name(self, offered: list[Descriptor]) -> None:
        for descriptor in offered:
            if isinstance(descriptor, FlavorPlugin):
                flavor = descriptor.load()()
                assert flavor.name == descriptor.name, f"{descriptor.factory} is called {flavor.name!r} itself."
                assert flavor.loader_module in descriptor.loaders, (
                    f"Models of {descriptor.name!r} name the loader {flavor.loader_module!r}, which is not among the "
                    "loaders that its descriptor lists: nobody would load them."
                )

    def test_nobody_else_claims_its_keys(self, plugins: Plugins, plugin: Plugin, offered: list[Descriptor]) -> None:
        for registry in plugins.registries():
            for conflict in registry.conflicts():
                assert plugin.name not in conflict.details["plugins"], conflict.message

    def test_quick_check_finds_nothing(self, plugins: Plugins, plugin: Plugin) -> None:
        broken = [f"{result.rule}: {result.detail}" for result in check(plugins, plugin) if not result.passed]
        assert not broken, "`runyard plugins check` finds: " + "; ".join(broken)

    def test_its_distribution_requires_the_core(self, plugin: Plugin) -> None:
        if plugin.name == CORE:
            pytest.skip("the core does not require itself")
        requirements = importlib.metadata.requires(plugin.distribution) or []
        names = {Requirement(requirement).name for requirement in requirements}
        assert names & {"runyard-core", "runyard"}, f"{plugin.source} does not require runyard-core."

    def test_it_is_the_only_entry_point_of_its_distribution(self, plugins: Plugins, plugin: Plugin) -> None:
        names = [other.name for other in plugins if other.distribution == plugin.distribution]
        assert names == [plugin.name], f"A distribution has one entry point in the group runyard, not {names}."
