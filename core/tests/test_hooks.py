"""One test for each hook, named after it: a plugin implements it, and the effect is seen by who uses runyard."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

import runyard
from runyard.autologging.autologger import Autologger
from runyard.cli.main import main
from runyard.entities import ModelVersion, Run
from runyard.plugins import descriptors as d
from runyard.plugins import get_plugins, hookimpl
from runyard.projects.backend import Activation, EnvironmentManager, Job, ProjectBackend, SubmittedRun
from runyard.projects.mlproject import Environment
from runyard.testing.isolation import plugins_in_place
from runyard.testing.memory import MemoryArtifactRepository, MemoryModelRegistry, MemoryTrackingStore

Install = Callable[..., AbstractContextManager[object]]

BACKEND = "runyard_hooked.backend"
"""The module that the factories of these plugins name; it is this one."""


class HookedStore(MemoryTrackingStore):
    pass


class HookedRegistry(MemoryModelRegistry):
    pass


class HookedRepository(MemoryArtifactRepository):
    pass


class HookedAutologger(Autologger):
    name = "hooked"
    log: list[str] = []

    def _instrument(self) -> None:
        self.log.append("on")

    def _uninstrument(self) -> None:
        self.log.append("off")


class HookedRun(SubmittedRun):
    def __init__(self, run_id: str) -> None:
        self.run_id = run_id

    def wait(self) -> bool:
        return True

    def get_status(self) -> str:
        return "FINISHED"

    def cancel(self) -> None:
        pass


class HookedBackend(ProjectBackend):
    commands: list[str] = []

    def submit(self, job: Job, run: Run) -> SubmittedRun:
        self.commands.append(job.command)
        return HookedRun(run.info.run_id)


class HookedManager(EnvironmentManager):
    def activate(self, environment: Environment, folder: Path) -> Activation:
        return Activation(python=sys.executable, variables={"HOOKED": "by the plugin"})


@click.command()
def hello() -> None:
    """Say hello."""
    click.echo("hello")


def hooked_tags() -> Mapping[str, str]:
    return {"hooked.job": "17", "hooked.given": "by the plugin"}


def hooked_headers() -> Mapping[str, str]:
    return {"Authorization": "Hooked"}


@pytest.fixture
def install(memory_uri: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a plugin with one hook in place, beside the memory backends."""
    monkeypatch.setitem(sys.modules, BACKEND, sys.modules[__name__])

    def with_hook(name: str, implementation: Callable[..., Any], *others: str) -> AbstractContextManager[object]:
        module = ModuleType("runyard_hooked.plugin")
        setattr(module, name, hookimpl(implementation))
        return plugins_in_place(module, "runyard.testing.memory.plugin", *others)

    yield with_hook
    runyard.end_run()


def registering(descriptor: d.Descriptor) -> Callable[[], Iterable[d.Descriptor]]:
    def implementation() -> Iterable[d.Descriptor]:
        yield descriptor

    return implementation


def test_runyard_tracking_stores(install: Install) -> None:
    descriptor = d.TrackingStorePlugin(name="hooked", schemes=("hooked",), factory=f"{BACKEND}:HookedStore")
    with install("runyard_tracking_stores", registering(descriptor)):
        runyard.set_tracking_uri("hooked://here")
        with runyard.start_run(experiment_id="0") as run:
            runyard.log_metric("loss", 0.5)
        assert runyard.get_run(run.info.run_id).data.metrics == {"loss": 0.5}
        assert isinstance(runyard.tracking.uris.tracking_store(), HookedStore)
    with pytest.raises(runyard.errors.PluginMissing, match="no tracking store for 'hooked'"):
        runyard.RunyardClient("hooked://here").get_run(run.info.run_id)


def test_runyard_model_registries(install: Install) -> None:
    descriptor = d.ModelRegistryPlugin(name="hooked", schemes=("hooked",), factory=f"{BACKEND}:HookedRegistry")
    with install("runyard_model_registries", registering(descriptor)):
        runyard.set_registry_uri("hooked://models")
        client = runyard.RunyardClient()
        client.create_registered_model("classifier")
        assert [model.name for model in client.search_registered_models()] == ["classifier"]
        assert isinstance(runyard.tracking.uris.model_registry(), HookedRegistry)


def test_runyard_artifact_repositories(install: Install) -> None:
    descriptor = d.ArtifactRepositoryPlugin(name="hooked", schemes=("hooked",), factory=f"{BACKEND}:HookedRepository")
    with install("runyard_artifact_repositories", registering(descriptor)):
        experiment = runyard.create_experiment("elsewhere", artifact_location="hooked://files")
        with runyard.start_run(experiment_id=experiment) as run:
            runyard.log_text("content", "note.txt")
        assert run.info.artifact_uri.startswith("hooked://files")
        assert runyard.artifacts.load_text(f"runs:/{run.info.run_id}/note.txt") == "content"


