"""Every route with what is no message of it: 400 that says why, and nothing else."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from asking import ask, ask_route, example, fields_of, wrong, wrong_messages
from runyard.rest.extension import ServerContext
from runyard.rest.route import AnyRoute
from runyard.rest.routes import ROUTES
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.uris import StoreURI
from runyard_server.application import Application
from serving import serving_application

WRONG = (400, "INVALID_PARAMETER_VALUE")
BODIES = {
    "no JSON": b"{",
    "half of a text": b'{"run_id": "a',
    "NaN": b'{"key": NaN}',
    "no UTF-8": b'{"run_id": "\xff"}',
    "UTF-16": '{"run_id": "a"}'.encode("utf-16"),
    "half of a character": b'{"run_id": "\\ud800"}',
    "an array": b"[]",
    "a number": b"5",
    "text": b'"abc"',
    "an array in text": b'"[]"',
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep objects in what is unknown": b'{"unknown": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
    "a long integer": b'{"unknown": ' + b"9" * 10_000 + b"}",
}
SENT = [route for route in ROUTES if route.method != "GET"]
ASKED = [route for route in ROUTES if route.method == "GET"]


def name_of(route: AnyRoute) -> str:
    return f"{route.method} {route.path}"


class Noted(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(self.format(record))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    noted = Noted()
    logging.getLogger().addHandler(noted)
    uri = StoreURI.parse("memory://bad-input")
    context = ServerContext(store=MemoryTrackingStore(uri), registry=MemoryModelRegistry(uri), artifacts=None)
    with serving_application(Application(context)) as address:
        yield address
    logging.getLogger().removeHandler(noted)
    assert noted.messages == []


@pytest.mark.parametrize("route", SENT, ids=name_of)
def test_wrong_types_in_a_body(server: str, route: AnyRoute) -> None:
    for fields in wrong_messages(route.request):
        changed = {name for name, value in fields.items() if value != example(route.request).get(name)}
        if changed & {*route.parameters}:
            continue  # what is in the path counts
        missing = {*example(route.request)} - {*fields} - {*route.parameters}
        if not changed and not missing:
            continue
        answer = ask_route(server, route, fields)
        assert answer.error == WRONG, fields
        name = next(iter(changed or missing))
        assert f"'{name}" in answer.json["message"], (fields, answer.json)


@pytest.mark.parametrize("route", ASKED, ids=name_of)
def test_wrong_types_in_a_query_string(server: str, route: AnyRoute) -> None:
    right = example(route.request)
    for field in fields_of(route.request):
        if field.encode_name in route.parameters:
            continue
        if field.required:
            fields = {name: value for name, value in right.items() if name != field.encode_name}
            answer = ask_route(server, route, fields)
            assert answer.error == WRONG
            assert f"'{field.encode_name}'" in answer.json["message"]
        for value in wrong(field.type, is_query=True):
            answer = ask_route(server, route, {**right, field.encode_name: value})
            assert answer.error == WRONG, (field.encode_name, value)
            assert f"'{field.encode_name}" in answer.json["message"]


@pytest.mark.parametrize("route", [route for route in SENT if example(route.request)], ids=name_of)
def test_a_body_that_is_no_message(server: str, route: AnyRoute) -> None:
    path = route.full_path.replace("{", "").replace(":path}", "").replace("}", "")
    for name, body in BODIES.items():
        answer = ask(server, route.method, path, body)
        assert answer.error == WRONG, name
        assert len(answer.body) < 1000, name


@pytest.mark.parametrize("kind", ["", "text/plain", "application/jsonx", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_refused(server: str, kind: str) -> None:
    body = json.dumps({"name": "from a form of a browser"}).encode()
    answer = ask(server, "POST", "/api/2.0/mlflow/experiments/create", body, headers={"content-type": kind})
    assert answer.error == WRONG
    assert "application/json" in answer.json["message"]


@pytest.mark.parametrize("query", ["run_id=%ff", "run_id=%ed%a0%80", "run_id=a&run_id=b", "run_id=a&runId=a"])
def test_a_query_string_that_says_nothing_clear_is_refused(server: str, query: str) -> None:
    assert ask(server, "GET", f"/api/2.0/mlflow/runs/get?{query}").error == WRONG


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/2.0/mlflow/runs", "/api/2.0/mlflow/runs/get/", "/%00", "/%ff", "//"]
)
def test_unknown_path(server: str, path: str) -> None:
    assert ask(server, "GET", path).error == (404, "ENDPOINT_NOT_FOUND")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
def test_another_method(server: str, method: str) -> None:
    answer = ask(server, method, "/api/2.0/mlflow/runs/create")
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
