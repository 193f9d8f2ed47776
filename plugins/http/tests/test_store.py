"""What is particular to a store on a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import runyard
from runyard.entities import Metric, MetricCells, Param, RunCount, RunTag
from runyard.errors import InvalidInput, NotFound, Unavailable
from runyard.tracking.new_run import new_run
from runyard.tracking.requests import HistoryQuery, RunBatch, RunQuery, SeriesQuery
from runyard.tracking.table_requests import RunTableQuery
from runyard.uris import StoreURI
from runyard_http.recording import split
from runyard_http.store import HttpStore

Answer = Callable[..., bytes]
PAGE = b"<!doctype html><title>404</title>"


def batch(metrics: int, params: int, tags: int) -> RunBatch:
    return RunBatch(
        run_id="r",
        metrics=tuple(Metric("m", float(n), n, n) for n in range(metrics)),
        params=tuple(Param(f"p{n}", "") for n in range(params)),
        tags=tuple(RunTag(f"t{n}", "") for n in range(tags)),
    )


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ((0, 0, 0), [(0, 0, 0)]),
        ((800, 100, 100), [(800, 100, 100)]),
        ((1001, 0, 0), [(1000, 0, 0), (1, 0, 0)]),
        ((2500, 0, 0), [(1000, 0, 0), (1000, 0, 0), (500, 0, 0)]),
        ((0, 250, 0), [(0, 100, 0), (0, 100, 0), (0, 50, 0)]),
        ((0, 0, 101), [(0, 0, 100), (0, 0, 1)]),
        ((1000, 150, 120), [(0, 100, 0), (850, 50, 100), (150, 0, 20)]),
        ((0, 200, 5), [(0, 100, 0), (0, 100, 5)]),
    ],
)
def test_large_batches_are_split(whole: tuple[int, int, int], parts: list[tuple[int, int, int]]) -> None:
    given = batch(*whole)
    made = list(split(given))
    assert [(len(part.metrics), len(part.params), len(part.tags)) for part in made] == parts
    for kind in ("metrics", "params", "tags"):
        assert [value for part in made for value in getattr(part, kind)] == list(getattr(given, kind))


def test_a_large_batch_arrives(address: StoreURI) -> None:
    store = HttpStore(address)
    run_id = store.create_run(new_run("0", {})).info.run_id
    given = batch(2345, 321, 123)
    store.log_batch(RunBatch(run_id=run_id, metrics=given.metrics, params=given.params, tags=given.tags))
    data = store.get_run(run_id).data
    assert data.params == {param.key: "" for param in given.params}
    assert {tag.key for tag in given.tags} <= set(data.tags)
    assert len(store.metric_history(HistoryQuery(run_id=run_id, key="m"))) == 2345


def test_a_param_that_differs_keeps_metrics_out_of_a_large_batch(address: StoreURI) -> None:
    store = HttpStore(address)
    run_id = store.create_run(new_run("0", {})).info.run_id
    store.log_batch(RunBatch(run_id=run_id, params=(Param("p150", "before"),)))
    given = batch(1500, 160, 0)
    with pytest.raises(InvalidInput, match="before"):
        store.log_batch(RunBatch(run_id=run_id, metrics=given.metrics, params=given.params))
    assert store.get_run(run_id).data.metrics == {}


def test_a_server_decides_where_artifacts_go(runyard_isolated: None) -> None:
    with pytest.raises(InvalidInput, match="'s3://bucket' cannot be chosen"):
        HttpStore(StoreURI.parse("http://localhost:1"), "s3://bucket")


def test_an_unknown_name_is_not_an_unknown_server(scripted: Any, answer: Answer) -> None:
    server = scripted(
        answer(404, b'{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no"}'),
        answer(404, PAGE, content_type="text/html"),
    )
    store = HttpStore(server.uri)
    assert store.get_experiment_by_name("a") is None
    with pytest.raises(NotFound, match="tracking server"):
        store.get_experiment_by_name("a")
    store.close()


def test_runs_are_counted_where_the_server_cannot(scripted: Any, answer: Answer) -> None:
    def page(count: int, token: str = "") -> bytes:
        runs = [{"info": {"run_id": f"r{n}"}} for n in range(count)]
        return answer(body=json.dumps({"runs": runs, "next_page_token": token}).encode())

    missing = answer(404, PAGE, content_type="text/html")
    server = scripted(missing, page(3, "next"), page(2), page(4))
    store = HttpStore(server.uri)
    query = RunQuery(experiment_ids=("0",), max_results=1)
    assert store.count_runs(query) == 5
    assert b'"page_token":"next"' in server.requests[2]
    assert store.count_runs(query) == 4
    assert [b"/runyard/runs/count" in request for request in server.requests] == [True, False, False, False]
    store.close()


def test_series_are_made_here_where_the_server_cannot(scripted: Any, answer: Answer) -> None:
    points = [{"key": "m", "value": value, "timestamp": 1000 + n, "step": n} for n, value in enumerate((1, "NaN", 2.5))]
    history = answer(body=json.dumps({"metrics": points}).encode())
    server = scripted(answer(404, PAGE, content_type="text/html"), history, history)
    store = HttpStore(server.uri)
    for _ in range(2):
        (series,) = store.metric_series(SeriesQuery(run_ids=("r",), keys=("m",)))
        assert (series.run_id, series.total, series.steps) == ("r", 3, [0, 1, 2])
        assert [str(value) for value in series.values] == ["1.0", "nan", "2.5"]
    assert sum(b"/runyard/metrics/series" in request for request in server.requests) == 1
    store.close()


def test_tables_are_made_here_where_the_server_cannot(scripted: Any, answer: Answer) -> None:
    missing = answer(404, PAGE, content_type="text/html")
    run = {
        "info": {"run_id": "r", "run_name": "one", "experiment_id": "0", "status": "FINISHED", "start_time": 5},
        "data": {
            "metrics": [{"key": "m", "value": 2.5, "timestamp": 9, "step": 3}],
            "params": [{"key": "p", "value": "1"}],
            "tags": [{"key": "mlflow.parentRunId", "value": "q"}],
        },
    }
    page = answer(body=json.dumps({"runs": [run]}).encode())
    points = [{"key": "m", "value": value, "timestamp": n, "step": n} for n, value in ((2, 7.0), (9, 2.5))]
    history = answer(body=json.dumps({"metrics": points}).encode())
    nobody = answer(body=b"{}")
    server = scripted(
        *(missing, page, history, missing, page, nobody),
        *(page, history, page, nobody),
        *(missing, page),
        *(missing, page, page),
    )
    store = HttpStore(server.uri)
    query = RunTableQuery(experiment_ids=("0",), metrics=("m",), params=("p",), nested=True)
    for _ in range(2):
        table = store.run_table(query)
        assert (table.total, table.run_ids, table.run_names) == (1, ["r"], ["one"])
        assert table.metrics == {"m": MetricCells(latest=[2.5], minimum=[2.5], maximum=[7.0], steps=[3])}
        assert (table.params, table.parent_run_ids, table.child_counts) == ({"p": ["1"]}, ["q"], [0])
    columns = store.run_columns(query.runs)
    assert (columns.total, [column.values for column in columns.params]) == (1, [["1"]])
    assert store.run_counts(["0"]) == {"0": RunCount(active=1, last_start_time=5)}
    assert b'"filter":"tags.mlflow.parentRunId IS NULL"' in server.requests[1]
    paths = (b"/runs/table", b"/runs/columns", b"/experiments/counts", b"/runs/count ")
    assert [sum(b"/runyard" + path in request for request in server.requests) for path in paths] == [1, 1, 1, 1]
    store.close()


def test_the_address_is_enough(address: StoreURI, monkeypatch: pytest.MonkeyPatch) -> None:
    runyard.set_tracking_uri(address.text)
    runyard.set_experiment("first")
    with runyard.start_run(run_name="one") as run:
        runyard.log_metric("loss", 0.5, step=1)
        runyard.log_params({"depth": 3})
        runyard.set_tag("by", "me")
    found = runyard.search_runs(experiment_names=["first"], filter_string="metrics.loss < 1", output_format="list")
    assert [each.info.run_id for each in found] == [run.info.run_id]
    assert found[0].data.params == {"depth": "3"}
    assert found[0].info.status == "FINISHED"
    runyard.set_tracking_uri(None)


def test_the_link_to_a_run_names_no_user(address: StoreURI, capsys: pytest.CaptureFixture[str]) -> None:
    runyard.set_tracking_uri(address.text.replace("//", "//ann:geheim@"))
    with runyard.start_run() as run:
        pass
    runyard.set_tracking_uri(None)
    assert f" {address.text}/#/experiments/0/runs/{run.info.run_id}\n" in capsys.readouterr().out


def test_values_that_json_has_no_number_for(address: StoreURI) -> None:
    store = HttpStore(address)
    run_id = store.create_run(new_run("0", {})).info.run_id
    with pytest.raises(NotFound):
        store.log_batch(RunBatch(run_id="0" * 32, metrics=(Metric("m", float("nan"), 1),)))
    store.log_batch(RunBatch(run_id=run_id, metrics=(Metric("m", float("-inf"), 1),)))
    assert store.get_run(run_id).data.metrics == {"m": float("-inf")}


def test_a_server_that_is_gone(runyard_isolated: None, slept: list[float]) -> None:
    with pytest.raises(Unavailable, match="localhost:1"):
        runyard.RunyardClient("http://localhost:1").search_experiments()
