"""Clauses on metric series: which points of a history a chart gets."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

import pytest

from runyard.entities import Metric, MetricSeries, Run
from runyard.errors import NotFound
from runyard.testing.contract import refused
from runyard.testing.tracking_store.base import StoreClauses
from runyard.tracking.requests import SeriesQuery
from runyard.tracking.sampling import downsample, series_of
from runyard.tracking.store import TrackingStore

Point = tuple[int, int, str]
SHAPES = ("one after the other", "all steps equal", "one step far off", "steps go back", "few different points")


class SeriesClauses(StoreClauses):
    """Series of metrics, whole and sampled."""

    def test_short_series_is_whole_and_sorted(self, store: TrackingStore) -> None:
        run = self.run(store)
        points = [(30, 1, 3.0), (10, 3, 1.0), (20, 2, 2.0), (20, 2, 0.5), (20, 1, 9.0), (10, 2, 4.0), (10, -4, 7.0)]
        self.log(store, run, [Metric("m", value, timestamp, step) for timestamp, step, value in points])
        self.log(store, run, {"other": 0.0})
        (series,) = self._series(store, run)
        assert (series.run_id, series.key, series.total) == (run.info.run_id, "m", 7)
        wanted = [(-4, 10, 7.0), (1, 20, 9.0), (1, 30, 3.0), (2, 10, 4.0), (2, 20, 0.5), (2, 20, 2.0), (3, 10, 1.0)]
        rows = list(zip(series.steps, series.timestamps, series.values, strict=True))
        assert rows == wanted, "The points of a series come by step, then timestamp, then value."

    def test_nan_is_the_lowest_of_its_step_and_time(self, store: TrackingStore) -> None:
        run = self.run(store)
        values = [1.0, math.nan, -2.0, *((math.inf, -math.inf) if self.infinities else ())]
        self.log(store, run, [Metric("m", value, 5, 1) for value in values])
        (series,) = self._series(store, run)
        wanted = ["nan", "-inf", "-2.0", "1.0", "inf"] if self.infinities else ["nan", "-2.0", "1.0"]
        assert [repr(value) for value in series.values] == wanted

    def test_duplicates_count_once_in_a_series(self, store: TrackingStore) -> None:
        run = self.run(store)
        for _ in range(2):
            self.log(store, run, [Metric("m", value, 10, 1) for value in (1.0, math.nan, 1.0, math.nan)])
        (series,) = self._series(store, run)
        assert (series.total, len(series.values)) == (2, 2), "An exact duplicate counts once."

    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("max_points", [8, 50])
    def test_sampled_series_keeps_what_matters(self, store: TrackingStore, shape: str, max_points: int) -> None:
        points = self._points(shape)
        run = self.run(store)
        self.log(store, run, points)
        (series,) = self._series(store, run, max_points=max_points)
        rows, all_rows = _rows(series), _all_rows(points)
        assert series.total == len(all_rows), "`total` counts all points in the range."
        assert len(rows) <= max_points, "No more points come than were asked for."
        assert len({*rows}) == len(rows), "A point comes once."
        assert {*rows} <= {*all_rows}, "Only points that were logged come."
        places = {row: place for place, row in enumerate(all_rows)}
        assert rows == sorted(rows, key=places.__getitem__), "They come in the order step, timestamp, value."
        assert {all_rows[0], all_rows[-1]} <= {*rows}, "The first and the last point come."
        finite = [point.value for point in points if math.isfinite(point.value)]
        assert {min(finite), max(finite)} <= {*series.values}, "The smallest and the largest number come."
        specials = {repr(point.value) for point in points if not math.isfinite(point.value)}
        assert specials <= {repr(value) for value in series.values}, "NaN and infinities come, if there are any."

    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("max_points", [8, 50, 119])
    def test_every_store_takes_the_same_points(self, store: TrackingStore, shape: str, max_points: int) -> None:
        points = self._points(shape)
        run = self.run(store)
        for start in range(0, len(points), 90):  # more than one batch
            self.log(store, run, points[start : start + 90])
        query = SeriesQuery(run_ids=(run.info.run_id,), keys=("m",), max_points=max_points)
        (series,) = store.metric_series(query)
        assert _rows(series) == _rows(_wanted(points, query)), "Which points come is said in runyard.tracking.sampling."

    def test_all_points_come_if_there_is_room(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, [Metric("m", float(step % 5), 100 + step, step) for step in range(40)])
        (series,) = self._series(store, run, max_points=40)
        assert series.steps == [*range(40)], "As many points as were asked for come whole."
        (series,) = self._series(store, run, max_points=39)
        assert (series.total, len(series.steps) < 40) == (40, True)

    @pytest.mark.parametrize(
        ("limits", "steps"),
        [
            ({"start_step": 3}, [3, 4, 5, 6]),
            ({"end_step": 3}, [-2, 1, 3]),
            ({"start_step": 1, "end_step": 4}, [1, 3, 4]),
            ({"start_step": 4, "end_step": 4}, [4]),
            ({"start_time": 300}, [1, 5, 6]),
            ({"end_time": 300}, [-2, 1, 3, 4]),
            ({"start_time": 200, "end_time": 400}, [1, 3, 5]),
            ({"start_step": 2, "end_time": 200}, [3, 4]),
        ],
    )
    def test_range(self, store: TrackingStore, limits: dict[str, int], steps: list[int]) -> None:
        run = self.run(store)
        times = {-2: 100, 1: 300, 3: 200, 4: 150, 5: 400, 6: 500}
        self.log(store, run, [Metric("m", 0.5, timestamp, step) for step, timestamp in times.items()])
        (series,) = self._series(store, run, "m", **limits)
        assert series.steps == steps, "The ends of a range belong to it; steps and times must both be in theirs."
        assert series.total == len(steps), "`total` counts the points in the range."

    @pytest.mark.parametrize("limits", [{"start_step": 20, "end_step": 90}, {"start_time": 1020, "end_time": 1090}])
    def test_range_is_sampled_for_itself(self, store: TrackingStore, limits: dict[str, int]) -> None:
        points = [Metric("m", float(step * 37 % 101), 1000 + step, step) for step in range(120)]
        # a NaN that is out of the range takes no place in it
        points[7] = Metric("m", math.nan, 1007, 7)
        run = self.run(store)
        self.log(store, run, points)
        query = SeriesQuery(run_ids=(run.info.run_id,), keys=("m",), max_points=12, **limits)
        (series,) = store.metric_series(query)
        assert _rows(series) == _rows(_wanted(points, query))

    def test_many_runs_and_keys(self, store: TrackingStore) -> None:
        first, second, third = (self.run(store, name=name) for name in ("first", "second", "third"))
        self.log(store, first, {"a": 1.0, "b": 2.0})
        self.log(store, second, {"b": 3.0, "c": 4.0})
        self.log(store, third, {"a": 5.0})
        runs = {run.info.run_id: run.info.run_name for run in (first, second, third)}
        query = SeriesQuery(run_ids=tuple(reversed(runs)), keys=("b", "a", "never"))
        found = [(runs[series.run_id], series.key, series.values) for series in store.metric_series(query)]
        assert found == [
            ("third", "a", [5.0]),
            ("second", "b", [3.0]),
            ("first", "b", [2.0]),
            ("first", "a", [1.0]),
        ], "Series come by run, then key, as they were asked for; those without a point are left out."

    def test_series_without_a_point_in_the_range_is_left_out(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, [Metric("m", 1.0, 100, 1), Metric("m", 2.0, 300, 9)])
        assert self._series(store, run, start_step=2, end_step=8) == []
        assert self._series(store, run, start_time=101, end_time=299) == []
        assert self._series(store, run, "other") == []

    def test_series_of_an_unknown_run_is_not_found(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, {"m": 1.0})
        with refused(NotFound, "A run that does not exist has no series"):
            store.metric_series(SeriesQuery(run_ids=(run.info.run_id, "f" * 32), keys=("m",)))

    def test_series_of_a_deleted_run(self, store: TrackingStore) -> None:
        self.require("trash")
        run = self.run(store)
        self.log(store, run, {"m": 1.0})
        store.delete_run(run.info.run_id)
        assert [series.values for series in self._series(store, run)] == [[1.0]]

    def _series(self, store: TrackingStore, run: Run, key: str = "m", **options: int) -> list[MetricSeries]:
        return store.metric_series(SeriesQuery(run_ids=(run.info.run_id,), keys=(key,), **options))

    def _points(self, shape: str) -> list[Metric]:
        """Return points in the order of logging, some of them NaN or infinite."""
        chance = random.Random(shape)  # noqa: S311 - nothing secret
        values = [chance.choice((chance.gauss(0, 1), float(chance.randrange(4)))) for _ in range(200)]
        for place in range(3, 200, 40):
            values[place] = math.nan
        if self.infinities:
            values[65], values[120], values[180] = math.inf, -math.inf, math.inf
        steps = {
            "one after the other": range(200),
            "all steps equal": [0] * 200,
            "one step far off": [*range(199), 2**62],
            "steps go back": chance.sample(range(-100, 100), 200),
            "few different points": [chance.randrange(3) for _ in range(200)],
        }[shape]
        times: Iterable[int] = range(1000, 1200)
        if shape == "few different points":
            values = [float(round(value)) if math.isfinite(value) else value for value in values]
            times = [7] * 200
        return [Metric("m", value, time, step) for value, time, step in zip(values, times, steps, strict=True)]


def _wanted(points: Iterable[Metric], query: SeriesQuery) -> MetricSeries:
    """Return what a query gets of points that were logged."""
    once = {(point.timestamp, point.step, repr(point.value)): point for point in points}
    history = sorted(once.values(), key=lambda point: (point.timestamp, *point.order))
    series = downsample(series_of(query.run_ids[0], query.keys[0], history), query)
    assert series is not None
    return series


def _rows(series: MetricSeries) -> list[Point]:
    """Return step, timestamp and value of each point; values as text, so that NaN is equal to NaN."""
    return [
        (step, timestamp, repr(value))
        for step, timestamp, value in zip(series.steps, series.timestamps, series.values, strict=True)
    ]


def _all_rows(points: Iterable[Metric]) -> list[Point]:
    """Return the rows of all points, each once, in order."""
    ordered = sorted(points, key=lambda point: point.order)
    return [*dict.fromkeys((point.step, point.timestamp, repr(point.value)) for point in ordered)]
