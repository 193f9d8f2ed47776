"""Metric series: what is asked, and which points come."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runyard.entities import Metric, MetricSeries
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.client import RunyardClient
from runyard.tracking.requests import SeriesQuery
from runyard.tracking.sampling import bucket_width, choose, downsample, series_of

few = st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.5, math.nan, math.inf, -math.inf])
values = st.lists(st.one_of(few, st.floats()), max_size=400) | st.lists(few, max_size=400)
numbers = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=400)


def kind(value: float) -> str:
    return repr(value) if not math.isfinite(value) else "number"


def by_hand(values: list[float], max_points: int) -> list[int]:
    """Return the places that the rule names, word for word."""
    if len(values) <= max_points:
        return list(range(len(values)))
    slots = 4 + len({kind(value) for value in values} - {"number"})
    width = math.ceil(len(values) / (max_points // slots))
    chosen = set()
    for bucket in range(0, len(values), width):
        places = range(bucket, min(bucket + width, len(values)))
        chosen |= {places[0], places[-1]}
        finite = [place for place in places if math.isfinite(values[place])]
        if finite:
            chosen.add(min(finite, key=lambda place: (values[place], place)))
            chosen.add(min(finite, key=lambda place: (-values[place], place)))
        for special in ("nan", "inf", "-inf"):
            chosen |= {
                place
                for place in places
                if kind(values[place]) == special
                and place == min(each for each in places if kind(values[each]) == special)
            }
    return sorted(chosen)


@given(values | numbers, st.integers(8, 60))
def test_the_places_are_those_of_the_rule(values: list[float], max_points: int) -> None:
    chosen = choose(values, max_points)
    assert list(chosen) == by_hand(values, max_points)
    assert len(chosen) <= max_points


@given(st.integers(1, 10**7), st.integers(8, 50_000), st.integers(0, 3))
def test_buckets_never_give_more_than_was_asked_for(total: int, max_points: int, specials: int) -> None:
    width = bucket_width(total, max_points, specials)
    assert math.ceil(total / width) * (4 + specials) <= max_points


def test_one_series_with_everything_in_it_fits_into_the_smallest_number() -> None:
    values = [5.0, math.inf, 2.0, -math.inf, math.nan, math.nan, 9.0, math.inf, -3.0, 4.0]
    assert choose(values, 8) == [0, 1, 3, 4, 6, 8, 9]


points = st.builds(Metric, st.just("m"), few, st.integers(0, 5), st.integers(-3, 3))
bounds = st.none() | st.integers(-4, 6)


@given(st.lists(points, max_size=60), bounds, bounds, bounds, bounds)
def test_a_range_is_sampled_as_if_there_were_nothing_else(
    points: list[Metric], start_step: int | None, end_step: int | None, start_time: int | None, end_time: int | None
) -> None:
    def inside(start: int | None, number: int, end: int | None) -> bool:
        return (start is None or start <= number) and (end is None or number <= end)

    ranges: dict[str, Any] = {
        "start_step": start_step,
        "end_step": end_step,
        "start_time": start_time,
        "end_time": end_time,
    }
    try:
        query = SeriesQuery(run_ids=("r",), keys=("m",), max_points=8, **ranges)
    except InvalidInput:
        return
    history = sorted(points, key=lambda point: (point.timestamp, *point.order))
    wanted = [
        point
        for point in sorted(points, key=lambda point: point.order)
        if inside(start_step, point.step, end_step) and inside(start_time, point.timestamp, end_time)
    ]
    found = downsample(series_of("r", "m", history), query)
    if not wanted:
        assert found is None
        return
    chosen = [wanted[place] for place in by_hand([point.value for point in wanted], 8)]
    assert found is not None
    assert found.total == len(wanted)
    rows = zip(found.steps, found.timestamps, map(str, found.values), strict=True)
    assert [*rows] == [(point.step, point.timestamp, str(point.value)) for point in chosen]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_points": 7}, "max_points.*from 8 to 50000"),
        ({"max_points": 50_001}, "max_points"),
        ({"max_points": True}, "max_points"),
        ({"max_points": 10.0}, "max_points"),
        ({"start_step": 5, "end_step": 4}, "start_step is 5, end_step is 4"),
        ({"start_time": 5, "end_time": 4}, "start_time is 5, end_time is 4"),
        ({"start_step": 1.5}, "start_step"),
        ({"end_step": 2**63}, "end_step"),
        ({"end_time": "now"}, "end_time"),
        ({"run_ids": ("../x",)}, "run id"),
        ({"keys": ("a//b",)}, "metric name"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        SeriesQuery(**{"run_ids": ("r",), "keys": ("m",), **change})


def test_client_takes_one_or_many(client: RunyardClient) -> None:
    run_ids = [client.create_run("0").info.run_id for _ in range(2)]
    for number, run_id in enumerate(run_ids):
        client.log_batch(run_id, [Metric(key, float(number), 10, step) for key in ("a", "b") for step in range(20)])
    (series,) = client.get_metric_series(run_ids[1], "a")
    assert series == MetricSeries(
        run_id=run_ids[1], key="a", total=20, steps=[*range(20)], timestamps=[10] * 20, values=[1.0] * 20
    )
    found = client.get_metric_series(run_ids, iter(["b", "a"]), max_points=8, start_step=5, end_time=10)
    assert [(each.run_id, each.key) for each in found] == [(run_id, key) for run_id in run_ids for key in "ba"]
    assert all((each.total, each.steps[0], each.steps[-1]) == (15, 5, 19) for each in found)
    assert all(len(each.steps) <= 8 for each in found)
    with pytest.raises(NotFound):
        client.get_metric_series([run_ids[0], "f" * 32], "a")


def test_default_reads_every_page(client: RunyardClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from msgspec.structs import replace

    run_id = client.create_run("0").info.run_id
    client.log_batch(run_id, [Metric("m", float(step), 10, step) for step in range(10)])
    store = client._store
    history: Callable[..., Any] = store.metric_history
    monkeypatch.setattr(store, "metric_history", lambda query: history(replace(query, max_results=3)))
    (series,) = client.get_metric_series(run_id, "m")
    assert series.steps == [*range(10)]
