"""What is asked again, how often, and what is not."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from runyard.errors import InvalidInput, NotFound, RunyardError, Unavailable
from runyard.rest import experiments, recording, runs
from runyard_http.patience import FIRST_CONTACT, Patience, retry_after

Answer = Callable[..., bytes]
BATCH = recording.LogBatch(run_id="r")
RUN = runs.CreateRun(experiment_id="0")
RUN_REPLY = b'{"run":{"info":{"run_id":"r"}}}'


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_busy_server_is_asked_again(
    status: int, scripted: Any, connect: Any, answer: Answer, slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    server = scripted(answer(status), answer(status), answer())
    connect(server.uri).call(recording.BATCH, BATCH)
    assert len(server.requests) == 3
    assert len(set(server.requests)) == 1
    assert slept[0] < 0.2, "The first repetition is quick."
    assert 0.5 <= slept[1] <= 1.5
    assert str(status) in caplog.text


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 500, 501])
def test_an_answer_is_an_answer(status: int, scripted: Any, connect: Any, answer: Answer, slept: list[float]) -> None:
    server = scripted(answer(status))
    with pytest.raises(RunyardError):
        connect(server.uri).call(recording.BATCH, BATCH)
    assert slept == []


def test_a_server_says_how_long_to_wait(scripted: Any, connect: Any, answer: Answer, slept: list[float]) -> None:
    server = scripted(answer(503, retry_after="7"), answer())
    connect(server.uri).call(recording.BATCH, BATCH)
    assert slept == [7.0]


def test_nobody_waits_for_an_hour(scripted: Any, connect: Any, answer: Answer, slept: list[float]) -> None:
    server = scripted(answer(503, b"closed for today", content_type="text/plain", retry_after="3600"))
    with pytest.raises(Unavailable, match="closed for today"):
        connect(server.uri).call(recording.BATCH, BATCH)
    assert slept == []


def test_what_a_server_hangs_up_on_is_asked_again(
    scripted: Any, connect: Any, answer: Answer, slept: list[float]
) -> None:
    server = scripted(None, (b"HTTP/1.1 200 OK\r\ncontent-le",), (answer()[:-1],), answer())
    connect(server.uri).call(recording.BATCH, BATCH)
    assert len(server.requests) == 4


def test_what_could_be_done_twice_is_not(scripted: Any, connect: Any, answer: Answer, slept: list[float]) -> None:
    for broken in (None, answer(502), answer(504)):
        server = scripted(broken)
        with pytest.raises(Unavailable):
            connect(server.uri).call(runs.CREATE, RUN, repeat=False)
        assert len(server.requests) == 1
    assert slept == []


@pytest.mark.parametrize("status", [429, 503])
def test_what_was_not_begun_is_asked_again(
    status: int, scripted: Any, connect: Any, answer: Answer, slept: list[float]
) -> None:
    server = scripted(answer(status), answer(body=RUN_REPLY))
    assert connect(server.uri).call(runs.CREATE, RUN, repeat=False).run.info.run_id == "r"


@pytest.mark.parametrize("repeat", [True, False])
def test_a_server_that_is_restarted_is_waited_for(
    repeat: bool, scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scripted(answer())
    connection = connect(before.uri)
    connection.call(recording.BATCH, BATCH)
    before.close()
    delays: list[float] = []

    def sleep(seconds: float) -> None:
        delays.append(seconds)
        if sum(delays) > 60:
            scripted(answer(body=RUN_REPLY), port=before.port)
            monkeypatch.setattr("runyard_http.patience.sleep", delays.append)

    monkeypatch.setattr("runyard_http.patience.sleep", sleep)
    assert connection.call(runs.CREATE, RUN, repeat=repeat).run.info.run_id == "r"


def test_patience_ends(
    scripted: Any, connect: Any, answer: Answer, slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    server = scripted(*[answer(503)] * 16)
    with pytest.raises(Unavailable, match=f"{server.port} answered with 503"):
        connect(server.uri).call(recording.BATCH, BATCH)
    assert len(server.requests) == 16
    assert 100 <= sum(slept) <= 135, "About two minutes."
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1


def test_a_server_that_never_answered_is_given_up_sooner(
    connect: Any, slept: list[float], runyard_isolated: None
) -> None:
    connection = connect("http://localhost:1")
    with pytest.raises(Unavailable, match=r"http://localhost:1 cannot be reached: connection refused"):
        connection.call(recording.BATCH, BATCH)
    assert len(slept) == FIRST_CONTACT


def test_settings_say_how_often_and_how_long(
    scripted: Any, connect: Any, answer: Answer, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "2")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0")
    server = scripted(*[answer(503)] * 4)
    with pytest.raises(Unavailable):
        connect(server.uri).call(recording.BATCH, BATCH)
    assert slept == [0.1, 2.0, 4.0]


def test_no_retries_at_all(scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_HTTP_REQUEST_MAX_RETRIES", "0")
    server = scripted(answer(503))
    with pytest.raises(Unavailable):
        connect(server.uri).call(recording.BATCH, BATCH)


def test_a_silent_server_is_not_waited_for_without_end(
    scripted: Any, connect: Any, answer: Answer, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_HTTP_REQUEST_TIMEOUT", "0.1")
    ended = threading.Event()

    def silent() -> bytes:
        ended.wait()
        return answer()

    server = scripted(silent, answer())
    connection = connect(server.uri)
    connection.call(recording.BATCH, BATCH)
    server.script.append(silent)
    with pytest.raises(Unavailable, match="RUNYARD_HTTP_REQUEST_TIMEOUT"):
        connection.call(runs.CREATE, RUN, repeat=False)
    ended.set()


def test_an_idle_connection_that_was_closed_is_no_fault(
    scripted: Any, connect: Any, answer: Answer, slept: list[float]
) -> None:
    server = scripted(answer(connection="close"), answer(body=RUN_REPLY))
    connection = connect(server.uri)
    connection.call(recording.BATCH, BATCH)
    connection.call(runs.CREATE, RUN, repeat=False)
    assert slept == []


def test_a_file_is_sent_again_from_where_it_was(
    scripted: Any, connect: Any, answer: Answer, slept: list[float]
) -> None:
    server = scripted(answer(503), answer())
    file = io.BytesIO(b"not this; contents")
    file.seek(10)
    headers = {"Content-Length": "8"}
    with connect(server.uri).request("PUT", "/there", body=file, headers=headers) as reply:
        assert reply.read() == b"{}"
    assert [request.rpartition(b"\r\n\r\n")[2] for request in server.requests] == [b"contents"] * 2


def test_what_can_be_read_once_is_sent_once(scripted: Any, connect: Any, answer: Answer, slept: list[float]) -> None:
    server = scripted(answer(503))
    with pytest.raises(Unavailable):
        connect(server.uri).request("PUT", "/there", body=iter([b"cont", b"ents"]), headers={"Content-Length": "8"})
    assert len(server.requests) == 1


def test_nothing_is_asked_after_bad_input(scripted: Any, connect: Any, answer: Answer) -> None:
    told = b'{"error_code":"INVALID_PARAMETER_VALUE","message":"too long","error_class":"X"}'
    server = scripted(answer(400, told))
    with pytest.raises(InvalidInput, match=r"^too long$"):
        connect(server.uri).call(recording.BATCH, BATCH)


def test_an_error_keeps_its_code(scripted: Any, connect: Any, answer: Answer) -> None:
    server = scripted(answer(404, b'{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no"}'))
    with pytest.raises(NotFound) as caught:
        connect(server.uri).call(experiments.GET, experiments.ExperimentId(experiment_id="7"))
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_delays_are_two_minutes_by_default(runyard_isolated: None) -> None:
    delays = Patience.of_settings().delays()
    assert delays[:6] == [0.1, 0.5, 1.0, 2.0, 4.0, 8.0]
    assert max(delays) == 10.0
    assert 100 <= sum(delays) <= 120


@pytest.mark.parametrize(
    ("text", "seconds"), [(None, 0), ("", 0), ("12", 12), ("soon", 0), ("-3", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)]
)
def test_retry_after(text: str | None, seconds: float) -> None:
    assert retry_after(text) == seconds
