from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from runyard.errors import NotFound, PluginConflict, PluginFailed, PluginMissing
from runyard.plugins import get_plugins
from runyard.plugins.discovery import State, discover
from runyard.plugins.manager import KINDS, Plugins, set_plugins
from runyard.testing.isolation import plugins_in_place


def installed(site: Path) -> Plugins:
    return Plugins(discover([str(site)]))


# hooks that do not fit


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        (
            "@hookimpl\ndef runyard_run_started(run, experiment): ...",
            "PluginValidationError: .*'experiment'.* can not be found",
        ),
        ("@hookimpl\ndef runyard_tracking_store(): ...", "PluginValidationError: .*runyard_tracking_store"),
        (
            "@hookimpl(wrapper=True)\ndef runyard_run_started(run):\n    yield",
            "TypeError: runyard_run_started is a wrap",
        ),
        ("@hookimpl(hookwrapper=True)\ndef runyard_flavors():\n    yield", "TypeError: runyard_flavors is a wrapper"),
    ],
)
def test_hook_that_fits_no_specification_fails_the_plugin(site: Path, install, plugin: str, reason: str) -> None:
    install("runyard-wrong", plugin=plugin)
    install("runyard-right", plugin="@hookimpl\ndef runyard_run_started(): ...")
    plugins = installed(site)
    wrong = plugins.find("wrong")
    assert wrong.state is State.FAILED
    with pytest.raises(PluginFailed, match=reason):
        plugins.require("wrong")
    assert plugins.hooks(plugins.find("right")) == ["runyard_run_started"]
    plugins.notify("runyard_run_started", run=None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("yield 'memory'", "it gave str, not TrackingStorePlugin"),
        ("yield ModelRegistryPlugin(name='a', schemes=('a',), factory='a:b')", "it gave ModelRegistryPlugin"),
        ("return TrackingStorePlugin(name='a', schemes=('a',), factory='a:b')", "it gave one TrackingStorePlugin; y"),
        ("return 5", "it gave one int"),
        ("raise RuntimeError('the disk is on fire')", "RuntimeError: the disk is on fire"),
        ("yield TrackingStorePlugin(name='a', schemes=('a'), factory='a:b')", r"must be a tuple: \('a',\)"),
        ("yield TrackingStorePlugin(name='a', factory='a:b')", "answers for no scheme"),
        ("yield TrackingStorePlugin(name='a', schemes=('A B',), factory='a:b')", "'A B' is not a name"),
        ("yield TrackingStorePlugin(name='a', schemes=('a',), factory='a.b')", "write 'package.module:attribute'"),
        (
            "for n in 'ab': yield TrackingStorePlugin(name=n, schemes=('x', n), factory='a:b')",
            "it gave two descriptors for 'x'",
        ),
    ],
)  # fmt: skip
def test_wrong_answer_fails_the_plugin_and_nobody_else(
    site: Path, install, store_plugin, body: str, reason: str
) -> None:
    install("runyard-wrong", "0.9", plugin=f"@hookimpl\ndef runyard_tracking_stores():\n    {body}")
    install("runyard-good", plugin=store_plugin("good"))
    plugins = installed(site)
    assert plugins.tracking_stores.keys == ["good"]
    with pytest.raises(
        PluginFailed, match=rf"'wrong' of runyard-wrong 0.9 cannot be loaded: runyard_tracking_stores: .*{reason}"
    ):
        plugins.require("wrong")


def test_other_kinds_of_a_plugin_with_one_bad_hook_stay_in_use(site: Path, install) -> None:
    install(
        "runyard-half",
        plugin="""
        @hookimpl
        def runyard_tracking_stores():
            raise RuntimeError("no stores today")

        @hookimpl
        def runyard_flavors():
            yield FlavorPlugin(name="half", factory="a:b")
        """,
    )
    plugins = installed(site)
    assert plugins.tracking_stores.keys == []
    assert plugins.flavors.keys == ["half"]
    assert plugins.find("half").state is State.FAILED


def test_hook_may_return_nothing(site: Path, install) -> None:
    install("runyard-shy", plugin="@hookimpl\ndef runyard_tracking_stores(): ...")
    plugins = installed(site)
    assert plugins.tracking_stores.keys == []
    assert plugins.find("shy").state is State.OK


