"""Which repository, and which path in it, an address means."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from runyard.artifacts.repositories import open_repository
from runyard.errors import InvalidInput, NotFound
from runyard.uris import ArtifactPath, ArtifactURI, ModelURI, RunURI

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.entities import FileInfo, LoggedModel, Run
    from runyard.registry.registry import ModelRegistry
    from runyard.tracking.store import TrackingStore

__all__ = ["Location", "Opener", "locate", "locate_in_model", "locate_in_run", "resolve"]

# A version that was made from a version, and so on; what goes on longer goes in a circle.
_MAX_STEPS = 32


Opener = Callable[[str], tuple["ArtifactRepository", ArtifactPath]]
"""Gives the repository, and the path in it, that an address of artifacts means."""


def _opener(store: TrackingStore | None) -> Opener:
    return lambda uri: (open_repository(uri, store), ArtifactPath())


class Location(NamedTuple):
    """Where artifacts are.

    Attributes:
        repository: The repository.
        path: Their path in it.
        shown: Their path as the caller knows it; another one where a logged model answers for a path of its run.
    """

    repository: ArtifactRepository
    path: ArtifactPath
    shown: ArtifactPath

    def list(self) -> list[FileInfo]:
        """Return what is directly in the folder, with paths as the caller knows them; nothing for a file."""
        entries = self.repository.list(self.path)
        if self.shown == self.path:
            return entries
        return [
            msgspec.structs.replace(entry, path=str(self.shown / ArtifactPath(entry.path).name)) for entry in entries
        ]


def resolve(
    uri: str | os.PathLike[str], *, store: TrackingStore | None = None, registry: ModelRegistry | None = None
) -> tuple[ArtifactRepository, ArtifactPath]:
    """Return the repository that an address means, and the path in it.

    Args:
        uri: ``runs:/<run id>/<path>``, ``models:/...`` in any form, a local path, or any other address of artifacts.
        store: Where runs and logged models are looked for; the tracking store in force when absent.
        registry: Where model versions are looked for; the model registry in force when absent.

    Raises:
        InvalidInput: The address does not parse, or there is no such alias or stage.
        NotFound: There is no such run, model or version. Whether there is a file is not asked.
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for its scheme.
    """
    return locate(uri, store=store, registry=registry)[:2]


def locate(
    uri: str | os.PathLike[str], *, store: TrackingStore | None = None, registry: ModelRegistry | None = None
) -> Location:
    """Return where the artifacts of an address are; arguments and errors are those of `resolve`."""
    text = os.fspath(uri)
    if text.startswith("runs:"):
        run = RunURI.parse(text)
        return locate_in_run(run.run_id, run.path, store=store)
    if text.startswith("models:"):
        return locate_in_model(ModelURI.parse(text), store=store, registry=registry)
    return _plain(text)


def locate_in_run(
    run_id: str, path: ArtifactPath, *, store: TrackingStore | None = None, opener: Opener | None = None
) -> Location:
    """Return where an artifact of a run is: among its own or, where it has none of that path, in a model that it made.

    Args:
        run_id: The run.
        path: The path; the first part may be the name of a logged model.
        store: Where the run is; the tracking store in force when absent.
        opener: Opens the artifacts of the run, or of the model; as the store names them when absent.

    Raises:
        NotFound: There is no such run.
    """
    store = store or _store()
    opener = opener or _opener(store)
    run = store.get_run(run_id)
    own, root = opener(run.info.artifact_uri)
    if path and own.info(root / path) is None:
        name, *rest = path.parts
        model = _newest_model(store, run, name)
        if model is not None:
            repository, root = opener(model.artifact_location)
            return Location(repository, root / "/".join(rest), path)
    return Location(own, root / path, path)


def locate_in_model(
    model: ModelURI,
    *,
    store: TrackingStore | None = None,
    registry: ModelRegistry | None = None,
    opener: Opener | None = None,
) -> Location:
    """Return where an artifact of a logged model, or of a model version, is.

    Args:
        model: The model and the path.
        store: Where runs and logged models are looked for; the tracking store in force when absent.
        registry: Where model versions are looked for; the model registry in force when absent.
        opener: Opens the artifacts; as the store names them when absent.

    Raises:
        InvalidInput: There is no such alias or stage.
        NotFound: There is no such model or version.
    """
    first, below = model, model.path
    for _ in range(_MAX_STEPS):
        text = _model_location(model, store, registry)
        if text.startswith("runs:"):
            run = RunURI.parse(text)
            return locate_in_run(run.run_id, run.path / below, store=store, opener=opener)
        if not text.startswith("models:"):
            repository, root = (opener or _opener(store))(text)
            return Location(repository, root / below, below)
        model = ModelURI.parse(text)
        below = model.path / below
    raise InvalidInput(f"{str(first)!r} is not the address of a model: its versions are made from each other.")


def _newest_model(store: TrackingStore, run: Run, name: str) -> LoggedModel | None:
    """Return the last logged model of a name that a run made, if there is one."""
    for output in reversed(run.outputs.model_outputs):
        with suppress(NotFound):
            model = store.get_logged_model(output.model_id)
            if model.name == name:
                return model
    return None


def _model_location(uri: ModelURI, store: TrackingStore | None, registry: ModelRegistry | None) -> str:
    """Return the address that a logged model, or a version, names as that of its files."""
    if uri.model_id is not None:
        return (store or _store()).get_logged_model(uri.model_id).artifact_location
    from runyard.registry.sources import find_version

    version = find_version(uri, registry or _registry())
    return version.storage_location or version.source


def _plain(text: str) -> Location:
    """Return where an address of artifacts itself leads: to a name in the folder above, or to a root."""
    uri = ArtifactURI.parse(text)
    if uri.scheme == "file":
        # The links on the way are the caller's own; containment begins below.
        parent, name = os.path.split(os.path.realpath(uri.path))
        root = ArtifactURI("file", "", parent)
    else:
        path, _, name = uri.path.rstrip("/").rpartition("/")
        root = ArtifactURI(uri.scheme, uri.authority, f"{path}/" if uri.path.startswith("/") else path)
    shown = ArtifactPath(name)
    return Location(open_repository(root), shown, shown)


def _store() -> TrackingStore:
    from runyard.tracking.uris import tracking_store

    return tracking_store()


def _registry() -> ModelRegistry:
    from runyard.tracking.uris import model_registry

    return model_registry()
