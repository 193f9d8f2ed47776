"""A page of a stranger makes a browser send requests: DNS rebinding, request forgery, open sharing."""

from __future__ import annotations

import pytest

from asking import Served

EVIL = "http://evil.example"
CREATE = "/api/2.0/mlflow/experiments/create"


def names(served: Served) -> set[str]:
    found = served.post("/experiments/search", max_results=100)["experiments"]
    return {experiment["name"] for experiment in found}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_a_name_that_was_bound_to_this_machine_is_refused(served: Served, host: str) -> None:
    for method, path in (("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0"), ("POST", CREATE)):
        answer = served.ask(method, path, {"name": "x"} if method == "POST" else None, headers={"host": host})
        assert answer.error == (403, "PERMISSION_DENIED")
    assert names(served) == {"Default"}


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://127.0.0.1.evil.example", "file://", "https://evil.example:443"]
)
@pytest.mark.parametrize("prefix", ["/api", "/ajax-api"])
def test_a_page_of_a_stranger_changes_nothing(served: Served, origin: str, prefix: str) -> None:
    path = f"{prefix}/2.0/mlflow/experiments/create"
    assert served.ask("POST", path, {"name": "x"}, headers={"origin": origin}).error == (403, "PERMISSION_DENIED")
    for method in ("PUT", "DELETE"):
        file = f"{prefix}/2.0/mlflow-artifacts/artifacts/x"
        assert served.ask(method, file, b"x", headers={"origin": origin}).status == 403
    asks = {"origin": origin, "access-control-request-method": "POST"}
    preflight = served.ask("OPTIONS", path, headers=asks)
    assert preflight.status == 403
    assert "access-control-allow-origin" not in preflight.headers
    assert names(served) == {"Default"}


def test_a_page_of_a_stranger_reads_nothing(served: Served) -> None:
    path = "/api/2.0/mlflow/experiments/get?experiment_id=0"
    answer = served.ask("GET", path, headers={"origin": EVIL})
    assert "access-control-allow-origin" not in answer.headers, "The browser keeps the reply from the page."


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_a_form_can_send_is_no_message(served: Served, kind: str) -> None:
    # An old browser tells no origin with a form, and needs no preflight for these types.
    answer = served.ask("POST", CREATE, b'{"name": "x", "a=": "b"}', headers={"content-type": kind})
    assert answer.error == (400, "INVALID_PARAMETER_VALUE")
    assert names(served) == {"Default"}


def test_no_link_changes_anything(served: Served) -> None:
    for path in (f"{CREATE}?name=x", "/api/2.0/mlflow/runs/create?experiment_id=0"):
        answer = served.ask("GET", path, headers={"x-http-method-override": "POST", "x-http-method": "POST"})
        assert answer.status == 405
    assert names(served) == {"Default"}


def test_no_page_puts_the_server_into_a_frame_of_its_own(served: Served) -> None:
    headers = served.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0").headers
    assert headers["x-frame-options"] in ("DENY", "SAMEORIGIN")
    assert headers["x-content-type-options"] == "nosniff"
