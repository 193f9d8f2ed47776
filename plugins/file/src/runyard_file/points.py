"""Metric files: one line a point, ``timestamp value step`` and what else is known, appended in the order of logging."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from operator import methodcaller

import msgspec

from runyard.entities import Metric
from runyard.errors import DataDamaged, StorageFailure
from runyard_file.appending import append
from runyard_file.files import lock, read_bytes
from runyard_file.reports import warn_once

__all__ = ["NAN", "Summary", "append_points", "blocks", "fields_of", "read_points", "summarize", "whole_lines"]

# Above this size a file that grew is not parsed again from its beginning, and is parsed in pieces.
_LARGE = 1 << 16
_count_blanks = methodcaller("count", " ")
_OF_NUMBERS = b"0123456789+-.eE nNaAiIfFtTyY\n"
# Blanks separate the fields, so a dataset's name is written with no-break spaces.
_NO_BLANKS = dict.fromkeys((*range(9, 14), *range(28, 33), 133, 8232, 8233), "\xa0")

# One object for all, so that equal points compare equal.
NAN = float("nan")

# Timestamp, step, whether the value is a number, value, dataset name and digest, run: sorts as histories are ordered.
# What is not known is empty text; the run is known in the files of a logged model.
Point = tuple[int, int, bool, float, str, str, str]


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


def whole_lines(path: str) -> bytes:
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
    name = digest = run_id = ""
    for line in data.split(b"\n"):
        fields = line.split()
        count = len(fields)
        if not count:
            continue
        try:
            value = float(fields[1])
            is_number = value == value
            if count != 3 or of_model:
                if of_model:
                    run_id = fields[3].decode()
                has_dataset = count > fixed + 1
                name = b" ".join(fields[fixed:-1]).decode().replace("\u00a0", " ") if has_dataset else ""
                digest = fields[-1].decode().replace("\u00a0", " ") if has_dataset else ""
                step = int(fields[2]) if count > 2 else 0
                yield int(fields[0]), step, is_number, value if is_number else NAN, name, digest, run_id
            else:
                yield int(fields[0]), int(fields[2]), is_number, value if is_number else NAN, "", "", ""
        except (ValueError, IndexError):
            raise DataDamaged(
                f"{path!r} is damaged: the line {line[:80].decode(errors='replace')!r} is no point, "
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
    points = dict.fromkeys(_parse(path, whole_lines(path), of_model=model_id is not None))
    return [
        Metric(key, value, timestamp, step, model_id, name or None, digest or None, run_id or of_run)
        for timestamp, step, _, value, name, digest, of_run in sorted(points)
    ]


class Summary(msgspec.Struct, array_like=True, gc=False):
    """What searches need of a run's metric file.

    Attributes:
        value: The latest value; the fields after it belong to the same point.
        timestamp: Milliseconds since 1970 UTC.
        step: Any signed 64-bit integer.
        minimum: The smallest number; NaN if there is none, `None` if it was not asked for.
        maximum: The largest number; likewise.
        dataset_name: The name of the dataset, if any.
        dataset_digest: Its digest.
        size: How many bytes were read, for a large file; 0 otherwise.
        digest: The fingerprint of those bytes.
    """

    value: float
    timestamp: int
    step: int
    minimum: float | None = None
    maximum: float | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    size: int = 0
    digest: str = ""

    def metric(self, key: str, run_id: str) -> Metric:
        """Return the latest point."""
        return Metric(key, self.value, self.timestamp, self.step, None, self.dataset_name, self.dataset_digest, run_id)


def summarize_all(path: str, known: Summary | None = None) -> Summary | None:
    """Read the summary of a run's metric file with the smallest and largest number; see `summarize`."""
    return summarize(path, known if known is not None and known.minimum is not None else None, extremes=True)


