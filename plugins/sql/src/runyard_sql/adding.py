"""Points that are added to the tables: to that of all points, to the summaries, and to what logged models know of them.

These are the statements that have to be quick, so they are constant texts, executed once for many rows in the order of
their keys, so that those who write at the same time do not wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import eq
from typing import Any

from runyard_sql.session import Session
from runyard_sql.values import NAN

__all__ = ["NOTE_ON_MODEL", "Point", "add_points"]

Point = tuple[int, int, int, int, float, int, int]
"""Run, name, step, timestamp, value, special and dataset: a row of the table."""

_ADD_POINTS = """
INSERT INTO runyard_metric_points (run_id, name_id, step, timestamp, value, special, dataset_id)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, name_id, step, timestamp, value, special, dataset_id) DO NOTHING
"""

# MySQL sets one column after the other, and each assignment sees those before it: what decides comes last.
_IS_LATER = """
(excluded.latest_step, excluded.latest_timestamp, excluded.latest_special, excluded.latest_value)
 > (runyard_run_metrics.latest_step, runyard_run_metrics.latest_timestamp, runyard_run_metrics.latest_special,
    runyard_run_metrics.latest_value)
"""
_IS_EARLIER = """
(excluded.earliest_step, excluded.earliest_timestamp, excluded.earliest_special, excluded.earliest_value)
 < (runyard_run_metrics.earliest_step, runyard_run_metrics.earliest_timestamp, runyard_run_metrics.earliest_special,
    runyard_run_metrics.earliest_value)
"""


def _where(condition: str, columns: Iterable[str], table: str) -> str:
    return ",\n".join(
        f"{column} = CASE WHEN {condition} THEN excluded.{column} ELSE {table}.{column} END" for column in columns
    )


_SUMMARIZE = f"""
INSERT INTO runyard_run_metrics (
    run_id, name_id, experiment_id, count, ordered,
    earliest_value, earliest_special, earliest_timestamp, earliest_step,
    latest_dataset_id, latest_value, latest_special, latest_timestamp, latest_step,
    minimum, maximum
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, name_id) DO UPDATE SET
count = runyard_run_metrics.count + excluded.count,
ordered = CASE WHEN runyard_run_metrics.ordered + excluded.ordered = 2
    AND excluded.earliest_step >= runyard_run_metrics.latest_step
    AND excluded.earliest_timestamp >= runyard_run_metrics.latest_timestamp THEN 1 ELSE 0 END,
minimum = CASE WHEN runyard_run_metrics.minimum IS NULL OR excluded.minimum < runyard_run_metrics.minimum
    THEN excluded.minimum ELSE runyard_run_metrics.minimum END,
maximum = CASE WHEN runyard_run_metrics.maximum IS NULL OR excluded.maximum > runyard_run_metrics.maximum
    THEN excluded.maximum ELSE runyard_run_metrics.maximum END,
{
    _where(
        _IS_EARLIER,
        ("earliest_value", "earliest_special", "earliest_timestamp", "earliest_step"),
        "runyard_run_metrics",
    )
},
{
    _where(
        _IS_LATER,
        ("latest_dataset_id", "latest_value", "latest_special", "latest_timestamp", "latest_step"),
        "runyard_run_metrics",
    )
}
"""  # noqa: S608 - constants

# After points that were there already: what the summary has counted may be too much.
_COUNT_AGAIN = """
UPDATE runyard_run_metrics SET count = (
    SELECT COUNT(*) FROM runyard_metric_points WHERE run_id = ? AND name_id = ?
) WHERE run_id = ? AND name_id = ?
"""

NOTE_ON_MODEL = f"""
INSERT INTO runyard_logged_model_metrics (
    logged_model_id, name_id, run_id, dataset_id, value, special, timestamp, step
) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (logged_model_id, name_id, run_id, dataset_id) DO UPDATE SET
{
    _where(
        '''
(excluded.step, excluded.timestamp, excluded.special, excluded.value)
 > (runyard_logged_model_metrics.step, runyard_logged_model_metrics.timestamp,
    runyard_logged_model_metrics.special, runyard_logged_model_metrics.value)
''',
        ("value", "special", "timestamp", "step"),
        "runyard_logged_model_metrics",
    )
}
"""  # noqa: S608 - constants


def add_points(session: Session, points: Iterable[Point], experiments: Mapping[int, int]) -> None:
    """Write points, some of which may be there already.

    Args:
        session: A session in a transaction.
        points: The points in the order in which they came.
        experiments: The number of the experiment of each run.
    """
    series: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        key = point[:2]
        if key in series:
            series[key].append(point)
        else:
            series[key] = [point]
    rows: list[Point] = []
    summaries = []
    for key in sorted(series):
        came = series[key]
        inserted = came if len(came) == 1 else _in_order(came)
        rows += inserted
        summaries.append(_summary(came, inserted, experiments[key[0]]))
    added = session.many(_ADD_POINTS, rows)
    session.many(_SUMMARIZE, summaries)
    if added != len(rows):
        for key in sorted(series):
            session.run(_COUNT_AGAIN, (*key, *key))


def _in_order(points: list[Point]) -> list[Point]:
    """Return the points of a series as the table has them: sorted, each one once."""
    found = sorted(points)
    return [*dict.fromkeys(found)] if any(map(eq, found, found[1:])) else found


def _summary(came: list[Point], points: list[Point], experiment: int) -> tuple[Any, ...]:
    """Return what points add to the summary of their series, as values of the statement that does it.

    Args:
        came: The points in the order in which they came.
        points: The same ones as `_in_order` returns them.
        experiment: The number of the experiment.
    """
    run, name, step, timestamp, value, kind, dataset = points[0]
    if len(points) == 1:
        extreme = None if kind == NAN else value
        return (
            *(run, name, experiment, 1, 1, value, kind, timestamp, step),
            *(dataset, value, kind, timestamp, step, extreme, extreme),
        )
    _, _, last_step, last_timestamp, last_value, last_kind, dataset = points[-1]
    numbers = [point[4] for point in points if point[5] != NAN]
    return (
        *(run, name, experiment, len(points), int(_never_goes_back(came))),
        *(value, kind, timestamp, step),
        *(dataset, last_value, last_kind, last_timestamp, last_step),
        *(min(numbers, default=None), max(numbers, default=None)),
    )


def _never_goes_back(points: list[Point]) -> bool:
    steps = [point[2] for point in points]
    timestamps = [point[3] for point in points]
    return steps == sorted(steps) and timestamps == sorted(timestamps)
