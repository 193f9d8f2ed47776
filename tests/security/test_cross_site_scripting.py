"""Artifacts and names that are scripts for the browser of whoever looks at them."""

from __future__ import annotations

import pytest

from asking import Served

SCRIPT = b"<script>alert(1)</script>"
FILES = "/api/2.0/mlflow-artifacts/artifacts"


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.xhtml", "x.xml", "x.js", "x", "x.txt", "x.pdf", "x.HTM"])
def test_an_artifact_is_kept_from_running(served: Served, name: str) -> None:
    run = served.post("/runs/create", experiment_id="0")["run"]["info"]
    folder = f"0/{run['run_id']}/artifacts"
    assert served.ask("PUT", f"{FILES}/{folder}/{name}", SCRIPT).status == 200
    for path in (f"{FILES}/{folder}/{name}", f"/get-artifact?run_id={run['run_id']}&path={name}"):
        answer = served.ask("GET", path)
        assert answer.body == SCRIPT
        assert answer.headers["content-disposition"].startswith("attachment"), path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "sandbox" in answer.headers["content-security-policy"], path
        kind = answer.headers["content-type"]
        assert not kind.startswith(("text/html", "application/xhtml", "text/xml", "text/javascript")), kind


@pytest.mark.parametrize(
    "name", ["a%22;x=%22.html", "a%0d%0aset-cookie:x=1.txt", "a%0aX:1", "a'b.txt", "%E2%98%83.txt", "a%3bb.txt"]
)
def test_a_name_adds_no_header(served: Served, name: str) -> None:
    stored = served.ask("PUT", f"{FILES}/{name}", SCRIPT)
    if stored.status == 200:
        answer = served.ask("GET", f"{FILES}/{name}")
        assert "set-cookie" not in answer.headers
        assert "x" not in answer.headers
        assert answer.headers["content-disposition"].startswith("attachment")
    else:
        assert stored.error[0] == 400


def test_what_is_repeated_in_an_error_is_no_page(served: Served) -> None:
    shown = "%3Cscript%3Ealert(1)%3C/script%3E"
    for path in (f"/{shown}", f"/api/2.0/mlflow/runs/get?run_id={shown}", f"{FILES}/{shown}", f"/get-artifact?{shown}"):
        answer = served.ask("GET", path)
        assert answer.status in (400, 404)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
