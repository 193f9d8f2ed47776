"""Whether the summaries of metrics, from which runs are listed and searched, agree with the points."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import (  # noqa: TID253 - imported to look after a database only
    Column,
    ColumnElement,
    Select,
    Tuple,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from runyard_sql.tables import metric_points as points
from runyard_sql.tables import names, run_metrics, runs
from runyard_sql.values import NAN

if TYPE_CHECKING:
    from runyard_sql.database import Database

__all__ = ["disagreements"]

_SAMPLE = 200
_AT_ONCE = 100
_Column: TypeAlias = "Column[Any]"
_ORDER = ("step", "timestamp", "special", "value")


def disagreements(database: Database, *, full: bool) -> Iterator[tuple[str, str]]:
    """Yield run id and key of each metric whose summary does not agree with its points.

    Args:
        database: The database.
        full: Look at all runs, not at a few hundred that are drawn by lot.
    """
    with database.read() as session:
        numbers = [row[0] for row in session.all(select(runs.c.id).order_by(runs.c.id))]
    if not full and len(numbers) > _SAMPLE:
        numbers = sorted(random.sample(numbers, _SAMPLE))
    for start in range(0, len(numbers), _AT_ONCE):
        query = _query(numbers[start : start + _AT_ONCE])
        # One statement sees one state, also while runs are being written.
        with database.read() as session:
            found = session.all(query)
        yield from ((str(run_id), str(key)) for run_id, key in found)


def _query(numbers: Sequence[int]) -> Select[tuple[str, str]]:
    finite = case((points.c.special != NAN, points.c.value))
    counted = (
        select(
            points.c.run_id,
            points.c.name_id,
            func.count().label("count"),
            func.min(finite).label("minimum"),
            func.max(finite).label("maximum"),
        )
        .where(points.c.run_id.in_(numbers))
        .group_by(points.c.run_id, points.c.name_id)
        .subquery()
    )
    summaries = run_metrics.c
    differs = or_(
        counted.c.count != summaries.count,
        counted.c.minimum.is_distinct_from(summaries.minimum),
        counted.c.maximum.is_distinct_from(summaries.maximum),
        *_is_passed("latest", first=False),
        *_is_passed("earliest", first=True),
    )
    of_summary = and_(counted.c.run_id == summaries.run_id, counted.c.name_id == summaries.name_id)
    with_summary = (
        select(summaries.run_id, summaries.name_id)
        .select_from(run_metrics.outerjoin(counted, of_summary))
        .where(summaries.run_id.in_(numbers), or_(counted.c.run_id.is_(None), differs))
    )
    without_one = (
        select(counted.c.run_id, counted.c.name_id)
        .select_from(counted.outerjoin(run_metrics, of_summary))
        .where(summaries.run_id.is_(None))
    )
    wrong = with_summary.union_all(without_one).subquery()
    return (
        select(runs.c.run_id, func.coalesce(names.c.name, "?"))
        .join_from(wrong, runs, runs.c.id == wrong.c.run_id)
        .outerjoin(names, names.c.id == wrong.c.name_id)
        .order_by(runs.c.run_id, names.c.name)
    )


def _is_passed(which: str, *, first: bool) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that the first or last point of a summary is not there, or that one is beyond it."""
    noted = _in_order(*(run_metrics.c[f"{which}_{name}"] for name in _ORDER))
    point = _in_order(*(points.c[name] for name in _ORDER))
    of_series = and_(points.c.run_id == run_metrics.c.run_id, points.c.name_id == run_metrics.c.name_id)
    yield not_(exists().where(of_series, point == noted).correlate(run_metrics))
    yield exists().where(of_series, point < noted if first else point > noted).correlate(run_metrics)


def _in_order(step: _Column, timestamp: _Column, special: _Column, value: _Column) -> Tuple:
    """Return what sorts as points do; NaN has a value that says nothing."""
    return tuple_(step, timestamp, special, case((special != NAN, value), else_=0.0))
