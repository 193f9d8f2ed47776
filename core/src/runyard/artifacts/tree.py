"""The files below a local folder, as a transfer sees them."""

from __future__ import annotations

import errno
import os
import stat
from typing import NamedTuple

from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.uris import ArtifactPath

__all__ = ["LocalFile", "files_below", "leads_astray"]


class LocalFile(NamedTuple):
    """A file to be stored."""

    source: str
    path: ArtifactPath
    size: int


def files_below(folder: str, path: ArtifactPath) -> list[LocalFile]:
    """Return every file below a local folder, sorted by path; empty folders vanish.

    A link to a file counts as that file, wherever it is: what a cache or a data set keeps elsewhere is part of what its
    owner stores. A link to a folder is followed while it leads to another place in the tree; one that leads out, or
    back to a folder that it is in, is left out with a warning.

    Args:
        folder: The folder.
        path: The artifact path that its contents go to.

    Raises:
        InvalidInput: A name cannot be an artifact path, or something is neither a file nor a folder.
        NotFound: A link leads nowhere.
        StorageFailure: A folder cannot be listed.
    """
    found: list[LocalFile] = []
    pending = [(folder, path)]
    while pending:
        here, prefix = pending.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    mode, size = _status(entry)
                    target = _path(prefix, entry)
                    if stat.S_ISREG(mode):
                        found.append(LocalFile(entry.path, target, size))
                    elif not stat.S_ISDIR(mode):
                        raise InvalidInput(f"{entry.path!r} is neither a file nor a folder; it cannot be stored.")
                    elif entry.is_symlink() and leads_astray(entry.path, folder):
                        _warn(entry.path, folder)
                    else:
                        pending.append((entry.path, target))
        except OSError as error:
            if isinstance(error, StorageFailure):
                raise
            raise StorageFailure(f"Cannot list {here!r}: {error.strerror or error}.") from error
    found.sort(key=lambda file: file.path)
    return found


def _status(entry: os.DirEntry[str]) -> tuple[int, int]:
    try:
        status = entry.stat()
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP):
            raise
        raise NotFound(f"{entry.path!r} leads nowhere: it is a symbolic link to what does not exist.") from None
    return status.st_mode, status.st_size


def _path(folder: ArtifactPath, entry: os.DirEntry[str]) -> ArtifactPath:
    try:
        return folder / entry.name
    except InvalidInput as error:
        raise InvalidInput(f"{entry.path!r} cannot be stored; rename it. {error}") from None


def _warn(link: str, folder: str) -> None:
    import logging

    logging.getLogger("runyard").warning(
        "The link %r to a folder is left out: it leads out of %r or back to a folder that it is in.", link, folder
    )


def leads_astray(link: str, root: str) -> bool:
    """Say whether a symbolic link leads out of a folder, or back to one of the folders that it is in.

    Args:
        link: Its path, which begins with that of the folder.
        root: The folder.
    """
    goal = os.path.realpath(link)
    if not goal.startswith(os.path.join(os.path.realpath(root), "")):
        return True
    folder = os.path.dirname(link)
    while len(folder) > len(root):
        if os.path.realpath(folder) == goal:
            return True
        folder = os.path.dirname(folder)
    return False
