"""Tables of runs as a page gets them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from asking import Answer, ask
from runyard.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from runyard.rest.extension import ServerContext
from runyard.testing.memory import MemoryModelRegistry, MemoryTrackingStore, forget
from runyard.tracking.requests import NewRun, RunBatch, RunInputsBatch
from runyard.uris import StoreURI
from runyard_server.application import Application
from serving import serving_application

INVALID = (400, "INVALID_PARAMETER_VALUE")


class Page:
    """A page that asks a server.

    Args:
        address: The server.
        store: What it serves.
    """

    def __init__(self, address: str, store: MemoryTrackingStore) -> None:
        self.address = address
        self.store = store

    def post(self, path: str, **fields: Any) -> Answer:
        return ask(self.address, "POST", f"/ajax-api/2.0/runyard{path}", fields)

    def table(self, **fields: Any) -> Any:
        return self.post("/runs/table", experiment_ids=["0"], **fields).json

    def run(self, number: int, metrics: dict[str, float] | None = None, tags: dict[str, str] | None = None) -> str:
        new = NewRun(experiment_id="0", user_id="me", start_time=1000 + number, run_name=f"run {number}")
        run_id = self.store.create_run(new).info.run_id
        points = [Metric(key, value, 5, 3) for key, value in (metrics or {}).items()]
        labels = [RunTag(*pair) for pair in (tags or {}).items()]
        self.store.log_batch(RunBatch.checked(run_id, points, [Param("p", str(number))], labels))
        return run_id


@pytest.fixture
def page() -> Iterator[Page]:
    uri = StoreURI.parse("memory://tables")
    store = MemoryTrackingStore(uri)
    context = ServerContext(store=store, registry=MemoryModelRegistry(uri), artifacts=None)
    with serving_application(Application(context)) as address:
        yield Page(address, store)
    forget()


def test_rows(page: Page) -> None:
    first = page.run(1, {"m": math.nan, "n": math.inf})
    second = page.run(2, {"m": 0.5}, {"mlflow.parentRunId": first})
    dataset = Dataset(name="wine", digest="1", source_type="code", source="{}")
    inputs = [DatasetInput(dataset, [InputTag("mlflow.data.context", "train")])]
    page.store.log_inputs(RunInputsBatch.checked(second, inputs))
    assert page.table(metrics=["m", "n"], params=["p"], tags=["t"]) == {
        "total": 2,
        "run_ids": [second, first],
        "run_names": ["run 2", "run 1"],
        "experiment_ids": ["0", "0"],
        "user_ids": ["me", "me"],
        "statuses": ["RUNNING", "RUNNING"],
        "start_times": [1002, 1001],
        "end_times": [None, None],
        "lifecycle_stages": ["active", "active"],
        "parent_run_ids": [first, None],
        "child_counts": [0, 1],
        "datasets": [[{"name": "wine", "digest": "1", "context": "train"}], []],
        "metrics": {
            "m": {"latest": [0.5, "NaN"], "minimum": [0.5, "NaN"], "maximum": [0.5, "NaN"], "steps": [3, 3]},
            "n": {
                "latest": [None, "Infinity"],
                "minimum": [None, "Infinity"],
                "maximum": [None, "Infinity"],
                "steps": [None, 3],
            },
        },
        "params": {"p": ["2", "1"]},
        "tags": {"t": [None, None]},
    }


def test_places_and_orders(page: Page) -> None:
    for number in range(12):
        page.run(number, {"m": float(number % 3)} if number % 4 else None)
    assert page.table(offset=3, max_results=2)["run_names"] == ["run 8", "run 7"]
    found = page.table(order_by=["metrics.m.max DESC"], filter="params.p != '5'", offset=1, max_results=2)
    assert (found["run_names"], found["total"]) == (["run 2", "run 10"], 11)
    assert page.table(offset=12) == {**page.table(max_results=1, offset=99), "total": 12}
    assert page.table(offset=12)["run_ids"] == []


def test_trees(page: Page) -> None:
    root = page.run(0)
    child = page.run(1, tags={"mlflow.parentRunId": root})
    assert page.table(nested=True)["run_ids"] == [root]
    assert page.table(parent_run_id=root)["run_ids"] == [child]


def test_columns(page: Page) -> None:
    for number in range(2):
        page.run(number, {"m": float(number), "nan": math.nan}, {"t": "x"})
    assert page.post("/runs/columns", experiment_ids=["0"]).json == {
        "total": 2,
        "runs": 2,
        "metrics": [
            {"key": "m", "runs": 2, "differs": True, "minimum": 0.0, "maximum": 1.0},
            {"key": "nan", "runs": 2, "differs": False, "minimum": None, "maximum": None},
        ],
        "params": [{"key": "p", "runs": 2, "differs": True, "distinct": 2, "values": ["0", "1"]}],
        "tags": [{"key": "t", "runs": 2, "differs": False, "distinct": 1, "values": ["x"]}],
    }
    found = page.post("/runs/columns", experiment_ids=["0"], filter="metrics.m > 0").json
    assert (found["total"], found["params"][0]["values"]) == (1, ["1"])
    found = page.post("/runs/columns", experiment_ids=["0"], order_by=["start_time"], max_runs=1).json
    assert (found["total"], found["runs"], found["params"][0]["values"]) == (2, 1, ["0"])


def test_counts(page: Page) -> None:
    page.run(7)
    answer = page.post("/experiments/counts", experiment_ids=["0", "1"])
    assert answer.json == {"counts": {"0": 1, "1": 0}, "last_start_times": {"0": 1007}}
    assert page.post("/experiments/counts").json == {"counts": {}, "last_start_times": {}}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/runs/table", {"max_results": 0}),
        ("/runs/table", {"max_results": 1001}),
        ("/runs/table", {"offset": -1}),
        ("/runs/table", {"metrics": ["m"] * 201}),
        ("/runs/table", {"filter": "nonsense"}),
        ("/runs/table", {"order_by": ["datasets.name"]}),
        ("/runs/table", {"run_view_type": "NOTHING"}),
        ("/runs/table", {"parent_run_id": "a' OR"}),
        ("/runs/table", {"parent_run_id": "a", "nested": True}),
        ("/runs/columns", {"filter": "metrics.m >"}),
        ("/runs/columns", {"experiment_ids": ["../0"]}),
        ("/runs/columns", {"max_runs": 0}),
        ("/experiments/counts", {"experiment_ids": ["a b"]}),
        ("/experiments/counts", {"experiment_ids": ["0"] * 1001}),
    ],
)
def test_what_makes_no_sense_is_refused(page: Page, path: str, fields: dict[str, Any]) -> None:
    assert page.post(path, **{"experiment_ids": ["0"], **fields}).error == INVALID
