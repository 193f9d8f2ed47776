"""The server itself: endpoints, limits, and what becomes of errors."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from runyard.errors import InvalidInput
from runyard.models.schema import ColSpec, Schema
from runyard.models.signature import ModelSignature

if TYPE_CHECKING:
    from conftest import Serving

Serve = Callable[..., "Serving"]

NUMBERS = ModelSignature(inputs=Schema([ColSpec("double", "x"), ColSpec("long", "n")]))


def double(data: Any) -> Any:
    return data * 2


class Gate:
    """A model that waits until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, data: Any) -> Any:
        self.entered.release()
        assert self.open.wait(60)
        return data


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


def test_endpoints(serve: Serve) -> None:
    serving = serve(double)
    for path in ("/ping", "/health"):
        answer = serving.get(path)
        assert (answer.status, answer.headers["content-type"], answer.body) == (200, "application/json", b"\n")
    assert serving.get("/version").body == b"3.17.2"
    assert serving.ask({"inputs": [1, 2]}).json == {"predictions": [2, 4]}


def test_csv_with_a_charset(serve: Serve) -> None:
    answer = serve(lambda frame: frame["a"]).ask("a\nä\n", "text/csv; charset=utf-8")
    assert answer.json == {"predictions": [{"a": "ä"}]}


def test_unknown_paths_and_other_methods(serve: Serve) -> None:
    serving = serve(double)
    assert serving.get("/nowhere").error == (404, "ENDPOINT_NOT_FOUND")
    assert serving.get("/invocations/").error == (404, "ENDPOINT_NOT_FOUND")
    for path, method, allowed in (("/invocations", "GET", "POST"), ("/ping", "POST", "GET, HEAD")):
        answer = serving.get(path, method)
        assert (answer.status, answer.headers["allow"]) == (405, allowed)
    assert serving.get("/ping", "HEAD").status == 200


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/json; charset=latin-1", "application/json; format=pandas-records", "; ;", "ä"],
)
def test_other_content_types_are_refused(serve: Serve, content_type: str) -> None:
    answer = serve(double).ask(b'{"inputs": [1]}', content_type)
    assert answer.status == 415
    assert answer.headers["content-type"].startswith("text/plain")


def test_requests_without_a_content_type_are_refused(serve: Serve) -> None:
    with closing(http.client.HTTPConnection(serve(double).address.removeprefix("http://"))) as connection:
        connection.request("POST", "/invocations", b'{"inputs": [1]}')
        reply = connection.getresponse()
        assert (reply.status, b"no Content-Type" in reply.read()) == (415, True)


def test_columns_that_do_not_fit_are_named_with_both_types(serve: Serve) -> None:
    serving = serve(lambda frame: frame["x"], NUMBERS)
    missing = serving.ask({"dataframe_split": {"columns": ["x", "z"], "data": [[1, 2]]}})
    assert missing.error == (400, "INVALID_PARAMETER_VALUE")
    assert "'n'" in missing.json["message"]
    assert "'z'" in missing.json["message"]
    lossy = serving.ask({"dataframe_records": [{"x": 1, "n": "many"}]})
    assert lossy.error == (400, "BAD_REQUEST")
    assert "'n' cannot be read as long" in lossy.json["message"]