def summarize(path: str, known: Summary | None = None, *, extremes: bool = False) -> Summary | None:
    """Read the summary of a run's metric file; `None` if it holds no point.

    Args:
        path: The file.
        known: What it was when the file was read before. The bytes that were read then are compared by fingerprint,
            and not parsed again if they are the same.
        extremes: Whether to look for the smallest and largest number, which takes half as long again; what is known
            of them is kept up in any case.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: A line is no point.
        StorageFailure: It cannot be read.
    """
    data = whole_lines(path)
    start = 0
    if known is not None and 0 < known.size <= len(data) and _fingerprint(data[: known.size]) == known.digest:
        start = known.size
    else:
        known = None
    extremes = extremes or (known is not None and known.minimum is not None)
    summary = known
    for block in blocks(data, start):
        summary = _merge(summary, path, block, extremes)
    if summary is not None and len(data) >= _LARGE:
        summary.size, summary.digest = len(data), _fingerprint(data)
    return summary


def _fingerprint(data: bytes) -> str:
    import hashlib

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def blocks(data: bytes, start: int) -> Iterable[bytes]:
    """Yield whole lines, a few thousand at a time: a block in pieces takes ten times its size in memory."""
    while start < len(data):
        end = len(data) if len(data) - start <= _LARGE else data.rfind(b"\n", start, start + _LARGE) + 1
        if end <= start:  # a line longer than a block
            end = data.index(b"\n", start) + 1
        yield data[start:end]
        start = end


def _merge(known: Summary | None, path: str, block: bytes, extremes: bool) -> Summary | None:
    """Return the summary of a file from that of its beginning and the lines after it."""
    numbers, candidates = _plain(block, extremes) or _any(path, block)
    if known is not None:
        numbers += [number for number in (known.minimum, known.maximum) if number is not None and number == number]
        candidates.append(
            (
                known.timestamp,
                known.step,
                known.value == known.value,
                known.value,
                known.dataset_name or "",
                known.dataset_digest or "",
                "",
            )
        )
    if not candidates:
        return None
    timestamp, step, _, value, name, digest, _ = max(candidates, key=_order)
    low, high = (min(numbers, default=NAN), max(numbers, default=NAN)) if extremes else (None, None)
    return Summary(value, timestamp, step, low, high, name or None, digest or None)


def _order(point: Point) -> tuple[int, int, bool, float]:
    """Return what decides which point is the latest, as `Metric.order` does."""
    timestamp, step, is_number, value = point[:4]
    return step, timestamp, is_number, value if is_number else 0.0


def _plain(block: bytes, extremes: bool) -> tuple[list[float], list[Point]] | None:
    """Return the numbers of lines of three fields each, and the points of the largest step; `None` for other lines.

    Columns are converted at once: a loop over the lines takes five times as long. The numbers are left out where they
    are not asked for.
    """
    fields = fields_of(block)
    if fields is None:
        return None
    try:
        steps = [*map(int, fields[2::3])]
        top = max(steps)
        latest: list[Point] = []
        index = -1
        for _ in range(steps.count(top)):
            index = steps.index(top, index + 1)
            value = float(fields[3 * index + 1])
            is_number = value == value
            latest.append((int(fields[3 * index]), top, is_number, value if is_number else NAN, "", "", ""))
        numbers = [*map(float, fields[1::3])] if extremes else []
    except ValueError:
        return None  # which line it is, the other reader says
    if b"n" in block.lower():  # of "nan", or of an infinity
        numbers = [number for number in numbers if number == number]
    return numbers, latest


def fields_of(block: bytes) -> list[str] | None:
    """Return the fields of lines that have three each, which look like numbers; `None` for other lines."""
    if block.translate(None, _OF_NUMBERS):
        return None
    text = block.decode("ascii")
    fields = text.split()
    if {*map(_count_blanks, text[:-1].split("\n"))} != {2} or len(fields) != 3 * text.count("\n"):
        return None
    return fields


def _any(path: str, block: bytes) -> tuple[list[float], list[Point]]:
    """Return all numbers and all points of lines in any form.

    Raises:
        DataDamaged: A line is no point.
    """
    points = [*_parse(path, block, of_model=False)]
    return [point[3] for point in points if point[2]], points
