"""Tables of runs: what is asked, and what a store gives that has no better way."""

from __future__ import annotations

from typing import Any

import pytest

from runyard.entities import RunTag
from runyard.errors import InvalidInput
from runyard.search import RUNS, parse_filter
from runyard.testing.memory import MemoryTrackingStore
from runyard.tracking.client import RunyardClient
from runyard.tracking.requests import PARENT_TAG, NewRun, RunQuery
from runyard.tracking.run_tables import column_of_texts
from runyard.tracking.table_requests import RunTableQuery, check_experiments


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"offset": -1}, "for offset"),
        ({"offset": 2**31}, "for offset"),
        ({"offset": True}, "for offset"),
        ({"max_results": 0}, "for max_results"),
        ({"max_results": 1001}, "for max_results"),
        ({"metrics": ("m",) * 201}, "200 metrics at most; 201"),
        ({"params": ("p",) * 201}, "200 params"),
        ({"tags": ("t",) * 201}, "200 tags"),
        ({"parent_run_id": "a' OR 'b"}, "run id"),
        ({"parent_run_id": "a", "nested": True}, "not both"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        RunTableQuery(**{"experiment_ids": ("0",), **change})


def test_counts_are_asked_of_experiments() -> None:
    assert check_experiments(("0", "1")) == ("0", "1")
    with pytest.raises(InvalidInput, match="experiment id"):
        check_experiments(("0", "a b"))
    with pytest.raises(InvalidInput, match="1000 experiments can be counted together, not of 1001"):
        check_experiments(("0",) * 1001)


@pytest.mark.parametrize(
    ("text", "options", "whole"),
    [
        ("", {}, ""),
        ("metrics.m > 1", {}, "metrics.m > 1"),
        ("", {"nested": True}, f"tags.{PARENT_TAG} IS NULL"),
        ("", {"parent_run_id": "ab-1"}, f"tags.{PARENT_TAG} = 'ab-1'"),
        ("metrics.m > 1 AND params.p = '1'", {"nested": True},
         f"metrics.m > 1 AND params.p = '1' AND tags.{PARENT_TAG} IS NULL"),
        ("metrics.m > 1 OR params.p = '1'", {"nested": True},
         f"(metrics.m > 1 OR params.p = '1') AND tags.{PARENT_TAG} IS NULL"),
        ("NOT (metrics.m > 1 OR params.p = '1')", {"parent_run_id": "a"},
         f"NOT (metrics.m > 1 OR params.p = '1') AND tags.{PARENT_TAG} = 'a'"),
    ],
)  # fmt: skip
def test_filter_tells_the_place_in_the_tree(text: str, options: dict[str, Any], whole: str) -> None:
    query = RunTableQuery(experiment_ids=("0",), filter=parse_filter(text, RUNS), **options)
    found = query.runs.filter
    assert ("" if found is None else found.text) == whole
    asked = parse_filter(whole, RUNS)
    if found is not None and asked is not None:
        assert _flat(found.tree) == _flat(asked.tree), "Whoever reads the text understands what was meant."


def _flat(node: Any) -> str:
    """Return a tree as text, without the brackets around conditions that are joined by AND twice."""
    return repr(node).replace("And(operands=(And(operands=(", "And(operands=(").replace(")),", "),").replace("))", ")")


def test_values_are_counted_up_to_a_thousand() -> None:
    column = column_of_texts("p", 5000, 5000, (f"{number:04}" for number in range(3000)))
    assert (column.distinct, column.values) == (1000, [f"{number:04}" for number in range(20)])


def test_default_reads_no_more_pages_than_it_shows(client: RunyardClient, monkeypatch: pytest.MonkeyPatch) -> None:
    store = client._store
    assert isinstance(store, MemoryTrackingStore)
    for number in range(12):
        tag = RunTag("mlflow.runName", str(number))
        store.create_run(NewRun(experiment_id="0", user_id="", start_time=number, run_name=str(number), tags=(tag,)))
    monkeypatch.setattr("runyard.tracking.run_tables._PAGE", 4)
    pages: list[str | None] = []
    search = MemoryTrackingStore.search_runs

    def counted(self: MemoryTrackingStore, query: RunQuery) -> Any:
        if query.filter is None:
            pages.append(query.page_token)
        return search(self, query)

    monkeypatch.setattr(MemoryTrackingStore, "search_runs", counted)
    table = store.run_table(RunTableQuery(experiment_ids=("0",), offset=3, max_results=3))
    assert (table.run_names, table.total) == (["8", "7", "6"], 12)
    assert len(pages) == 2
    assert store.run_columns(RunQuery(experiment_ids=("0",))).total == 12


def test_tables_as_dictionaries(client: RunyardClient) -> None:
    run_id = client.create_run("0").info.run_id
    client.log_metric(run_id, "m", 1.5)
    table = client._store.run_table(RunTableQuery(experiment_ids=("0",), metrics=("m",)))
    found = table.to_dictionary()
    assert found["metrics"] == {"m": {"latest": [1.5], "minimum": [1.5], "maximum": [1.5], "steps": [0]}}
