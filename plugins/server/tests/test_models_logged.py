"""The routes on logged models."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from asking import Answer, ask
from runyard.tracking.stores import close_stores
from serving import serving

MODELS = "/api/2.0/mlflow/logged-models"
NOT_FOUND = (404, "RESOURCE_DOES_NOT_EXIST")
INVALID = (400, "INVALID_PARAMETER_VALUE")
NOBODY = "m-" + "0" * 32


class Site:
    """A server, and an experiment of its own for each test."""

    def __init__(self, address: str) -> None:
        self.address = address
        made = self.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": uuid.uuid4().hex})
        self.experiment_id = str(made.json["experiment_id"])

    def ask(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        return ask(self.address, method, path, body, **options)

    def run(self) -> str:
        made = self.ask("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": self.experiment_id})
        return str(made.json["run"]["info"]["run_id"])

    def make(self, **fields: Any) -> dict[str, Any]:
        answer = self.ask("POST", MODELS, {"experiment_id": self.experiment_id, **fields})
        assert answer.status == 200, answer
        return dict(answer.json["model"])

    def make_id(self, **fields: Any) -> str:
        return str(self.make(**fields)["info"]["model_id"])

    def get(self, model_id: str) -> dict[str, Any]:
        return dict(self.ask("GET", f"{MODELS}/{model_id}").json["model"])

    def search(self, **fields: Any) -> Answer:
        return self.ask("POST", f"{MODELS}/search", {"experiment_ids": [self.experiment_id], **fields})

    def log_metric(self, run_id: str, model_id: str, value: float | str, **fields: Any) -> None:
        point = {"key": "acc", "value": value, "timestamp": 5, "step": 1}
        body = {"run_id": run_id, "model_id": model_id, **point, **fields}
        assert self.ask("POST", "/api/2.0/mlflow/runs/log-metric", body).status == 200


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    with serving(f"sqlite:///{folder / 'runs.db'}", artifacts=folder / "artifacts") as address:
        yield address
    close_stores()


@pytest.fixture
def site(address: str) -> Site:
    return Site(address)


def names(answer: Answer) -> list[str]:
    return [model["info"]["name"] for model in answer.json.get("models", [])]


def test_a_new_model_is_told_whole(site: Site) -> None:
    run_id = site.run()
    pairs = {"params": [{"key": "depth", "value": "3"}], "tags": [{"key": "team", "value": "red"}]}
    model = site.make(name="net", model_type="agent", source_run_id=run_id, **pairs)
    model_id, made = model["info"]["model_id"], model["info"]["creation_timestamp_ms"]
    assert re.fullmatch("m-[0-9a-f]{32}", model_id)
    assert isinstance(made, int)
    assert model == {
        "info": {
            "model_id": model_id,
            "experiment_id": site.experiment_id,
            "name": "net",
            "creation_timestamp_ms": made,
            "last_updated_timestamp_ms": made,
            "artifact_uri": f"mlflow-artifacts:/{site.experiment_id}/models/{model_id}/artifacts",
            "status": "LOGGED_MODEL_PENDING",
            "model_type": "agent",
            "source_run_id": run_id,
            "tags": [{"key": "team", "value": "red"}],
        },
        "data": {"params": [{"key": "depth", "value": "3"}]},
    }
    assert site.get(model_id) == model


def test_a_model_without_a_name_gets_one(site: Site) -> None:
    model = site.make(name="", model_type="", source_run_id="")
    assert model["info"]["name"]
    assert (model["info"]["model_type"], model["info"]["source_run_id"], model["data"]) == ("", "", {})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "a/b"}, INVALID),
        ({"experiment_id": None}, INVALID),
        ({"experiment_id": "0/.."}, INVALID),
        ({"experiment_id": "987654321"}, NOT_FOUND),
        ({"source_run_id": "../x"}, INVALID),
        ({"params": [{"key": "a//b", "value": "1"}]}, INVALID),
        ({"tags": [{"value": "1"}]}, INVALID),
    ],
)
def test_what_cannot_be_made_is_refused(site: Site, fields: dict[str, Any], error: tuple[int, str]) -> None:
    assert site.ask("POST", MODELS, {"experiment_id": site.experiment_id, **fields}).error == error
    assert names(site.search()) == []


def test_metrics_come_with_their_runs_and_datasets(site: Site) -> None:
    run_id, model_id = site.run(), site.make_id()
    site.log_metric(run_id, model_id, "NaN")
    site.log_metric(run_id, model_id, 2.5, dataset_name="d", dataset_digest="1")
    point = {"key": "acc", "timestamp": 5, "step": 1, "model_id": model_id, "run_id": run_id}
    metrics = site.get(model_id)["data"]["metrics"]
    assert sorted(metrics, key=len) == [
        {**point, "value": "NaN"},
        {**point, "value": 2.5, "dataset_name": "d", "dataset_digest": "1"},
    ]


@pytest.mark.parametrize(
    ("status", "name"),
    [("LOGGED_MODEL_READY", "LOGGED_MODEL_READY"), (3, "LOGGED_MODEL_UPLOAD_FAILED"), ("2", "LOGGED_MODEL_READY")],
)
def test_finalize(site: Site, status: str | int, name: str) -> None:
    model_id = site.make_id()
    answer = site.ask("PATCH", f"{MODELS}/{model_id}", {"model_id": model_id, "status": status})
    assert answer.json["model"]["info"]["status"] == name
    assert site.get(model_id) == answer.json["model"]


@pytest.mark.parametrize("fields", [{}, {"status": "READY"}, {"status": 7}, {"status": True}])
def test_a_status_that_there_is_not_is_refused(site: Site, fields: dict[str, Any]) -> None:
    model_id = site.make_id()
    assert site.ask("PATCH", f"{MODELS}/{model_id}", fields).error == INVALID
    assert site.get(model_id)["info"]["status"] == "LOGGED_MODEL_PENDING"


def test_the_model_in_the_path_counts(site: Site) -> None:
    meant, other = site.make_id(), site.make_id()
    site.ask("PATCH", f"{MODELS}/{meant}", {"model_id": other, "status": 2})
    assert [site.get(model_id)["info"]["status"] for model_id in (meant, other)] == [
        "LOGGED_MODEL_READY",
        "LOGGED_MODEL_PENDING",
    ]


def test_tags_are_set_and_removed(site: Site) -> None:
    model_id = site.make_id(tags=[{"key": "a", "value": "1"}])
    pairs = [{"key": "a", "value": "2"}, {"key": "b/c", "value": ""}]
    assert site.ask("PATCH", f"{MODELS}/{model_id}/tags", {"tags": pairs}).json == {}
    assert site.get(model_id)["info"]["tags"] == pairs
    assert site.ask("DELETE", f"{MODELS}/{model_id}/tags/b%2Fc").json == {}
    assert site.get(model_id)["info"]["tags"] == pairs[:1]
    assert site.ask("DELETE", f"{MODELS}/{model_id}/tags/b%2Fc").error == NOT_FOUND


def test_params_are_written_once(site: Site) -> None:
    model_id = site.make_id()
    path, pairs = f"{MODELS}/{model_id}/params", [{"key": "depth", "value": "3"}]
    assert site.ask("POST", path, {"model_id": model_id, "params": pairs}).json == {}
    other = [{"key": "new", "value": "1"}, {"key": "depth", "value": "4"}]
    assert site.ask("POST", path, {"params": other}).error == INVALID
    assert site.get(model_id)["data"]["params"] == pairs


@pytest.mark.parametrize(("method", "place", "name"), [("PATCH", "tags", "tags"), ("POST", "params", "params")])
def test_keys_are_checked(site: Site, method: str, place: str, name: str) -> None:
    model_id = site.make_id()
    for key in ("", "a" * 251, "../a", "a//b"):
        answer = site.ask(method, f"{MODELS}/{model_id}/{place}", {name: [{"key": key, "value": "1"}]})
        assert answer.error == INVALID, key


def test_search_orders_and_turns_pages(site: Site) -> None:
    run_id = site.run()
    for name, value in (("a", 0.5), ("b", 0.9), ("c", 0.7)):
        site.log_metric(run_id, site.make_id(name=name), value)
    order = {"order_by": [{"field_name": "metrics.acc", "ascending": False}]}
    first = site.search(max_results=2, **order)
    assert names(first) == ["b", "c"]
    second = site.search(max_results=2, page_token=first.json["next_page_token"], **order)
    assert (names(second), "next_page_token" in second.json) == (["a"], False)
    assert names(site.search(filter="metrics.acc > 0.6", order_by=[{"field_name": "name"}])) == ["b", "c"]


def test_search_looks_at_what_was_measured_on_a_dataset(site: Site) -> None:
    run_id, model_id = site.run(), site.make_id(name="net")
    site.log_metric(run_id, model_id, 0.9, dataset_name="d", dataset_digest="1")
    for dataset, found in (
        ({"dataset_name": "d"}, ["net"]),
        ({"dataset_name": "d", "dataset_digest": "1"}, ["net"]),
        ({"dataset_name": "d", "dataset_digest": "2"}, []),
    ):
        assert names(site.search(filter="metrics.acc > 0", datasets=[dataset])) == found


def test_search_orders_by_what_was_measured_on_a_dataset(site: Site) -> None:
    run_id = site.run()
    for name, train, test in (("a", 0.9, 0.1), ("b", 0.5, 0.6)):
        model_id = site.make_id(name=name)
        site.log_metric(run_id, model_id, train, dataset_name="d", dataset_digest="train")
        site.log_metric(run_id, model_id, test, dataset_name="d", dataset_digest="test")
    for digest, found in (("train", ["a", "b"]), ("test", ["b", "a"])):
        key = {"field_name": "metrics.acc", "ascending": False, "dataset_name": "d", "dataset_digest": digest}
        assert names(site.search(order_by=[key])) == found, digest


@pytest.mark.parametrize(
    "fields",
    [
        {"filter": "name ~ 1"},
        {"order_by": [{"ascending": False}]},
        {"order_by": ["name"]},
        {"datasets": [{"dataset_digest": "1"}]},
        {"max_results": 0},
        {"max_results": 50_001},
        {"page_token": "x"},
        {"experiment_ids": ["a/b"]},
    ],
)
def test_a_search_that_cannot_be_understood_is_refused(site: Site, fields: dict[str, Any]) -> None:
    assert site.search(**fields).error == INVALID


def test_a_search_that_finds_nothing_says_nothing(site: Site) -> None:
    assert site.search().json == {}
    assert site.search(experiment_ids=[]).json == {}


def test_a_deleted_model_is_found_on_demand(site: Site) -> None:
    model = site.make(name="net")
    path = f"{MODELS}/{model['info']['model_id']}"
    assert site.ask("DELETE", path).json == {}
    assert site.ask("GET", path).error == NOT_FOUND
    assert names(site.search()) == []
    found = site.ask("GET", path, query={"allow_deleted": "true"}).json["model"]["info"]
    assert (found["name"], found["lifecycle_stage"]) == ("net", "deleted")
    assert site.ask("GET", path, query={"allow_deleted": "perhaps"}).error == INVALID


@pytest.mark.parametrize(
    ("method", "place", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"status": 2}),
        ("DELETE", "", None),
        ("PATCH", "/tags", {"tags": [{"key": "a", "value": "1"}]}),
        ("DELETE", "/tags/a", None),
        ("POST", "/params", {"params": [{"key": "a", "value": "1"}]}),
    ],
)
def test_a_model_that_there_is_not_is_not_found(site: Site, method: str, place: str, body: object) -> None:
    assert site.ask(method, f"{MODELS}/{NOBODY}{place}", body).error == NOT_FOUND
