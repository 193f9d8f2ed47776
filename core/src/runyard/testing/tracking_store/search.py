"""Clauses on searching runs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from runyard.entities import Dataset, DatasetInput, InputTag, Metric, Page, Run, ViewType
from runyard.errors import InvalidInput
from runyard.search import RUNS, parse_filter, parse_order_by
from runyard.testing.contract import refused
from runyard.testing.tracking_store.base import RUN_NAME, StoreClauses
from runyard.tracking.requests import RunInputsBatch, RunQuery, RunUpdate
from runyard.tracking.store import TrackingStore

# What the reference system understands, on the runs of `RunSearchClauses.population`.
FILTERS: tuple[tuple[str, str], ...] = (
    ("metrics.acc = 0.5", "b"),
    ("metrics.acc != 0.5", "a c"),
    ("metrics.acc > 0.5", "a"),
    ("metrics.acc >= 0.5", "a b"),
    ("metrics.acc < 0.5", "c"),
    ("metrics.acc <= 0.5", "b c"),
    ("metrics.`val loss` = 1", "a"),
    ("metric.acc > 0.1 AND metric.acc < 0.8", "b"),
    ("metrics.stepped = 1", "a"),
    ("metrics.nobody = 1", ""),
    ("metrics.nan > 0", ""),
    ("metrics.nan = 0", ""),
    ("metrics.nan != 0", "b"),
    ("params.model = 'rf'", "a c"),
    ("params.model != 'rf'", "b"),
    ("params.model LIKE 'l%'", "b"),
    ("params.model LIKE 'L%'", ""),
    ("params.model ILIKE 'L_near'", "b"),
    ("param.model = 'rf' and metrics.acc > 0.5", "a"),
    ("params.nobody = 'x'", ""),
    ("params.nobody != 'x'", ""),
    ("params.odd = 'it\"s 100%'", "d"),
    ("params.odd LIKE '%\"s 100%'", "d"),
    ("params.empty = ''", "d"),
    ("tags.team = 'red'", "a b"),
    ("tags.team != 'red'", "c"),
    ("tags.`with blank` = 'yes'", "c"),
    ('tags."with blank" = "yes"', "c"),
    ("tags.mlflow.runName = 'd'", "d"),
    ("attributes.status = 'FINISHED'", "b"),
    ("status != 'FINISHED'", "a c d"),
    ("attributes.run_name = 'a'", "a"),
    ("run_name LIKE '%'", "a b c d"),
    ("user_id = 'ann'", "a c"),
    ("start_time > 2000", "c d"),
    ("attributes.start_time <= 1000", "a"),
    ("end_time > 0", "b"),
    ("artifact_uri LIKE '%artifacts%'", "a b c d"),
)
DATASET_FILTERS = (
    ("datasets.name = 'wine'", "a b"),
    ("datasets.name = 'iris'", "b"),
    ("dataset.name != 'wine'", "b"),
    ("datasets.digest = '11'", "a"),
    ("datasets.digest LIKE '1%'", "a b"),
    ("datasets.name IN ('wine', 'nobody')", "a b"),
    ("datasets.context = 'train'", "a"),
    ("datasets.context = 'eval' AND datasets.name = 'wine'", "b"),
    ("datasets.name = 'nobody'", ""),
)
NULL_FILTERS = (
    ("params.model IS NULL", "d"),
    ("params.model IS NOT NULL", "a b c"),
    ("tags.team IS NULL", "d"),
    ("tags.team IS NOT NULL AND params.model = 'rf'", "a c"),
)
# What only our grammar has.
FULL_FILTERS = (
    ("metrics.acc > 0.8 OR params.model = 'linear'", "a b"),
    ("NOT params.model = 'rf'", "b"),
    ("NOT (params.model = 'rf' AND metrics.acc > 0.5)", "b c"),
    ("NOT metrics.nobody = 1", ""),
    ("(tags.team = 'red' OR tags.team = 'blue') AND NOT metrics.acc > 0.5", "b c"),
    ("metrics.acc BETWEEN 0.1 AND 0.5", "b c"),
    ("metrics.acc NOT BETWEEN 0.1 AND 0.5", "a"),
    ("params.model IN ('rf', 'svm')", "a c"),
    ("params.model NOT IN ('rf', 'svm')", "b"),
    ("params.model NOT LIKE 'r%'", "b"),
    ("metrics.acc IS NULL", "d"),
    ("metrics.acc IS NOT NULL", "a b c"),
    ("params.depth > 9", "c"),
    ("params.depth <= 9", "a"),
    ("params.depth = 10.0", "c"),
    ("start_time IN (1000, 2000.5)", "a"),
    ("metrics.stepped.max = 9", "a"),
    ("metrics.stepped.min < 0", "a"),
    ("metrics.stepped.last = 1", "a"),
)
ORDERS: tuple[tuple[list[str], str], ...] = (
    ([], "d c b a"),
    (["metrics.acc"], "c b a d"),
    (["metrics.acc DESC"], "a b c d"),
    (["metrics.nan"], "b d c a"),
    (["params.model", "metrics.acc"], "b c a d"),
    (["params.model DESC"], "c a b d"),
    (["tags.team ASC", "start_time"], "c a b d"),
    (["start_time ASC"], "a b c d"),
    (["attributes.run_name DESC"], "d c b a"),
    (["user_id", "run_name"], "a c b d"),
    (["end_time DESC"], "b d c a"),
    (["metrics.order"], "b c a d"),
    (["metrics.order DESC"], "c b a d"),
)


class RunSearchClauses(StoreClauses):
    """Finding, ordering, paging and counting runs."""

    def population(self, store: TrackingStore) -> dict[str, str]:
        """Make the runs a, b, c, d, each started a second later; return their names by id."""
        runs = {
            name: self.run(store, name=name, start_time=1000 * number, user_id=user)
            for number, (name, user) in enumerate(zip("abcd", ("ann", "bob", "ann", "eve"), strict=True), start=1)
        }
        stepped = [Metric("stepped", value, 10 + step, step) for step, value in enumerate((9.0, -3.0, 1.0))]
        self.log(store, runs["a"], {"acc": 0.9, "val loss": 1.0, "order": math.nan}, {"model": "rf", "depth": "9"})
        self.log(store, runs["a"], stepped, tags={"team": "red"})
        self.log(store, runs["b"], {"acc": 0.5, "nan": math.nan, "order": 1.0}, {"model": "linear", "depth": "many"})
        self.log(store, runs["b"], tags={"team": "red"})
        self.log(store, runs["c"], {"acc": 0.1, "order": 2.0}, {"model": "rf", "depth": "10"})
        self.log(store, runs["c"], tags={"team": "blue", "with blank": "yes"})
        self.log(store, runs["d"], params={"odd": 'it"s 100%', "empty": ""})
        store.update_run(RunUpdate(run_id=runs["b"].info.run_id, status="FINISHED", end_time=2500))
        return {run.info.run_id: name for name, run in runs.items()}

    @pytest.mark.parametrize(("text", "expected"), FILTERS)
    def test_filter(self, store: TrackingStore, text: str, expected: str) -> None:
        self._check(store, text, expected)

    @pytest.mark.parametrize(("text", "expected"), NULL_FILTERS)
    def test_filter_for_absence(self, store: TrackingStore, text: str, expected: str) -> None:
        self._check(store, text, expected)

    @pytest.mark.parametrize(("text", "expected"), FULL_FILTERS)
    def test_filter_of_the_full_grammar(self, store: TrackingStore, text: str, expected: str) -> None:
        self.require("full_grammar")
        self._check(store, text, expected)

    @pytest.mark.parametrize(("text", "expected"), DATASET_FILTERS)
    def test_filter_by_dataset(self, store: TrackingStore, text: str, expected: str) -> None:
        self.require("inputs")
        names = self.population(store)
        ids = {name: run_id for run_id, name in names.items()}
        for run, dataset, digest, context in (
            ("a", "wine", "11", "train"),
            ("b", "wine", "12", ""),
            ("b", "iris", "2", "eval"),
        ):
            tags = [InputTag("mlflow.data.context", context)] if context else []
            item = DatasetInput(Dataset(name=dataset, digest=digest, source_type="code", source="{}"), tags)
            store.log_inputs(RunInputsBatch.checked(ids[run], [item]))
        assert self._names(store, names, text) == sorted(expected.split()), f"wrong answer to {text!r}"

    def test_filter_by_run_id(self, store: TrackingStore) -> None:
        names = self.population(store)
        first, second, *_ = names
        for text, expected in (
            (f"run_id = '{first}'", ["a"]),
            (f"run_id != '{first}'", ["b", "c", "d"]),
            (f"attributes.run_id IN ('{first}', '{second}')", ["a", "b"]),
            (f"run_id NOT IN ('{first}', '{second}')", ["c", "d"]),
            ("run_id IN ('nobody')", []),
        ):
            assert self._names(store, names, text) == expected, f"wrong answer to {text!r}"

    def test_filter_by_infinity(self, store: TrackingStore) -> None:
        self.require("infinities")
        for name, value in (("high", math.inf), ("low", -math.inf), ("mid", 0.0)):
            self.log(store, self.run(store, name=name), {"m": value})
        for text, expected in (("metrics.m > 1e308", "high"), ("metrics.m < -1e308", "low"), ("metrics.m = 0", "mid")):
            assert [run.info.run_name for run in self._search_runs(store, text)] == [expected]

    @pytest.mark.parametrize(("order_by", "expected"), ORDERS)
    def test_order(self, store: TrackingStore, order_by: list[str], expected: str) -> None:
        names = self.population(store)
        found = [names[run.info.run_id] for run in self._search_runs(store, order_by=order_by)]
        assert found == expected.split(), (
            f"{order_by}: in both directions numbers, NaN, what is missing; then the latest start; then the id."
        )

    def test_equal_starts_are_ordered_by_id(self, store: TrackingStore) -> None:
        ids = sorted(self.run(store, start_time=5000).info.run_id for _ in range(6))
        assert [run.info.run_id for run in self._search_runs(store)] == ids
        assert [run.info.run_id for run in self._search_runs(store, order_by=["metrics.nobody DESC"])] == ids

    def test_views(self, store: TrackingStore) -> None:
        self.require("trash")
        kept, gone = self.run(store).info.run_id, self.run(store).info.run_id
        store.delete_run(gone)
        found = {view: {run.info.run_id for run in self._search_runs(store, view=view)} for view in ViewType}
        assert found[ViewType.ACTIVE_ONLY] == {kept}, "ACTIVE_ONLY shows what is not deleted."
        assert found[ViewType.DELETED_ONLY] == {gone}, "DELETED_ONLY shows what is deleted."
        assert found[ViewType.ALL] == {kept, gone}, "ALL shows both."

    def test_only_the_named_experiments(self, store: TrackingStore) -> None:
        first, second = self.experiment(store), self.experiment(store)
        in_first, in_second = (self.run(store, experiment).info.run_id for experiment in (first, second))
        for experiments, expected in (((first,), {in_first}), ((first, second), {in_first, in_second}), ((), set())):
            found = {run.info.run_id for run in store.search_runs(RunQuery(experiment_ids=experiments))}
            assert found == expected, "Runs are looked for in the named experiments; without one nothing is found."

    def test_found_run_is_whole(self, store: TrackingStore) -> None:
        run_id = self.run(store, tags={"t": "1"}).info.run_id
        self.log(store, run_id, {"m": 1.5}, {"p": "x"})
        (found,) = self._search_runs(store)
        whole = store.get_run(run_id)
        assert found.info == whole.info
        assert found.data.metrics == {"m": 1.5}
        assert found.data.params == {"p": "x"}
        assert found.data.tags == {RUN_NAME: "run", "t": "1"}

    def test_search_sees_every_write_at_once(self, store: TrackingStore) -> None:
        run_id = self.run(store, name="one").info.run_id
        assert len(self._search_runs(store, "metrics.m = 1")) == 0
        self.log(store, run_id, [Metric("m", 1.0, 10, 1)])
        assert len(self._search_runs(store, "metrics.m = 1")) == 1, "A search sees what was logged before it."
        self.log(store, run_id, [Metric("m", 2.0, 20, 2)], tags={"a": "b"})
        assert len(self._search_runs(store, "metrics.m = 1")) == 0, "A search sees the latest value."
        assert len(self._search_runs(store, "tags.a = 'b'")) == 1
        store.delete_tag(run_id, "a")
        assert len(self._search_runs(store, "tags.a = 'b'")) == 0
        store.update_run(RunUpdate(run_id=run_id, status="FAILED", run_name="two"))
        assert len(self._search_runs(store, "status = 'FAILED' AND run_name = 'two'")) == 1

    @pytest.mark.parametrize("order_by", [[], ["metrics.m"], ["params.group DESC"]])
    def test_pages(self, store: TrackingStore, order_by: list[str]) -> None:
        for number in range(11):
            run = self.run(store, start_time=1000 + number // 3)
            self.log(store, run, {"m": float(number % 4)}, {"group": str(number % 2)})
        whole = [run.info.run_id for run in self._search_runs(store, order_by=order_by)]
        assert len(whole) == 11
        for size in (1, 4, 11, 12):
            seen: list[str] = []
            token = None
            while True:
                page = self._search_runs(store, order_by=order_by, max_results=size, page_token=token)
                seen += [run.info.run_id for run in page]
                token = page.token
                if not token:
                    break
                assert len(page) == size, "Every page but the last one is full."
            assert seen == whole, f"Pages of {size}: together they hold everything, once, in the order asked for."

    def test_pages_of_a_filter(self, store: TrackingStore) -> None:
        names = self.population(store)
        first = self._search_runs(store, "params.model IS NOT NULL", max_results=2)
        rest = self._search_runs(store, "params.model IS NOT NULL", max_results=2, page_token=first.token)
        assert [names[run.info.run_id] for run in [*first, *rest]] == ["c", "b", "a"]
        assert rest.token is None, "After the last page there is no token."

    def test_made_up_token_is_refused(self, store: TrackingStore) -> None:
        with refused(InvalidInput, "A page token that is not the store's own is refused"):
            self._search_runs(store, page_token="not a token")

    def test_count(self, store: TrackingStore) -> None:
        self.population(store)
        for text, expected in (("", 4), ("params.model = 'rf'", 2), ("metrics.acc > 5", 0)):
            query = RunQuery(experiment_ids=("0",), filter=parse_filter(text, RUNS), max_results=1)
            assert store.count_runs(query) == expected, "count_runs counts what is found on all pages."

    def _check(self, store: TrackingStore, text: str, expected: str) -> None:
        names = self.population(store)
        assert self._names(store, names, text) == sorted(expected.split()), f"wrong answer to {text!r}"

    def _names(self, store: TrackingStore, names: dict[str, str], text: str) -> list[str]:
        return sorted(names[run.info.run_id] for run in self._search_runs(store, text))

    def _search_runs(
        self,
        store: TrackingStore,
        text: str = "",
        *,
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[Run]:
        return store.search_runs(
            RunQuery(
                experiment_ids=("0",),
                filter=parse_filter(text, RUNS),
                view=view,
                order_by=parse_order_by(list(order_by), RUNS),
                max_results=max_results,
                page_token=page_token,
            )
        )
