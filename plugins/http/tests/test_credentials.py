"""How requests say who asks, and that nobody else learns of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from runyard.errors import InvalidInput, PluginMissing, RunyardError, Unauthenticated, Unavailable
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import RequestAuthPlugin
from runyard.rest import recording
from runyard.rest.credentials import RequestAuth
from runyard.testing.isolation import plugins_in_place
from runyard.uris import StoreURI
from runyard_http import credentials
from runyard_http.address import ServerAddress
from runyard_http.store import HttpStore

Answer = Callable[..., bytes]
BATCH = recording.LogBatch(run_id="r")
SECRET = "geh:eim/4@7%"
ENCODED = "geh%3Aeim%2F4%407%25"


def basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the file of the credentials would be."""
    monkeypatch.setattr(credentials, "FILE", tmp_path / "credentials")
    return tmp_path / "credentials"


@pytest.fixture
def sent(scripted: Any, connect: Any, answer: Answer, file: Path) -> Callable[..., str | None]:
    """Return what asks a server and gives the header by which it says who asks."""

    def ask(userinfo: str = "") -> str | None:
        server = scripted(answer())
        connect(server.uri.text.replace("//", f"//{userinfo}")).call(recording.BATCH, BATCH)
        lines = server.requests[0].decode().split("\r\n")
        found = [line.partition(": ")[2] for line in lines if line.startswith("Authorization: ")]
        return found[0] if found else None

    return ask


def test_nobody_asks(sent: Any) -> None:
    assert sent() is None