def test_module_that_two_entry_points_name_counts_once(site: Path, install, store_plugin) -> None:
    install("runyard-good", plugin=store_plugin("good"))
    install("runyard-twin", value="runyard_good.plugin")
    plugins = installed(site)
    assert plugins.find("good").state is State.OK
    assert plugins.tracking_stores.keys == ["good"]
    assert "is the one of the plugin 'good' of runyard-good 1.0" in plugins.find("twin").reason


def test_unknown_plugin_is_not_found_with_those_there_are(site: Path, install) -> None:
    install("runyard-good")
    with pytest.raises(NotFound, match="no plugin 'nobody'; installed are good"):
        installed(site).find("nobody")


def test_plugins_know_their_registries_and_hooks(site: Path, install, store_plugin) -> None:
    install("runyard-good", plugin=store_plugin("good"))
    plugins = installed(site)
    assert len(plugins.registries()) == len(KINDS)
    assert plugins.hooks(plugins.find("good")) == ["runyard_tracking_stores"]
    assert plugins.tracking_stores.source("good") is plugins.find("good")


# choosing by key


def test_two_claims_to_a_scheme_name_both_and_the_way_out(site: Path, install, store_plugin, monkeypatch) -> None:
    install("runyard-a", "1.1", store_plugin("a", "shared"))
    install("runyard-b", "2.2", store_plugin("b", "shared"))
    with pytest.raises(PluginConflict) as caught:
        installed(site).tracking_stores.get("shared")
    message = str(caught.value)
    for word in ("'shared'", "runyard-a 1.1", "runyard-b 2.2", "plugin 'a'", "plugin 'b'", "RUNYARD_PLUGINS_BLOCK="):
        assert word in message
    monkeypatch.setenv("RUNYARD_PLUGINS_BLOCK", "b")
    assert installed(site).tracking_stores.get("shared").name == "a"


def test_conflict_on_one_key_leaves_the_others(site: Path, install, store_plugin) -> None:
    install("runyard-a", plugin=store_plugin("a", "shared"))
    install(
        "runyard-b",
        plugin=store_plugin("b", "shared")
        + store_plugin("c")
        .replace("tracking_stores", "flavors")
        .replace("TrackingStorePlugin", "FlavorPlugin")
        .replace('schemes=("c",), ', ""),
    )
    plugins = installed(site)
    assert plugins.flavors.get("c").name == "c"
    assert [conflict.details["plugins"] for conflict in plugins.tracking_stores.conflicts()] == [["a", "b"]]


@pytest.mark.parametrize(
    ("kind", "key", "command"),
    [
        ("tracking_stores", "file", "pip install runyard-file"),
        ("tracking_stores", "postgresql", "pip install 'runyard-sql[postgresql]'"),
        ("model_registries", "sqlite", "pip install runyard-sql"),
        ("artifact_repositories", "s3", "pip install runyard-s3"),
        ("flavors", "sklearn", "pip install runyard-sklearn"),
        ("autologgers", "pytorch", "pip install runyard-pytorch"),
        ("project_backends", "docker", "pip install runyard-docker"),
    ],
)  # fmt: skip
def test_what_we_have_names_the_command_that_installs_it(site: Path, kind: str, key: str, command: str) -> None:
    with pytest.raises(PluginMissing, match="Installed are: none") as caught:
        getattr(installed(site), kind).get(key)
    assert f"Install it: {command}." in str(caught.value)


def test_what_nobody_has_names_what_is_installed(site: Path, install, store_plugin) -> None:
    install("runyard-b", plugin=store_plugin("b"))
    install("runyard-a", plugin=store_plugin("a"))
    install("runyard-failing", "0.1", "import no_such_module")
    with pytest.raises(PluginMissing) as caught:
        installed(site).tracking_stores.get("gopher")
    assert "There is no tracking store for 'gopher'. Installed are: a, b." in str(caught.value)
    assert "runyard-failing 0.1 cannot be loaded" in str(caught.value)
    assert "pip install" not in str(caught.value)


