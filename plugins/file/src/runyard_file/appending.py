"""Files of lines that only grow: one write for all that is added at a time, under a lock."""

from __future__ import annotations

import errno
import os
import sys

from runyard.errors import StorageFailure
from runyard_file.files import BINARY, create_bytes, lock, refused

__all__ = ["append"]

_APPEND = os.O_RDWR | os.O_APPEND | BINARY


def append(path: str, data: bytes, staging: str) -> None:
    r"""Add whole lines to the end of a file, new or not, in a single write.

    A last line without its end, left behind by a writer that died, was never acknowledged: it is cut off first.

    Args:
        path: The file; its folder is made where it is missing.
        data: Lines, each with its ``\n``.
        staging: As for `replace_text`; it must exist.

    Raises:
        StorageFailure: It cannot be written; nothing was added.
    """
    try:
        try:
            descriptor = os.open(path, _APPEND)
        except FileNotFoundError:
            # A new file comes with its first lines: an empty one is damaged in the eyes of other programs.
            if create_bytes(path, data, staging):
                return
            descriptor = os.open(path, _APPEND | os.O_CREAT, 0o666)
        try:
            lock(descriptor)
            end = os.lseek(descriptor, 0, os.SEEK_END)
            if end and _read_at(descriptor, end - 1, 1) != b"\n":
                end = _cut_torn_line(descriptor, end)
            try:
                written = os.write(descriptor, data)
                if written != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError:
                os.ftruncate(descriptor, end)
                raise
        finally:
            os.close(descriptor)
    except StorageFailure:
        raise
    except OSError as error:
        refused(path, error, "write")


def _read_at(descriptor: int, position: int, size: int) -> bytes:
    if sys.platform == "win32":
        os.lseek(descriptor, position, os.SEEK_SET)
        return os.read(descriptor, size)
    return os.pread(descriptor, size, position)


def _cut_torn_line(descriptor: int, end: int) -> int:
    """Cut a file after its last line end and return its new size."""
    position = end
    while position:
        start = max(0, position - 4096)
        found = _read_at(descriptor, start, position - start).rfind(b"\n")
        if found >= 0:
            position = start + found + 1
            break
        position = start
    os.ftruncate(descriptor, position)
    return position
