"""Opening artifact repositories by address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runyard.plugins import get_plugins
from runyard.uris import ArtifactURI

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.tracking.store import TrackingStore


def open_repository(
    root: ArtifactURI | str | os.PathLike[str], store: TrackingStore | None = None
) -> ArtifactRepository:
    """Return the repository whose root is at an address.

    Args:
        root: The address.
        store: The store that has named it, if one has: artifacts that go through a server go through its server.

    Raises:
        InvalidInput: The address does not parse.
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for its scheme.
    """
    parsed = root if isinstance(root, ArtifactURI) else ArtifactURI.parse(root)
    if store is not None:
        parsed = parsed.seen_from(store.uri)
    repository: ArtifactRepository = get_plugins().artifact_repositories.load(parsed.scheme)(parsed)
    return repository
