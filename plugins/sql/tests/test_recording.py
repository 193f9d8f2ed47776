"""What is written of a batch: points, summaries, points of logged models; and batches that are written together."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from runyard.entities import Metric, Param, RunTag
from runyard.errors import InvalidInput, InvalidState, NotFound
from runyard.tracking.requests import HistoryQuery, NewLoggedModel, NewRun, RunBatch
from runyard.uris import StoreURI
from runyard_sql.session import Session
from runyard_sql.store import SqlStore

VALUES = (math.nan, math.inf, -math.inf, -1.5, 0.0, 2.5, 1.7976931348623157e308)
_SUMMARY = """
SELECT summary.count, summary.ordered, earliest_step, earliest_timestamp, earliest_special, earliest_value,
    latest_step, latest_timestamp, latest_special, latest_value, minimum, maximum
FROM runyard_run_metrics AS summary JOIN runyard_names AS names ON names.id = summary.name_id
WHERE names.name = ?
"""


class Summary(NamedTuple):
    """What is kept of a metric, its points in the form that sorts: step, timestamp, special, value."""

    count: int
    is_ordered: bool
    earliest: tuple[float, ...]
    latest: tuple[float, ...]
    minimum: float | None
    maximum: float | None


@pytest.fixture
def store(address: StoreURI) -> SqlStore:
    return SqlStore(address)


@pytest.fixture
def run_id(store: SqlStore) -> str:
    return new_run(store)


def new_run(store: SqlStore) -> str:
    return store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="run")).info.run_id


def summary(store: SqlStore, key: str) -> Summary:
    """Return what is kept of a metric of the one run there is."""
    with store._database.read() as session:
        rows = session.all(_SUMMARY, (key,))
    ((count, ordered, *numbers),) = rows
    return Summary(count, ordered == 1, tuple(numbers[:4]), tuple(numbers[4:8]), *numbers[8:])


def expected(store: SqlStore, points: Sequence[Metric]) -> Summary:
    """Return what has to be kept of points, whatever the order in which they were logged."""
    number = store._database.dialect.number
    forms = {
        (
            point.step,
            point.timestamp,
            *((-2, number(-math.inf)) if math.isnan(point.value) else (_special(point.value), number(point.value))),
        )
        for point in points
    }
    numbers = [value for _, _, special, value in forms if special != -2]
    in_order = [point.timestamp for point in sorted(points, key=lambda point: (point.step, point.timestamp))]
    return Summary(
        count=len(forms),
        is_ordered=in_order == sorted(in_order),
        earliest=min(forms),
        latest=max(forms),
        minimum=min(numbers, default=None),
        maximum=max(numbers, default=None),
    )


def _special(value: float) -> int:
    return int(math.copysign(1, value)) if math.isinf(value) else 0


@pytest.mark.parametrize("seed", range(4))
def test_summaries_of_random_histories(store: SqlStore, run_id: str, seed: int) -> None:
    draw = random.Random(seed)
    for number in range(15):
        key = f"m{number}"
        points = [
            Metric(key, draw.choice(VALUES[: draw.randint(1, len(VALUES))]), draw.randint(1, 3), draw.randint(-1, 2))
            for _ in range(draw.randint(1, 12))
        ]
        logged: list[Metric] = []
        while len(logged) < len(points):
            batch = points[len(logged) : len(logged) + draw.randint(1, 5)]
            store.log_batch(RunBatch.checked(run_id, batch))
            logged += batch
            found, wanted = summary(store, key), expected(store, logged)
            # That points are in order is only believed where they came in order.
            assert not found.is_ordered or wanted.is_ordered
            assert found._replace(is_ordered=False) == wanted._replace(is_ordered=False)
        assert len(store.metric_history(HistoryQuery(run_id=run_id, key=key))) == summary(store, key).count


@pytest.mark.parametrize(
    ("places", "is_ordered"),
    [
        ([(0, 1), (1, 2), (2, 3)], True),
        ([(0, 1), (0, 1), (0, 2), (1, 2)], True),
        ([(0, 1), (2, 2), (1, 3)], False),
        ([(0, 2), (1, 1)], False),
        ([(2, 2), (1, 1)], False),
        ([(2, 2), (1, 3), (3, 4)], False),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 10])
def test_points_are_in_order_while_neither_steps_nor_timestamps_go_back(
    store: SqlStore, run_id: str, places: list[tuple[int, int]], is_ordered: bool, size: int
) -> None:
    points = [Metric("m", float(number), timestamp, step) for number, (step, timestamp) in enumerate(places)]
    for start in range(0, len(points), size):
        store.log_batch(RunBatch.checked(run_id, points[start : start + size]))
    assert summary(store, "m").is_ordered == is_ordered


def test_only_nan_has_neither_minimum_nor_maximum(store: SqlStore, run_id: str) -> None:
    for step in range(3):
        store.log_batch(RunBatch.checked(run_id, [Metric("m", math.nan, 1, step), Metric("m", math.nan, 2, step)]))
    assert summary(store, "m")[-2:] == (None, None)
    store.log_batch(RunBatch.checked(run_id, [Metric("m", 2.5, 1, 0)]))
    assert summary(store, "m")[-2:] == (2.5, 2.5)


def test_batch_that_comes_again_changes_nothing(store: SqlStore, run_id: str) -> None:
    model_id = store.create_logged_model(NewLoggedModel(experiment_id="0")).model_id
    points = [Metric("m", value, 5, step, model_id, "wine", "1") for step, value in enumerate(VALUES)]
    batch = RunBatch.checked(run_id, points, [Param("p", "x")], [RunTag("t", "y")])
    store.log_batch(batch)
    once = summary(store, "m"), store.get_run(run_id), store.get_logged_model(model_id)
    store.log_batch(batch)
    again = summary(store, "m"), store.get_run(run_id), store.get_logged_model(model_id)
    assert again[0]._replace(is_ordered=True) == once[0]
    assert again[1:] == once[1:]


@pytest.mark.parametrize("keys", [1, 600])
def test_many_points_of_which_some_come_again(store: SqlStore, run_id: str, keys: int) -> None:
    points = [Metric(f"m{step % keys}", [0.5, math.nan, math.inf][step % 3], step, step) for step in range(900)]
    for part in (points[:600], points[300:], points[300:]):
        store.log_batch(RunBatch.checked(run_id, part))
    found = [point for key in range(keys) for point in store.metric_history(HistoryQuery(run_id=run_id, key=f"m{key}"))]
    assert sorted(point.step for point in found) == [*range(900)]
    assert summary(store, "m0").count == 900 // keys + (keys > 1)


def test_points_of_two_datasets_are_two(store: SqlStore, run_id: str) -> None:
    points = [Metric("m", 1.0, 5, 0, None, name, "1") for name in ("wine", "iris")]
    store.log_batch(RunBatch.checked(run_id, [*points, points[0]]))
    assert summary(store, "m").count == 2


def test_point_reaches_its_model_also_where_the_run_has_it(store: SqlStore, run_id: str) -> None:
    models = [store.create_logged_model(NewLoggedModel(experiment_id="0")).model_id for _ in range(2)]
    point = Metric("m", 1.0, 5, 0)
    store.log_batch(RunBatch.checked(run_id, [point, Metric("m", 1.0, 5, 0, models[0])]))
    store.log_batch(RunBatch.checked(run_id, [Metric("m", 1.0, 5, 0, models[1])]))
    for model_id in models:
        assert [metric.value for metric in store.get_logged_model(model_id).metrics] == [1.0]
    assert summary(store, "m").count == 1


@pytest.mark.parametrize("value", ["inf", "-Infinity", "nan", "1e999", "1" * 309, " 12 ", "1_000", "0x10", "1e-5000"])
def test_params_and_tags_that_are_numbers_come_back_as_they_were(store: SqlStore, run_id: str, value: str) -> None:
    store.log_batch(RunBatch.checked(run_id, (), [Param("p", value)], [RunTag("t", value)]))
    data = store.get_run(run_id).data
    assert (data.params["p"], data.tags["t"]) == (value, value)


# batches that are written together


def test_a_bad_batch_among_good_ones_fails_alone(store: SqlStore) -> None:
    good, taken, gone = (new_run(store) for _ in range(3))
    store.log_batch(RunBatch.checked(taken, (), [Param("p", "first")]))
    store.delete_run(gone)
    batches = [
        RunBatch.checked(good, [Metric("m", 1.0, 1, 0)], [Param("p", "1")]),
        RunBatch.checked(taken, [Metric("m", 1.0, 1, 0)], [Param("p", "second")], [RunTag("t", "x")]),
        RunBatch.checked("0" * 32, [Metric("m", 1.0, 1, 0)]),
        RunBatch.checked(gone, [Metric("m", 1.0, 1, 0)]),
        RunBatch.checked(good, [Metric("n", 1.0, 1, 0), Metric("m", 2.0, 1, 1, "m-" + "0" * 32)]),
        RunBatch(run_id=good, metrics=[Metric("n", 1.0, 1, 0, None, "half of \ud83d", "1")]),
        RunBatch(run_id=good, tags=[RunTag("t", "half of \ud83d")]),
        RunBatch.checked(good, [Metric("m", 3.0, 1, 2)], (), [RunTag("t", "y")]),
    ]
    errors = store._recorder._write(batches)
    assert [type(error) for error in errors] == [
        *(type(None), InvalidInput, NotFound, InvalidState, NotFound, InvalidInput, InvalidInput, type(None)),
    ]
    assert "'second'" in str(errors[1])
    data = store.get_run(good).data
    assert (data.metrics, data.params, data.tags["t"]) == ({"m": 3.0}, {"p": "1"}, "y")
    data = store.get_run(taken).data
    assert (data.metrics, data.params, "t" in data.tags) == ({}, {"p": "first"}, False)


def test_known_run_that_is_deleted_restored_and_purged(store: SqlStore, run_id: str) -> None:
    def log(step: int) -> list[type]:
        batches = [RunBatch.checked(run, [Metric("m", float(step), step, step)]) for run in (run_id, gone)]
        return [type(error) for error in store.log_batches(batches)]

    gone = new_run(store)
    assert log(0) == log(1) == [type(None), type(None)]
    store.delete_run(gone)
    assert log(2) == log(3) == [type(None), InvalidState]
    store.restore_run(gone)
    assert log(4) == [type(None), type(None)]
    store.delete_run(gone)
    store.purge_run(gone)
    assert log(5) == [type(None), NotFound]
    assert [point.step for point in store.metric_history(HistoryQuery(run_id=run_id, key="m"))] == [*range(6)]


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_points_of_a_known_run_take_one_trip(store: SqlStore, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    execute = Session._execute

    def noted(session: Session, statement: str, values: Sequence[object]) -> None:
        sent.append(" ".join(statement.split()))
        execute(session, statement, values)

    store.log_batch(RunBatch.checked(run_id, [Metric("m", 1.0, 1, 1)]))
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_execute", noted)
        store.log_batch(RunBatch.checked(run_id, [Metric("m", 2.0, 2, 2)]))
    (statement,) = sent
    assert statement.startswith("INSERT INTO runyard_staged_points")
    assert [point.step for point in store.metric_history(HistoryQuery(run_id=run_id, key="m"))] == [1, 2]


def test_batches_of_one_run_that_are_written_together(store: SqlStore, run_id: str) -> None:
    batches = [
        RunBatch.checked(run_id, [Metric("m", 1.0, 1, 0)], [Param("p", "1")], [RunTag("t", "1")]),
        RunBatch.checked(run_id, [Metric("m", 1.0, 1, 0)], [Param("p", "1")], [RunTag("t", "2")]),
        RunBatch.checked(run_id, [Metric("m", 2.0, 2, 1)], [Param("q", "1")], [RunTag("mlflow.runName", "new")]),
    ]
    assert store._recorder._write(batches) == [None] * 3
    run = store.get_run(run_id)
    assert (run.data.metrics, run.data.params, run.data.tags["t"]) == ({"m": 2.0}, {"p": "1", "q": "1"}, "2")
    assert run.info.run_name == run.data.tags["mlflow.runName"] == "new"
    assert summary(store, "m").count == 2


def test_of_two_values_of_a_param_that_come_together_the_first_is_kept(store: SqlStore, run_id: str) -> None:
    batches = [RunBatch.checked(run_id, (), [Param("p", value)]) for value in ("2", "1", "2")]
    first, second, third = store._recorder._write(batches)
    assert (first, third) == (None, None)
    assert isinstance(second, InvalidInput)
    assert store.get_run(run_id).data.params == {"p": "2"}