def test_runyard_flavors(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("hooked_flavor")
    module.load_model = lambda uri: f"the model at {uri}"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hooked_flavor", module)
    monkeypatch.delitem(sys.modules, "runyard.hooked", raising=False)
    descriptor = d.FlavorPlugin(name="hooked", factory=f"{BACKEND}:HookedStore", module="hooked_flavor")
    with install("runyard_flavors", registering(descriptor)):
        assert runyard.hooked.load_model("models:/x/1") == "the model at models:/x/1"  # type: ignore[attr-defined]
    monkeypatch.delitem(sys.modules, "runyard.hooked", raising=False)
    monkeypatch.delattr(runyard, "hooked", raising=False)


def test_runyard_project_backends(install: Install, tmp_path: Path) -> None:
    (tmp_path / "MLproject").write_text("name: hooked\nentry_points:\n  main:\n    command: echo done\n")
    descriptor = d.ProjectBackendPlugin(name="hooked", factory=f"{BACKEND}:HookedBackend")
    with install("runyard_project_backends", registering(descriptor)):
        submitted = runyard.run(str(tmp_path), backend="hooked", env_manager="local")
        assert submitted.get_status() == "FINISHED"
        assert runyard.get_run(submitted.run_id).info.experiment_id == "0"
    assert HookedBackend.commands == ["echo done"]


@pytest.mark.skipif(os.name == "nt", reason="the command is for a POSIX shell")
def test_runyard_environment_managers(install: Install, tmp_path: Path) -> None:
    pytest.importorskip("runyard_local", reason="a backend that uses environments")
    (tmp_path / "MLproject").write_text('entry_points:\n  main:\n    command: test "$HOOKED" = "by the plugin"\n')
    descriptor = d.EnvironmentManagerPlugin(name="hooked", factory=f"{BACKEND}:HookedManager")
    with install("runyard_environment_managers", registering(descriptor), "runyard_local.plugin"):
        assert runyard.run(str(tmp_path), env_manager="hooked").get_status() == "FINISHED"


def test_runyard_autologgers(install: Install) -> None:
    descriptor = d.AutologgerPlugin(name="hooked", factory=f"{BACKEND}:HookedAutologger", modules=("colorsys",))
    with install("runyard_autologgers", registering(descriptor)):
        autologger = get_plugins().autologgers.load("hooked")()
        autologger.instrument(autologger.Options())
        autologger.instrument(autologger.Options())
        autologger.uninstrument()
    assert HookedAutologger.log == ["on", "off"]


def test_runyard_commands(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    descriptor = d.CommandPlugin(name="hello", factory=f"{BACKEND}:hello", summary="Say hello.")
    with install("runyard_commands", registering(descriptor)):
        assert main(["hello"]) == 0
    assert capsys.readouterr().out == "hello\n"
    assert main(["hello"]) == 2


def test_runyard_server_extensions(install: Install) -> None:
    descriptor = d.ServerExtensionPlugin(name="hooked", factory=f"{BACKEND}:hooked_headers")
    with install("runyard_server_extensions", registering(descriptor)):
        assert get_plugins().server_extensions.load("hooked") is hooked_headers


def test_runyard_run_context(install: Install) -> None:
    descriptor = d.RunContextPlugin(name="hooked", factory=f"{BACKEND}:hooked_tags", priority=5)
    with install("runyard_run_context", registering(descriptor)):
        with runyard.start_run(experiment_id="0", tags={"hooked.given": "by the user"}) as run:
            pass
        tags = runyard.get_run(run.info.run_id).data.tags
        assert (tags["hooked.job"], tags["hooked.given"]) == ("17", "by the user")


def test_runyard_request_auth(install: Install) -> None:
    descriptor = d.RequestAuthPlugin(name="hooked", factory=f"{BACKEND}:hooked_headers")
    with install("runyard_request_auth", registering(descriptor)):
        assert get_plugins().request_auth.load("hooked")() == {"Authorization": "Hooked"}


def test_runyard_run_started(install: Install) -> None:
    seen: list[Run] = []

    def runyard_run_started(run: Run) -> None:
        seen.append(run)

    with install("runyard_run_started", runyard_run_started):
        with runyard.start_run(experiment_id="0") as run:
            assert [each.info.run_id for each in seen] == [run.info.run_id]
        with runyard.start_run(run_id=run.info.run_id):
            assert len(seen) == 2


def test_runyard_run_ended(install: Install) -> None:
    seen: list[tuple[str, str]] = []

    def runyard_run_ended(status: str, run: Run) -> None:
        seen.append((run.info.run_id, status))

    with install("runyard_run_ended", runyard_run_ended):
        with runyard.start_run(experiment_id="0") as first:
            assert seen == []
        with pytest.raises(ZeroDivisionError), runyard.start_run(experiment_id="0") as second:
            raise ZeroDivisionError
    assert seen == [(first.info.run_id, "FINISHED"), (second.info.run_id, "FAILED")]


def test_runyard_model_version_created(install: Install) -> None:
    seen: list[ModelVersion] = []

    def runyard_model_version_created(version: ModelVersion) -> None:
        seen.append(version)

    with install("runyard_model_version_created", runyard_model_version_created):
        client = runyard.RunyardClient()
        client.create_registered_model("classifier")
        client.create_model_version("classifier", "memory://test/somewhere")
    assert [(version.name, version.version) for version in seen] == [("classifier", "1")]


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("key")])
def test_an_event_hook_that_raises_is_reported_and_breaks_nothing(install: Install, error: Exception) -> None:
    def runyard_run_started() -> None:
        raise error

    with install("runyard_run_started", runyard_run_started):
        message = f"runyard_run_started of runyard-hooked 0 failed: {type(error).__name__}"
        with pytest.warns(RuntimeWarning, match=message), runyard.start_run(experiment_id="0") as run:
            runyard.log_metric("loss", 1.0)
        assert runyard.get_run(run.info.run_id).info.status == "FINISHED"
