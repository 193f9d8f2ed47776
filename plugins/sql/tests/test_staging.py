"""Points that are committed and not yet in their tables."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing

import pytest

from runyard.entities import Metric, ViewType
from runyard.errors import PermissionDenied, RunyardError, StorageFailure
from runyard.tracking.requests import HistoryQuery, NewRun, RunBatch, SeriesQuery
from runyard.tracking.searching import run_query
from runyard.tracking.table_requests import RunTableQuery
from runyard.uris import StoreURI
from runyard_sql import database as database_module
from runyard_sql import staging
from runyard_sql.database import Database
from runyard_sql.maintenance.checks import problems
from runyard_sql.session import Session
from runyard_sql.staging import waiting
from runyard_sql.store import SqlStore

TABLE = RunTableQuery(experiment_ids=("0",), metrics=("m",))
READS: dict[str, Callable[[SqlStore, str], int]] = {
    "run": lambda store, run: len(store.get_run(run).data.latest_metrics),
    "search": lambda store, run: len(store.search_runs(run_query(["0"], "metrics.m = 2.0", ViewType.ACTIVE_ONLY, []))),
    "history": lambda store, run: len(store.metric_history(HistoryQuery(run_id=run, key="m"))) - 1,
    "table": lambda store, run: int(store.run_table(TABLE).metrics["m"].steps[0] or 0),
    "columns": lambda store, run: store.run_columns(TABLE.runs).metrics[0].runs,
    "series": lambda store, run: store.metric_series(SeriesQuery(run_ids=(run,), keys=("m",)))[0].total - 1,
}


pytestmark = pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def store(address: StoreURI) -> SqlStore:
    return SqlStore(address)


@pytest.fixture
def run_id(store: SqlStore) -> str:
    return store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="run")).info.run_id


def log(store: SqlStore, run_id: str, *points: Metric) -> None:
    store.log_batch(RunBatch.checked(run_id, points))


def in_staging(store: SqlStore) -> int:
    with store._database.alone() as session:
        return waiting(session)


def in_tables(store: SqlStore) -> tuple[int, int]:
    """Return how many points and how many summaries there are, without anything being settled for it."""
    with store._database.alone() as session:
        points, summaries = (
            session.all(f"SELECT COUNT(*) FROM {table}")[0][0]
            for table in ("runyard_metric_points", "runyard_run_metrics")
        )
    return points, summaries


def assert_sound(store: SqlStore) -> None:
    with closing(Database(store.uri)) as database:
        assert problems(database, full=True) == []


@pytest.mark.parametrize("what", READS)
def test_whoever_reads_sees_every_point(
    store: SqlStore, run_id: str, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    log(store, run_id, Metric("m", 1.0, 1, 0))
    log(store, run_id, Metric("m", 2.0, 2, 1))
    assert (in_staging(store), in_tables(store)) == (2, (0, 0))
    monkeypatch.setattr(database_module, "_databases", {})  # as in another process
    with closing(SqlStore(store.uri)) as other:
        assert READS[what](other, run_id) == 1
    assert (in_staging(store), in_tables(store)) == (0, (2, 1))
    assert_sound(store)


def test_points_are_settled_when_there_are_many(store: SqlStore, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST", 10)
    for step in range(9):
        log(store, run_id, Metric("m", float(step), step, step))
    assert (in_staging(store), in_tables(store)) == (9, (0, 0))
    log(store, run_id, Metric("m", 9.0, 9, 9), Metric("n", 9.0, 9, 9))
    assert (in_staging(store), in_tables(store)) == (0, (11, 2))
    log(store, run_id, *(Metric("m", float(step), step, step) for step in range(10, 20)))
    assert (in_staging(store), in_tables(store)) == (0, (21, 2))
    assert [point.step for point in store.metric_history(HistoryQuery(run_id=run_id, key="m"))] == [*range(20)]
    assert_sound(store)


@pytest.mark.parametrize("read", [(), (0,), (1,), (0, 1)])
def test_points_that_come_again_are_there_once(store: SqlStore, run_id: str, read: Sequence[int]) -> None:
    points = [Metric("m", float(step), 5, step) for step in range(3)]
    for time in range(3):
        log(store, run_id, *points)
        if time in read:
            store.get_run(run_id)
    assert len(store.metric_history(HistoryQuery(run_id=run_id, key="m"))) == 3
    assert_sound(store)


def test_points_of_a_purged_run_are_gone(store: SqlStore, run_id: str) -> None:
    kept = store.create_run(NewRun(experiment_id="0", user_id="me", start_time=2, run_name="kept")).info.run_id
    store.get_run(run_id)
    log(store, run_id, Metric("m", 1.0, 1, 0))
    log(store, kept, Metric("m", 1.0, 1, 0))
    store.delete_run(run_id)
    store.purge_run(run_id)
    assert store.get_run(kept).data.metrics == {"m": 1.0}
    assert (in_staging(store), in_tables(store)) == (0, (1, 1))
    assert_sound(store)


@pytest.mark.parametrize("refusal", [StorageFailure, PermissionDenied])
def test_settling_that_fails_loses_nothing(
    store: SqlStore,
    run_id: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    refusal: type[RunyardError],
) -> None:
    log(store, run_id, Metric("m", 1.0, 1, 0), Metric("n", 1.0, 1, 0))
    whole = staging.settle

    def refused(session: Session) -> None:
        whole(session)
        raise refusal("No room.")

    monkeypatch.setattr(database_module, "settle", refused)
    with caplog.at_level(logging.WARNING):
        assert store.get_run(run_id).data.metrics == {}
    assert "do not show: No room." in caplog.text
    assert (in_staging(store), in_tables(store)) == (2, (0, 0))
    monkeypatch.undo()
    assert store.get_run(run_id).data.metrics == {"m": 1.0, "n": 1.0}


def test_nothing_is_lost_where_some_log_and_others_settle(store: SqlStore, run_id: str) -> None:
    def log_and_read(number: int) -> None:
        with closing(Database(store.uri)) as database:  # as in a process of its own
            other = SqlStore(store.uri)
            other._database = other._recorder._database = database
            for step in range(20):
                log(other, run_id, Metric(f"m{number}", float(step), step, step), Metric("all", number, number, step))
                if step % 3 == 0:
                    assert other.get_run(run_id).data.metrics[f"m{number}"] == step

    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(log_and_read, range(4))] == [None] * 4
    histories = {key: len(store.metric_history(HistoryQuery(run_id=run_id, key=key))) for key in ("m0", "m3", "all")}
    assert histories == {"m0": 20, "m3": 20, "all": 80}
    assert in_staging(store) == 0
    assert_sound(store)


def test_points_that_settle_while_their_run_is_purged_are_gone(store: SqlStore, run_id: str) -> None:
    store.get_run(run_id)
    log(store, run_id, Metric("m", 1.0, 1, 0))
    store.delete_run(run_id)
    with closing(Database(store.uri)) as other, ThreadPoolExecutor(1) as thread:

        def settle_before_the_purge_ends(session: Session) -> Future[None]:
            staging.settle(session)
            purge = thread.submit(store.purge_run, run_id)
            assert not wait([purge], 0.2).done, "it did not wait for us"
            return purge

        other.write(settle_before_the_purge_ends).result()
    assert (in_staging(store), in_tables(store)) == (0, (0, 0))
    assert_sound(store)
