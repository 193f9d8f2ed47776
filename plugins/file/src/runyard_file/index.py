"""The side index: what the small files of an experiment held when they were read, for as long as they do not change.

It is a memory, never the truth. Each value is kept under the signature of its file (times, size, inode), and is given
out only while `os.stat` still shows that signature; so whoever changes a file, and by whatever means, the next search
reads it again. A file that changed a moment before it was read is not trusted at all, for it may change once more
without a difference in its times.

The memory is written to ``.runyard-index`` in the folder of the experiment, where other programs overlook it. It may
be deleted at any time, and a folder that cannot be written to does without.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar

import msgspec

from runyard.entities import RunInfo
from runyard.errors import DataDamaged, StorageFailure
from runyard_file.files import read_bytes, read_text, refused, replace_bytes
from runyard_file.infos import read_info
from runyard_file.layout import METRICS
from runyard_file.meta import META, read_meta
from runyard_file.points import Summary, summarize, summarize_all
from runyard_file.reports import warn_once
from runyard_file.values import collect_keys, list_names

__all__ = ["INDEX", "Folder", "Index", "direct", "signature"]

INDEX = ".runyard-index"

# A file's times are as fine as the file system makes them: 2 s on FAT, 1 s on old NFS, a few ms elsewhere.
_SETTLED_NS = 2_500_000_000
_UNSETTLED = 0
# To be raised when an index changes its form, or when the same file is to be read otherwise than before.
_FORMAT = 3
# Below this number of files that were read anew, or this share of them all, writing costs more than it saves.
_WORTH_WRITING = 32
_WORTH_SHARE = 32

V = TypeVar("V")


def signature(status: os.stat_result) -> int:
    """Return a number that changes when a file is written to, replaced or restored from elsewhere."""
    return hash((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))


class _Known(msgspec.Struct, Generic[V], array_like=True, gc=False, frozen=True):
    """A value, and the signature of the file when it was read."""

    signature: int
    value: V


class _Values(msgspec.Struct, array_like=True):
    """What was read below one folder, by path (metrics: by key)."""

    infos: dict[str, _Known[RunInfo]] = {}
    metas: dict[str, _Known[dict[str, Any]]] = {}
    summaries: dict[str, _Known[Summary | None]] = {}
    texts: dict[str, _Known[str]] = {}
    names: dict[str, _Known[list[str]]] = {}


class _Stored(msgspec.Struct, array_like=True):
    version: int
    folders: dict[str, _Values]


_decode = msgspec.msgpack.Decoder(_Stored).decode
"""Made once: a process crashes where two threads make msgspec learn a type at the same time."""


class Folder:
    """The folder of a run, logged model, dataset or experiment, read through the index.

    Args:
        path: The folder.
        values: What is remembered of it.
        index: Whose part it is.
    """

    __slots__ = ("_index", "_values", "path")

    def __init__(self, path: str, values: _Values, index: Index) -> None:
        self.path = path
        self._values = values
        self._index = index

    def meta(self, name: str = META) -> dict[str, Any] | None:
        """Return the mapping of a YAML file, `None` where there is no such file.

        Raises:
            DataDamaged: It is no valid YAML, or no mapping.
            StorageFailure: It cannot be read.
        """
        return self._read(self._values.metas, name, f"{self.path}/{name}", _load_meta)

    def info(self) -> RunInfo | None:
        """Return what identifies the run whose folder this is, `None` where it has no ``meta.yaml``; not to be changed.

        Raises:
            DataDamaged: It cannot be understood.
            StorageFailure: It cannot be read.
        """
        return self._read(self._values.infos, META, f"{self.path}/{META}", _load_info)

    def text(self, name: str) -> str | None:
        """Return the contents of a text file, `None` where there is no such file.

        Raises:
            DataDamaged: It is not UTF-8.
            StorageFailure: It cannot be read.
        """
        return self._read(self._values.texts, name, f"{self.path}/{name}", _load_text)

    def summary(self, key: str, *, extremes: bool = False) -> Summary | None:
        """Return the summary of a metric of a run, `None` where it has no point.

        Args:
            key: The metric.
            extremes: Whether the smallest and largest number are asked for.

        Raises:
            DataDamaged: A line is no point.
            StorageFailure: It cannot be read.
        """
        summaries = self._values.summaries
        if extremes:
            known = summaries.get(key)
            if known is not None and known.value is not None and known.value.minimum is None:
                summaries.pop(key, None)  # they were not asked for when it was read
        load = summarize_all if extremes else summarize
        return self._read(summaries, key, f"{self.path}/{METRICS}/{key}", load)

    def values(self, kind: str) -> dict[str, str]:
        """Return params or tags by key.

        Args:
            kind: ``params`` or ``tags``.

        Raises:
            DataDamaged: One is not UTF-8.
            StorageFailure: One cannot be read.
        """
        found = ((key, self.text(f"{kind}/{key}")) for key in self.keys(kind))
        return {key: text for key, text in found if text is not None}

    def keys(self, kind: str) -> list[str]:
        """Return the keys of metrics, params or tags, sorted.

        Args:
            kind: ``metrics``, ``params`` or ``tags``.

        Raises:
            StorageFailure: A folder cannot be listed.
        """
        return collect_keys(f"{self.path}/{kind}", self._names)

    def _names(self, folder: str) -> list[str]:
        """Return the names in a folder; which they are is told by the times of the folder itself."""
        return self._read(self._values.names, folder[len(self.path) :], folder, _load_names, is_folder=True) or []

    def _read(
        self,
        values: dict[str, _Known[V]],
        name: str,
        path: str,
        load: Callable[[str, V | None], V],
        *,
        is_folder: bool = False,
    ) -> V | None:
        """Return the value of a file, remembered or read by `load` (given the value before); `None` without a file."""
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            values.pop(name, None)
            return None
        except OSError as error:
            refused(path, error, "read")
        known = values.get(name)
        seen = signature(status)
        if known is not None and known.signature == seen:
            return known.value
        if stat.S_ISDIR(status.st_mode) is not is_folder:
            return None
        # The clock is read before the contents: what is written after that gets a later time, hence a new signature.
        settled = time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > _SETTLED_NS
        try:
            value = load(path, None if known is None else known.value)
        except FileNotFoundError:
            values.pop(name, None)
            return None
        except DataDamaged as error:
            if not self._index.tolerant:
                raise
            warn_once(path, f"{error} It is left out.")
            return None
        values[name] = _Known(seen if settled else _UNSETTLED, value)
        self._index.unwritten += settled
        return value


def _load_meta(path: str, _: dict[str, Any] | None) -> dict[str, Any]:
    return read_meta(path)


def _load_info(path: str, _: RunInfo | None) -> RunInfo:
    return read_info(path)


def _load_names(path: str, _: list[str] | None) -> list[str]:
    return list_names(path)


def _load_text(path: str, _: str | None) -> str:
    return read_text(path)


class Index:
    """The memory of one experiment.

    Args:
        experiment: The folder of the experiment.
        tolerant: Whether a damaged file is reported and taken for missing; it raises `DataDamaged` otherwise.
        stored: Whether there is a file of this index.
    """

    def __init__(self, experiment: str, *, tolerant: bool = True, stored: bool = True) -> None:
        self.path = experiment
        self.tolerant = tolerant
        self.unwritten = 0
        self._writable = stored
        self._folders = self._load() if stored else {}

    def folder(self, name: str) -> Folder:
        """Return the folder of that name in the experiment."""
        values = self._folders.get(name)
        if values is None:
            values = self._folders.setdefault(name, _Values())
        return Folder(f"{self.path}/{name}", values, self)

    def forget_others(self, names: Collection[str], below: str = "") -> None:
        """Drop what is remembered of folders that are gone.

        Args:
            names: Those that are there.
            below: The part of the experiment that they are all of: ``models/``, or empty for runs.
        """
        if len(self._folders) > len(names):
            present = {below + name for name in names}
            for name in [*self._folders]:
                if name.rpartition("/")[0] + "/" * bool(below) == below and name not in present:
                    self._folders.pop(name, None)

    def save(self) -> None:
        """Write the index if that is worth it."""
        if not self._writable or self.unwritten < _WORTH_WRITING:
            return
        folders = self._folders.copy()
        if self.unwritten * _WORTH_SHARE < sum(map(_size, folders.values())):
            return
        self.unwritten = 0
        try:
            replace_bytes(f"{self.path}/{INDEX}", msgspec.msgpack.encode(_Stored(_FORMAT, folders)), self.path)
        except StorageFailure:
            self._writable = False

    def _load(self) -> dict[str, _Values]:
        try:
            stored = _decode(read_bytes(f"{self.path}/{INDEX}"))
        except (OSError, msgspec.DecodeError):
            return {}
        return stored.folders if stored.version == _FORMAT else {}


def _size(values: _Values) -> int:
    return len(values.infos) + len(values.metas) + len(values.summaries) + len(values.texts) + len(values.names)


def direct(path: str) -> Folder:
    """Return a folder that is read without an index, and with an error for what is damaged."""
    experiment, name = os.path.split(path)
    return Index(experiment, tolerant=False, stored=False).folder(name)
