"""Copying open files at the speed of the operating system."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator

from runyard_file.files import write_all

__all__ = ["copy"]

# Below this size the system calls of a copy inside the kernel cost more than they save.
_LARGE = 256 << 10
_PORTION = 16 << 20
_BLOCK = 1 << 20
# What the kernel says of files, or of pairs of file systems, that it does not copy between.
_NOT_HERE = (errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EBADF, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP)


def copy(source: int, target: int, progress: Callable[[int], None] | None = None) -> None:
    """Copy what is left of an open file to the end of another one.

    File systems that can share blocks between files do so.

    Args:
        source: The descriptor of a file that is open for reading.
        target: That of one that is open for writing.
        progress: Told of the bytes copied since it was last called.

    Raises:
        OSError: One of them cannot be read or written.
    """
    for portion in _portions(source, target):
        if progress is not None:
            progress(portion)


def _portions(source: int, target: int) -> Iterator[int]:
    """Copy portion by portion and yield their sizes; each way goes on where the one before it had to stop."""
    if os.fstat(source).st_size >= _LARGE:
        for in_kernel in _ways():
            try:
                while portion := in_kernel(source, target):
                    yield portion
                break
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
    # Also what a special file holds, of which the kernel says that it is empty.
    while block := os.read(source, _BLOCK):
        write_all(target, block)
        yield len(block)


def _ways() -> Iterator[Callable[[int, int], int]]:
    """Yield the ways to copy inside the kernel, the fastest first."""
    if sys.platform == "linux":
        # Pythons that are built for old C libraries lack it.
        if hasattr(os, "copy_file_range"):
            yield lambda source, target: os.copy_file_range(source, target, _PORTION)
        yield lambda source, target: os.sendfile(target, source, None, _PORTION)
