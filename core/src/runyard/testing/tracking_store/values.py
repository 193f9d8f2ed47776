"""Clauses on what a run records: metrics, params and tags."""

from __future__ import annotations

import itertools
import math

import pytest

from runyard.entities import Metric
from runyard.errors import InvalidInput, NotFound
from runyard.testing.contract import refused
from runyard.testing.tracking_store.base import ODD_KEYS, ODD_VALUES, RUN_NAME, StoreClauses
from runyard.tracking.requests import HistoryQuery
from runyard.tracking.store import TrackingStore

NUMBERS = (0.0, -1.5, 0.1 + 0.2, 1e-300, 5e-324, 1.7976931348623157e308, 2.0**53 + 2, 1 / 3, math.nan)


def same(left: float, right: float) -> bool:
    """Say whether two numbers are equal; NaN equals NaN."""
    return left == right or (math.isnan(left) and math.isnan(right))


class ValueClauses(StoreClauses):
    """Logging and reading metrics, params and tags."""

    # metrics

    @pytest.mark.parametrize("number", NUMBERS)
    def test_metric_value_comes_back_exactly(self, store: TrackingStore, number: float) -> None:
        run = self.run(store)
        self.log(store, run, {"m": number})
        assert same(store.get_run(run.info.run_id).data.metrics["m"], number), "A number comes back bit for bit."
        (point,) = self._history(store, run.info.run_id)
        assert same(point.value, number)

    @pytest.mark.parametrize("number", [math.inf, -math.inf])
    def test_infinity_comes_back(self, store: TrackingStore, number: float) -> None:
        self.require("infinities")
        self.test_metric_value_comes_back_exactly(store, number)

    @pytest.mark.parametrize("step", [0, -1, -(2**63), 2**63 - 1])
    def test_point_comes_back(self, store: TrackingStore, step: int) -> None:
        run = self.run(store)
        self.log(store, run, [Metric("m", 2.5, 1_234_567_890_123, step)])
        (point,) = self._history(store, run.info.run_id)
        (latest,) = store.get_run(run.info.run_id).data.latest_metrics
        for metric in (point, latest):
            assert (metric.key, metric.value) == ("m", 2.5)
            assert (metric.timestamp, metric.step) == (1_234_567_890_123, step), "A step is any 64-bit integer."
            assert metric.run_id == run.info.run_id, "A point that comes back says which run it belongs to."

    @pytest.mark.parametrize(
        ("clause", "points"),
        [
            ("the largest step", [(9.0, 300, 1), (8.0, 200, 2), (1.0, 100, 3)]),
            ("of one step, the latest timestamp", [(9.0, 100, 5), (8.0, 200, 5), (1.0, 300, 5)]),
            ("of one step and timestamp, the largest value", [(-2.0, 100, 5), (0.5, 100, 5), (1.0, 100, 5)]),
            ("a number rather than NaN", [(math.nan, 100, 5), (-math.inf, 100, 5), (1.0, 100, 5)]),
            ("steps below zero count", [(5.0, 900, -3), (3.0, 500, -2), (1.0, 100, -1)]),
        ],
    )
    def test_latest_metric(self, store: TrackingStore, clause: str, points: list[tuple[float, int, int]]) -> None:
        metrics = [Metric("m", value, timestamp, step) for value, timestamp, step in points]
        for order in itertools.permutations(metrics):
            one_batch, batches = self.run(store), self.run(store)
            self.log(store, one_batch, order)
            for metric in order:
                self.log(store, batches, [metric])
            for run in (one_batch, batches):
                value = store.get_run(run.info.run_id).data.metrics["m"]
                assert value == 1.0, f"The latest point is {clause}, in whatever order they were logged."

    def test_history_is_complete_and_sorted(self, store: TrackingStore) -> None:
        run = self.run(store)
        points = [(3.0, 30, 1), (1.0, 10, 3), (2.0, 20, 2), (0.5, 20, 2), (9.0, 20, 1), (7.0, 10, -4)]
        for value, timestamp, step in points:
            self.log(store, run, [Metric("m", value, timestamp, step)])
        self.log(store, run, {"other": 0.0})
        history = [(point.value, point.timestamp, point.step) for point in self._history(store, run.info.run_id)]
        wanted = [(7.0, 10, -4), (1.0, 10, 3), (9.0, 20, 1), (0.5, 20, 2), (2.0, 20, 2), (3.0, 30, 1)]
        assert history == wanted, "The points of a metric come by timestamp, then step, then value."

    @pytest.mark.parametrize("value", [1.25, math.nan])
    def test_exact_duplicates_count_once(self, store: TrackingStore, value: float) -> None:
        run = self.run(store)
        self.log(store, run, [Metric("m", value, 10, 1), Metric("m", value, 10, 1)])
        self.log(store, run, [Metric("m", value, 10, 1)])
        assert len(self._history(store, run.info.run_id)) == 1, "The same point again, in a batch or later, comes once."
        self.log(store, run, [Metric("m", value, 11, 1), Metric("m", value, 10, 2), Metric("m", 7.0, 10, 1)])
        assert len(self._history(store, run.info.run_id)) == 4, "Points that differ in anything are all kept."

    def test_history_of_a_key_never_logged_is_empty(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, {"m": 1.0})
        assert list(self._history(store, run.info.run_id, "other")) == []

    def test_history_pages(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, [Metric("m", float(step), 100 + step, step) for step in range(10)])
        seen: list[int] = []
        token = None
        while True:
            query = HistoryQuery(run_id=run.info.run_id, key="m", max_results=4, page_token=token)
            page = store.metric_history(query)
            seen += [point.step for point in page]
            token = page.token
            if not token:
                break
            assert len(page) == 4, "Every page but the last one is full."
        assert seen == list(range(10)), "The pages together hold every point, once and in order."

    def test_large_batch_is_kept_whole(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, [Metric(f"m{n % 7}", float(n), 100 + n, n) for n in range(1000)])
        assert sum(len(self._history(store, run.info.run_id, f"m{n}")) for n in range(7)) == 1000
        assert store.get_run(run.info.run_id).data.metrics == {f"m{n % 7}": float(n) for n in range(993, 1000)}

    # keys

    def test_odd_keys_come_back(self, store: TrackingStore) -> None:
        run = self.run(store)
        numbers = {key: float(number) for number, key in enumerate(ODD_KEYS)}
        texts = {key: str(number) for number, key in enumerate(ODD_KEYS)}
        self.log(store, run, numbers, texts, texts)
        data = store.get_run(run.info.run_id).data
        assert data.metrics == numbers, "The keys of metrics come back as they were given."
        assert data.params == texts, "The keys of params come back as they were given."
        assert data.tags == texts | {RUN_NAME: "run"}, "The keys of tags come back as they were given."
        for key, number in numbers.items():
            assert [point.value for point in self._history(store, run.info.run_id, key)] == [number]

    def test_keys_differ_by_letter_case(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, {"loss": 1.0, "Loss": 2.0}, {"lr": "1", "LR": "2"})
        data = store.get_run(run.info.run_id).data
        assert (data.metrics, data.params) == ({"loss": 1.0, "Loss": 2.0}, {"lr": "1", "LR": "2"})

    def test_key_below_another_key(self, store: TrackingStore) -> None:
        self.require("nested_keys")
        run = self.run(store)
        for key in ("loss", "loss/train", "loss/train/first"):
            self.log(store, run, {key: 1.0}, {key: "1"}, {key: "1"})
        data = store.get_run(run.info.run_id).data
        assert set(data.metrics) == set(data.params) == {"loss", "loss/train", "loss/train/first"}

    # params

    def test_params_come_back(self, store: TrackingStore) -> None:
        run = self.run(store)
        params = {f"p{n}": value for n, value in enumerate(ODD_VALUES)} | {"long": "v" * 6000, "wide": "☃" * 6000}
        self.log(store, run, params=params)
        assert store.get_run(run.info.run_id).data.params == params, "Values of params come back as they were given."

    def test_param_may_be_repeated(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, params={"a": "1"})
        self.log(store, run, params={"a": "1", "b": "2"})
        assert store.get_run(run.info.run_id).data.params == {"a": "1", "b": "2"}, "The same value again is no error."

    def test_param_is_written_once(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run, {"m": 1.0}, {"a": "old value"}, {"t": "1"})
        with pytest.raises(InvalidInput) as caught:
            self.log(store, run, {"m": 2.0, "n": 1.0}, {"b": "1", "a": "new value", "c": "1"}, {"t": "2", "u": "1"})
        for word in ("a", "old value", "new value"):
            assert word in str(caught.value), f"The message names the key and both values; {word!r} is not in it."
        data = store.get_run(run.info.run_id).data
        assert data.params == {"a": "old value"}, "A batch with a param that has another value records nothing: params"
        assert data.metrics == {"m": 1.0}, "A batch with a param that has another value records nothing: metrics"
        assert data.tags["t"] == "1", "A batch with a param that has another value records nothing: tags"
        assert "u" not in data.tags
        assert len(self._history(store, run.info.run_id)) == 1

    # tags

    def test_tags_come_back_and_overwrite(self, store: TrackingStore) -> None:
        run = self.run(store)
        tags = {f"t{n}": value for n, value in enumerate(ODD_VALUES)} | {"long": "v" * 8000}
        self.log(store, run, tags=dict.fromkeys(tags, "before"))
        self.log(store, run, tags=tags)
        assert store.get_run(run.info.run_id).data.tags == tags | {RUN_NAME: "run"}, "A tag overwrites the one before."

    def test_delete_tag(self, store: TrackingStore) -> None:
        run_id = self.run(store, tags={"a": "1", "b": "2"}).info.run_id
        store.delete_tag(run_id, "a")
        assert store.get_run(run_id).data.tags == {RUN_NAME: "run", "b": "2"}
        with refused(NotFound, "A tag that is not there cannot be removed"):
            store.delete_tag(run_id, "a")

    def test_run_name_tag_renames(self, store: TrackingStore) -> None:
        run_id = self.run(store, name="before").info.run_id
        self.log(store, run_id, tags={RUN_NAME: "after"})
        run = store.get_run(run_id)
        assert run.info.run_name == "after", "The tag mlflow.runName renames the run."
        assert run.data.tags[RUN_NAME] == "after"

    # batches

    def test_empty_batch_changes_nothing(self, store: TrackingStore) -> None:
        run = self.run(store)
        self.log(store, run)
        assert store.get_run(run.info.run_id).data.tags == {RUN_NAME: "run"}

    def test_runs_do_not_mix(self, store: TrackingStore) -> None:
        first, second = self.run(store), self.run(store)
        self.log(store, first, {"m": 1.0}, {"p": "1"}, {"t": "1"})
        self.log(store, second, {"m": 2.0}, {"p": "2"}, {"t": "2"})
        for run, number in ((first, 1), (second, 2)):
            data = store.get_run(run.info.run_id).data
            assert (data.metrics["m"], data.params["p"], data.tags["t"]) == (number, str(number), str(number))

    def _history(self, store: TrackingStore, run_id: str, key: str = "m") -> list[Metric]:
        return store.metric_history(HistoryQuery(run_id=run_id, key=key))
