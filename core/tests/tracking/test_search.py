"""Searching runs, as a table and as a list."""

from __future__ import annotations

import math
from typing import Any

import pytest

import runyard
from runyard.errors import InvalidInput
from runyard.tracking.client import RunyardClient

pandas = pytest.importorskip("pandas", reason="tables of runs need pandas")


def test_a_table_has_attributes_then_values(client: RunyardClient) -> None:
    first = client.create_run("0", start_time=1_000, run_name="first")
    client.log_metric(first.info.run_id, "loss", 0.5)
    client.log_param(first.info.run_id, "depth", 3)
    client.set_terminated(first.info.run_id, end_time=2_000)
    client.create_run("0", start_time=3_000, run_name="second", tags={"team": "x"})
    table = runyard.search_runs()
    assert list(table.columns) == [
        *("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"),
        *("metrics.loss", "params.depth", "tags.team", "tags.mlflow.runName"),
    ]
    assert table["tags.mlflow.runName"].tolist() == ["second", "first"]
    assert table["status"].tolist() == ["RUNNING", "FINISHED"]
    assert table["start_time"].tolist() == [pandas.Timestamp(ms, unit="ms", tz="UTC") for ms in (3_000, 1_000)]
    assert table["end_time"].isna().tolist() == [True, False]
    assert math.isnan(table["metrics.loss"][0])
    assert table["metrics.loss"][1] == 0.5
    assert pandas.isna(table["params.depth"][0])
    assert table["params.depth"][1] == "3"
    assert pandas.isna(table["tags.team"][1])


def test_an_empty_table_has_the_first_columns() -> None:
    table = runyard.search_runs()
    assert table.shape == (0, 6)
    assert list(table.columns) == ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"]


def test_a_list_of_runs_in_order(client: RunyardClient) -> None:
    ids = []
    for number in range(4):
        run_id = client.create_run("0", start_time=number).info.run_id
        client.log_metric(run_id, "acc", number % 3)
        ids.append(run_id)
    runs = runyard.search_runs(
        filter_string="metrics.acc >= 1", order_by=["metrics.acc DESC", "start_time ASC"], output_format="list"
    )
    assert [run.info.run_id for run in runs] == [ids[2], ids[1]]
    assert all(isinstance(run, runyard.Run) for run in runs)
    assert len(runyard.search_runs(max_results=3)) == 3
    assert len(runyard.search_runs(max_results=0)) == 0


def test_where_to_look(client: RunyardClient) -> None:
    wine, cheese = client.create_experiment("wine"), client.create_experiment("cheese")
    for experiment_id in ("0", wine, cheese, cheese):
        client.create_run(experiment_id)

    def found(**arguments: Any) -> int:
        return len(runyard.search_runs(output_format="list", **arguments))

    assert found() == 1
    assert found(experiment_ids=[wine, cheese]) == found(experiment_names=["wine", "cheese"]) == 3
    assert found(search_all_experiments=True) == 4
    assert found(experiment_ids=["0"], search_all_experiments=True) == 1
    runyard.set_experiment("cheese")
    assert found() == 2
    with pytest.warns(UserWarning, match="'bread'"):
        assert found(experiment_names=["bread", "wine"]) == 1
    with pytest.warns(UserWarning, match="'bread'"):
        assert found(experiment_names=["bread"]) == 0
    client.delete_experiment(wine)
    assert found(search_all_experiments=True) == 3


def test_all_pages_are_put_together(client: RunyardClient, small_pages: None) -> None:
    ids = [client.create_run("0", start_time=number).info.run_id for number in range(10)]
    assert runyard.search_runs()["run_id"].tolist() == ids[::-1]
    assert runyard.search_runs(max_results=7)["run_id"].tolist() == ids[:2:-1]


@pytest.mark.parametrize(
    "arguments",
    [
        {"experiment_ids": ["0"], "experiment_names": ["Default"]},
        {"output_format": "json"},
        {"filter_string": "metrics.a >"},
        {"filter_string": "speed = 1"},
        {"order_by": ["metrics.a UP"]},
        {"run_view_type": 9},
        {"max_results": -1},
        {"max_results": 1.5},
    ],
)
def test_arguments_that_are_not_valid(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        runyard.search_runs(**arguments)


def test_a_filter_that_does_not_parse_shows_the_place() -> None:
    with pytest.raises(InvalidInput, match=r"\^"):
        runyard.search_runs(filter_string="metrics.acc > 0.9 AN params.a = 'b'")
