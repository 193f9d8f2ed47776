"""Experiments, runs, what they record and their histories: codes and rules as clients of the protocol know them."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import IncompleteRead
from typing import Any, NamedTuple

import pytest

from asking import Answer, ask
from runyard.entities import Metric
from runyard.errors import StorageFailure
from runyard.rest.extension import ServerContext
from runyard.testing.memory import MemoryModelRegistry, MemoryTrackingStore
from runyard.uris import StoreURI
from runyard_server.application import Application
from serving import serving_application

INVALID = (400, "INVALID_PARAMETER_VALUE")
TAKEN = (400, "RESOURCE_ALREADY_EXISTS")
MISSING = (404, "RESOURCE_DOES_NOT_EXIST")
NONE = "0" * 32


class Server(NamedTuple):
    address: str

    def post(self, path: str, **fields: Any) -> Answer:
        return ask(self.address, "POST", f"/api/2.0/mlflow{path}", fields)

    def get(self, path: str, **query: Any) -> Answer:
        return ask(self.address, "GET", f"/api/2.0/mlflow{path}", query=query)

    def experiment(self, name: str) -> str:
        experiment_id: str = self.post("/experiments/create", name=name).json["experiment_id"]
        return experiment_id

    def run(self, **fields: Any) -> str:
        run_id: str = self.post("/runs/create", experiment_id="0", **fields).json["run"]["info"]["run_id"]
        return run_id

    def data(self, run_id: str) -> dict[str, Any]:
        data: dict[str, Any] = self.get("/runs/get", run_id=run_id).json["run"]["data"]
        return data

    def tags(self, run_id: str) -> dict[str, str]:
        return {tag["key"]: tag["value"] for tag in self.data(run_id)["tags"]}


@pytest.fixture
def server() -> Iterator[Server]:
    from runyard.testing.memory import forget

    uri = StoreURI.parse("memory://routes")
    context = ServerContext(store=MemoryTrackingStore(uri), registry=MemoryModelRegistry(uri), artifacts=None)
    with serving_application(Application(context)) as address:
        yield Server(address)
    forget()


def test_experiments(server: Server) -> None:
    one, gone = server.experiment("one"), server.experiment("gone")
    assert server.post("/experiments/delete", experiment_id=gone).json == {}
    for path, fields, outcome in (
        ("create", {}, INVALID),
        ("create", {"name": ""}, INVALID),
        ("create", {"name": "x" * 501}, INVALID),
        ("create", {"name": "one"}, TAKEN),
        ("create", {"name": "gone"}, TAKEN),
        ("create", {"name": "t", "tags": [{"value": "v"}]}, INVALID),
        ("search", {}, INVALID),
        ("search", {"max_results": 0}, INVALID),
        ("search", {"max_results": 50_001}, INVALID),
        ("search", {"max_results": 1, "page_token": "x"}, INVALID),
        ("search", {"max_results": 1, "view_type": "NOTHING"}, INVALID),
        ("search", {"max_results": 1, "view_type": 7}, INVALID),
        ("update", {"experiment_id": one}, INVALID),
        ("update", {"experiment_id": one, "new_name": ""}, INVALID),
        ("update", {"experiment_id": gone, "new_name": "x"}, INVALID),
        ("update", {"experiment_id": "77", "new_name": "x"}, MISSING),
        ("update", {"experiment_id": one, "new_name": "Default"}, TAKEN),
        ("delete", {"experiment_id": gone}, MISSING),
        ("delete", {"experiment_id": "77"}, MISSING),
        ("delete", {"experiment_id": "../77"}, INVALID),
        ("restore", {"experiment_id": one}, MISSING),
        ("set-experiment-tag", {"experiment_id": gone, "key": "k", "value": "v"}, INVALID),
        ("set-experiment-tag", {"experiment_id": "77", "key": "k", "value": "v"}, MISSING),
        ("set-experiment-tag", {"experiment_id": one, "key": "k", "value": "v" * 20_001}, INVALID),
        ("set-experiment-tag", {"experiment_id": one, "key": "../k", "value": "v"}, INVALID),
        ("set-experiment-tag", {"experiment_id": one, "key": "", "value": "v"}, INVALID),
        ("delete-experiment-tag", {"experiment_id": one, "key": "none"}, MISSING),
    ):
        assert server.post(f"/experiments/{path}", **fields).error == outcome, (path, fields)
    assert server.get("/experiments/get").error == INVALID
    assert server.get("/experiments/get", experiment_id="").error == INVALID
    assert server.get("/experiments/get", experiment_id="77").error == MISSING
    assert server.get("/experiments/get-by-name", experiment_name="none").error == MISSING
    assert (
        server.get("/experiments/get-by-name", experiment_name="gone").json["experiment"]["lifecycle_stage"]
        == "deleted"
    )
    assert server.post("/experiments/set-experiment-tag", experiment_id=one, key="k").json == {}
    assert server.get("/experiments/get", experiment_id=one).json["experiment"]["tags"] == [{"key": "k", "value": ""}]


@pytest.mark.parametrize("view", ["DELETED_ONLY", 2, "2"])
def test_deleted_experiments_are_found_on_demand(server: Server, view: str | int) -> None:
    gone = server.experiment("gone")
    server.post("/experiments/delete", experiment_id=gone)
    for answer in (
        server.post("/experiments/search", max_results="5", view_type=view),
        server.get("/experiments/search", max_results=5, view_type=view),
    ):
        assert [found["experiment_id"] for found in answer.json["experiments"]] == [gone]


def test_a_new_run(server: Server) -> None:
    info = server.post("/runs/create", experiment_id="0").json["run"]["info"]
    assert (info["status"], info["start_time"], info["user_id"]) == ("RUNNING", 0, "")
    assert info["run_uuid"] == info["run_id"]
    assert "end_time" not in info
    assert server.tags(info["run_id"])["mlflow.runName"] == info["run_name"]
    named = server.post("/runs/create", experiment_id="0", run_name="n", user_id="u", start_time="5").json["run"][
        "info"
    ]
    assert (named["run_name"], named["user_id"], named["start_time"]) == ("n", "u", 5)
    tag = [{"key": "mlflow.runName", "value": "tag"}]
    assert server.post("/runs/create", experiment_id="0", tags=tag).json["run"]["info"]["run_name"] == "tag"
    assert server.post("/runs/create", experiment_id="0", run_name="n", tags=tag).error == INVALID
    gone = server.experiment("gone")
    server.post("/experiments/delete", experiment_id=gone)
    for experiment_id, outcome in ((gone, INVALID), ("77", MISSING), ("", INVALID), (None, INVALID), (0, INVALID)):
        assert server.post("/runs/create", experiment_id=experiment_id).error == outcome, experiment_id


def test_updates(server: Server) -> None:
    run_id = server.run(run_name="before")
    for word, status in (("FINISHED", "FINISHED"), (4, "FAILED"), ("1", "RUNNING"), ("nonsense", "RUNNING")):
        info = server.post("/runs/update", run_id=run_id, status=word).json["run_info"]
        assert info["status"] == status, word
    assert server.post("/runs/update", run_id=run_id, status=77).error == INVALID
    info = server.post("/runs/update", run_uuid=run_id, run_name="after", end_time=9).json["run_info"]
    assert (info["run_name"], info["end_time"]) == ("after", 9)
    assert server.tags(run_id)["mlflow.runName"] == "after"
    info = server.post("/runs/update", run_id=run_id, run_name="", end_time=0).json["run_info"]
    assert (info["run_name"], info["end_time"]) == ("after", 9)
    server.post("/runs/set-tag", run_id=run_id, key="mlflow.runName", value="tagged")
    assert server.get("/runs/get", run_id=run_id).json["run"]["info"]["run_name"] == "tagged"


def test_runs_that_are_deleted_or_unknown(server: Server) -> None:
    run_id = server.run()
    for _ in range(2):
        assert server.post("/runs/delete", run_id=run_id).json == {}
    assert server.get("/runs/get", run_id=run_id).json["run"]["info"]["lifecycle_stage"] == "deleted"
    point = {"key": "m", "value": 1, "timestamp": 1}
    writes: dict[str, dict[str, Any]] = {
        "/runs/update": {"status": "FINISHED"},
        "/runs/log-metric": point,
        "/runs/log-parameter": {"key": "k", "value": "v"},
        "/runs/set-tag": {"key": "k", "value": "v"},
        "/runs/delete-tag": {"key": "mlflow.runName"},
        "/runs/log-batch": {"metrics": [point]},
        "/runs/log-inputs": {"datasets": [{"dataset": {"name": "d", "digest": "1"}}]},
        "/runs/outputs": {"models": [{"model_id": "m-1", "step": 1}]},
    }
    for path, fields in writes.items():
        assert server.post(path, run_id=run_id, **fields).error == INVALID, path
        assert server.post(path, run_id=NONE, **fields).error == MISSING, path
        assert server.post(path, **fields).error == INVALID, path
        assert server.post(path, run_id="../x", **fields).error == INVALID, path
    for path in ("/runs/delete", "/runs/restore"):
        assert server.post(path, run_id=NONE).error == MISSING
        assert server.post(path).error == INVALID
    for _ in range(2):
        assert server.post("/runs/restore", run_id=run_id).json == {}
    assert server.post("/runs/log-metric", run_id=run_id, **point).json == {}


def test_searches(server: Server) -> None:
    runs = [server.run(run_name=str(number)) for number in range(3)]
    assert server.post("/runs/search").json == {}
    assert server.post("/runs/search", experiment_ids=["77"]).json == {}
    page = server.post("/runs/search", experiment_ids=["0"], max_results=2).json
    rest = server.post("/runs/search", experiment_ids=["0"], max_results=2, page_token=page["next_page_token"]).json
    assert {run["info"]["run_id"] for run in page["runs"] + rest["runs"]} == {*runs}
    assert "next_page_token" not in rest
    for fields in (
        {"max_results": 0},
        {"max_results": 50_001},
        {"filter": "nonsense"},
        {"order_by": ["a b c"]},
        {"page_token": "x"},
        {"run_view_type": "NOTHING"},
        {"experiment_ids": "0"},
        {"experiment_ids": ["../0"]},
    ):
        assert server.post("/runs/search", **{"experiment_ids": ["0"], **fields}).error == INVALID, fields
    counted = ask(server.address, "POST", "/api/2.0/runyard/runs/count", {"experiment_ids": ["0"]})
    assert counted.json == {"count": 3}


def test_values(server: Server) -> None:
    run_id = server.run()
    for value, stored in ((1, 1.0), ("1.5", 1.5), ("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity")):
        fields = {"run_id": run_id, "key": f"m{value}".replace("-", "minus"), "value": value, "timestamp": "5"}
        assert server.post("/runs/log-metric", **fields).json == {}
        metrics = {metric["key"]: metric["value"] for metric in server.data(run_id)["metrics"]}
        assert metrics[str(fields["key"])] == stored
    point = {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1}
    for change in (
        {"key": ""}, {"key": "a//b"}, {"key": "k" * 251}, {"key": "../k"}, {"key": "a\n"}, {"key": None}, {"key": 5},
        {"value": None}, {"value": "x"}, {"value": True}, {"value": ""},
        {"timestamp": -1}, {"timestamp": None}, {"timestamp": 1.5}, {"timestamp": 2**63}, {"step": 2**63},
        {"step": 0.5},
    ):  # fmt: skip
        assert server.post("/runs/log-metric", **{**point, **change}).error == INVALID, change
    assert server.post("/runs/log-metric", **{**point, "step": -5}).json == {}
    assert server.post("/runs/log-parameter", run_id=run_id, key="p").json == {}
    assert server.post("/runs/log-parameter", run_id=run_id, key="p", value="").json == {}
    assert server.post("/runs/log-parameter", run_id=run_id, key="p", value="other").error == INVALID
    assert server.post("/runs/delete-tag", run_id=run_id, key="none").error == MISSING
    server.post("/runs/log-parameter", run_id=run_id, key="long", value="x" * 7000)
    server.post("/runs/set-tag", run_id=run_id, key="long", value="x" * 9000)
    params = {param["key"]: param["value"] for param in server.data(run_id)["params"]}
    assert (params["p"], len(params["long"]), len(server.tags(run_id)["long"])) == ("", 6000, 8000)


def test_batches(server: Server) -> None:
    run_id = server.run()
    point = {"key": "m", "value": 1, "timestamp": 1}
    pairs = [{"key": f"k{number}", "value": "v"} for number in range(101)]
    for fields, problem in (
        ({"metrics": [point] * 1001}, "1001 metrics"),
        ({"params": pairs}, "101 params"),
        ({"tags": pairs}, "101 tags"),
        ({"metrics": [point] * 950, "tags": pairs[:60]}, "1010 metrics, params and tags"),
        ({"params": pairs[:1] * 2}, "twice"),
        ({"metrics": [{"key": "m", "value": 1}]}, "'metrics[0].timestamp'"),
        ({"metrics": [point, {"key": "m", "timestamp": 1}]}, "'metrics[1].value'"),
        ({"metrics": [{"value": 1, "timestamp": 1}]}, "'metrics[0].key'"),
        ({"params": [{"value": "v"}]}, "'params[0].key'"),
        ({"tags": [{"key": ""}]}, "tag"),
        ({"tags": pairs[:1], "params": [{"key": "../p"}]}, "'../p'"),
    ):
        answer = server.post("/runs/log-batch", run_id=run_id, **fields)
        assert answer.error == INVALID, fields
        assert problem in answer.json["message"]
    assert set(server.tags(run_id)) == {"mlflow.runName"}, "Nothing of a batch that is refused is recorded."
    tags = [{"key": "t", "value": "1"}, {"key": "t", "value": "2"}]
    assert server.post("/runs/log-batch", run_id=run_id, metrics=[point] * 900, params=pairs[:98], tags=tags).json == {}
    assert server.tags(run_id)["t"] == "2"
    assert len(server.get("/metrics/get-history", run_id=run_id, metric_key="m").json["metrics"]) == 1
    assert server.post("/runs/log-batch", run_id=run_id).json == {}


def test_inputs_and_outputs(server: Server) -> None:
    run_id = server.run()
    assert server.post("/runs/log-inputs", run_id=run_id, datasets=[{"dataset": {}}]).json == {}
    for datasets in (
        [{}],
        [{"dataset": {"digest": "x" * 37}}],
        [{"dataset": {"name": "x" * 501}}],
        [{"dataset": None}],
    ):
        assert server.post("/runs/log-inputs", run_id=run_id, datasets=datasets).error == INVALID, datasets
    assert server.post("/runs/outputs", run_id=run_id).error == INVALID
    assert server.post("/runs/outputs", run_id=run_id, models=[{"step": 1}]).error == INVALID


def test_models_of_old_clients(server: Server) -> None:
    run_id = server.run()
    model = '{"artifact_path": "m", "flavors": {}, "utc_time_created": "now", "run_id": "r"}'
    for text in ("", "{", "[]", "{}", "null", '"text"', "[" * 100_000):
        assert server.post("/runs/log-model", run_id=run_id, model_json=text).error == INVALID, text[:10]
    for _ in range(2):
        assert server.post("/runs/log-model", run_id=run_id, model_json=model).json == {}
    tag = "mlflow.log-model.history"
    assert server.tags(run_id)[tag].count('"utc_time_created"') == 2
    for text in ("{", "{}", "[" * 7000):
        server.post("/runs/set-tag", run_id=run_id, key=tag, value=text)
        assert server.post("/runs/log-model", run_id=run_id, model_json=model).error == INVALID


def test_histories(server: Server) -> None:
    run_id = server.run()
    points = [{"key": "m", "value": step, "timestamp": step, "step": step} for step in range(100)]
    server.post("/runs/log-batch", run_id=run_id, metrics=points)
    whole = server.get("/metrics/get-history", run_id=run_id, metric_key="m").json
    assert [point["value"] for point in whole["metrics"]] == [*map(float, range(100))]
    assert "next_page_token" not in whole
    page = server.get("/metrics/get-history", run_uuid=run_id, metric_key="m", max_results=30).json
    assert len(page["metrics"]) == 30
    rest = server.get("/metrics/get-history", run_id=run_id, metric_key="m", page_token=page["next_page_token"]).json
    assert page["metrics"] + rest["metrics"] == whole["metrics"]
    assert server.get("/metrics/get-history", run_id=run_id, metric_key="none").json == {}
    for change in (
        {"max_results": 0},
        {"max_results": -1},
        {"max_results": "x"},
        {"page_token": "x"},
        {"metric_key": ""},
    ):
        query = {"run_id": run_id, "metric_key": "m", **change}
        assert server.get("/metrics/get-history", **query).error == INVALID, change
    assert server.get("/metrics/get-history", run_id=NONE, metric_key="m").error == MISSING
    assert server.get("/metrics/get-history", metric_key="m").error == INVALID


def test_samples(server: Server) -> None:
    run_id = server.run()
    points = [{"key": "m", "value": step, "timestamp": step, "step": step} for step in range(100)]
    server.post("/runs/log-batch", run_id=run_id, metrics=points)

    def sample(**query: Any) -> Answer:
        return server.get("/metrics/get-history-bulk-interval", **{"run_ids": [run_id], "metric_key": "m", **query})

    found = sample(max_results=10).json["metrics"]
    assert len(found) == 10
    assert (found[0]["step"], found[-1]["step"], found[0]["run_id"]) == (0, 99, run_id)
    assert [point["step"] for point in sample(max_results=1).json["metrics"]] == [99]
    assert [point["step"] for point in sample(start_step=5, end_step=7).json["metrics"]] == [5, 6, 7]
    for query in (
        {"max_results": 0}, {"max_results": 2501}, {"start_step": 1}, {"end_step": 1}, {"start_step": 5, "end_step": 1},
        {"run_ids": []}, {"run_ids": [NONE] * 101}, {"metric_key": ""}, {"run_ids": ["../x"]},
    ):  # fmt: skip
        assert sample(**query).error == INVALID, query


def test_long_histories_come_piece_by_piece(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from runyard_server.api import histories

    monkeypatch.setattr(histories, "MOST_POINTS", 7)
    runs = [server.run() for _ in range(3)]
    points = [{"key": "m", "value": step, "timestamp": step, "step": step} for step in range(50)]
    for run_id in runs:
        server.post("/runs/log-batch", run_id=run_id, metrics=points)
    for size, count in ((None, 50), (1, 1), (7, 7), (8, 8), (49, 49), (50, 50), (99, 50)):
        query = {"run_id": runs[0], "metric_key": "m", **({} if size is None else {"max_results": size})}
        answer = server.get("/metrics/get-history", **query).json
        assert [point["step"] for point in answer["metrics"]] == [*range(count)]
        assert ("next_page_token" in answer) == (count < 50)
    fields = {"run_ids": runs, "keys": ["m"], "max_points": 50}
    series = ask(server.address, "POST", "/api/2.0/runyard/metrics/series", fields).json["series"]
    assert [item["run_id"] for item in series] == runs
    assert [len(item["steps"]) for item in series] == [50] * 3
    assert ask(server.address, "POST", "/api/2.0/runyard/metrics/series", {"run_ids": [], "keys": []}).json == {}


def test_a_history_that_breaks_off_is_not_taken_for_a_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from runyard.entities import Page
    from runyard.tracking.requests import HistoryQuery
    from runyard_server.api import histories

    class Failing(MemoryTrackingStore):
        def metric_history(self, query: HistoryQuery) -> Page[Metric]:
            if query.page_token == "3":
                raise StorageFailure("The disk is gone.")
            return Page([Metric("m", 1.0, 1)], str(int(query.page_token or 0) + 1))

    monkeypatch.setattr(histories, "MOST_POINTS", 1)
    store = Failing(StoreURI.parse("memory://breaking"))
    with serving_application(Application(ServerContext(store=store, registry=None, artifacts=None))) as address:
        with pytest.raises(IncompleteRead):
            Server(address).get("/metrics/get-history", run_id="a", metric_key="m")
        first = Server(address).get("/metrics/get-history", run_id="a", metric_key="m", page_token="3")
    assert first.error == (500, "INTERNAL_ERROR")
