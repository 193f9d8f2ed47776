"""Tables of runs as a database gives them: no more statements than needed, and nothing of a request in their text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

import runyard_sql.run_columns
from runyard.entities import Metric, Param, RunTag, ViewType
from runyard.search import RUNS, parse_filter, parse_order_by
from runyard.tracking.requests import PARENT_TAG, NewRun, RunBatch, RunQuery
from runyard.tracking.store import TrackingStore
from runyard.tracking.table_requests import RunTableQuery
from runyard.uris import StoreURI
from runyard_sql.session import Session
from runyard_sql.store import SqlStore

EVERY = RunQuery(experiment_ids=("0",))
ODD = ("'; DROP TABLE runyard_runs; --", "\\", "%s ? :a {}", "\ud800", "", "IN (?)", "IN (keys)", "../x", "x" * 300)


@pytest.fixture
def store(address: StoreURI, tmp_path: Path) -> SqlStore:
    return SqlStore(address, str(tmp_path / "artifacts"))


def add(store: SqlStore, number: int, params: Iterable[Param] = (), tags: Iterable[RunTag] = ()) -> str:
    new = NewRun(experiment_id="0", user_id="me", start_time=number, run_name=f"{number}")
    run_id = store.create_run(new).info.run_id
    store.log_batch(RunBatch.checked(run_id, [Metric("m", float(number), 1)], params, tags))
    return run_id


def test_columns_of_more_runs_than_are_looked_at_first(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runyard_sql.run_columns, "_SAMPLE", 3)
    for number in range(8):
        early = [Param("early", "x")] if number < 4 else []
        add(store, number, [Param("few", str(number // 5)), Param("many", str(number)), Param("one", "1"), *early])
    assert store.run_columns(EVERY) == TrackingStore.run_columns(store, EVERY)
    monkeypatch.setattr(runyard_sql.run_columns, "MOST_DISTINCT", 2)
    columns = {column.key: column for column in store.run_columns(EVERY).params}
    assert columns["many"].values == ["5", "6", "7"], "What differs in many of the latest runs is looked at no further."
    assert columns["few"].values == ["0", "1"]
    assert (columns["early"].runs, columns["early"].values, columns["early"].differs) == (4, ["x"], True)
    assert (columns["one"].differs, columns["many"].differs) == (False, True)


def test_keys_and_ids_are_bound(store: SqlStore) -> None:
    run_id = add(store, 1)
    before = store.get_run(run_id)
    table = store.run_table(
        RunTableQuery(experiment_ids=("0", *ODD), metrics=("m", *ODD), params=ODD, tags=(*ODD, PARENT_TAG))
    )
    assert (table.run_ids, table.metrics["m"].latest) == ([run_id], [1.0])
    assert [table.params[key] for key in ODD] == [table.tags[key] for key in ODD] == [[None]] * len(ODD)
    assert {*store.run_counts(ODD)} == {*ODD}
    assert store.run_columns(RunQuery(experiment_ids=ODD)).total == 0
    assert store.get_run(run_id) == before


def test_a_page_takes_as_many_statements_as_a_row(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = add(store, 0, [Param("p", "1")])
    for number in range(1, 20):
        add(store, number, [Param("p", "1")], [RunTag(PARENT_TAG, parent)])
    store.get_run(parent)  # points are settled before anybody reads
    asked: list[int] = []
    every = Session.all

    def counted(session: Session, *arguments: object) -> object:
        asked[-1] += 1
        return every(session, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "all", counted)
    for size in (1, 20):
        asked.append(0)
        query = RunTableQuery(
            experiment_ids=("0",), max_results=size, metrics=("m",), params=("p",), tags=(PARENT_TAG,)
        )
        assert len(store.run_table(query).run_ids) == size
    assert asked[0] == asked[1] <= 8


@pytest.mark.parametrize("text", ["", "metrics.m >= 0", "params.p = '1'"])
@pytest.mark.parametrize("order", ["start_time DESC", "metrics.m"])
def test_deep_pages_among_deleted_runs(store: SqlStore, text: str, order: str) -> None:
    ids = [add(store, number, [Param("p", "1")]) for number in range(30)]
    for run_id in ids[::2]:
        store.delete_run(run_id)
    for view in ViewType:
        search = RunQuery(
            experiment_ids=("0",), filter=parse_filter(text, RUNS), order_by=parse_order_by([order], RUNS), view=view
        )
        wanted = [run.info.run_id for run in store.search_runs(search)]
        query = RunTableQuery(
            experiment_ids=("0",), filter=search.filter, order_by=search.order_by, view=view, offset=9, max_results=5
        )
        assert store.run_table(query).run_ids == wanted[9:14]
