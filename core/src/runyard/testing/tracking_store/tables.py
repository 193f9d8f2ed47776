"""Clauses on tables of runs: rows by columns, the columns there are, and how many runs there are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from runyard.entities import Dataset, DatasetInput, InputTag, Metric, MetricColumn, RunDataset, RunTable, ViewType
from runyard.search import RUNS, parse_filter, parse_order_by
from runyard.testing.tracking_store.base import RUN_NAME, StoreClauses
from runyard.tracking.requests import PARENT_TAG, RunInputsBatch, RunQuery, RunUpdate
from runyard.tracking.store import DEFAULT_EXPERIMENT_ID, TrackingStore
from runyard.tracking.table_requests import RunTableQuery

ORDERS = (
    "metrics.m",
    "metrics.m DESC",
    "metrics.m.min",
    "metrics.m.max DESC",
    "metrics.none",
    "params.p DESC",
    "tags.t",
    "start_time",
    "start_time DESC",
    "end_time",
    "run_name DESC",
    "status",
)
"""Orders with equal and missing values, on the runs of `TableClauses`."""
FILTERS = ("", "metrics.m > 1", "params.p != '1'", "run_name LIKE '%3%'")


class TableClauses(StoreClauses):
    """Tables of runs."""

    def test_row_tells_of_a_run(self, store: TrackingStore) -> None:
        run = self.run(store, name="one", start_time=1234, user_id="ann").info
        store.update_run(RunUpdate(run_id=run.run_id, status="FINISHED", end_time=2345))
        self.run(store, name="two", start_time=1000)
        table = self._table(store)
        assert table.total == 2, "The total is the number of runs that are found."
        assert (table.run_ids[0], table.run_names) == (run.run_id, ["one", "two"])
        assert (table.experiment_ids, table.user_ids) == ([DEFAULT_EXPERIMENT_ID] * 2, ["ann", "me"])
        assert (table.statuses, table.lifecycle_stages) == (["FINISHED", "RUNNING"], ["active", "active"])
        assert (table.start_times, table.end_times) == ([1234, 1000], [2345, None])
        assert (table.parent_run_ids, table.child_counts) == ([None, None], [0, 0])
        assert table.datasets == [[], []]
        assert (table.metrics, table.params, table.tags) == ({}, {}, {}), "No more comes than was asked for."

    def test_cells_of_metrics(self, store: TrackingStore) -> None:
        points = {
            "b": [(3, 0.5), (1, 9.0), (2, -4.0), (-7, 1.0)],
            "a": [(1, math.nan), (2, 7.0), (3, math.nan)],
        }
        for name, series in points.items():
            self.log(store, self.run(store, name=name), [Metric("m", value, 10, step) for step, value in series])
        table = self._table(store, metrics=("m", "never"), order_by="run_name DESC")
        cells = table.metrics["m"]
        assert _texts(cells.latest) == ["0.5", "nan"], "The latest point is the one with the largest step."
        assert cells.steps == [3, 3]
        assert _texts(cells.minimum) == ["-4.0", "7.0"], "NaN is the smallest only where there is nothing else."
        assert _texts(cells.maximum) == ["9.0", "7.0"]
        never = table.metrics["never"]
        assert never.latest == never.minimum == never.maximum == never.steps == [None, None]

    def test_cells_of_odd_numbers(self, store: TrackingStore) -> None:
        self.log(store, self.run(store, name="c"), {"m": math.nan})
        wanted = ["nan"]
        if self.infinities:
            for name, value in (("b", math.inf), ("a", -math.inf)):
                self.log(store, self.run(store, name=name), {"m": value})
            wanted += ["inf", "-inf"]
        cells = self._table(store, metrics=("m",), order_by="run_name DESC").metrics["m"]
        assert _texts(cells.latest) == _texts(cells.minimum) == _texts(cells.maximum) == wanted

    def test_params_and_tags(self, store: TrackingStore) -> None:
        first = self.run(store, name="a", tags={"t": "1"})
        self.log(store, first, {"x": 1.0}, params={"p": "0.10", "q": ""}, tags={"with blank": "ü"})
        self.run(store, name="b", tags={"t": "2"})
        table = self._table(store, params=("q", "p", "x"), tags=("t", "with blank", RUN_NAME, "p"), order_by="run_name")
        assert table.params == {"q": ["", None], "p": ["0.10", None], "x": [None, None]}
        assert table.tags == {"t": ["1", "2"], "with blank": ["ü", None], RUN_NAME: ["a", "b"], "p": [None, None]}
        assert [*table.params] == ["q", "p", "x"], "Columns come as they were asked for."

    def test_datasets_of_rows(self, store: TrackingStore) -> None:
        self.require("inputs")
        run = self.run(store, name="a")
        self.run(store, name="b")
        wine, iris = (Dataset(name=name, digest="1", source_type="code", source="{}") for name in ("wine", "iris"))
        tags = [InputTag("weight", "2"), InputTag("mlflow.data.context", "train")]
        inputs = [DatasetInput(wine, tags), DatasetInput(iris)]
        store.log_inputs(RunInputsBatch.checked(run.info.run_id, inputs))
        first, second = self._table(store, order_by="run_name").datasets
        assert {*first} == {RunDataset("wine", "1", "train"), RunDataset("iris", "1", "")}
        assert second == []

    @pytest.mark.parametrize("order", ORDERS)
    def test_rows_from_any_place_on(self, store: TrackingStore, order: str) -> None:
        ids = self._runs_to_sort(store)
        for text in FILTERS:
            wanted = [run.info.run_id for run in store.search_runs(_search(ids, text, order))]
            for offset in range(0, len(wanted) + 2, 2):
                table = self._table(store, ids, text, order_by=order, offset=offset, max_results=3)
                assert table.run_ids == wanted[offset : offset + 3], (
                    f"From row {offset} on, the order {order!r} is that of a search ({text!r})."
                )
                assert table.total == len(wanted), "The total does not hang on the place."

    def test_rows_of_several_experiments(self, store: TrackingStore) -> None:
        ids = [self.experiment(store) for _ in range(3)]
        for number in range(9):
            run = self.run(store, ids[number % 3], name=str(number), start_time=1000 + number)
            if number % 4:
                self.log(store, run, {"m": float(number % 2)})
        for order in ("start_time", "metrics.m"):
            wanted = [run.info.run_name for run in store.search_runs(_search(ids[:2], "", order))]
            for offset in range(7):
                table = self._table(store, ids[:2], order_by=order, offset=offset, max_results=2)
                assert (table.run_names, table.total) == (wanted[offset : offset + 2], 6)

    def test_nothing_found(self, store: TrackingStore) -> None:
        self.run(store)
        for table in (self._table(store, []), self._table(store, ["77"]), self._table(store, text="metrics.m > 0")):
            assert (table.total, table.run_ids) == (0, [])

    def test_rows_of_deleted_runs(self, store: TrackingStore) -> None:
        self.require("trash")
        self.run(store, name="a")
        store.delete_run(self.run(store, name="b").info.run_id)
        found = {
            view: (table := self._table(store, view=view, order_by="run_name")).run_names + table.lifecycle_stages
            for view in ViewType
        }
        assert found == {
            ViewType.ACTIVE_ONLY: ["a", "active"],
            ViewType.DELETED_ONLY: ["b", "deleted"],
            ViewType.ALL: ["a", "b", "active", "deleted"],
        }

    def test_tree(self, store: TrackingStore) -> None:
        root = self.run(store, name="root").info.run_id
        child = self.run(store, name="child", tags={PARENT_TAG: root}).info.run_id
        grandchild = self.run(store, name="grandchild", tags={PARENT_TAG: child}).info.run_id
        other = self.run(store, name="other").info.run_id
        table = self._table(store, order_by="run_name")
        assert table.run_names == ["child", "grandchild", "other", "root"]
        assert table.parent_run_ids == [root, child, None, None]
        assert table.child_counts == [1, 0, 0, 1]
        roots = self._table(store, nested=True, order_by="run_name")
        assert (roots.run_ids, roots.total) == ([other, root], 2), "`nested` leaves out what is nested in another run."
        children = self._table(store, parent_run_id=child)
        assert (children.run_ids, children.total) == ([grandchild], 1)

    def test_children_are_counted_whatever_the_filter(self, store: TrackingStore) -> None:
        root = self.run(store, name="root").info.run_id
        for number in range(3):
            self.run(store, name=f"child {number}", tags={PARENT_TAG: root})
        elsewhere = self.experiment(store)
        self.run(store, elsewhere, name="elsewhere", tags={PARENT_TAG: root})
        table = self._table(store, text="run_name = 'root'")
        assert table.child_counts == [3], "Children count in the experiments of the query, whatever the filter."
        table = self._table(store, [DEFAULT_EXPERIMENT_ID, elsewhere], text="run_name = 'root'", nested=True)
        assert table.child_counts == [4]

    def test_deleted_children_do_not_count(self, store: TrackingStore) -> None:
        self.require("trash")
        root = self.run(store, name="root").info.run_id
        children = [self.run(store, name="child", tags={PARENT_TAG: root}).info.run_id for _ in range(2)]
        store.delete_run(children[0])
        for view in (ViewType.ACTIVE_ONLY, ViewType.ALL):
            assert self._table(store, view=view, nested=True).child_counts == [1]

    def test_filter_with_or_in_a_tree(self, store: TrackingStore) -> None:
        self.require("full_grammar")
        root = self.run(store, name="a").info.run_id
        self.run(store, name="b", tags={PARENT_TAG: root})
        either = "run_name = 'a' OR run_name = 'b'"
        assert self._table(store, text=either, nested=True).run_names == ["a"]
        assert self._table(store, text=either, parent_run_id=root).run_names == ["b"]

    # columns

    def test_columns(self, store: TrackingStore) -> None:
        for number in range(4):
            run = self.run(store, name=f"run {number}", tags={"same": "x"})
            metrics = {"same": 2.0, "other": float(number), **({"some": 1.0} if number else {})}
            params = {"same": "1", "other": str(number % 3), **({"some": "1"} if number else {})}
            self.log(store, run, metrics, params)
        columns = store.run_columns(_search([DEFAULT_EXPERIMENT_ID]))
        assert (columns.total, columns.runs) == (4, 4)
        assert columns.metrics == [
            MetricColumn(key="other", runs=4, differs=True, minimum=0.0, maximum=3.0),
            MetricColumn(key="same", runs=4, differs=False, minimum=2.0, maximum=2.0),
            MetricColumn(key="some", runs=3, differs=True, minimum=1.0, maximum=1.0),
        ], "A metric differs if two runs have different values, or some do not have it."
        found = [(column.key, column.runs, column.differs, column.distinct, column.values) for column in columns.params]
        assert found == [
            ("other", 4, True, 3, ["0", "1", "2"]),
            ("same", 4, False, 1, ["1"]),
            ("some", 3, True, 1, ["1"]),
        ]
        tags = {column.key: (column.differs, column.values) for column in columns.tags}
        assert tags == {RUN_NAME: (True, [f"run {number}" for number in range(4)]), "same": (False, ["x"])}
        assert [column.key for column in columns.tags] == sorted(tags), "Columns are sorted by key."

    def test_columns_are_about_the_latest_values(self, store: TrackingStore) -> None:
        for first in (1.0, 5.0):
            self.log(store, self.run(store), [Metric("m", first, 1, 1), Metric("m", 3.0, 2, 2)])
        (column,) = store.run_columns(_search([DEFAULT_EXPERIMENT_ID])).metrics
        assert column == MetricColumn(key="m", runs=2, differs=False, minimum=3.0, maximum=3.0)

    def test_columns_of_odd_numbers(self, store: TrackingStore) -> None:
        rows = [{"nan": math.nan, "mixed": math.nan}, {"nan": math.nan, "mixed": 1.0}]
        wanted = [("mixed", True, ["1.0", "1.0"]), ("nan", False, ["None", "None"])]
        if self.infinities:
            rows[0] |= {"high": math.inf, "low": -math.inf, "rest": -math.inf}
            rows[1] |= {"high": math.inf, "low": 2.0, "rest": math.nan}
            wanted += [("high", False, ["inf", "inf"]), ("low", True, ["-inf", "2.0"])]
            wanted += [("rest", True, ["-inf", "-inf"])]
        for row in rows:
            self.log(store, self.run(store), row)
        columns = store.run_columns(_search([DEFAULT_EXPERIMENT_ID])).metrics
        found = [(column.key, column.differs, _texts([column.minimum, column.maximum])) for column in columns]
        assert found == sorted(wanted), "NaN does not differ from NaN, and there is no number in it."

    def test_columns_of_what_a_filter_finds(self, store: TrackingStore) -> None:
        for number in range(6):
            run = self.run(store, name=f"{number}", tags={"parity": str(number % 2)})
            self.log(store, run, {"m": float(number)}, {f"p{number % 2}": "1"})
        columns = store.run_columns(_search([DEFAULT_EXPERIMENT_ID], "tags.parity = '1'"))
        assert columns.total == 3
        assert columns.metrics == [MetricColumn(key="m", runs=3, differs=True, minimum=1.0, maximum=5.0)]
        assert [(column.key, column.runs, column.differs) for column in columns.params] == [("p1", 3, False)]
        columns = store.run_columns(_search([DEFAULT_EXPERIMENT_ID], "metrics.m > 3"))
        assert (columns.total, [column.key for column in columns.params]) == (2, ["p0", "p1"])

    def test_columns_of_the_first_runs(self, store: TrackingStore) -> None:
        for number in range(6):
            run = self.run(store, name=str(number), start_time=1000 + number)
            self.log(store, run, {"m": float(number)}, {"late" if number > 3 else "early": "1"})
        for order, most, wanted in (
            (None, 2, (2, 4.0, 5.0, ["late"])),
            (None, 3, (3, 3.0, 5.0, ["early", "late"])),
            ("metrics.m", 4, (4, 0.0, 3.0, ["early"])),
            ("run_name DESC", 1, (1, 5.0, 5.0, ["late"])),
            ("metrics.none", 6, (6, 0.0, 5.0, ["early", "late"])),
            (None, 99, (6, 0.0, 5.0, ["early", "late"])),
        ):
            columns = store.run_columns(_search([DEFAULT_EXPERIMENT_ID], "metrics.m >= 0", order), most)
            (metric,) = columns.metrics
            found = metric.runs, metric.minimum, metric.maximum, [column.key for column in columns.params]
            assert found == wanted, f"The first {most} runs of the order are looked at ({order})."
            assert (columns.total, columns.runs) == (6, min(most, 6))

    def test_columns_of_deleted_runs(self, store: TrackingStore) -> None:
        self.require("trash")
        for name in ("a", "b"):
            self.log(store, self.run(store, name=name, tags={name: "1"}), {name: 1.0}, {name: "1"})
            self.log(store, self.run(store, name="both"), {"both": float(name == "a")})
        store.delete_run(store.search_runs(_search([DEFAULT_EXPERIMENT_ID], "run_name = 'b'"))[0].info.run_id)
        for view, wanted in (
            (ViewType.ACTIVE_ONLY, (3, ["a", "both"], ["a"])),
            (ViewType.DELETED_ONLY, (1, ["b"], ["b"])),
            (ViewType.ALL, (4, ["a", "b", "both"], ["a", "b"])),
        ):
            columns = store.run_columns(_search([DEFAULT_EXPERIMENT_ID], view=view))
            metrics, params = ([column.key for column in found] for found in (columns.metrics, columns.params))
            assert (columns.total, metrics, params) == wanted

    def test_values_of_columns(self, store: TrackingStore) -> None:
        for number in range(25):
            self.log(store, self.run(store), params={"p": f"{number % 24:02}", "long": "x" * 251})
        long, values = store.run_columns(_search([DEFAULT_EXPERIMENT_ID])).params
        assert (long.distinct, long.values) == (1, []), "Long values are left out."
        assert (values.distinct, values.differs) == (24, True)
        assert values.values == sorted({*values.values}), "Values are sorted, and each comes once."
        assert len(values.values) == 20
        assert {*values.values} <= {f"{number:02}" for number in range(24)}

    def test_columns_of_nothing(self, store: TrackingStore) -> None:
        for experiment_ids in ([], [DEFAULT_EXPERIMENT_ID], ["77"]):
            columns = store.run_columns(_search(experiment_ids))
            assert (columns.total, columns.metrics, columns.params, columns.tags) == (0, [], [], [])

    # counts

    def test_runs_of_experiments_are_counted(self, store: TrackingStore) -> None:
        full, empty = self.experiment(store), self.experiment(store)
        for time in (2000, 3000, 1000):
            self.run(store, full, start_time=time)
        counts = store.run_counts([full, empty, "77"])
        found = {experiment_id: (count.active, count.last_start_time) for experiment_id, count in counts.items()}
        assert found == {full: (3, 3000), empty: (0, None), "77": (0, None)}
        assert store.run_counts([]) == {}

    def test_deleted_runs_are_not_counted(self, store: TrackingStore) -> None:
        self.require("trash")
        experiment_id = self.experiment(store)
        runs = [self.run(store, experiment_id, start_time=time).info.run_id for time in (1000, 2000)]
        store.delete_run(runs[1])
        count = store.run_counts([experiment_id])[experiment_id]
        assert (count.active, count.last_start_time) == (1, 1000)
        store.delete_experiment(experiment_id)
        assert store.run_counts([experiment_id])[experiment_id].active == 0

    # what the clauses stand on

    def _runs_to_sort(self, store: TrackingStore) -> list[str]:
        """Make runs with equal, missing and odd values; return the ids of their experiments."""
        experiment_id = self.experiment(store)
        for number in range(11):
            run = self.run(store, experiment_id, name=f"{number % 7}", start_time=1000 + number // 2)
            if number % 3:
                value = math.nan if number == 4 else float(number % 5)
                metrics = [Metric("m", value, 1, 1), Metric("m", float(number % 2), 0, 0)]
                self.log(store, run, metrics, {"p": str(number % 2)}, {"t": str(number % 4)})
            if number % 2:
                store.update_run(RunUpdate(run_id=run.info.run_id, status="FAILED", end_time=5000 + number))
        return [experiment_id]

    def _table(
        self,
        store: TrackingStore,
        experiment_ids: Sequence[str] = (DEFAULT_EXPERIMENT_ID,),
        text: str = "",
        order_by: str | None = None,
        **options: object,
    ) -> RunTable:
        search = _search(experiment_ids, text, order_by)
        return store.run_table(
            RunTableQuery(
                experiment_ids=search.experiment_ids,
                filter=search.filter,
                order_by=search.order_by,
                **options,  # type: ignore[arg-type]
            )
        )


def _search(
    experiment_ids: Sequence[str], text: str = "", order: str | None = None, view: ViewType = ViewType.ACTIVE_ONLY
) -> RunQuery:
    return RunQuery(
        experiment_ids=tuple(experiment_ids),
        filter=parse_filter(text, RUNS),
        order_by=parse_order_by([order] if order else [], RUNS),
        view=view,
    )


def _texts(values: Sequence[float | None]) -> list[str]:
    """Return numbers as texts, so that NaN is equal to NaN."""
    return [repr(value) for value in values]