def test_ours_that_is_broken_says_so_instead(site: Path, install) -> None:
    install("runyard-s3", "0.1.0", "import no_such_module")
    with pytest.raises(
        PluginFailed, match=r"comes with runyard-s3 0\.1\.0, which cannot be loaded: ModuleNotFoundError"
    ) as caught:
        installed(site).artifact_repositories.get("s3")
    assert "pip install --force-reinstall runyard-s3" in str(caught.value)


def test_ours_that_is_blocked_says_so_instead(site: Path, install, monkeypatch) -> None:
    install("runyard-file", "0.1.0")
    monkeypatch.setenv("RUNYARD_PLUGINS", "")
    with pytest.raises(
        PluginMissing, match=r"comes with runyard-file 0.1.0, which is blocked \(not in RUNYARD_PLUGINS\)"
    ):
        installed(site).tracking_stores.get("file")


@pytest.mark.parametrize(
    "store", ["raise ImportError('no heavy library')", "x = 1", "raise RuntimeError('wrong processor')", "def ("]
)
def test_factory_that_cannot_be_imported_names_the_distribution(site: Path, install, store_plugin, store: str) -> None:
    plugin = store_plugin("lazy", factory="runyard_lazy.store:Store")
    install("runyard-lazy", "1.4", plugin, modules={"store": store})
    with pytest.raises(
        PluginFailed, match=r"The tracking store 'lazy' of runyard-lazy 1\.4 cannot be loaded"
    ) as caught:
        installed(site).tracking_stores.load("lazy")
    assert "pip install --force-reinstall runyard-lazy" in str(caught.value)
    assert caught.value.__cause__ is not None


# events


OBSERVER = """
    seen = []

    @hookimpl
    def runyard_run_ended(status):
        {fault}
        seen.append(status)
"""


def test_observer_that_raises_is_reported_and_stops_nobody(site: Path, install) -> None:
    import importlib

    for name, fault in (("a", ""), ("b", "raise RuntimeError('tired')"), ("c", "")):
        install(f"runyard-{name}", "1.0", OBSERVER.format(fault=fault))
    plugins = installed(site)
    with pytest.warns(RuntimeWarning, match="runyard_run_ended of runyard-b 1.0 failed: RuntimeError: tired"):
        plugins.notify("runyard_run_ended", run=None, status="FINISHED")
    seen = [importlib.import_module(f"runyard_{name}.plugin").seen for name in "abc"]
    assert seen == [["FINISHED"], [], ["FINISHED"]]


def test_everybody_is_told_before_a_warning_becomes_an_error(site: Path, install) -> None:
    import importlib

    for name, fault in (("a", "raise RuntimeError('tired')"), ("b", "")):
        install(f"runyard-{name}", plugin=OBSERVER.format(fault=fault))
    plugins = installed(site)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            plugins.notify("runyard_run_ended", run=None, status="FAILED")
    assert importlib.import_module("runyard_b.plugin").seen == ["FAILED"]


# the plugins of this process


def test_plugins_are_looked_for_once(site: Path, install, monkeypatch) -> None:
    before = set_plugins(None)
    try:
        install("runyard-good", plugin="count = 0")
        first = get_plugins()
        assert get_plugins() is first
        assert first.find("good").state is State.OK
        assert set_plugins(None) is first
        assert get_plugins() is not first
    finally:
        set_plugins(before)


def test_plugin_that_asks_for_the_plugins_while_it_is_imported(site: Path, install, store_plugin) -> None:
    before = set_plugins(None)
    try:
        install(
            "runyard-curious",
            plugin="\n    from runyard.plugins import get_plugins; get_plugins()" + store_plugin("curious"),
        )
        assert "curious" in get_plugins().tracking_stores
    finally:
        set_plugins(before)


def test_plugins_in_place_are_all_there_is(memory_plugins: Plugins) -> None:
    assert get_plugins() is memory_plugins
    assert [plugin.name for plugin in memory_plugins] == ["core", "memory"]
    with plugins_in_place() as inner:
        assert get_plugins() is inner
        with pytest.raises(PluginMissing):
            inner.tracking_stores.get("memory")
    assert get_plugins() is memory_plugins
