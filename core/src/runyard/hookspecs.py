"""Every hook of runyard: what a plugin can offer, and what it can be told.

A plugin is an installed distribution with an entry point in the group ``runyard`` that names a small module, by custom
``plugin.py``. That module imports the core and the standard library, nothing else, and implements hooks from this page
with `runyard.plugins.hookimpl`.

The first part registers things: such a hook is called once, when a thing of its kind is looked for, and returns
descriptors; what they name is imported when it is used. The second part tells of events: such a hook is called in the
process in which the event happens, may not change it, and what it raises is reported as a warning and goes no further.
An implementation may leave out arguments that it does not need.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runyard.plugins.markers import hookspec

if TYPE_CHECKING:
    from runyard.entities import ModelVersion, Run
    from runyard.plugins.descriptors import (
        ArtifactRepositoryPlugin,
        AutologgerPlugin,
        CommandPlugin,
        EnvironmentManagerPlugin,
        FlavorPlugin,
        ModelRegistryPlugin,
        ProjectBackendPlugin,
        RequestAuthPlugin,
        RunContextPlugin,
        ServerExtensionPlugin,
        TrackingStorePlugin,
    )


class Hooks:
    """The contract between the core and its plugins."""

    @hookspec
    def runyard_tracking_stores(self) -> Iterable[TrackingStorePlugin]:
        """Register tracking stores, chosen by the scheme of the tracking URI.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import TrackingStorePlugin


            @hookimpl
            def runyard_tracking_stores():
                yield TrackingStorePlugin(
                    name="memory",
                    schemes=("memory",),
                    factory="runyard_memory.store:MemoryStore",
                    summary="Runs in the memory of this process.",
                )
            ```

        Returns:
            One descriptor for each store.
        """
        return ()

    @hookspec
    def runyard_model_registries(self) -> Iterable[ModelRegistryPlugin]:
        """Register model registries, chosen by the scheme of the registry URI.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import ModelRegistryPlugin


            @hookimpl
            def runyard_model_registries():
                yield ModelRegistryPlugin(
                    name="memory",
                    schemes=("memory",),
                    factory="runyard_memory.registry:MemoryRegistry",
                    summary="Registered models in the memory of this process.",
                )
            ```

        Returns:
            One descriptor for each registry.
        """
        return ()

    @hookspec
    def runyard_artifact_repositories(self) -> Iterable[ArtifactRepositoryPlugin]:
        """Register artifact repositories, chosen by the scheme of an artifact URI.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import ArtifactRepositoryPlugin


            @hookimpl
            def runyard_artifact_repositories():
                yield ArtifactRepositoryPlugin(
                    name="memory",
                    schemes=("memory",),
                    factory="runyard_memory.repository:MemoryRepository",
                    summary="Artifacts in the memory of this process.",
                )
            ```

        Returns:
            One descriptor for each repository.
        """
        return ()

    @hookspec
    def runyard_flavors(self) -> Iterable[FlavorPlugin]:
        """Register model flavors, chosen by name or by the loader module that a saved model names.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import FlavorPlugin


            @hookimpl
            def runyard_flavors():
                yield FlavorPlugin(
                    name="lookup",
                    factory="runyard_lookup.flavor:LookupFlavor",
                    module="runyard_lookup",
                    loaders=("runyard_lookup",),
                    summary="Models that are lookup tables.",
                )
            ```

        Returns:
            One descriptor for each flavor.
        """
        return ()

    @hookspec
    def runyard_project_backends(self) -> Iterable[ProjectBackendPlugin]:
        """Register project backends, chosen by ``runyard run --backend``.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import ProjectBackendPlugin


            @hookimpl
            def runyard_project_backends():
                yield ProjectBackendPlugin(
                    name="queue", factory="runyard_queue.backend:QueueBackend", summary="Jobs in a queue."
                )
            ```

        Returns:
            One descriptor for each backend.
        """
        return ()

    @hookspec
    def runyard_environment_managers(self) -> Iterable[EnvironmentManagerPlugin]:
        """Register environment managers, chosen by ``--env-manager``.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import EnvironmentManagerPlugin


            @hookimpl
            def runyard_environment_managers():
                yield EnvironmentManagerPlugin(
                    name="nix", factory="runyard_nix.environment:NixManager", summary="Environments built by nix."
                )
            ```

        Returns:
            One descriptor for each manager.
        """
        return ()

    @hookspec
    def runyard_autologgers(self) -> Iterable[AutologgerPlugin]:
        """Register autologgers; each is switched on when the library that it watches is imported.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import AutologgerPlugin


            @hookimpl
            def runyard_autologgers():
                yield AutologgerPlugin(
                    name="lookup",
                    factory="runyard_lookup.autologger:LookupAutologger",
                    modules=("lookup",),
                    instruments="lookup>=1.0",
                    summary="The size and the hits of every table.",
                )
            ```

        Returns:
            One descriptor for each autologger.
        """
        return ()

    @hookspec
    def runyard_commands(self) -> Iterable[CommandPlugin]:
        """Register commands of the ``runyard`` program; the command is imported when it is called.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import CommandPlugin


            @hookimpl
            def runyard_commands():
                yield CommandPlugin(
                    name="hello", factory="runyard_hello.command:hello", summary="Say hello to the store."
                )
            ```

        Returns:
            One descriptor for each command.
        """
        return ()

    @hookspec
    def runyard_server_extensions(self) -> Iterable[ServerExtensionPlugin]:
        """Register extensions of the tracking server: routes, middleware, authentication.

        Each is made once when ``runyard server`` starts, in the order of their names. A server does not start with one
        that fails, since it may be the one that keeps strangers out, nor with a route that declares no permission.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import ServerExtensionPlugin


            @hookimpl
            def runyard_server_extensions():
                yield ServerExtensionPlugin(
                    name="status", factory="runyard_status.extension:StatusPage", summary="A page for operators."
                )
            ```

        Returns:
            One descriptor for each extension; its factory gives a `runyard.rest.extension.ServerExtension`.
        """
        return ()

    @hookspec
    def runyard_run_context(self) -> Iterable[RunContextPlugin]:
        """Register sources of tags for new runs. They are asked each time a run is created, none for a resumed one.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import RunContextPlugin


            @hookimpl
            def runyard_run_context():
                yield RunContextPlugin(
                    name="slurm", factory="runyard_slurm.context:slurm_tags", summary="The job in the cluster."
                )
            ```

        Returns:
            One descriptor for each source.
        """
        return ()

    @hookspec
    def runyard_request_auth(self) -> Iterable[RequestAuthPlugin]:
        """Register ways to tell a tracking server who asks, chosen with ``RUNYARD_TRACKING_AUTH=NAME``.

        This is the client's side. The factory is called without arguments and gives a
        `runyard.rest.credentials.RequestAuth`, which is asked for the headers of each request. Who checks them on the
        server is an extension of the server.

        Example:
            ```python
            from runyard.plugins import hookimpl
            from runyard.plugins.descriptors import RequestAuthPlugin


            @hookimpl
            def runyard_request_auth():
                yield RequestAuthPlugin(
                    name="company-sso", factory="runyard_sso.auth:CompanyAuth", summary="Sign in with the company."
                )
            ```

        Returns:
            One descriptor for each way.
        """
        return ()

    @hookspec
    def runyard_run_started(self, run: Run) -> None:
        """React to a run that was started or resumed by `start_run`, right after the store knows it.

        Args:
            run: The run as the store returned it.

        Example:
            ```python
            from runyard.plugins import hookimpl


            @hookimpl
            def runyard_run_started(run):
                print("started", run.info.run_id)
            ```
        """

    @hookspec
    def runyard_run_ended(self, run: Run, status: str) -> None:
        """React to a run that was ended by `end_run`, right after the store knows it.

        Args:
            run: The run as it was started; what it recorded since is in the store.
            status: ``FINISHED``, ``FAILED`` or ``KILLED``.

        Example:
            ```python
            from runyard.plugins import hookimpl


            @hookimpl
            def runyard_run_ended(run, status):
                print(run.info.run_name, status)
            ```
        """

    @hookspec
    def runyard_model_version_created(self, version: ModelVersion) -> None:
        """React to a new version of a registered model, right after the registry knows it.

        It is called in one process: in the tracking server where one of ours keeps the registry, else in the program
        that made the version.

        Args:
            version: The version as the registry returned it.

        Example:
            ```python
            from runyard.plugins import hookimpl


            @hookimpl
            def runyard_model_version_created(version):
                print(version.name, version.version)
            ```
        """