def test_the_user_in_the_address(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_USERNAME", "other")
    monkeypatch.setenv("RUNYARD_TRACKING_PASSWORD", "other")
    assert sent(f"ann:{ENCODED}@") == basic("ann", SECRET)


@pytest.mark.parametrize("prefix", ["RUNYARD", "MLFLOW"])
def test_the_user_in_the_settings(prefix: str, sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{prefix}_TRACKING_USERNAME", "änn")
    monkeypatch.setenv(f"{prefix}_TRACKING_PASSWORD", SECRET)
    monkeypatch.setenv(f"{prefix}_TRACKING_TOKEN", "token")
    assert sent() == basic("änn", SECRET)


@pytest.mark.parametrize("prefix", ["RUNYARD", "MLFLOW"])
def test_the_token_in_the_settings(prefix: str, sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{prefix}_TRACKING_TOKEN", "abc.def")
    assert sent() == "Bearer abc.def"


def test_the_user_in_the_file(sent: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(f"[mlflow]\nmlflow_tracking_username = ann\nmlflow_tracking_password = {SECRET}\n", "utf-8")
    assert sent() == basic("ann", SECRET)
    monkeypatch.setenv("RUNYARD_TRACKING_USERNAME", "bob")
    assert sent() == basic("bob", SECRET)


@pytest.mark.parametrize("text", ["", "[other]\nmlflow_tracking_username = ann\n"])
def test_a_file_without_a_user(text: str, sent: Any, file: Path) -> None:
    file.write_text(text, "utf-8")
    assert sent() is None


def test_a_file_that_is_none_keeps_its_secrets(sent: Any, file: Path) -> None:
    file.write_text(f"[mlflow\nmlflow_tracking_password = {SECRET}\n{SECRET}\n", "utf-8")
    with pytest.raises(InvalidInput, match="credentials is no INI file") as caught:
        sent()
    assert "geh" not in str(caught.value)


@pytest.mark.parametrize("token", ["abc\r\nX-Other: 1", "abc\n", "törn"])
def test_a_token_that_is_none(token: str, sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_TOKEN", token)
    with pytest.raises(InvalidInput, match="token") as caught:
        sent()
    assert token not in str(caught.value)


class NumberedAuth(RequestAuth):
    """Says how often it was asked, and for what."""

    asked = 0

    def headers(self, method: str, url: str) -> Mapping[str, str]:
        type(self).asked += 1
        return {"X-Number": str(self.asked), "X-For": f"{method} {url}"}


class numbered:  # noqa: N801 - stands for a module
    __name__ = "runyard_numbered.plugin"

    @staticmethod
    @hookimpl
    def runyard_request_auth() -> list[RequestAuthPlugin]:
        return [RequestAuthPlugin(name="numbered", factory=f"{__name__}:NumberedAuth")]


def test_a_plugin_signs_each_request(
    scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_AUTH", "numbered")
    monkeypatch.setattr(RequestAuthPlugin, "load", lambda self: NumberedAuth)
    server = scripted(answer(), answer(503, retry_after="0"), answer())
    with plugins_in_place(numbered):  # type: ignore[arg-type]
        connection = connect(server.uri)
        connection.call(recording.BATCH, BATCH)
        connection.call(recording.BATCH, BATCH)
    url = f"POST http://localhost:{server.port}/api/2.0/mlflow/runs/log-batch"
    for number, request in enumerate(server.requests, start=1):
        assert f"X-Number: {number}\r\nX-For: {url}\r\n".encode() in request


def test_a_plugin_that_is_not_there(connect: Any, runyard_isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_AUTH", "nobodys")
    with pytest.raises(PluginMissing, match="nobodys"):
        connect("http://localhost:1")


def test_renewed_credentials_are_used(
    scripted: Any, connect: Any, answer: Answer, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_TOKEN", "old")
    server = scripted(answer(), answer(401), answer(), answer(401))
    connection = connect(server.uri)
    connection.call(recording.BATCH, BATCH)
    monkeypatch.setenv("RUNYARD_TRACKING_TOKEN", "new")
    connection.call(recording.BATCH, BATCH)
    with pytest.raises(Unauthenticated, match="RUNYARD_TRACKING_USERNAME"):
        connection.call(recording.BATCH, BATCH)
    tokens = [request.partition(b"Bearer ")[2].partition(b"\r\n")[0] for request in server.requests]
    assert tokens == [b"old", b"old", b"new", b"new"]


def test_credentials_that_change_each_time_are_renewed_once(
    scripted: Any, connect: Any, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_AUTH", "numbered")
    monkeypatch.setattr(RequestAuthPlugin, "load", lambda self: NumberedAuth)
    server = scripted(*[answer(401)] * 3)
    with plugins_in_place(numbered), pytest.raises(Unauthenticated):  # type: ignore[arg-type]
        connect(server.uri).call(recording.BATCH, BATCH)
    assert len(server.requests) == 2


def test_no_header_ends_a_line(connect: Any, scripted: Any, answer: Answer) -> None:
    server = scripted(answer())
    with pytest.raises(ValueError, match="end of a line"):
        connect(server.uri).request("POST", "/x", headers={"X-A": "b\r\nX-C: d"}, body=b"", is_streamed=False)
    assert server.requests == []


def test_another_server_is_not_told(
    scripted: Any, connect: Any, answer: Answer, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_TOKEN", "secret")
    ours, other = scripted(), scripted(answer(), answer(403, b"", content_type="text/plain"))
    connection = connect(ours.uri)
    connection.request("GET", f"{other.uri.text}/bucket/file?X-Signature=geheim").read()
    assert b"secret" not in other.requests[0]
    assert b"Authorization" not in other.requests[0]
    with pytest.raises(RunyardError, match=f"localhost:{other.port} answered with 403") as caught:
        connection.request("PUT", f"{other.uri.text}/bucket/file?X-Signature=geheim", body=b"")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("path", ["/", "/#geh", "/?geh=eim"])
def test_no_error_shows_a_password(path: str, slept: list[float], runyard_isolated: None, caplog: Any) -> None:
    uri = StoreURI.parse(f"http://ann:{ENCODED}@localhost:1{path}")
    with pytest.raises((Unavailable, InvalidInput)) as caught:
        HttpStore(uri).get_experiment("0")
    shown = f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r} {caplog.text}"
    assert ENCODED not in shown
    assert SECRET not in shown


def test_no_repr_shows_a_password(connect: Any, runyard_isolated: None) -> None:
    connection = connect(f"https://ann:{ENCODED}@localhost:1/team")
    assert repr(connection) == "Connection('https://localhost:1/team')"
    assert repr(connection.address) == "ServerAddress('https://localhost:1/team')"


@pytest.mark.parametrize(
    ("text", "origin", "prefix"),
    [
        ("http://host", "http://host", ""),
        ("HTTP://Host:80/", "http://host:80", ""),
        ("https://[::1]:5000/a/b/", "https://[::1]:5000", "/a/b"),
    ],
)
def test_addresses(text: str, origin: str, prefix: str) -> None:
    address = ServerAddress.parse(StoreURI.parse(text))
    assert (address.origin, address.prefix) == (origin, prefix)


@pytest.mark.parametrize("text", ["http:", "http:///runs", "http://host:port", "http://host:99999", "http://[::1"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not the address of a server"):
        ServerAddress.parse(StoreURI.parse(text))
