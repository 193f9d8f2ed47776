"""Series that are kept: the right ones, and not too many."""

from __future__ import annotations

from runyard.entities import MetricSeries
from runyard_sql.sampled import SampledSeries


def series(key: str, points: int) -> MetricSeries:
    numbers = [*range(points)]
    return MetricSeries(run_id="r", key=key, total=points, steps=numbers, timestamps=numbers, values=[0.0] * points)


def test_a_series_is_kept_as_long_as_its_metric_is_as_it_was() -> None:
    kept = SampledSeries()
    kept.keep("a", 1, series("a", 3))
    assert kept.get("a", 1) == series("a", 3)
    assert kept.get("a", 2) is None
    assert kept.get("b", 1) is None


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    kept = SampledSeries(most_points=10)
    kept.keep("a", 1, series("a", 4))
    kept.keep("b", 1, series("b", 4))
    assert kept.get("a", 1)
    kept.keep("c", 1, series("c", 4))
    assert [kept.get(key, 1) is not None for key in "abc"] == [True, False, True]


def test_a_series_takes_the_place_of_its_former_self() -> None:
    kept = SampledSeries(most_points=10)
    for state in range(5):
        kept.keep("a", state, series("a", 6))
    kept.keep("b", 1, series("b", 4))
    assert (kept.get("a", 4), kept.get("b", 1)) == (series("a", 6), series("b", 4))


def test_what_is_larger_than_all_room_is_not_kept() -> None:
    kept = SampledSeries(most_points=10)
    kept.keep("a", 1, series("a", 11))
    assert kept.get("a", 1) is None
    kept.keep("b", 1, series("b", 10))
    assert kept.get("b", 1) == series("b", 10)
