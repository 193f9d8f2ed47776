"""The artifacts of one run or logged model, to be measured and removed as a whole."""

from __future__ import annotations

import os
from contextlib import suppress

from runyard.artifacts.repositories import open_repository
from runyard.errors import InvalidInput
from runyard.uris import PROXY_SCHEMES, ArtifactPath, ArtifactURI

__all__ = ["OwnedArtifacts"]


class OwnedArtifacts:
    """What is at an artifact location, if that is surely nobody else's.

    Args:
        location: The artifact location, such as ``s3://bucket/1/<run id>/artifacts``.
        owner: The id of the run or logged model; it has to be one of the parts of the location.
        destination: What is behind locations of a scheme for servers; they are reached through their server when
            `None`.

    Raises:
        InvalidInput: The location does not parse, or it may be that of others too.
        PluginMissing, PluginFailed, PluginConflict: Nobody, or more than one, answers for its scheme.
    """

    def __init__(self, location: str, owner: str, destination: ArtifactURI | None = None) -> None:
        uri = ArtifactURI.parse(location)
        if destination is not None and uri.scheme in PROXY_SCHEMES:
            uri = destination / uri.path.strip("/")
        parts = (uri.path.replace(os.sep, "/") if uri.scheme == "file" else uri.path).split("/")
        if owner not in parts:
            raise InvalidInput(
                f"The artifact location {str(uri)!r} may be that of others too, as {owner!r} is no part of it; so "
                "nothing is removed there. Move the artifacts to a folder of that name."
            )
        start = len(parts) - 1 - parts[::-1].index(owner)
        above = "/".join(parts[:start]) or ("/" if uri.path.startswith("/") else "")
        self._folder = ArtifactPath(owner)
        self._path = ArtifactPath("/".join(part for part in parts[start:] if part))
        self._repository = open_repository(ArtifactURI(uri.scheme, uri.authority, above))

    def size(self) -> int:
        """Return the bytes of all files together.

        Raises:
            StorageFailure, Unavailable: The medium cannot be read.
        """
        return sum(file.file_size or 0 for file in self._repository.walk(self._path))

    def remove(self) -> None:
        """Delete the files and, on this machine, the folder of the owner if nothing else is in it.

        Raises:
            StorageFailure, Unavailable: The medium refuses; some of the files may be gone.
        """
        self._repository.delete(self._path)
        folder = self._repository.local_path(self._folder)
        if folder is not None:
            with suppress(OSError):  # something else is in it, such as the rest of a run
                folder.rmdir()
