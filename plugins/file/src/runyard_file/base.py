"""What the parts of the file store stand on."""

from __future__ import annotations

import os
import time
from typing import Any

from runyard.errors import InvalidState, NotFound
from runyard.tracking.store import TrackingStore
from runyard.uris import ArtifactURI, StoreURI
from runyard_file.files import locked, replace_text
from runyard_file.index import Index
from runyard_file.infos import ACTIVE, stage
from runyard_file.layout import Layout
from runyard_file.meta import META, dump_meta, read_meta

__all__ = ["FileStoreBase", "artifact_folder", "change_meta", "now"]


def now() -> int:
    """Return the time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def change_meta(folder: str, name: str, /, **changes: Any) -> dict[str, Any]:
    """Change fields of a ``meta.yaml`` in use; what else it holds stays, also what is not known here.

    Args:
        folder: The folder that it is in.
        name: Whose it is, for the message: ``run 'f00...'``.
        changes: Fields and their new values; a change of the lifecycle stage is allowed in every stage.

    Returns:
        What it holds now.

    Raises:
        InvalidState: It is deleted.
        NotFound: It has just been purged.
        DataDamaged: It cannot be understood.
        StorageFailure: It cannot be read or written.
    """
    path = f"{folder}/{META}"
    with locked(folder):
        try:
            content = read_meta(path)
        except FileNotFoundError:
            raise NotFound(f"There is no {name} any more: it was purged a moment ago.") from None
        if "lifecycle_stage" not in changes and stage(content) != ACTIVE:
            raise deleted(name)
        content.update(changes)
        replace_text(path, dump_meta(content), staging=folder)
        return content


def deleted(name: str) -> InvalidState:
    """Return the error for a change of something deleted."""
    return InvalidState(f"The {name} is deleted, so it cannot be changed; restore it first.")


def artifact_folder(location: str, *parts: str) -> str:
    """Return the address of a folder below an artifact location, in the same form."""
    return "/".join((location.rstrip("/"), *parts))


def absolute_location(location: str) -> str:
    """Return an artifact location with a relative local path made absolute; others stay as they are."""
    uri = ArtifactURI.parse(location)
    if uri.scheme != "file":
        return location
    return uri.file_uri if location[:5].lower() == "file:" else uri.path


class FileStoreBase(TrackingStore):
    """The folder, the paths in it, and what is remembered of it.

    Args:
        uri: The folder; it is made with the first write.
        artifact_root: Where new experiments keep their artifacts; in their own folders when `None`.
    """

    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        super().__init__(uri, artifact_root)
        root = uri.text.rstrip(os.sep) or os.sep
        self._layout = Layout(root)
        self._artifacts = absolute_location(artifact_root) if artifact_root else ArtifactURI("file", "", root).file_uri
        self._experiments = Index(root, stored=False)
        self._indexes: dict[str, Index] = {}

    def close(self) -> None:
        self._indexes.clear()

    def _index(self, experiment: str) -> Index:
        """Return the index of an experiment by its folder."""
        index = self._indexes.get(experiment)
        return index if index is not None else self._indexes.setdefault(experiment, Index(experiment))

    def _in_trash(self, experiment: str) -> bool:
        """Say whether the folder of an experiment is in the trash."""
        return os.path.dirname(experiment) == self._layout.trash
