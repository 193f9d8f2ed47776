"""``runyard server`` and ``runyard ui`` as operators start them."""

from __future__ import annotations

import errno
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from server_process import NotStarted, RunyardServer

LOG = "/api/2.0/mlflow/runs/log-metric"
PAGE = """
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import ServerExtensionPlugin
from runyard.rest.access import PUBLIC
from runyard.rest.extension import ExtraRoute, ServerExtension

class Page(ServerExtension):
    def routes(self, context):
        yield ExtraRoute(method="GET", path="/", endpoint=send, permission=PUBLIC)

async def send(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})

@hookimpl
def runyard_server_extensions():
    yield ServerExtensionPlugin(name="page", factory="runyard_page:Page", summary="A page.")
"""


def get(address: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def post(address: str, message: object) -> dict[str, object]:
    body = json.dumps(message).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        answer: dict[str, object] = json.load(reply)
        return answer


def fails(folder: Path, *options: str, command: str = "server", **variables: str) -> tuple[int, str]:
    """Run the command, which is expected to end, and return its exit code and what it said."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    done = subprocess.run(
        [sys.executable, "-m", "runyard", command, *options],
        cwd=folder,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_server_starts_on_an_empty_folder_and_ends_with_code_0(tmp_path: Path) -> None:
    with RunyardServer(folder=tmp_path) as server:
        assert get(f"{server.address}/health") == (200, "OK")
        assert get(f"{server.address}/version")[0] == 200
        assert server.stop() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["runyard.db"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_server_ends_at_once_with_idle_connections(tmp_path: Path, number: int, workers: str) -> None:
    with RunyardServer("--workers", workers, folder=tmp_path) as server:
        kept = [http.client.HTTPConnection(server.address.removeprefix("http://")) for _ in range(4)]
        for connection in kept:
            connection.request("GET", "/health")
            connection.getresponse().read()
        assert server.stop(number) == 0
        for connection in kept:
            connection.close()


def test_request_in_flight_is_answered_when_the_server_is_stopped(tmp_path: Path) -> None:
    with RunyardServer("--grace-seconds", "30", folder=tmp_path) as server:
        host, port = server.address.removeprefix("http://").split(":")
        body = json.dumps({"experiment_id": "0"}).encode()
        with socket.create_connection((host, int(port))) as connection:
            head = (
                f"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(body)}\r\n"
            )
            connection.sendall(head.encode() + b"Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 100")  # it waits for the body now
            server.send(signal.SIGTERM)
            with pytest.raises(ConnectionError):  # noqa: PT012 - until it lets nobody in any longer
                while True:
                    socket.create_connection((host, int(port))).close()
            connection.sendall(body)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer
        assert server.wait() == 0


def test_slow_upload_does_not_keep_the_server_from_ending(tmp_path: Path) -> None:
    with RunyardServer("--grace-seconds", "0", folder=tmp_path) as server:
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            head = f"POST {LOG} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 100\r\nExpect: 100-continue\r\n"
            connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            assert server.stop() == 0
            assert connection.recv(100).startswith(b"HTTP/1.1 503")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_connections_send_at_once_what_they_have(tmp_path: Path, workers: str) -> None:
    """Without TCP_NODELAY, a reply waits some 40 ms for the client's acknowledgement of its head."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("the sockets of another process can be looked at on Linux only")
    with RunyardServer("--workers", workers, folder=tmp_path) as server:
        connection = http.client.HTTPConnection(server.address.removeprefix("http://"))
        connection.request("GET", "/health")
        connection.getresponse().read()
        local = connection.sock.getsockname()
        found = [option for pid in family(server.pid) for option in options_of(pid, local)]
        connection.close()
    assert found == [1]


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def options_of(pid: int, peer: tuple[str, int]) -> list[int]:
    """Return TCP_NODELAY of the sockets of a process that are connected with a peer."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    pidfd = os.pidfd_open(pid)
    found = []
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            if not os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:"):
                continue
            copy = library.syscall(438, pidfd, int(name), 0)  # pidfd_getfd
            if copy < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS):
                pytest.skip("this system lets no process look at the sockets of another one")
            if copy < 0:
                continue
            try:
                with socket.socket(fileno=copy) as each:
                    if each.family == socket.AF_INET and each.getpeername() == peer:
                        found.append(each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            except OSError:
                continue
    finally:
        os.close(pidfd)
    return found


def test_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with RunyardServer("--workers", "2", folder=tmp_path) as server:
        first = family(server.pid)[1:]
        os.kill(first[0], signal.SIGKILL)
        server.wait_for("another one has taken its place")
        assert get(f"{server.address}/health") == (200, "OK")
        assert len(set(family(server.pid)[1:]) - set(first)) == 1
        assert server.stop() == 0


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    with RunyardServer("--workers", "2", folder=tmp_path) as server:
        server.kill()  # returns when nobody holds its standard error any longer
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(f"{server.address}/health")


def test_workers_record_side_by_side(tmp_path: Path) -> None:
    with RunyardServer("--workers", "2", folder=tmp_path) as server:
        run = post(f"{server.address}/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]
        run_id = run["info"]["run_id"]  # type: ignore[index]
        for step in range(20):
            point = {"run_id": run_id, "key": "loss", "value": 1.5, "timestamp": 1, "step": step}
            post(f"{server.address}{LOG}", point)
        history = get(f"{server.address}/api/2.0/mlflow/metrics/get-history?run_id={run_id}&metric_key=loss")[1]
        assert server.stop() == 0
    assert [point["step"] for point in json.loads(history)["metrics"]] == list(range(20))


def test_variables_of_the_reference_system_count_after_ours(tmp_path: Path) -> None:
    variables = {
        "MLFLOW_BACKEND_STORE_URI": "sqlite:///theirs.db",
        "RUNYARD_BACKEND_STORE_URI": "sqlite:///ours.db",
        "MLFLOW_STATIC_PREFIX": "/runs",
        "RUNYARD_TRACKING_URI": "sqlite:///of-the-client.db",
    }
    with RunyardServer(folder=tmp_path, variables=variables) as server:
        assert server.address.endswith("/runs")
        assert get(f"{server.address}/health") == (200, "OK")
        assert get(f"{server.address.removesuffix('/runs')}/health") == (200, "OK")
        assert get(f"{server.address}/api/2.0/mlflow/experiments/get?experiment_id=0")[0] == 200
    assert (tmp_path / "ours.db").exists()
    assert not (tmp_path / "theirs.db").exists()
    assert not (tmp_path / "of-the-client.db").exists()


def test_artifacts_only_server_has_no_runs(tmp_path: Path) -> None:
    with RunyardServer("--artifacts-only", folder=tmp_path) as server:
        status, body = get(f"{server.address}/api/2.0/mlflow/experiments/get?experiment_id=0")
        assert (status, json.loads(body)["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
    assert list(tmp_path.iterdir()) == []


def test_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, said = fails(tmp_path, "--port", port)
    assert (code, f"Port {port} of 127.0.0.1 is taken" in said) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--static-prefix", "runs"], "--static-prefix 'runs' is not valid"),
        (["--static-prefix", "/runs/"], "--static-prefix '/runs/' is not valid"),
        (["--host", "no such host"], "--host 'no such host' is not a name or an address"),
        (["--host", "192.0.2.1"], "not an address of this machine"),
        (["--backend-store-uri", "sqlite:///missing/folder/runs.db"], "missing/folder"),
        (["--backend-store-uri", "postgresql://nobody@127.0.0.1:1/runs"], "127.0.0.1"),
        (["--artifacts-destination", "/dev/null/artifacts"], "--artifacts-destination"),
        (["--artifacts-destination", "gopher://x/y"], "gopher"),
        (["--expose-prometheus", "/dev/null/counts", "-w", "2"], "/dev/null/counts"),
    ],
)
def test_what_cannot_work_is_said_in_one_sentence(tmp_path: Path, options: Sequence[str], words: str) -> None:
    if "postgresql" in str(options):
        pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    code, said = fails(tmp_path, "--port", "0", *options)
    assert code == 1
    assert words in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--gunicorn-opts", "--timeout 5"], "another server"),
        (["--waitress-opts", "--threads 5"], "another server"),
        (["--uvicorn-opts", "--factory"], "This server knows"),
        (["--uvicorn-opts", "--backlog 'x"], "does not parse"),
        (["--artifacts-only", "--backend-store-uri", "sqlite:///runs.db"], "--backend-store-uri"),
        (["--artifacts-only", "--no-serve-artifacts"], "leave nothing to serve"),
        (["--ssl-ca-certs", __file__], "--ssl-certfile"),
        (["--workers", "0"], "--workers"),
    ],
)
def test_wrong_usage_is_refused(tmp_path: Path, options: Sequence[str], words: str) -> None:
    code, said = fails(tmp_path, *options)
    assert code == 2
    assert words in said


def test_database_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    with RunyardServer(folder=tmp_path):
        pass
    with sqlite3.connect(tmp_path / "runyard.db") as database:
        database.execute("UPDATE runyard_revision SET version_num = '99.0'")
    database.close()
    code, said = fails(tmp_path, "--port", "0")
    assert (code, "pip install --upgrade" in said) == (1, True)


def test_address_in_an_error_shows_no_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    _, said = fails(tmp_path, "--port", "0", "--backend-store-uri", "postgresql://me:hunter2@127.0.0.1:1/runs")
    assert "hunter2" not in said


def test_server_beyond_loopback_says_that_it_knows_no_users(tmp_path: Path) -> None:
    with RunyardServer("--host", "0.0.0.0", folder=tmp_path) as server:
        assert get(f"{server.address}/health") == (200, "OK")
        assert len([line for line in server.said if "knows no users" in line]) == 1


def test_server_on_loopback_says_nothing_of_users(tmp_path: Path) -> None:
    with RunyardServer(folder=tmp_path) as server:
        assert not [line for line in server.said if "WARNING" in line]


def test_ui_shows_the_folder_that_scripts_write_into(tmp_path: Path) -> None:
    script = "import runyard; runyard.set_experiment('here'); runyard.start_run(); runyard.end_run()"
    with RunyardServer(folder=tmp_path, command="ui"):
        pass
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    with RunyardServer(folder=tmp_path, command="ui") as server:
        found = get(f"{server.address}/api/2.0/mlflow/experiments/get-by-name?experiment_name=here")
        assert found[0] == 200
    assert (tmp_path / "mlruns").is_dir()
    assert not (tmp_path / "runyard.db").exists()


def test_ui_opens_the_database_that_is_there(tmp_path: Path) -> None:
    with RunyardServer(folder=tmp_path) as server:
        post(f"{server.address}/api/2.0/mlflow/experiments/create", {"name": "here"})
    with RunyardServer(folder=tmp_path, command="ui") as server:
        assert get(f"{server.address}/api/2.0/mlflow/experiments/get-by-name?experiment_name=here")[0] == 200


def page_plugin(folder: Path) -> dict[str, str | None]:
    """Install a page in a folder, and return the variables that show it to a server, in place of any other."""
    (folder / "runyard_page.py").write_text(PAGE)
    metadata = folder / "runyard_page-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: runyard-page\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[runyard]\npage = runyard_page\n")
    return {"PYTHONPATH": str(folder), "RUNYARD_PLUGINS_BLOCK": "ui"}


@pytest.mark.parametrize("prefix", ["", "/team"])
def test_server_says_where_its_page_is_and_opens_it(tmp_path: Path, prefix: str) -> None:
    opened = tmp_path / "opened"
    os.mkfifo(opened)
    # what a browser is here: a command line for the module webbrowser of the standard library
    variables = {**page_plugin(tmp_path), "BROWSER": f"sh -c 'echo %s > {opened}'"}
    options = ["--open", *(["--static-prefix", prefix] if prefix else [])]
    with RunyardServer(*options, folder=tmp_path, command="ui", variables=variables) as server:
        assert [line for line in server.said if line.strip().endswith(f"The page is at {server.address}/")]
        assert opened.read_text().strip() == server.address
        assert get(f"{server.address}/") == (200, "page")


@pytest.mark.parametrize("command", ["server", "ui"])
def test_server_without_a_page_says_how_to_get_it(tmp_path: Path, command: str) -> None:
    with RunyardServer(folder=tmp_path, command=command, variables={"RUNYARD_PLUGINS_BLOCK": "ui"}) as server:
        assert [line for line in server.said if "no page" in line and "pip install runyard-ui" in line]
        status, told = get(f"{server.address}/")
        assert (status, "pip install runyard-ui" in told) == (404, True)
        assert "runyard-ui" not in get(f"{server.address}/elsewhere")[1]


def test_server_of_artifacts_only_has_no_use_for_a_page(tmp_path: Path) -> None:
    with RunyardServer("--artifacts-only", folder=tmp_path) as server:
        assert not [line for line in server.said if "page" in line]
        assert "page" not in get(f"{server.address}/")[1]


def test_database_of_mlflow_has_to_be_brought_over(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "mlflow.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
    database.close()
    for command in ("server", "ui"):
        code, said = fails(tmp_path, "--port", "0", command=command)
        assert (code, "runyard db import sqlite:///mlflow.db" in said) == (1, True)


def test_certificate_is_used_and_read_again(tmp_path: Path) -> None:
    first = certificate(tmp_path, "first")
    with RunyardServer("--ssl-certfile", "server.pem", "--ssl-keyfile", "server.key", folder=tmp_path) as server:
        assert server.address.startswith("https://")
        port = int(server.address.rpartition(":")[2])
        assert shown_certificate(port) == first
        second = certificate(tmp_path, "second")
        server.send(signal.SIGHUP)
        while shown_certificate(port) != second:
            pass
        assert server.stop() == 0


def test_key_with_a_password_comes_from_a_variable_or_a_file(tmp_path: Path) -> None:
    certificate(tmp_path, "first", password="hunter2")
    options = ("--ssl-certfile", "server.pem", "--ssl-keyfile", "server.key")
    code, said = fails(tmp_path, "--port", "0", *options)
    assert (code, "RUNYARD_SSL_KEYFILE_PASSWORD" in said) == (1, True)
    with RunyardServer(*options, folder=tmp_path, variables={"RUNYARD_SSL_KEYFILE_PASSWORD": "hunter2"}):
        pass
    (tmp_path / "password").write_text("hunter2\n")
    with RunyardServer(*options, "--ssl-keyfile-password-file", "password", folder=tmp_path):
        pass


def certificate(folder: Path, name: str, password: str = "") -> str:
    """Make a certificate for this machine, and return it as clients see it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes certificates, is not installed")
    hidden = ["-passout", f"pass:{password}"] if password else ["-nodes"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-keyout", "server.key", "-out", "server.pem", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", *hidden],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return (folder / "server.pem").read_text()


def shown_certificate(port: int) -> str:
    import ssl

    return ssl.get_server_certificate(("127.0.0.1", port))


def test_requests_are_written_down_without_their_queries(tmp_path: Path) -> None:
    with RunyardServer("--access-log", "--log-format", "json", folder=tmp_path) as server:
        get(f"{server.address}/health?token=hunter2", **{"X-Request-ID": "mine-1"})
        server.wait_for("mine-1")
        assert server.stop() == 0
        lines = [json.loads(line) for line in server.said]
    line = next(line for line in lines if line.get("request_id") == "mine-1")
    assert (line["method"], line["path"], line["status"], line["bytes"]) == ("GET", "/health", 200, 2)
    assert "hunter2" not in json.dumps(lines)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_requests_are_counted(tmp_path: Path, workers: str) -> None:
    pytest.importorskip("prometheus_client", reason="prometheus-client is not installed")
    with RunyardServer("--expose-prometheus", "counts", "--workers", workers, folder=tmp_path) as server:
        run = post(f"{server.address}/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]
        run_id = run["info"]["run_id"]  # type: ignore[index]
        post(f"{server.address}{LOG}", {"run_id": run_id, "key": "loss", "value": 1.5, "timestamp": 1})
        route = f'method="POST",route="{LOG}",status="200"'
        count = f"runyard_http_request_seconds_count{{{route}}} 1.0"
        for _ in range(100):  # a request is counted when its reply is on its way
            status, page = get(f"{server.address}/metrics")
            if count in page:
                break
    assert status == 200
    assert count in page
    assert "runyard_commit_batches_count 1.0" in page
    assert "runyard_http_requests_in_flight" in page
    assert "runyard_build_info{" in page


def test_server_in_development_starts_again_when_code_changes(tmp_path: Path) -> None:
    package = tmp_path / "runyard_changing"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "plugin.py").touch()
    metadata = tmp_path / "runyard_changing-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: runyard-changing\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[runyard]\nchanging = runyard_changing.plugin\n")
    with RunyardServer("--dev", folder=tmp_path, variables={"PYTHONPATH": str(tmp_path)}) as server:
        for later in range(1, 100):  # the first changes may come before the first look
            os.utime(package / "plugin.py", (later, time.time() + later))
            with suppress(NotStarted):
                server.wait_for("Reloading", seconds=0.5)
                break
        server.said.clear()
        server.wait_for("Listening on")
        assert get(f"{server.address}/health") == (200, "OK")
        assert server.stop() == 0


def test_options_of_uvicorn_are_understood(tmp_path: Path) -> None:
    options = "--timeout-keep-alive 30 --limit-concurrency 100 --forwarded-allow-ips 127.0.0.1 --access-log"
    with RunyardServer("--uvicorn-opts", options, folder=tmp_path) as server:
        get(f"{server.address}/health", **{"X-Forwarded-For": "192.0.2.7"})
        server.wait_for("client=192.0.2.7")
