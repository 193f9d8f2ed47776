"""Attacks on a model server: pages of strangers, requests that are slow, large or deep, and files that expand."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from asking import ask
from runyard_asgi.settings import Guarding
from runyard_serving.reading import frames

if TYPE_CHECKING:
    from conftest import Serving

Serve = Callable[..., "Serving"]

EVIL = "http://evil.example"
BODY = b'{"inputs": [1]}'
HEAD = b"POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def echo(data: Any) -> Any:
    return data


def connect(serving: Serving) -> socket.socket:
    host, _, port = serving.address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def test_a_name_that_was_bound_to_this_machine_is_refused_to_pages(serve: Serve) -> None:
    serving = serve(echo)
    answer = serving.ask(BODY, host="evil.example", origin=EVIL)
    assert answer.error == (403, "PERMISSION_DENIED")
    for path in ("/openapi.json", "/nowhere"):
        assert ask(serving.address, "GET", path, headers={"host": "evil.example"}).error == (403, "PERMISSION_DENIED")


def test_programs_may_call_the_server_by_any_name(serve: Serve) -> None:
    serving = serve(echo)
    assert serving.ask(BODY, host="iris.models.svc").status == 200
    for path in ("/ping", "/health", "/version"):
        assert ask(serving.address, "GET", path, headers={"host": "iris.models.svc"}).status == 200


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1.evil.example", "file://"])
def test_pages_of_strangers_ask_nothing(serve: Serve, origin: str) -> None:
    serving = serve(echo)
    assert serving.ask(BODY, origin=origin).error == (403, "PERMISSION_DENIED")
    asks = {"origin": origin, "access-control-request-method": "POST"}
    preflight = ask(serving.address, "OPTIONS", "/invocations", headers=asks)
    assert preflight.status == 403
    assert "access-control-allow-origin" not in preflight.headers


def test_pages_that_are_let_in_may_ask(serve: Serve) -> None:
    serving = serve(echo, guarding=Guarding(origins=("https://app.example",)))
    answer = serving.ask(BODY, origin="https://app.example")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "https://app.example")
    assert serving.ask(BODY, origin=EVIL).status == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_can_send_is_no_request(serve: Serve, kind: str) -> None:
    assert serve(echo).ask(BODY, kind).status == 415


def test_bodies_that_are_packed_are_refused(serve: Serve) -> None:
    answer = serve(echo).ask(BODY, **{"content-encoding": "gzip"})
    assert (answer.status, b"gzip" in answer.body) == (415, True)


def test_many_bodies_that_trickle_are_given_up_and_delay_nobody(serve: Serve) -> None:
    serving = serve(echo, body_seconds=1.0, queue=1)
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connect(serving))) for _ in range(50)]
        for connection in slow:
            connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        assert serving.ask(BODY).status == 200
        for connection in slow:
            assert connection.recv(1000).startswith(b"HTTP/1.1 408")


def test_bodies_together_are_not_larger_than_what_is_held(serve: Serve) -> None:
    serving = serve(echo, body_bytes=100_000, body_seconds=60.0)
    part = b'{"inputs": [' + b" " * 90_000
    with ExitStack() as stack:
        for _ in range(4):
            connection = stack.enter_context(closing(connect(serving)))
            connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n" + part)
        refused = 0
        for _ in range(100):  # until the server has read them
            answer = serving.ask(b'{"inputs": [' + b"1," * 49_000 + b"1]}")
            refused = answer.status
            if refused == 503:
                break
        assert refused == 503
        assert serving.ask(BODY).status == 200
    assert serving.get("/ping").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"inputs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"inputs": [' + b"9" * 1_000_000 + b"]}",
        b'{"inputs": [1e999999999]}',
        b'{"inputs": "\\ud800"}',
        b'{"inputs": ["\xc0\x80"]}',
        b"\x00" * 1000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_strange_json_is_answered(serve: Serve, body: bytes) -> None:
    serving = serve(echo)
    answer = serving.ask(body)
    assert answer.status in (200, 400), answer
    assert b"Traceback" not in answer.body
    assert serving.ask(BODY).status == 200


def test_tables_that_expand_are_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow", reason="it writes the file")
    monkeypatch.setattr(frames, "_MOST_TABLE", 1 << 20)
    data = io.BytesIO()
    pd.DataFrame({"a": [0.0] * 200_000}).to_parquet(data, compression="zstd")
    assert len(data.getvalue()) < 10_000
    answer = serve(lambda frame: len(frame)).ask(data.getvalue(), "application/vnd.apache.parquet")
    assert answer.error == (400, "BAD_REQUEST")
    assert "200000 rows of 1 columns" in answer.json["message"]


def test_names_of_columns_are_no_paths_and_no_commands(serve: Serve) -> None:
    names = ["__class__", "../../etc/passwd", "$(id)", "a\r\nx: y", "\u202e", "constructor", ""]
    answer = serve(lambda frame: frame).ask({"dataframe_split": {"columns": names, "data": [[1] * len(names)]}})
    assert answer.json == {"predictions": [dict.fromkeys(names, 1)]}


def test_ids_of_requests_do_not_break_headers_or_lines(serve: Serve) -> None:
    for name in ("a b", "x" * 1000, "a;b", '"'):
        answer = serve(echo).ask(BODY, **{"x-request-id": name})
        assert answer.status == 200
        assert answer.headers["x-request-id"] != name


def test_nobody_learns_the_folder_of_the_model(serve: Serve) -> None:
    serving = serve(echo)
    for path in ("/openapi.json", "/version", "/nowhere", "/../MLmodel", "/MLmodel", "/invocations/../MLmodel"):
        assert "unused" not in json.dumps(serving.get(path).body.decode())
