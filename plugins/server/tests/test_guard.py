"""Who is let in by which name, from which page; and what every reply has."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from runyard.errors import Unauthenticated, Unavailable
from runyard.registry.registries import close_registries
from runyard.rest.access import PUBLIC
from runyard.rest.extension import (
    AccessRequest,
    Authenticator,
    ExtraRoute,
    Identity,
    Receive,
    Scope,
    Send,
    ServerContext,
    ServerExtension,
)
from runyard.tracking.stores import close_stores
from runyard_asgi.hosts import Hosts, Origins
from runyard_asgi.settings import Guarding
from runyard_server.application import Application
from serving import serving_application

EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0"
CREATE = "/api/2.0/mlflow/experiments/create"


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:5000", "LOCALHOST:1", "a.localhost", "127.0.0.1", "127.8.8.8:80", "[::1]:5000", "10.1.2.3",
     "172.16.0.1:5000", "172.31.255.255", "192.168.0.9:5000", "[fd12::1]", "169.254.1.1", "100.64.7.7:5000", "0.0.0.0",
     "runs.example", "runs.example:5000", "a.team.example", "trainbox:5000", socket.gethostname()],
)  # fmt: skip
def test_usual_and_given_names_are_let_in(host: str) -> None:
    hosts = Hosts(("runs.example", "*.team.example"), bound="trainbox")
    assert host.encode() in hosts
    assert host.encode() in hosts  # the second time by heart


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:127.0.0.1", "8.8.8.8",
     "172.32.0.1", "runs.example.evil", "xruns.example", "team.example", "10.1.2.3.evil.example", "[::1",
     "[2001:4860:4860::8888]", "localhost:5000:1", "localhost/", "localhost@evil.example", "010.0.0.1", "2130706433",
     "?", "\xff"],
)  # fmt: skip
def test_strange_names_are_refused(host: str) -> None:
    assert host.encode("latin-1") not in Hosts(("runs.example", "*.team.example"))


def test_star_lets_every_name_in() -> None:
    assert b"evil.example" in Hosts(("*",))


def test_names_that_strangers_send_are_not_all_kept_in_mind() -> None:
    hosts = Hosts()
    for number in range(3000):
        assert f"{number}.evil.example".encode() not in hosts
    assert len(hosts._known) <= 1024


def test_origins() -> None:
    origins = Origins(("https://notebooks.example", "https://*.team.example/"))
    friends = "http://localhost:3000 https://127.0.0.1 https://notebooks.example https://a.team.example"
    assert [origin for origin in friends.split() if origin.encode() not in origins] == []
    strangers = (
        "null https://evil.example http://notebooks.example http://localhost.evil.example localhost "
        "https://notebooks.example.evil http://localhost:3000@evil.example"
    )
    assert [origin for origin in strangers.split() if origin.encode() in origins] == []


class Faulty(ServerExtension):
    """Routes that fail."""

    def routes(self, context: ServerContext) -> list[ExtraRoute]:
        return [
            ExtraRoute(method="GET", path=f"/{each.__name__}", endpoint=each, permission=PUBLIC)
            for each in (fails, breaks_off, refuses_late, page)
        ]


async def fails(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise RuntimeError("hunter2")


async def breaks_off(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})
    raise RuntimeError("hunter2")


async def refuses_late(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
    raise Unavailable("hunter2")


async def page(_scope: Scope, _receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/html"), (b"content-security-policy", b"default-src 'self'")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<p>"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from runyard.registry.registries import open_registry
    from runyard.tracking.stores import open_store

    path: Path = tmp_path_factory.mktemp("guarded") / "runs.db"
    context = ServerContext(
        store=open_store(f"sqlite:///{path}"), registry=open_registry(f"sqlite:///{path}"), artifacts=None, prefix="/x"
    )
    guarding = Guarding(hosts=("runs.example",), origins=("https://notebooks.example",))
    with serving_application(Application(context, [Faulty()], guarding=guarding)) as address:
        yield address.removeprefix("http://")
    close_stores()
    close_registries()


@contextmanager
def ask(
    server: str, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", body: str | None = None
) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection(server)) as connection:
        connection.request(method, path, body, dict(headers or {}))
        yield connection.getresponse()


def test_rebound_name_reaches_probes_only(server: str) -> None:
    stranger = {"Host": "evil.example"}
    with ask(server, f"/x{EXPERIMENT}", stranger) as reply:
        assert reply.status == 403
        assert json.load(reply)["error_code"] == "PERMISSION_DENIED"
    for path in ("/health", "/x/health", "/version", "/x/version"):
        with ask(server, path, stranger) as reply:
            assert reply.status == 200


def test_two_hosts_are_refused(server: str) -> None:
    host, port = server.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"GET /x/none HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        )
        assert connection.recv(20).startswith(b"HTTP/1.1 403")


def test_page_of_a_stranger_changes_nothing(server: str) -> None:
    body = json.dumps({"name": "forged"})
    for origin in ("https://evil.example", "null"):
        headers = {"Origin": origin, "Content-Type": "application/json"}
        with ask(server, f"/x{CREATE}", headers, "POST", body) as reply:
            assert reply.status == 403
            assert reply.headers["Access-Control-Allow-Origin"] is None
        with ask(server, f"/x{EXPERIMENT}", {"Origin": origin}) as reply:
            assert reply.headers["Access-Control-Allow-Origin"] is None  # so the browser does not show it to the page


def test_pages_of_friends_and_of_the_server_itself_may(server: str) -> None:
    for number, origin in enumerate(("https://notebooks.example", "http://localhost:3000", f"http://{server}")):
        headers = {"Origin": origin, "Content-Type": "application/json"}
        with ask(server, f"/x{CREATE}", headers, "POST", json.dumps({"name": f"friend-{number}"})) as reply:
            assert reply.status == 200
            is_other = not origin.endswith(server)
            assert reply.headers["Access-Control-Allow-Origin"] == (origin if is_other else None)
            named = origin == "https://notebooks.example"
            assert reply.headers["Access-Control-Allow-Credentials"] == ("true" if named else None)


def test_preflight(server: str) -> None:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    with ask(server, f"/x{CREATE}", {**headers, "Origin": "https://notebooks.example"}, "OPTIONS") as reply:
        assert reply.status == 204
        assert reply.headers["Access-Control-Allow-Headers"] == "content-type"
        assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    with ask(server, f"/x{CREATE}", {**headers, "Origin": "https://evil.example"}, "OPTIONS") as reply:
        assert reply.status == 403


def test_replies_have_the_headers_of_security(server: str) -> None:
    for path in ("/health", f"/x{EXPERIMENT}", "/x/none"):
        with ask(server, path) as reply:
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert reply.headers["Server"] is None
    with ask(server, "/x/page") as reply:
        assert reply.headers.get_all("Content-Security-Policy") == ["default-src 'self'"]
        assert reply.headers["Referrer-Policy"] == "same-origin"


def test_request_ids_are_taken_over_if_they_are_well_formed(server: str) -> None:
    with ask(server, "/health", {"X-Request-ID": "trace-1/2"}) as reply:
        assert reply.headers["X-Request-ID"] == "trace-1/2"
    found = set()
    for forged in ("", "a b", "x" * 129, 'a"b', "a\tb"):
        with ask(server, "/health", {"X-Request-ID": forged}) as reply:
            found.add(reply.headers["X-Request-ID"])
    assert len(found) == 5
    assert not found.intersection({"", "a b", "x" * 129, 'a"b', "a\tb"})


def test_unforeseen_failure_is_in_the_log_only(server: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "runyard_server"), ask(server, "/x/fails", {"X-Request-ID": "mine"}) as reply:
        answer = reply.read().decode()
    assert reply.status == 500
    assert json.loads(answer) | {"message": ""} == {"error_code": "INTERNAL_ERROR", "message": "", "request_id": "mine"}
    assert "hunter2" not in answer
    (record,) = caplog.records
    assert record.exc_info is not None
    assert record.fields == {"request_id": "mine"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/x/breaks_off", "/x/refuses_late"])
def test_reply_that_breaks_off_closes_the_connection(server: str, path: str, caplog: pytest.LogCaptureFixture) -> None:
    with ask(server, path) as reply, pytest.raises(http.client.IncompleteRead):
        reply.read()
    assert sum("failed" in record.message for record in caplog.records) == 1


def test_endless_head_is_cut_off(server: str) -> None:
    host, port = server.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        try:
            while True:
                connection.sendall(b"X-Filler: " + b"x" * 4000 + b"\r\n")
        except OSError:
            pass


def test_counts_are_for_those_who_are_known() -> None:
    pytest.importorskip("prometheus_client", reason="prometheus-client is not installed")
    from runyard_server.metrics import ServerMetrics

    class Nobody(Authenticator):
        async def authenticate(self, headers: Mapping[str, str]) -> Identity:
            raise Unauthenticated("Nobody is known here.")

        async def allows(self, who: Identity, request: AccessRequest) -> bool:
            return False

    class Closed(ServerExtension):
        def authenticator(self) -> Authenticator:
            return Nobody()

    context = ServerContext(store=None, registry=None, artifacts=None)
    application = Application(context, [Closed()], metrics=ServerMetrics(Path("unused"), 1))
    with serving_application(application) as address:
        for path, status in (("/metrics", 401), ("/health", 200)):
            with ask(address.removeprefix("http://"), path) as reply:
                assert reply.status == status


def test_guard_can_be_switched_off(tmp_path: Path) -> None:
    context = ServerContext(store=None, registry=None, artifacts=None)
    application = Application(context, guarding=Guarding(is_on=False))
    status = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    async def send(message: Mapping[str, object]) -> None:
        status.append(message.get("status"))

    scope = {"type": "http", "method": "GET", "path": "/none", "headers": [(b"host", b"evil.example")]}
    asyncio.run(application(scope, receive, send))  # type: ignore[arg-type]
    assert status == [404, None]
    application.runtime.close()
