"""One entry of an artifact listing."""

from __future__ import annotations

import msgspec

from runyard.entities.entity import Entity


class FileInfo(Entity, msgspec.Struct, frozen=True):
    """A file or folder among artifacts.

    Attributes:
        path: Its path relative to the repository's root, with ``/`` between the parts.
        is_dir: Whether it is a folder.
        file_size: Its size in bytes; `None` for a folder.
    """

    path: str
    is_dir: bool
    file_size: int | None = None
