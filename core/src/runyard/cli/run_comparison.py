"""Several runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from runyard.cli.moments import duration, moment
from runyard.cli.output import Cell, print_table
from runyard.cli.run_page import sections

if TYPE_CHECKING:
    from runyard.entities import Run

_DERIVED = ("mlflow.runName",)
"""Tags that repeat an attribute."""


class Row(NamedTuple):
    """One line of a comparison: what is compared, and its value in each run, `None` where it has none."""

    field: str
    values: list[Cell]


def compare_runs(runs: Sequence[Run], *, everything: bool = False) -> list[Row]:
    """Return the attributes, params, metrics, tags and datasets of runs.

    Args:
        runs: The runs, in the order of the columns.
        everything: Also what is the same in all of them.
    """
    fields = [_fields(run) for run in runs]
    names = dict.fromkeys(name for each in fields for name in each)
    rows = [Row(name, [each.get(name) for each in fields]) for name in names]
    return [row for row in rows if everything or len({_comparable(value) for value in row.values}) > 1]


def print_comparison(runs: Sequence[Run], rows: Sequence[Row]) -> None:
    """Print a comparison, one column for each run."""
    print_table(("", *(run.info.run_id for run in runs)), ((row.field, *row.values) for row in rows))


def _fields(run: Run) -> dict[str, Cell]:
    info = run.info
    fields: dict[str, Cell] = {
        "name": info.run_name,
        "experiment_id": info.experiment_id,
        "status": info.status,
        "start_time": moment(info.start_time),
        "duration": duration(info.start_time, info.end_time),
        "user": info.user_id,
    }
    for kind, values in sections(run).items():
        fields.update((f"{kind}.{key}", values[key]) for key in sorted(values) if key not in _DERIVED)
    return fields


def _comparable(value: Cell) -> Cell:
    """Return a value that is equal to itself, as NaN is not."""
    return "NaN" if value != value else value
