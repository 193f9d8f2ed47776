"""Path traversal on read, arbitrary write and arbitrary delete, through the artifact routes of a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import Served

FILES = "/api/2.0/mlflow-artifacts/artifacts"
# As they are sent: whoever decodes once too often, or cuts at another place, gets somewhere else.
ESCAPES = [
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "%2e%2e%2fsecret.txt",
    "%252e%252e%252fsecret.txt",
    "%25252e%25252e%25252fsecret.txt",
    "a/../../secret.txt",
    "a/%2e%2e/%2e%2e/secret.txt",
    "..%5csecret.txt",
    "..\\secret.txt",
    "a%5c..%5c..%5csecret.txt",
    "./../secret.txt",
    "%c0%ae%c0%ae/secret.txt",
    "..%00/secret.txt",
    "a%00/../../secret.txt",
    "..%0d%0a/secret.txt",
    "..;/secret.txt",
    ".../secret.txt",
    "%09../secret.txt",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "%2f%2fetc/passwd",
    "file:/etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "C:%5cWindows%5cwin.ini",
    "~/secret.txt",
    "link/secret.txt",
]


@pytest.fixture
def outside(served: Served) -> Path:
    """What is around the artifacts; a link in them leads there."""
    assert served.ask("PUT", f"{FILES}/a/b.txt", b"inside").status == 200
    (served.artifacts / "link").symlink_to(served.secret.parent)
    folder: Path = served.secret.parent
    return folder


def around(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "artifacts" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_path_leads_out_of_the_artifacts(served: Served, outside: Path, escape: str) -> None:
    before, passwd = around(outside), Path("/etc/passwd").read_bytes()
    run = served.post("/runs/create", experiment_id="0")["run"]["info"]
    of_run = f"run_id={run['run_id']}&path={escape}"
    inside = {path for path in served.artifacts.rglob("*") if path.is_file()}
    for answer in (
        served.ask("GET", f"{FILES}/{escape}"),
        served.ask("GET", f"{FILES}/a/{escape}"),
        served.ask("GET", f"{FILES}?path={escape}"),
        served.ask("GET", f"/get-artifact?{of_run}"),
        served.ask("GET", f"/api/2.0/mlflow/artifacts/list?{of_run}"),
        served.ask("GET", f"/ajax-api{FILES.removeprefix('/api')}/{escape}"),
    ):
        assert answer.status in (200, 400, 404), answer
        assert answer.body != b"secret", answer
        assert passwd[:30] not in answer.body, answer
        assert answer.status != 200 or b"secret.txt" not in answer.body, answer
    for answer in (
        served.ask("DELETE", f"{FILES}/{escape}"),
        served.ask("PUT", f"{FILES}/{escape}", b"written"),
        served.ask("POST", f"/ajax-api/2.0/mlflow/upload-artifact?{of_run}", b"written"),
        served.ask("POST", f"/api/2.0/mlflow-artifacts/mpu/create/{escape}", {"path": "x", "num_parts": 1}),
        served.ask("POST", "/api/2.0/mlflow-artifacts/mpu/create/a", {"path": escape, "num_parts": 1}),
    ):
        assert answer.status in (200, 400, 404), answer
    assert around(outside) == before, "Nothing around the artifacts has changed."
    assert Path("/etc/passwd").read_bytes() == passwd
    assert inside <= {path for path in served.artifacts.rglob("*") if path.is_file()}, "What was there is there."


def test_the_root_itself_is_not_deleted(served: Served, outside: Path) -> None:
    for path in ("", "/", "/.", "/%2e", "//", "/a/..", "/%20"):
        served.ask("DELETE", FILES + path)
    assert (served.artifacts / "a" / "b.txt").read_bytes() == b"inside"


def test_a_folder_of_uploads_in_parts_is_none_of_the_artifacts(served: Served, outside: Path) -> None:
    begun = served.ask("POST", "/api/2.0/mlflow-artifacts/mpu/create/a", {"path": "parts.bin", "num_parts": 1})
    assert begun.status == 200
    listed = served.ask("GET", FILES).json["files"]
    assert {file["path"] for file in listed} <= {"a", "link"}
    for name in (path.name for path in served.artifacts.iterdir() if path.name not in ("a", "link")):
        assert served.ask("GET", f"{FILES}?path={name}").status in (400, 404) or not served.ask(
            "GET", f"{FILES}?path={name}"
        ).json.get("files")
        assert served.ask("PUT", f"{FILES}/{name}/x", b"x").status in (400, 404)
