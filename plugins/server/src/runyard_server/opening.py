"""The stores that a server works on, opened and looked at before anybody is let in."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from runyard.errors import NotFound, StorageFailure
from runyard.rest.extension import ServerContext
from runyard.uris import ArtifactURI

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.registry.registry import ModelRegistry
    from runyard.tracking.store import TrackingStore
    from runyard_server.settings import Settings

__all__ = ["look_at", "open_context", "warm_up"]


def open_context(settings: Settings) -> ServerContext:
    """Return what a server works on, before anybody has looked whether the stores can be reached.

    Raises:
        InvalidInput: An address does not parse.
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for an address.
        StorageFailure: Artifacts cannot be written.
    """
    store: TrackingStore | None = None
    registry: ModelRegistry | None = None
    if settings.stores is not None:
        from runyard.registry.registries import open_registry
        from runyard.tracking.stores import open_store

        store = open_store(settings.stores.backend, settings.stores.artifact_root)
        registry = open_registry(settings.stores.registry)
    return ServerContext(
        store=store, registry=registry, artifacts=_open_artifacts(settings), prefix=settings.listening.prefix
    )


def look_at(context: ServerContext) -> None:
    """Look at the stores of a server, which makes what is not there yet.

    Raises:
        InvalidState: A database is of another revision; the message names the command that helps.
        Unavailable, StorageFailure: A store cannot be reached, or cannot be written to.
    """
    if context.store is None or context.registry is None:
        return
    from runyard.tracking.store import DEFAULT_EXPERIMENT_ID

    # Looked up, not searched for: what searches need takes longer to load than all the rest
    with suppress(NotFound):
        context.store.get_experiment(DEFAULT_EXPERIMENT_ID)
    if context.registry.uri != context.store.uri:
        with suppress(NotFound):
            context.registry.get_registered_model("any")


def _open_artifacts(settings: Settings) -> ArtifactRepository | None:
    if settings.artifacts is None:
        return None
    from runyard.artifacts.repositories import open_repository

    root = ArtifactURI.parse(settings.artifacts.destination)
    repository = open_repository(root)
    if root.scheme == "file":
        _check_folder(root.path)
    return repository


def _check_folder(path: str) -> None:
    """Refuse a folder in which nothing could be kept; one that is not there yet is made with the first artifact."""
    present = path
    while not os.path.lexists(present):
        present = os.path.dirname(present)
    if not os.path.isdir(present) or not os.access(present, os.W_OK | os.X_OK):
        raise StorageFailure(
            f"Artifacts cannot be kept in {path!r}: {present!r} is no folder that this process may write to. Name "
            "another one with --artifacts-destination, or pass no artifacts on: --no-serve-artifacts."
        )


def warm_up(context: ServerContext) -> None:
    """Load what the first requests would load."""
    if context.store is not None and context.registry is not None:
        from runyard.registry.requests import RegisteredModelQuery
        from runyard.tracking.requests import ExperimentQuery, RunQuery
        from runyard.tracking.store import DEFAULT_EXPERIMENT_ID

        context.store.search_experiments(ExperimentQuery(max_results=1))
        context.store.run_columns(RunQuery(experiment_ids=(DEFAULT_EXPERIMENT_ID,)), max_runs=1)
        context.registry.search_registered_models(RegisteredModelQuery(max_results=1))
