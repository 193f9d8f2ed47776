"""Which files of a download are whole: noted beside them while it lasts, so that it can go on after an interruption."""

from __future__ import annotations

import os
from contextlib import suppress
from types import TracebackType

import msgspec

from runyard.errors import StorageFailure

__all__ = ["Journal"]

PREFIX = ".runyard-download-"


class Journal:
    """A file with one line for each file that is whole; it is deleted when the block ends without an exception.

    Only what came from the same origin counts, and only while it was not touched since.

    Args:
        folder: The folder that is downloaded to; it exists.
        origin: What is downloaded: the address of the repository and the path in it.

    Raises:
        StorageFailure: The folder cannot be written to.
    """

    def __init__(self, folder: str, origin: str) -> None:
        import hashlib

        self._folder = folder
        self._path = os.path.join(folder, PREFIX + hashlib.sha256(origin.encode()).hexdigest()[:16])
        self._noted = _read(self._path)

    def __enter__(self) -> Journal:
        try:
            self._file = open(self._path, "ab", buffering=0, opener=_own)
        except OSError as error:
            raise StorageFailure(f"Cannot write into {self._folder!r}: {error.strerror or error}.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        if error is None:
            with suppress(OSError):
                os.unlink(self._path)

    def __contains__(self, name: str) -> bool:
        """Say whether a file was downloaded whole and is as it was then."""
        return name in self._noted and self._noted[name] == self._stamp(name)

    def add(self, name: str) -> None:
        """Note that a file is whole; may be called by several threads at once."""
        # A note that is lost, for want of space say, costs another download of that file and nothing else.
        with suppress(OSError):
            self._file.write(msgspec.json.encode((str(name), self._stamp(name))) + b"\n")

    def _stamp(self, name: str) -> tuple[int, int] | None:
        """Return size and time of change of a file; `None` where there is none."""
        try:
            status = os.stat(os.path.join(self._folder, name))
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns


def _own(path: str, flags: int) -> int:
    """Open a file, but not through a link: in a folder that others may write to, its name can be foreseen."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _read(path: str) -> dict[str, tuple[int, int]]:
    noted: dict[str, tuple[int, int]] = {}
    with suppress(OSError), open(path, "rb") as lines:
        for line in lines:
            # The last line may be torn.
            with suppress(msgspec.DecodeError):
                name, stamp = msgspec.json.decode(line, type=tuple[str, tuple[int, int]])
                noted[name] = stamp
    return noted
