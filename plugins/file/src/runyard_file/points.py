"""Metric files: one line a point, ``timestamp value step`` and what else is known, appended in the order of logging."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from runyard.entities import Metric
from runyard.errors import DataDamaged, StorageFailure
from runyard_file.files import append, lock, read_bytes
from runyard_file.reports import warn_once

__all__ = ["Summary", "append_points", "read_points", "summarize"]

# Above this size a file that grew is not parsed again from its beginning.
_LARGE = 1 << 16
# Blanks separate the fields, so a dataset's name is written with no-break spaces.
_NO_BLANKS = dict.fromkeys((*range(9, 14), *range(28, 33), 133, 8232, 8233), "\xa0")

# timestamp, value, step, dataset name and digest; of a model's metric file besides the run id
Point = tuple[int, float, int, "str | None", "str | None", "str | None"]


def append_points(folder: str, points: Sequence[Metric], owner: str, run_id: str | None = None) -> None:
    """Add points to the metric files in a folder, one write a file.

    Args:
        folder: The ``metrics`` folder.
        points: In the order in which they are written.
        owner: The folder of the run or model.
        run_id: The run that they belong to, for the files of a logged model; those of a run do not say.

    Raises:
        StorageFailure: A file cannot be written; nothing was added to it and to those after it.
    """
    lines: dict[str, str] = {}
    for point in points:
        key = point.key
        lines[key] = lines.get(key, "") + _line(point, run_id)
    for key, text in lines.items():
        append(f"{folder}/{key}", text.encode(), owner)


def _line(point: Metric, run_id: str | None) -> str:
    text = f"{point.timestamp} {point.value!r} {point.step}"
    if run_id is not None:
        text = f"{text} {run_id}"
    name, digest = point.dataset_name, point.dataset_digest
    if name and digest:
        text = f"{text} {name.translate(_NO_BLANKS)} {digest.translate(_NO_BLANKS)}"
    return text + "\n"


def _whole_lines(path: str) -> bytes:
    """Return the contents of a file up to its last line end; report what is after it."""
    data = read_bytes(path)
    if not data or data[-1:] == b"\n":
        return data
    # Maybe a writer is right at it: wait for its lock and look again.
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            lock(descriptor, shared=True)
            data = read_bytes(path)
        finally:
            os.close(descriptor)
    except StorageFailure:
        raise
    except OSError:
        pass
    end = data.rfind(b"\n") + 1
    if end != len(data):
        warn_once(
            path,
            f"The last line of {path!r} has no end: its writer was interrupted before the point was acknowledged. "
            "The line is ignored and goes away with the next point.",
        )
    return data[:end]


def _parse(path: str, data: bytes, *, of_model: bool) -> Iterable[Point]:
    """Yield the points of whole lines.

    Raises:
        DataDamaged: A line is no point.
    """
    fixed = 4 if of_model else 3
    for number, line in enumerate(data.split(b"\n"), 1):
        fields = line.split()
        count = len(fields)
        if not count:
            continue
        try:
            run_id = name = digest = None
            step = int(fields[2]) if count > 2 else 0
            if of_model:
                run_id = fields[3].decode()
            if count > fixed + 1:
                name = b" ".join(fields[fixed:-1]).decode().replace("\u00a0", " ")
                digest = fields[-1].decode().replace("\u00a0", " ")
            yield int(fields[0]), float(fields[1]), step, name, digest, run_id
        except (ValueError, IndexError):
            raise DataDamaged(
                f"{path!r} is damaged: line {number} is {line[:80].decode(errors='replace')!r}, not "
                "'<timestamp> <value> <step>'."
            ) from None


def read_points(path: str, key: str, run_id: str | None = None, model_id: str | None = None) -> list[Metric]:
    """Return the points of a metric file in the order timestamp, step, value; exact duplicates once.

    Args:
        path: The file.
        key: The metric.
        run_id: The run, for the file of a run.
        model_id: The logged model, for the file of a logged model.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: A line is no point.
        StorageFailure: It cannot be read.
    """
    points = dict.fromkeys(_parse(path, _whole_lines(path), of_model=model_id is not None))
    # NaN is equal to nothing, itself included, so duplicates of it are found by their text.
    ordered = sorted({_identity(point): point for point in points}.values(), key=_history_order)
    return [
        Metric(key, value, timestamp, step, model_id, name, digest, run_id or of_run)
        for timestamp, value, step, name, digest, of_run in ordered
    ]


def _identity(point: Point) -> Any:
    return point if point[1] == point[1] else (point[0], "nan", *point[2:])


def _history_order(point: Point) -> tuple[int, int, bool, float]:
    timestamp, value, step = point[:3]
    is_number = value == value
    return (timestamp, step, is_number, value if is_number else 0.0)


class Summary(msgspec.Struct, array_like=True):
    """What searches need of a run's metric file.

    Attributes:
        value: The latest value; the fields after it belong to the same point.
        timestamp: Milliseconds since 1970 UTC.
        step: Any signed 64-bit integer.
        minimum: The smallest number; NaN if there is none.
        maximum: The largest number; NaN if there is none.
        dataset_name: The name of the dataset, if any.
        dataset_digest: Its digest.
        size: How many bytes were read, for a large file; 0 otherwise.
        digest: The fingerprint of those bytes.
    """

    value: float
    timestamp: int
    step: int
    minimum: float
    maximum: float
    dataset_name: str | None = None
    dataset_digest: str | None = None
    size: int = 0
    digest: str = ""

    def metric(self, key: str, run_id: str) -> Metric:
        """Return the latest point."""
        return Metric(key, self.value, self.timestamp, self.step, None, self.dataset_name, self.dataset_digest, run_id)


def summarize(path: str, known: Summary | None = None) -> Summary | None:
    """Read the summary of a run's metric file; `None` if it holds no point.

    Args:
        path: The file.
        known: What it was when the file was read before. The bytes that were read then are compared by fingerprint,
            and not parsed again if they are the same.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: A line is no point.
        StorageFailure: It cannot be read.
    """
    data = _whole_lines(path)
    start = 0
    if known is not None and 0 < known.size <= len(data) and _fingerprint(data[: known.size]) == known.digest:
        start = known.size
    else:
        known = None
    summary = _merge(known, _parse(path, data[start:] if start else data, of_model=False))
    if summary is not None and len(data) >= _LARGE:
        summary.size, summary.digest = len(data), _fingerprint(data)
    return summary


def _fingerprint(data: bytes) -> str:
    import hashlib

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _merge(known: Summary | None, points: Iterable[Point]) -> Summary | None:
    """Return the summary of a file from that of its beginning and the points after it."""
    nan = float("nan")
    best: Any = None
    order: Any = None
    low = high = nan
    if known is not None:
        best = (known.timestamp, known.value, known.step, known.dataset_name, known.dataset_digest)
        order = _latest_order(best)
        low, high = known.minimum, known.maximum
    for point in points:
        value = point[1]
        if not low <= value:  # false for NaN on either side
            low = value if value == value else low
        if not high >= value:
            high = value if value == value else high
        if order is None or point[2] >= order[0]:
            rank = _latest_order(point)
            if order is None or rank > order:
                best, order = point, rank
    if best is None:
        return None
    return Summary(best[1], best[0], best[2], low, high, best[3], best[4])


def _latest_order(point: Sequence[Any]) -> tuple[int, int, bool, float]:
    """As `Metric.order`."""
    timestamp, value, step = point[:3]
    is_number = value == value
    return (step, timestamp, is_number, value if is_number else 0.0)
