"""Encrypted connections: who is believed, who is shown what, and what is said when it does not work."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from urllib3.exceptions import InsecureRequestWarning

from runyard.errors import InvalidInput, Unavailable
from runyard.rest import recording
from runyard_http.connection import Connection

Answer = Callable[..., bytes]
REQUEST = (
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
    "-keyout key.pem -out certificate.pem"
)
BATCH = recording.LogBatch(run_id="r")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a certificate for localhost that vouches for itself, and its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the program openssl, which makes a certificate for this test, is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [program, *REQUEST.split()],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
    return both


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    """Return what a server speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_server_is_believed_by_its_certificate(
    scripted: Any,
    connect: Any,
    answer: Answer,
    context: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", str(certificate))
    server = scripted(answer(), answer(body=b"0123456789"), answer(), context=context)
    connection = connect(server.uri)
    connection.call(recording.BATCH, BATCH)
    assert connection.request("GET", "/file").read() == b"0123456789"
    connection.call(recording.BATCH, BATCH)
    assert len(server.requests) == 3


def test_an_unknown_server_is_not_believed(
    scripted: Any, connect: Any, answer: Answer, context: ssl.SSLContext, slept: list[float]
) -> None:
    server = scripted(context=context)
    with pytest.raises(Unavailable, match=r"is not believed: self.signed certificate.*RUNYARD_TRACKING_SERVER_CERT"):
        connect(server.uri).call(recording.BATCH, BATCH)
    assert slept == [], "It would be the same the next time."
    assert server.requests == []


def test_a_certificate_for_another_host(
    scripted: Any, connect: Any, context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_SERVER_CERT_PATH", str(certificate))
    server = scripted(context=context)
    with pytest.raises(Unavailable, match=r"is not believed: .*127\.0\.0\.1"):
        connect(f"https://127.0.0.1:{server.port}").call(recording.BATCH, BATCH)


def test_a_server_may_be_believed_without_a_certificate(
    scripted: Any, connect: Any, answer: Answer, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    server = scripted(answer(), context=context)
    with pytest.warns(InsecureRequestWarning):
        connect(server.uri).call(recording.BATCH, BATCH)


def test_a_client_shows_its_certificate(
    scripted: Any,
    connect: Any,
    answer: Answer,
    context: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    slept: list[float],
) -> None:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(certificate)
    monkeypatch.setenv("RUNYARD_TRACKING_SERVER_CERT_PATH", str(certificate))
    server = scripted(answer(), context=context)
    with pytest.raises(Unavailable):
        connect(server.uri).call(recording.BATCH, BATCH)
    monkeypatch.setenv("RUNYARD_TRACKING_CLIENT_CERT_PATH", str(certificate))
    connect(server.uri).call(recording.BATCH, BATCH)
    assert len(server.requests) == 1


def test_http_where_https_is_spoken(scripted: Any, connect: Any, context: ssl.SSLContext, slept: list[float]) -> None:
    server = scripted(context=context)
    with pytest.raises(Unavailable, match=r"Does it want https://\?"):
        connect(server.uri.text.replace("https", "http")).call(recording.BATCH, BATCH)


def test_https_where_http_is_spoken(scripted: Any, connect: Any, answer: Answer, slept: list[float]) -> None:
    server = scripted()
    bad = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
    server._read = lambda accepted: accepted.recv(65536)
    server.script.append((bad,))
    with pytest.raises(Unavailable, match="does not speak TLS"):
        connect(server.uri.text.replace("http", "https")).call(recording.BATCH, BATCH)
    assert slept == []


@pytest.mark.parametrize("name", ["TRACKING_SERVER_CERT_PATH", "TRACKING_CLIENT_CERT_PATH"])
@pytest.mark.parametrize("text", [None, "this is no certificate"])
def test_files_that_are_no_certificates(
    name: str, text: str | None, connect: Any, runyard_isolated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is not None:
        (tmp_path / "file.pem").write_text(text)
    monkeypatch.setenv(f"RUNYARD_{name}", str(tmp_path / "file.pem"))
    with pytest.raises(InvalidInput, match=f"RUNYARD_{name}='.*' cannot be used"):
        connect("https://localhost:1").call(recording.BATCH, BATCH)


def test_settings_that_contradict_each_other(
    connect: Callable[[str], Connection], runyard_isolated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_INSECURE_TLS", "1")
    monkeypatch.setenv("RUNYARD_TRACKING_SERVER_CERT_PATH", "/nowhere")
    with pytest.raises(InvalidInput, match="set one of them"):
        connect("https://localhost:1").call(recording.BATCH, BATCH)
