"""What a server tells: to clients nothing of its own places, to its log nothing that clients keep secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asking import Served, example

pytest.importorskip("runyard_server", reason="it is the server")

from runyard.errors import DataDamaged, PluginFailed, StorageFailure, Unavailable
from runyard.rest.extension import ServerContext
from runyard.rest.route import PREFIXES
from runyard.rest.routes import ROUTES
from runyard.testing.memory import MemoryTrackingStore
from runyard.uris import StoreURI
from runyard_server.application import Application
from server_process import RunyardServer
from serving import serving_application

PASSWORD = "correct-horse"


def test_no_error_tells_where_the_server_keeps_things(served: Served, tmp_path: Path) -> None:
    for route in ROUTES:
        for prefix in PREFIXES:
            path = f"{prefix}/{route.version}{route.path}".replace("{", "").replace("}", "")
            fields = example(route.request)
            if route.method == "GET":
                answer = served.ask("GET", path, query=fields)
            else:
                answer = served.ask(route.method, path, fields)
            assert str(tmp_path).encode() not in answer.body, answer
            assert b"hidden-place" not in answer.body, answer
            assert b"sqlite" not in answer.body.lower(), answer


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (StorageFailure("The disk of '/srv/secret/runs.db' refuses."), 500),
        (Unavailable("PostgreSQL at secret.internal:5432 has dropped the connection."), 503),
        (DataDamaged("'/srv/secret/meta.yaml' is damaged."), 500),
        (PluginFailed("secret_plugin cannot be imported."), 500),
        (RuntimeError("secret"), 500),
    ],
    ids=type,
)
@pytest.mark.parametrize("path", ["experiments/get?experiment_id=0", "runs/log-metric"])
def test_what_fails_behind_the_server_is_for_its_log(
    failure: Exception, status: int, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(MemoryTrackingStore):
        def get_experiment(self, experiment_id: str) -> object:  # type: ignore[override]
            raise failure

        def log_batches(self, batches: object) -> object:  # type: ignore[override]
            raise failure

    store = Failing(StoreURI.parse("memory://failing"))
    application = Application(ServerContext(store=store, registry=None, artifacts=None))
    with serving_application(application) as address:
        served = Served(address, Path(), Path())
        fields = {"run_id": "a", "key": "m", "value": 1, "timestamp": 1} if "log" in path else None
        answer = served.ask("POST" if fields else "GET", f"/api/2.0/mlflow/{path}", fields)
    assert answer.error[0] == status
    assert b"secret" not in answer.body
    assert "secret" in caplog.text


def test_credentials_are_not_logged(tmp_path: Path) -> None:
    headers = {"authorization": f"Bearer {PASSWORD}", "cookie": f"session={PASSWORD}", "x-api-key": PASSWORD}
    with RunyardServer("--access-log", "--log-level", "debug", folder=tmp_path) as server:
        served = Served(server.address, tmp_path, tmp_path)
        for method, path, body in (
            ("GET", f"/api/2.0/mlflow/runs/get?run_id=nothing&token={PASSWORD}", None),
            ("POST", "/api/2.0/mlflow/runs/log-metric", b"{"),
            ("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "77", "user_id": PASSWORD}),
            ("GET", f"/nowhere?password={PASSWORD}", None),
        ):
            served.ask(method, path, body, headers=headers)
    said = "".join(server.said)
    assert said.count("/api/2.0/mlflow/runs/") == 3
    assert PASSWORD not in said


def test_a_password_in_an_address_is_not_repeated(served: Served) -> None:
    location = f"s3://key:{PASSWORD}@bucket/x"
    fields = {"name": "x", "artifact_location": location}
    answer = served.ask("POST", "/api/2.0/mlflow/experiments/create", fields)
    assert answer.error == (400, "INVALID_PARAMETER_VALUE")
    assert PASSWORD.encode() not in answer.body


def test_document_and_probes_tell_nothing_of_what_is_there(served: Served, tmp_path: Path) -> None:
    name = "name-of-a-secret-project"
    served.post("/experiments/create", name=name)
    for path in ("/health", "/version", "/api/2.0/runyard/openapi.json", "/api/3.0/mlflow/server-info"):
        body = served.ask("GET", path).body
        assert name.encode() not in body
        assert str(tmp_path).encode() not in body
    assert json.loads(served.ask("GET", "/api/2.0/runyard/openapi.json").body)["info"]["title"] == "runyard"
