"""Points that are committed and not yet in their tables: see `runyard_sql.tables.staged_points`.

The table of points is in the order of series, so each point of a batch of a hundred keys lies on a page of its own, and
SQLite writes whole pages. Instead, what is committed together is put as one row behind all others. When there is enough
of it, and before anybody reads, it is settled: every page then takes many points at once, and so does every summary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from runyard_sql.adding import Point, add_points
from runyard_sql.session import Row, Session

__all__ = ["MOST", "settle", "stage", "stage_for", "waiting"]

MOST = 16_384
"""How many points wait at most. To settle so many takes some 50 ms, for which whoever writes next waits."""

# Of a series that brings so many points at once, each page takes many already.
_DENSE = 16

_LAST = "SELECT total FROM runyard_staged_points ORDER BY id DESC LIMIT 1"
_STAGE = "INSERT INTO runyard_staged_points (total, points) VALUES (?, ?)"
_STAGE_AND_COUNT = f"""
INSERT INTO runyard_staged_points (total, points) SELECT ? + COALESCE(({_LAST}), 0), ? RETURNING total
"""
_STAGE_FOR = f"""
INSERT INTO runyard_staged_points (total, points) SELECT ? + COALESCE(({_LAST}), 0), ?
WHERE ? = (SELECT COUNT(*) FROM runyard_runs WHERE id {{numbers}} AND run_id {{ids}} AND deleted_time IS NULL)
RETURNING total
"""  # noqa: S608 - constants
_STAGED = "SELECT id, points FROM runyard_staged_points"
_CLEAR = "DELETE FROM runyard_staged_points"
_TAKE = "DELETE FROM runyard_staged_points RETURNING id, points"
_EXPERIMENTS = "SELECT id, experiment_id FROM runyard_runs WHERE id IN (?)"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Point]).decode


def stage(session: Session, points: Sequence[Point]) -> None:
    """Write points, some of which may be there already. From the commit on everybody sees them.

    A transaction begins only where they are settled: those that are put behind all others are one statement.
    """
    if _is_dense(points):
        session.begin()
        settle(session, points)
    elif _put(session, points) >= MOST:
        session.begin()
        settle(session)


def stage_for(session: Session, points: Sequence[Point], runs: Mapping[str, int]) -> bool:
    """Write points to a server as `stage` does, if none of their runs is deleted or gone: in one trip.

    Args:
        session: A session in no transaction.
        points: The points.
        runs: The number of each run, by its id.

    Returns:
        Whether they are written.
    """
    if _is_dense(points):
        return False
    numbers, bound_numbers = session.dialect.among([*runs.values()])
    ids, bound_ids = session.dialect.among([*runs])
    statement = _STAGE_FOR.format(numbers=numbers, ids=ids)
    values = (len(points), _encode(points), len(runs), *bound_numbers, *bound_ids)
    row = session.first(statement, values)
    if row is None:
        return False
    if row[0] >= MOST:
        session.begin()
        settle(session)
    return True


def _is_dense(points: Sequence[Point]) -> bool:
    return len(points) >= _DENSE * len({point[:2] for point in points})


def _put(session: Session, points: Sequence[Point]) -> int:
    """Write points behind all others, and return how many wait; those of somebody who does the same are not counted."""
    if session.dialect.in_process:
        total = waiting(session) + len(points)
        session.run(_STAGE, (total, _encode(points)))
        return total
    row = session.first(_STAGE_AND_COUNT, (len(points), _encode(points)))  # in one trip
    return 0 if row is None else int(row[0])


def waiting(session: Session) -> int:
    """Return how many points wait; one that was logged twice counts twice."""
    last = session.first(_LAST)
    return 0 if last is None else int(last[0])


def settle(session: Session, more: Sequence[Point] = ()) -> None:
    """Put the points that wait, and some more, into their tables, in a transaction that writes."""
    points = [point for _, staged in sorted(_take(session)) for point in _decode(staged)]
    points += more
    runs = {point[0] for point in points}
    experiments: dict[int, int] = dict(session.of_each(_EXPERIMENTS, runs))
    if len(experiments) < len(runs):  # those that were purged are gone for ever, and their numbers with them
        points = [point for point in points if point[0] in experiments]
    if points:
        add_points(session, points, experiments)


def _take(session: Session) -> list[Row]:
    """Return number and points of every row, and delete it."""
    if not session.dialect.in_process:
        # What others commit meanwhile stays. Those who are about to take the same rows wait, and find them gone.
        return session.all(_TAKE)
    rows = session.all(_STAGED)  # by the only one who writes; older releases of SQLite return nothing from a deletion
    if rows:
        session.run(_CLEAR)
    return rows
