"""How requests are sent, and replies are read."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from runyard.errors import NotFound, PermissionDenied, RunyardError, Unauthenticated, Unavailable
from runyard.rest import experiments, logged_models, recording, runs

Answer = Callable[..., bytes]
BATCH = recording.LogBatch(run_id="r")
EXPERIMENT = b'{"experiment":{"experiment_id":"7","name":"n","tags":[{"key":"k","value":"v"}]}}'
WANTED = experiments.ExperimentId(experiment_id="7")
PAGE = b"<!doctype html><html><title>Welcome to our intranet</title>"


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
    return head + b"".join(b"%x;why=not\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def in_pieces(data: bytes) -> bytes:
    """Return a reply in chunks of one byte, with a trailer."""
    return chunked(*(data[i : i + 1] for i in range(len(data))), end=b"0\r\nX-Trailer: 1\r\n\r\n")


@pytest.mark.parametrize(
    "reply",
    [
        chunked(EXPERIMENT),
        in_pieces(EXPERIMENT),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(EXPERIMENT), EXPERIMENT),
        (b"HTTP/1.1 200 OK\r\n\r\n" + EXPERIMENT,),
        (b"HTTP/1.0 200 OK\r\n\r\n" + EXPERIMENT,),
        b"HTTP/1.1 200\r\ncontent-length:%d\r\nConnection: close\r\n\r\n%b" % (len(EXPERIMENT), EXPERIMENT),
        chunked(gzip.compress(EXPERIMENT)).replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1),
    ],
)
def test_whatever_http_allows_is_read(reply: Any, scripted: Any, connect: Any, answer: Answer) -> None:
    connection = connect(scripted(reply, reply).uri)
    for _ in range(2):
        found = connection.call(experiments.GET, WANTED).experiment.entity()
        assert (found.experiment_id, found.name, found.tags) == ("7", "n", {"k": "v"})


@pytest.mark.parametrize("body", [b"{}", b"", b"200 OK", b'{"more": {"than": ["was", "asked", null]}}'])
def test_nothing_may_be_said_in_several_ways(body: bytes, scripted: Any, connect: Any, answer: Answer) -> None:
    connect(scripted(answer(body=body)).uri).call(recording.BATCH, BATCH)


@pytest.mark.parametrize(
    "reply",
    [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 two\r\n\r\n", chunked(end=b"many\r\n"), b"\x15\x03\r\n\r\n"],
)
def test_what_does_not_speak_http(reply: bytes, scripted: Any, connect: Any, slept: list[float]) -> None:
    server = scripted((reply,))
    with pytest.raises(Unavailable, match=f"http://localhost:{server.port} broke off before it answered"):
        connect(server.uri).call(runs.CREATE, runs.CreateRun(experiment_id="0"), repeat=False)


def test_a_web_page_is_no_tracking_server(scripted: Any, connect: Any, answer: Answer, slept: list[float]) -> None:
    server = scripted(
        answer(200, PAGE, content_type="text/html; charset=utf-8"), answer(404, PAGE, content_type="text/html")
    )
    for _ in range(2):
        with pytest.raises(NotFound, match=r"Is .*the tracking URI right") as caught:
            connect(server.uri).call(experiments.GET, WANTED)
        assert caught.value.error_code == "ENDPOINT_NOT_FOUND"
        assert str(server.port) in str(caught.value)
        assert "intranet" not in str(caught.value)
    assert slept == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Unauthenticated), (403, PermissionDenied), (404, NotFound), (405, RunyardError), (500, RunyardError)],
)
def test_plain_errors_are_told_as_they_are(
    status: int, error: type[RunyardError], scripted: Any, connect: Any, answer: Answer
) -> None:
    reply = answer(status, b"Invalid Host header", content_type="text/plain")
    server = scripted(reply)
    with pytest.raises(error, match=f"localhost:{server.port} answered with {status} Told So: Invalid Host header"):
        connect(server.uri).call(experiments.GET, WANTED)


def test_redirects_are_not_followed(scripted: Any, connect: Any, answer: Answer) -> None:
    server = scripted(answer(302, b"", location="https://user:geheim@login.example.org/?token=geheim"))
    with pytest.raises(RunyardError, match=r"login\.example\.org") as caught:
        connect(server.uri).call(experiments.GET, WANTED)
    assert "geheim" not in str(caught.value)


def test_a_request_is_whole(scripted: Any, connect: Any, answer: Answer) -> None:
    server = scripted(answer(), answer(body=EXPERIMENT), answer())
    connection = connect(f"{server.uri.text}/team/")
    connection.call(recording.BATCH, BATCH)
    connection.call(experiments.GET_BY_NAME, experiments.ExperimentName(experiment_name="größer & kleiner"))
    connection.call(logged_models.DELETE_TAG, logged_models.DeleteLoggedModelTag(model_id="m-1", tag_key="a/b ?"))
    first, second, third = (request.decode() for request in server.requests)
    head, _, body = first.partition("\r\n\r\n")
    lines = head.split("\r\n")
    assert lines[0] == "POST /team/api/2.0/mlflow/runs/log-batch HTTP/1.1"
    assert f"Host: localhost:{server.port}" in lines
    assert "Content-Type: application/json" in lines
    assert any(line.startswith("User-Agent: runyard-python/") for line in lines)
    assert body == '{"run_id":"r"}'
    assert second.startswith("GET /team/api/2.0/mlflow/experiments/get-by-name?experiment_name=gr%C3%B6%C3%9Fer+%26+")
    assert third.startswith("DELETE /team/api/2.0/mlflow/logged-models/m-1/tags/a%2Fb%20%3F ")


@pytest.mark.parametrize("chunks", [True, False])
def test_what_nobody_asked_for_is_not_taken_for_the_next_reply(
    chunks: bool, scripted: Any, connect: Any, answer: Answer
) -> None:
    forged = answer(body=EXPERIMENT.replace(b'"7"', b'"666"'))
    wanted = chunked(EXPERIMENT) if chunks else answer(body=EXPERIMENT)
    server = scripted(wanted + forged, wanted)
    connection = connect(server.uri)
    for _ in range(2):
        assert connection.call(experiments.GET, WANTED).experiment.experiment_id == "7"


def test_large_bodies_arrive(scripted: Any, connect: Any, answer: Answer) -> None:
    reply = b'{"experiment":{"experiment_id":"7","name":"%b"}}' % (b"n" * 3_000_000)
    server = scripted(answer(body=reply), answer())
    connection = connect(server.uri)
    assert len(connection.call(experiments.GET, WANTED).experiment.name) == 3_000_000
    tag = experiments.SetExperimentTag(experiment_id="7", key="k", value="v" * 3_000_000)
    connection.call(experiments.SET_TAG, tag)
    assert server.requests[1].endswith(b'v"}')
    assert len(server.requests[1]) > 3_000_000


def test_a_reply_is_streamed(scripted: Any, connect: Any, answer: Answer) -> None:
    server = scripted(answer(body=b"0123456789"), answer())
    connection = connect(server.uri)
    with connection.request("GET", "/file", headers={"Range": "bytes=0-9"}) as reply:
        assert [reply.read(4), reply.read(4), reply.read(4)] == [b"0123", b"4567", b"89"]
    connection.call(recording.BATCH, BATCH)
    assert b"\r\nRange: bytes=0-9\r\n" in server.requests[0]
