"""Histories and series: what the database chooses is what the core chooses from all points."""

from __future__ import annotations

import base64
import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runyard.entities import Metric
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.histories import whole_history
from runyard.tracking.requests import HistoryQuery, NewRun, RunBatch, SeriesQuery
from runyard.tracking.sampling import downsample, series_of
from runyard.uris import StoreURI
from runyard_sql import history, sampling
from runyard_sql.sampled import SampledSeries
from runyard_sql.store import SqlStore

# Each example has a run of its own in the one database of the test.
property_test = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

SPECIALS = (math.nan, math.inf, -math.inf)
values = (
    st.sampled_from([0.0, 1.0, -1.0, 0.1, -1.7976931348623157e308, 1.7976931348623157e308, *SPECIALS]) | st.floats()
)
points = st.builds(Metric, st.just("m"), values, st.integers(0, 6), st.integers(-4, 4))
bounds = st.none() | st.integers(-5, 7)


@pytest.fixture
def store(address: StoreURI) -> SqlStore:
    return SqlStore(address)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no series be so short that it is fetched whole."""
    monkeypatch.setattr(sampling, "FETCHED_PER_POINT", dict.fromkeys(sampling.FETCHED_PER_POINT, 0))


def new_run(store: SqlStore, batches: Iterable[Sequence[Metric]] = ()) -> str:
    run_id = store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="r")).info.run_id
    for batch in batches:
        store.log_batch(RunBatch.checked(run_id, batch))
    return run_id


def in_order(points: Iterable[Metric]) -> list[Metric]:
    """Return points as a history has them: by timestamp, step and value, each once."""
    once = {(point.timestamp, point.step, repr(point.value + 0.0)): point for point in points}
    return sorted(once.values(), key=lambda point: (point.timestamp, *point.order))


def plain(points: Iterable[Metric]) -> list[tuple[int, int, str]]:
    return [(point.timestamp, point.step, repr(point.value + 0.0)) for point in points]


def check_series(store: SqlStore, run_id: str, points: Iterable[Metric], **options: Any) -> None:
    query = SeriesQuery(run_ids=(run_id,), keys=("m",), **options)
    wanted = downsample(series_of(run_id, "m", in_order(points)), query)
    found = store.metric_series(query)
    assert len(found) == (wanted is not None)
    if wanted is not None:
        assert found[0].total == wanted.total
        assert rows(found[0]) == rows(wanted)


def rows(series: Any) -> list[tuple[int, int, str]]:
    columns = zip(series.steps, series.timestamps, series.values, strict=True)
    return [(step, timestamp, repr(value + 0.0)) for step, timestamp, value in columns]


def token_of(value: float, step: int = 1) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode((step, 1, value, 1, 1))).decode()


@property_test
@given(
    batches=st.lists(st.lists(points, max_size=40), min_size=1, max_size=3),
    max_points=st.integers(8, 20),
    step=st.tuples(bounds, bounds),
    time=st.tuples(bounds, bounds),
)
def test_the_database_chooses_as_the_core_does(
    store: SqlStore,
    walks: None,
    batches: list[list[Metric]],
    max_points: int,
    step: tuple[int | None, int | None],
    time: tuple[int | None, int | None],
) -> None:
    run_id = new_run(store, batches)
    every = [point for batch in batches for point in batch]
    check_series(store, run_id, every, max_points=max_points)
    ranges: dict[str, Any] = {"start_step": step[0], "end_step": step[1], "start_time": time[0], "end_time": time[1]}
    try:
        SeriesQuery(run_ids=(run_id,), keys=("m",), **ranges)
    except InvalidInput:
        return
    check_series(store, run_id, every, max_points=max_points, **ranges)


SHAPES: dict[str, Callable[[int], tuple[int, int]]] = {
    "one after the other": lambda place: (1000 + place, place),
    "all steps equal": lambda place: (1000 + place, 0),
    "all steps and times equal": lambda place: (1000, 0),
    "three steps": lambda place: (1000 + place, place // 700),
    "several points a step": lambda place: (1000 + place // 9, place // 3),
    "time goes back": lambda place: (5000 - place, place),
    "shuffled": lambda place: (1000 + place * 389 % 2000, place * 991 % 2000),
    "one step far off": lambda place: (1000 + place, place if place < 1999 else 2**62),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("special", [0.0, 0.05])
def test_long_series_of_every_shape(store: SqlStore, walks: None, shape: str, special: float) -> None:
    chance = random.Random(f"{shape} {special}")
    every = [
        Metric("m", chance.choice(SPECIALS) if chance.random() < special else chance.gauss(0, 1), *SHAPES[shape](place))
        for place in range(2000)
    ]
    run_id = new_run(store, [every])
    for max_points in (8, 100, 333):
        check_series(store, run_id, every, max_points=max_points)
    check_series(store, run_id, every, max_points=60, start_step=0, end_step=1500)
    check_series(store, run_id, every, max_points=60, start_time=1100, end_time=4000)


@pytest.mark.parametrize("value", [0.5, *SPECIALS])
def test_constant_series(store: SqlStore, walks: None, value: float) -> None:
    every = [Metric("m", value, 1000 + step, step) for step in range(300)]
    check_series(store, new_run(store, [every]), every, max_points=16)


def test_short_series_is_fetched(store: SqlStore) -> None:
    every = [Metric("m", math.sin(step), 1000 + step, step) for step in range(300)]
    run_id = new_run(store, [every])
    for max_points in (8, 100, 299, 300):
        check_series(store, run_id, every, max_points=max_points)


@property_test
@given(batches=st.lists(st.lists(points, max_size=30), min_size=1, max_size=3), size=st.integers(1, 20))
def test_pages_are_the_history(store: SqlStore, batches: list[list[Metric]], size: int) -> None:
    run_id = new_run(store, batches)
    wanted = plain(in_order(point for batch in batches for point in batch))
    assert plain(whole_history(store, run_id, "m")) == wanted
    found: list[Metric] = []
    query = HistoryQuery(run_id=run_id, key="m", max_results=size)
    while True:
        page = store.metric_history(query)
        found += page
        if page.token is None:
            break
        assert len(page) == size
        query = msgspec.structs.replace(query, page_token=page.token)
    assert plain(found) == wanted
    rest = store.metric_history(HistoryQuery(run_id=run_id, key="m", page_token=query.page_token))
    assert (plain(rest), rest.token) == (wanted[len(wanted) - len(page) :], None)


@pytest.mark.parametrize("back", [False, True])
def test_pages_stay_where_they_are_while_points_are_added(store: SqlStore, back: bool) -> None:
    run_id = new_run(store, [[Metric("m", 0.5, 100 + step, step) for step in range(10)]])
    query = HistoryQuery(run_id=run_id, key="m", max_results=4)
    first = store.metric_history(query)
    # The second one makes the order of steps another than that of time.
    store.log_batch(RunBatch.checked(run_id, [Metric("m", 0.5, 50, 99 if back else 0), Metric("m", 0.5, 200, 10)]))
    second = store.metric_history(msgspec.structs.replace(query, max_results=None, page_token=first.token))
    assert [point.step for point in (*first, *second)] == [*range(11)]


@pytest.mark.parametrize("token", ["x", "1", "0", "AAAA", "é", token_of(math.nan), token_of(1.0, step=2**64 - 1)])
def test_token_that_is_none_of_ours_is_refused(store: SqlStore, token: str) -> None:
    run_id = new_run(store, [[Metric("m", 0.5, 1, 1)]])
    with pytest.raises(InvalidInput, match="page token"):
        store.metric_history(HistoryQuery(run_id=run_id, key="m", page_token=token))


@pytest.mark.parametrize(("value", "steps"), [(math.inf, [2]), (-math.inf, [1, 2]), (1e308, [2])])
def test_made_up_token_gives_a_page(store: SqlStore, value: float, steps: list[int]) -> None:
    run_id = new_run(store, [[Metric("m", 0.5, 1, 1), Metric("m", 0.5, 2, 2)]])
    page = store.metric_history(HistoryQuery(run_id=run_id, key="m", page_token=token_of(value)))
    assert [point.step for point in page] == steps


def test_points_say_what_they_were_measured_on(store: SqlStore) -> None:
    datasets = [(None, None), ("iris", "d1"), ("iris", "d2"), ("wine", "d1")]
    every = [
        Metric("m", 0.5, 100, step, dataset_name=name, dataset_digest=digest)
        for step, (name, digest) in enumerate(datasets * 2)
    ]
    run_id = new_run(store, [every])
    fresh = SqlStore(store.uri)
    found = fresh.metric_history(HistoryQuery(run_id=run_id, key="m"))
    assert [(point.dataset_name, point.dataset_digest) for point in found] == datasets * 2
    page = fresh.metric_history(HistoryQuery(run_id=run_id, key="m", max_results=3))
    assert [(point.dataset_name, point.dataset_digest) for point in page] == datasets[:3]
    assert {(point.key, point.run_id, point.model_id) for point in found} == {("m", run_id, None)}


def test_unknown_run_and_odd_keys(store: SqlStore) -> None:
    run_id = new_run(store)
    for key in ("never", "", "\ud800", "a\x00b", "x" * 1000):
        assert store.metric_history(HistoryQuery(run_id=run_id, key=key)) == []
    for odd in ("f" * 32, "\ud800", "a\x00b"):
        with pytest.raises(NotFound):
            store.metric_history(HistoryQuery(run_id=odd, key="m"))


def test_a_long_series_is_chosen_once_until_a_point_comes(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_MANY", 30)
    chosen: list[SeriesQuery] = []
    read = sampling.read_series

    def noted(session: Any, run: int, name: int, query: SeriesQuery, summary: Any) -> Any:
        chosen.append(query)
        return read(session, run, name, query, summary)

    monkeypatch.setattr(sampling, "read_series", noted)
    run_id = new_run(store, [[Metric("m", float(step % 7), 1, step) for step in range(40)]])
    query = SeriesQuery(run_ids=(run_id,), keys=("m",), max_points=8)

    (first,) = store.metric_series(query)
    expected = msgspec.structs.replace(first, values=[*first.values])
    first.values.clear()
    assert (store.metric_series(query), len(chosen)) == ([expected], 1)

    store.metric_series(msgspec.structs.replace(query, start_step=3))
    assert len(chosen) == 2

    store.log_batch(RunBatch.checked(run_id, [Metric("m", 99.0, 1, 20)]))
    (series,) = store.metric_series(query)
    assert (series.total, 99.0 in series.values, len(chosen)) == (41, True, 3)


def test_short_series_are_not_kept(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SampledSeries, "keep", lambda *_: pytest.fail("kept"))
    run_id = new_run(store, [[Metric("m", 1.0, 1, step) for step in range(40)]])
    assert store.metric_series(SeriesQuery(run_ids=(run_id,), keys=("m",), max_points=8))