def test_errors_of_the_model_stay_in_the_log(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def fail(data: Any) -> Any:
        raise ValueError("the password is secret")

    with caplog.at_level(logging.ERROR):
        answer = serve(fail).ask({"inputs": [1]}, **{"x-request-id": "asked-1"})
    assert answer.error == (400, "BAD_REQUEST")
    assert answer.json["request_id"] == "asked-1" == answer.headers["x-request-id"]
    assert "ValueError" in answer.json["message"]
    assert b"secret" not in answer.body
    (record,) = [record for record in caplog.records if record.exc_info]
    assert "secret" in caplog.text
    assert record.fields == {"request_id": "asked-1"}  # type: ignore[attr-defined]


def test_a_model_may_say_what_is_wrong(serve: Serve) -> None:
    def refuse(data: Any) -> Any:
        raise InvalidInput("The route is too long.")

    answer = serve(refuse).ask({"inputs": [1]})
    assert answer.error == (400, "INVALID_PARAMETER_VALUE")
    assert answer.json["message"] == "The route is too long."


def test_a_model_that_ends_the_program_ends_one_request(serve: Serve) -> None:
    def leave(data: Any) -> Any:
        if data[0]:
            raise SystemExit(3)
        return data

    serving = serve(leave)
    assert serving.ask({"inputs": [1]}).error == (400, "BAD_REQUEST")
    assert serving.ask({"inputs": [0]}).json == {"predictions": [0]}


def test_what_the_model_cannot_send_is_named(serve: Serve) -> None:
    answer = serve(lambda _: object()).ask({"inputs": [1]})
    assert answer.error == (400, "BAD_REQUEST")
    assert "builtins.object" in answer.json["message"]


def test_messages_do_not_repeat_all_that_was_sent(serve: Serve) -> None:
    answer = serve(double, NUMBERS).ask({"dataframe_records": [{"x": "y" * 100_000, "n": 1}]})
    assert answer.error == (400, "BAD_REQUEST")
    assert len(answer.body) < 3000


def test_large_bodies_are_refused(serve: Serve) -> None:
    serving = serve(double, body_bytes=1000)
    assert serving.ask({"inputs": [1] * 1000}).error == (413, "INVALID_PARAMETER_VALUE")
    assert serving.ask({"inputs": [1]}).status == 200


def test_bodies_without_an_announced_length_are_measured(serve: Serve) -> None:
    address = serve(double, body_bytes=1000).address.removeprefix("http://")
    with closing(http.client.HTTPConnection(address)) as connection:
        chunks = iter([b"x" * 600, b"x" * 600])
        connection.request("POST", "/invocations", chunks, {"content-type": "application/json"}, encode_chunked=True)
        assert connection.getresponse().status == 413


def test_slow_bodies_are_not_waited_for(serve: Serve) -> None:
    host, _, port = serve(double, body_seconds=0.1).address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"inputs"'
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")


def test_slow_predictions_are_given_up_and_delay_nobody(serve: Serve, gate: Gate) -> None:
    serving = serve(gate, timeout_seconds=0.2, threads=2)
    answer = serving.ask({"inputs": [1]})
    assert (answer.status, answer.body) == (504, b"Request processing time exceeded limit")
    assert serving.get("/ping").status == 200
    gate.open.set()
    assert serving.ask({"inputs": [1]}).status == 200


def test_other_requests_are_answered_while_one_is_predicted_for(serve: Serve, gate: Gate) -> None:
    serving = serve(lambda data: gate(data) if data[0] else data, threads=2)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(serving.ask, {"inputs": [1]})
        assert gate.entered.acquire(timeout=60)
        assert serving.ask({"inputs": [0]}).status == 200
        assert serving.get("/ping").status == 200
        gate.open.set()
        assert slow.result().status == 200


def test_more_requests_than_may_wait_are_refused(serve: Serve, gate: Gate) -> None:
    serving = serve(gate, queue=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(serving.ask, {"inputs": [1]})
        assert gate.entered.acquire(timeout=60)
        answer = serving.ask({"inputs": [1]})
        assert answer.error == (503, "TEMPORARILY_UNAVAILABLE")
        assert answer.headers["retry-after"] == "1"
        assert serving.get("/ping").status == 200
        gate.open.set()
        assert first.result().status == 200
    assert serving.ask({"inputs": [1]}).status == 200


def test_predictions_are_those_of_the_model(serve: Serve) -> None:
    numbers = np.random.default_rng(0).normal(size=20).tolist()
    serving = serve(lambda frame: (frame["x"] * 2).to_numpy(), NUMBERS)
    body = {"dataframe_split": {"columns": ["x", "n"], "data": [[x, 1] for x in numbers]}}
    assert serving.ask(body).json["predictions"] == [x * 2 for x in numbers]


def test_description_names_the_columns(serve: Serve) -> None:
    described = serve(double, NUMBERS).get("/openapi.json").json
    content = described["paths"]["/invocations"]["post"]["requestBody"]["content"]["application/json"]
    forms = {form["required"][0]: form for form in content["schema"]["oneOf"]}
    row = forms["dataframe_records"]["properties"]["dataframe_records"]["items"]
    assert row["properties"] == {
        "x": {"type": "number", "format": "double"},
        "n": {"type": "integer", "format": "int64"},
    }
    assert row["required"] == ["x", "n"]
