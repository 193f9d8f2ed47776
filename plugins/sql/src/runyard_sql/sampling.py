"""Series of metrics chosen in the database, without fetching the points that do not come.

`runyard.tracking.sampling` says which points come. A long series is walked along the primary key, from the beginning of
one piece to that of the next; of each piece the database tells the smallest and the largest number, and where they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from runyard.tracking.requests import SeriesQuery
from runyard.tracking.sampling import bucket_width, choose
from runyard_sql.points import COLUMNS, Condition, compared, of_metric
from runyard_sql.session import Row, Session
from runyard_sql.values import NAN, value_of

__all__ = ["Summary", "read_series", "read_summary"]

_SUMMARY = """
SELECT count, earliest_step, latest_step, earliest_special, latest_special, minimum, maximum
FROM runyard_run_metrics WHERE run_id = ? AND name_id = ?
"""

# Up to so many points for each that comes, a series is fetched whole, in a server's process and in our own: that takes
# less time than many statements.
FETCHED_PER_POINT = {False: 128, True: 16}

_STEP, _TIMESTAMP = COLUMNS.index("step"), COLUMNS.index("timestamp")
_KEY = ", ".join(COLUMNS)
_YEK = ", ".join(f"{column} DESC" for column in COLUMNS)
_ANY = (-(2**63), 2**63 - 1)


class Summary(NamedTuple):
    """What is known of all points of a metric; another point changes their number."""

    number: int
    earliest_step: int
    latest_step: int
    earliest_special: int
    latest_special: int
    minimum: float | None
    maximum: float | None


class _Piece(NamedTuple):
    """Some points of a bucket.

    Attributes:
        where: The condition for them.
        low: The smallest finite number; infinity if there is none.
        high: The largest finite number; minus infinity if there is none.
        specials: The first row of NaN and of each infinity, of those that it holds.
    """

    where: Condition
    low: float
    high: float
    specials: dict[int, Row]


def read_summary(session: Session, run: int, name: int) -> Summary | None:
    """Return what is known of a metric, given by the numbers of the run and the key; `None` if it has no point."""
    row = session.first(_SUMMARY, (run, name))
    return None if row is None else Summary(*row)


def read_series(session: Session, run: int, name: int, query: SeriesQuery, summary: Summary) -> tuple[int, list[Row]]:
    """Return how many points of a metric are in a range, and the rows of those that come, in order.

    Args:
        session: Where to read; it has to see one state of the database all the time.
        run: The number of the run.
        name: The number of the key.
        query: Range and number of points; its runs and keys do not count.
        summary: What `read_summary` returned in the same session.
    """
    series = _Series(session, run, name, query, summary)
    total = series.count()
    if total <= query.max_points * max(1, FETCHED_PER_POINT[session.dialect.in_process]):
        rows = series.fetch()
        return total, [rows[place] for place in choose([value_of(row[2], row[3]) for row in rows], query.max_points)]
    specials = (
        (NAN in (summary.earliest_special, summary.latest_special))
        + (summary.minimum == session.dialect.number(-math.inf))
        + (summary.maximum == session.dialect.number(math.inf))
    )
    while True:  # twice at most: the summary does not tell of every NaN, and is not that of a part
        rows, found = series.sample(total, bucket_width(total, query.max_points, specials))
        if len(found) == specials:
            return total, rows
        specials = len(found)


class _Series:
    """The points of a metric that are in the range of a query."""

    def __init__(self, session: Session, run: int, name: int, query: SeriesQuery, summary: Summary) -> None:
        self._session = session
        self._summary = summary
        number = session.dialect.number
        self._lowest, self._highest = number(-math.inf), number(math.inf)
        steps, times = _bounds(query.start_step, query.end_step), _bounds(query.start_time, query.end_time)
        self._is_whole = steps == times == _ANY
        series = of_metric(run, name)
        # The walk goes by the first column of the key that is not the same in all points.
        if summary.earliest_step == summary.latest_step:
            self._lead, (start, end) = _TIMESTAMP, times
            series &= Condition("step = ? AND step BETWEEN ? AND ?", (summary.latest_step, *steps))
        else:
            self._lead, (start, end) = _STEP, steps
            if times != _ANY:
                series &= Condition("timestamp BETWEEN ? AND ?", times)
        # How far each step is from the one before, if they are evenly spaced; 0 if they are not.
        distance, rest = divmod(summary.latest_step - summary.earliest_step, max(1, summary.number - 1))
        self._distance = 0 if rest else distance
        self._last = end
        self._column = COLUMNS[self._lead]
        self._series = series
        self._start = Condition(f"{self._column} >= ?", (start,))
        self._end = Condition(f"{self._column} <= ?", (end,))

    def count(self) -> int:
        """Return how many points there are."""
        if self._is_whole:
            return self._summary.number
        ((number,),) = self._all(self._start & self._end, "COUNT(*)")
        return int(number)

    def fetch(self) -> list[Row]:
        """Return all rows, in order."""
        return self._all(self._start & self._end, _KEY, f"ORDER BY {_KEY}")

    def sample(self, total: int, width: int) -> tuple[list[Row], set[int]]:
        """Return the rows that come, in order, and what there is besides finite numbers.

        Args:
            total: How many points there are.
            width: How many of them make a bucket.
        """
        chosen: set[Row] = set()
        found: set[int] = set()
        for ends, pieces in self._buckets(total, width):
            chosen |= ends
            lowest, highest = min(pieces, key=attrgetter("low")), max(pieces, key=attrgetter("high"))
            if lowest.low <= highest.high:
                chosen |= {*self._first(lowest.where, lowest.low, 0), *self._first(highest.where, highest.high, 0)}
            specials: dict[int, Row] = {}
            for piece in reversed(pieces):
                specials |= piece.specials
            chosen |= {*specials.values()}
            found |= {*specials}
        return sorted(chosen), found

    def _buckets(self, total: int, width: int) -> Iterator[tuple[set[Row], list[_Piece]]]:
        """Yield the first and the last row of each bucket, and its pieces."""
        # Smaller pieces let less be searched for the places of the extremes.
        size = -(-width // 4) if self._session.dialect.in_process else width
        sizes = [
            [min(size, end - place) for place in range(start, end, size)]
            for start in range(0, total, width)
            for end in [min(start + width, total)]
        ]
        pieces = self._pieces(number for bucket in sizes for number in bucket)
        for bucket in sizes:
            found = [*islice(pieces, len(bucket))]
            (first,) = self._all(found[0].where, _KEY, f"ORDER BY {_KEY} LIMIT 1")
            (last,) = self._all(found[-1].where, _KEY, f"ORDER BY {_YEK} LIMIT 1")
            yield {first, last}, found

    def _pieces(self, sizes: Iterable[int]) -> Iterator[_Piece]:
        """Yield one piece after the other.

        Args:
            sizes: How many points are in each of them.
        """
        start, distance = self._start, self._distance
        (row,) = self._all(start & self._end, _KEY, f"ORDER BY {_KEY} LIMIT 1")
        place = row[self._lead]
        for size in sizes:
            if distance:
                # Where steps are evenly spaced, the piece ends here; if the number of its points says so, it does.
                place += distance * size
                piece, number = self._look(start & Condition(f"{self._column} <= ?", (min(place - 1, self._last),)))
                if number == size:
                    yield piece
                    start = Condition(f"{self._column} >= ?", (place,))
                    continue
                distance = 0
            last, *following = self._all(start & self._end, _KEY, f"ORDER BY {_KEY} LIMIT 2 OFFSET ?", size - 1)
            before, after = self._cut(last, following[0] if following else last)
            yield self._look(start & before)[0]
            start = after

    def _cut(self, last: Row, following: Row) -> tuple[Condition, Condition]:
        """Return the conditions for what is up to a row, and for what is from the following row on."""
        columns, lead = COLUMNS[self._lead :], self._lead
        if last[lead] != following[lead]:  # one column tells, which is quicker
            columns = columns[:1]
        dialect, size = self._session.dialect, lead + len(columns)
        return (
            compared(dialect, columns, "<=", last[lead:size]),
            compared(dialect, columns, ">=", following[lead:size]),
        )

    def _look(self, where: Condition) -> tuple[_Piece, int]:
        """Return what fulfils a condition, and how many points that are."""
        ((low, high, number),) = self._all(where, "MIN(value), MAX(value), COUNT(*)")
        if not number or (self._lowest < low and high < self._highest):
            return _Piece(where, low, high, {}), number
        specials = {
            kind: row
            for kind, value in ((NAN, self._lowest), (-1, self._lowest), (1, self._highest))
            for row in self._first(where, value, kind)
        }
        ((low, high),) = self._all(where & Condition("special = 0"), "MIN(value), MAX(value)")
        return _Piece(where, math.inf if low is None else low, -math.inf if high is None else high, specials), number

    def _first(self, where: Condition, value: float, special: int) -> list[Row]:
        """Return the first row of a value; none if there is none."""
        # The signs keep SQLite from sorting all that it finds before it takes the first.
        wanted = Condition("+value = ? AND +special = ?", (value, special))
        return self._all(where & wanted, _KEY, f"ORDER BY {_KEY} LIMIT 1")

    def _all(self, where: Condition, what: str, tail: str = "", *values: int) -> list[Row]:
        condition = self._series & where
        return self._session.all(condition.select(what, tail), (*condition.values, *values))


def _bounds(start: int | None, end: int | None) -> tuple[int, int]:
    return _ANY[0] if start is None else start, _ANY[1] if end is None else end
