"""Writing runs as CSV or JSON, in constant memory."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from runyard.cli.moments import exact_moment
from runyard.cli.output import encode, exact
from runyard.errors import StorageFailure

if TYPE_CHECKING:
    from runyard.entities import Run

_ATTRIBUTES = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")


def export_runs(runs: Iterable[Run], form: str, path: Path | None) -> int:
    """Write runs to a file, or to standard output.

    Args:
        runs: The runs; they are read once and not held.
        form: ``csv`` or ``json``.
        path: The file, which appears when it is complete; standard output when `None`.

    Returns:
        How many runs were written.

    Raises:
        StorageFailure: The file cannot be written; one that was there before is as it was.
    """
    write = {"csv": _write_csv, "json": _write_json}[form]
    with _target(path) as stream:
        return write(runs, stream)


@contextmanager
def _target(path: Path | None) -> Iterator[IO[str]]:
    if path is None:
        yield sys.stdout
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(partial, "w", encoding="utf-8", newline="") as stream:
            yield stream
        os.replace(partial, path)
    except StorageFailure:
        raise
    except OSError as error:
        raise StorageFailure(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # it is gone, or was never there
            partial.unlink()


def _write_json(runs: Iterable[Run], stream: IO[str]) -> int:
    number = 0
    stream.write("[")
    for number, run in enumerate(runs, 1):
        stream.write(f"{',' if number > 1 else ''}\n{encode(run.to_dictionary())}")
    stream.write("\n]\n")
    return number


def _write_csv(runs: Iterable[Run], stream: IO[str]) -> int:
    """Write CSV. Which columns there are is known after the last run, so the rows wait in a temporary file."""
    columns = dict.fromkeys(_ATTRIBUTES)
    data: dict[str, dict[str, None]] = {"metrics": {}, "params": {}, "tags": {}}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as rows:
        for run in runs:
            row = _row(run)
            for name in row:
                kind, dot, _ = name.partition(".")
                if dot:
                    data[kind][name] = None
            rows.write(json.dumps(row) + "\n")
        rows.seek(0)
        for names in data.values():
            columns.update(names)
        writer = csv.DictWriter(stream, list(columns), lineterminator="\n")
        writer.writeheader()
        number = 0
        for line in rows:
            writer.writerow(json.loads(line))
            number += 1
    return number


def _row(run: Run) -> dict[str, str]:
    info = run.info
    row = {
        "run_id": info.run_id,
        "experiment_id": info.experiment_id,
        "status": info.status,
        "artifact_uri": info.artifact_uri,
        "start_time": exact_moment(info.start_time) or "",
        "end_time": exact_moment(info.end_time) or "",
    }
    row.update((f"metrics.{key}", exact(value)) for key, value in run.data.metrics.items())
    row.update((f"params.{key}", value) for key, value in run.data.params.items())
    row.update((f"tags.{key}", value) for key, value in run.data.tags.items())
    return row
