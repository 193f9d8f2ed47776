"""The columns of a list of runs: attributes, and metrics, params and tags by name or pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.moments import duration, moment
from runyard.cli.text import did_you_mean

if TYPE_CHECKING:
    from runyard.cli.output import Cell
    from runyard.entities import Run


class Column(NamedTuple):
    """A column: its name, and its value for a run."""

    name: str
    value: Callable[[Run], Cell]


ATTRIBUTES: dict[str, Callable[[Run], Cell]] = {
    "run_id": lambda run: run.info.run_id,
    "name": lambda run: run.info.run_name,
    "experiment_id": lambda run: run.info.experiment_id,
    "status": lambda run: run.info.status,
    "start_time": lambda run: moment(run.info.start_time),
    "end_time": lambda run: moment(run.info.end_time),
    "duration": lambda run: duration(run.info.start_time, run.info.end_time),
    "user": lambda run: run.info.user_id,
    "artifact_uri": lambda run: run.info.artifact_uri,
    "stage": lambda run: run.info.lifecycle_stage,
}
ALIASES = {"id": "run_id", "run_name": "name", "user_id": "user", "lifecycle_stage": "stage"}

KINDS: dict[str, Callable[[Run], Mapping[str, Cell]]] = {
    "metrics": lambda run: run.data.metrics,
    "params": lambda run: run.data.params,
    "tags": lambda run: run.data.tags,
}


def parse_columns(text: str) -> tuple[str, ...]:
    """Return the names in a comma-separated list.

    Raises:
        UsageError: One of them is neither an attribute nor begins with ``metrics.``, ``params.`` or ``tags.``.
    """
    names = tuple(name for part in text.split(",") if (name := part.strip()))
    for name in names:
        if name not in ATTRIBUTES and name not in ALIASES and name != "experiment" and not _is_data(name):
            known = [*ATTRIBUTES, "experiment", *(f"{kind}.KEY" for kind in KINDS)]
            raise click.UsageError(
                f"There is no column {name!r}.{did_you_mean(name, known)} There are {', '.join(known)}; "
                "KEY may be a pattern such as 'metrics.*'."
            )
    return names


def columns(names: Iterable[str], runs: Sequence[Run], experiments: Mapping[str, str]) -> list[Column]:
    """Return the columns of those names; a pattern stands for every key that a run has.

    Args:
        names: What `parse_columns` returned.
        runs: The runs that will be shown.
        experiments: The names of experiments by id.
    """
    found: dict[str, Column] = {}
    for name in names:
        if name == "experiment":
            found[name] = Column(name, lambda run: experiments.get(run.info.experiment_id, run.info.experiment_id))
        elif _is_data(name):
            kind, _, key = name.partition(".")
            for match in _matches(kind, key, runs):
                found[f"{kind}.{match}"] = _data_column(kind, match)
        else:
            attribute = ALIASES.get(name, name)
            found[attribute] = Column(attribute, ATTRIBUTES[attribute])
    return list(found.values())


def _is_data(name: str) -> bool:
    kind, _, key = name.partition(".")
    return kind in KINDS and bool(key)


def _matches(kind: str, key: str, runs: Sequence[Run]) -> list[str]:
    keys = {name for run in runs for name in KINDS[kind](run)}
    if key in keys or not any(sign in key for sign in "*?["):
        return [key]
    return sorted(name for name in keys if fnmatchcase(name, key))


def _data_column(kind: str, key: str) -> Column:
    return Column(f"{kind}.{key}", lambda run: KINDS[kind](run).get(key))


def default_columns(experiments: int, *, metrics: bool) -> tuple[str, ...]:
    """Return the columns of a list of runs from so many experiments, with all their metrics or none."""
    which = () if experiments == 1 else ("experiment",)
    return ("run_id", "name", *which, "status", *(("metrics.*",) if metrics else ()), "start_time", "duration")
