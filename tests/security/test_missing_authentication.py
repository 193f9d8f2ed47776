"""Ways around whoever guards the routes: another spelling of a path, another method, another object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from asking import Served, ask

pytest.importorskip("runyard_server", reason="it is the server")
pytest.importorskip("runyard_sql", reason="the runs of the server are in a database")

from pathlib import Path

from runyard.errors import Unauthenticated
from runyard.rest.extension import AccessRequest, Authenticator, Identity, ServerExtension
from runyard.rest.runs import RunReference
from runyard.tracking.stores import close_stores, open_store
from serving import serving


class OneRun(Authenticator, ServerExtension):
    """Lets everybody with the password do anything with one run, and nothing else."""

    def __init__(self) -> None:
        self.run_id = ""

    def authenticator(self) -> Authenticator:
        return self

    async def authenticate(self, headers: Mapping[str, str]) -> Identity:
        if headers.get("authorization") != "Bearer password":
            raise Unauthenticated("Who is there?")
        return Identity("somebody")

    async def allows(self, who: Identity, request: AccessRequest) -> bool:
        message = request.message
        run_id = message.run() if isinstance(message, RunReference) else getattr(message, "run_id", None)
        return run_id == self.run_id


@pytest.fixture
def guard() -> OneRun:
    return OneRun()


@pytest.fixture
def guarded(tmp_path: Path, secret: Path, guard: OneRun) -> Iterator[Served]:
    artifacts = secret.parent / "artifacts"
    with serving(f"sqlite:///{tmp_path / 'runs.db'}", artifacts=artifacts, extensions=[guard]) as address:
        yield Served(address, artifacts, secret)
    close_stores()


SPELLINGS = [
    "/api/2.0/mlflow/experiments/get?experiment_id=0",
    "//api/2.0/mlflow/experiments/get?experiment_id=0",
    "/api//2.0/mlflow/experiments/get?experiment_id=0",
    "/api/2.0/mlflow/experiments/get/?experiment_id=0",
    "/api/2.0/mlflow/experiments/get;x?experiment_id=0",
    "/api/2.0/mlflow/experiments/get%3f?experiment_id=0",
    "/api/2.0/mlflow/experiments/%67et?experiment_id=0",
    "/API/2.0/mlflow/experiments/get?experiment_id=0",
    "/health/../api/2.0/mlflow/experiments/get?experiment_id=0",
    "/version/%2e%2e/api/2.0/mlflow/experiments/get?experiment_id=0",
    "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0",
    "/api/2.0/preview/mlflow/experiments/get?experiment_id=0",
    "/api/2.0/mlflow/experiments/get%00?experiment_id=0",
    "http://127.0.0.1/api/2.0/mlflow/experiments/get?experiment_id=0",
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "get", "POST"])
def test_no_spelling_leads_past_the_guard(guarded: Served, method: str) -> None:
    for target in SPELLINGS:
        answer = guarded.ask(method, target)
        assert answer.status in (400, 401, 404, 405), (target, answer)
        assert b"artifact_location" not in answer.body, target


def test_no_header_stands_for_a_password(guarded: Served) -> None:
    for headers in (
        {"x-original-url": "/health"},
        {"x-rewrite-url": "/health"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-user": "root"},
        {"authorization": ""},
        {"authorization": "Basic"},
        {"authorization": "Basic !!!"},
        {"authorization": "bearer password"},
        {"authorization": "Bearer passwor"},
        {"cookie": "authorization=Bearer password"},
    ):
        answer = guarded.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", headers=headers)
        assert answer.error == (401, "UNAUTHENTICATED"), headers


def test_whoever_is_let_in_reaches_no_other_object(guarded: Served, guard: OneRun, tmp_path: Path) -> None:
    from runyard.tracking.requests import NewRun

    store = open_store(f"sqlite:///{tmp_path / 'runs.db'}", "mlflow-artifacts:/")
    own, other = (
        store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name=name)).info.run_id
        for name in ("own", "other")
    )
    guard.run_id = own
    password = {"authorization": "Bearer password"}

    def get(query: str) -> int:
        answer = ask(guarded.address, "GET", f"/api/2.0/mlflow/runs/get?{query}", headers=password)
        assert other.encode() not in answer.body or answer.status != 200, query
        return answer.status

    assert get(f"run_id={own}") == 200
    assert get(f"run_id={other}") == 403
    assert get(f"run_uuid={other}") == 403
    assert get(f"runId={other}") == 403
    # Two of them: whoever checks and whoever does it take the same one, or the request is refused.
    for query in (
        f"run_id={own}&run_id={other}",
        f"run_id={other}&run_id={own}",
        f"run_id={own}&runId={other}",
        f"run_id={own}&run_uuid={other}",
        f"run_id={other}&run_uuid={own}",
        f"run_uuid={own}&run_id={other}",
    ):
        assert get(query) in (200, 400, 403), query
    path = "/api/2.0/mlflow/runs/set-tag"
    for fields in (
        {"run_id": own, "run_uuid": other},
        {"run_id": other, "run_uuid": own},
        {"run_id": own, "runId": other},
    ):
        ask(guarded.address, "POST", path, {**fields, "key": "k", "value": "v"}, headers=password)
    body = f'{{"run_id": "{own}", "run_id": "{other}", "key": "k", "value": "v"}}'.encode()
    assert ask(guarded.address, "POST", path, body, headers=password).status == 403
    assert "k" not in store.get_run(other).data.tags
