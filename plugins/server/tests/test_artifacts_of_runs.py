"""Files of runs, logged models and model versions, where a server serves them by the name of their owner."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

API = "/api/2.0/mlflow"


@pytest.fixture
def kept(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


def new_run(ask: Any) -> dict[str, str]:
    info: dict[str, str] = ask("POST", f"{API}/runs/create", experiment_id="0", start_time=1).json["run"]["info"]
    return info


def new_model(ask: Any, run_id: str, name: str) -> dict[str, str]:
    fields = {"experiment_id": "0", "name": name, "source_run_id": run_id}
    info: dict[str, str] = ask("POST", f"{API}/logged-models", **fields).json["model"]["info"]
    ask("POST", f"{API}/runs/outputs", run_id=run_id, models=[{"model_id": info["model_id"], "step": 0}])
    return info


def path_of(uri: str) -> str:
    scheme, _, path = uri.partition(":/")
    assert scheme == "mlflow-artifacts"
    return path


def test_file_of_a_run(ask: Any) -> None:
    run = new_run(ask)
    ask.put(f"{path_of(run['artifact_uri'])}/folder/{quote('größe 100%.txt')}", b"contents")
    path = quote("folder/größe 100%.txt")
    for name in ("run_id", "run_uuid"):
        reply = ask("GET", f"/get-artifact?{name}={run['run_id']}&path={path}")
        assert (reply.status, reply.body) == (200, b"contents")
        assert reply.headers["content-disposition"].startswith("attachment;")
    assert (
        ask("GET", f"/get-artifact?run_id={run['run_id']}&path={path}", headers={"Range": "bytes=0-2"}).body == b"con"
    )
    assert ask("GET", f"/get-artifact?run_id={run['run_id']}&path=nobody").status == 404
    assert ask("GET", f"/get-artifact?run_id={run['run_id']}&path=folder").status == 400
    assert ask("GET", f"/get-artifact?run_id={run['run_id']}").status == 400
    assert ask("GET", f"/get-artifact?run_id={'0' * 32}&path=a").status == 404
    assert ask("GET", "/get-artifact?path=a").status == 400
    assert ask("GET", f"/get-artifact?run_id=..%2F..&path={path}").status in (400, 404)


def test_list_of_a_run(ask: Any) -> None:
    run = new_run(ask)
    root = path_of(run["artifact_uri"])
    ask.put(f"{root}/folder/file", b"12345")
    listed = ask("GET", f"{API}/artifacts/list?run_id={run['run_id']}").json
    assert listed == {"root_uri": run["artifact_uri"], "files": [{"path": "folder", "is_dir": True}]}
    listed = ask("GET", f"{API}/artifacts/list?run_uuid={run['run_id']}&path=folder").json
    assert listed["files"] == [{"path": "folder/file", "is_dir": False, "file_size": 5}]
    for path in ("nobody", "folder/file"):
        listed = ask("GET", f"{API}/artifacts/list?run_id={run['run_id']}&path={path}").json
        assert listed == {"root_uri": run["artifact_uri"]}


def test_model_answers_for_a_path_of_its_run(ask: Any) -> None:
    run = new_run(ask)
    model = new_model(ask, run["run_id"], "classifier")
    ask.put(f"{path_of(model['artifact_uri'])}/code/main.py", b"print()")
    assert ask("GET", f"/get-artifact?run_id={run['run_id']}&path=classifier/code/main.py").body == b"print()"
    listed = ask("GET", f"{API}/artifacts/list?run_id={run['run_id']}&path=classifier/code").json["files"]
    assert listed == [{"path": "classifier/code/main.py", "is_dir": False, "file_size": 7}]


def test_files_of_a_model(ask: Any) -> None:
    model = new_model(ask, new_run(ask)["run_id"], "classifier")
    place = f"{API}/logged-models/{model['model_id']}/artifacts"
    ask.put(f"{path_of(model['artifact_uri'])}/code/main.py", b"print()")
    listed = ask("GET", f"{place}/directories").json
    assert listed == {"root_uri": model["artifact_uri"], "files": [{"path": "code", "is_dir": True}]}
    assert ask("GET", f"{place}/directories?artifact_directory_path=code").json["files"][0]["path"] == "code/main.py"
    reply = ask("GET", f"{place.replace('/api', '/ajax-api')}/files?artifact_file_path=code/main.py")
    assert (reply.status, reply.body) == (200, b"print()")
    assert ask("GET", f"{place}/files").status == 400
    assert ask("GET", f"{place}/files?artifact_file_path=../x").status == 400


def test_file_of_a_version(ask: Any) -> None:
    run = new_run(ask)
    model = new_model(ask, run["run_id"], "classifier")
    ask.put(f"{path_of(model['artifact_uri'])}/MLmodel", b"flavors: {}")
    ask("POST", f"{API}/registered-models/create", name="a name @ work")
    fields = {"name": "a name @ work", "source": f"models:/{model['model_id']}", "model_id": model["model_id"]}
    assert ask("POST", f"{API}/model-versions/create", **fields).status == 200
    target = f"/model-versions/get-artifact?name={quote('a name @ work')}&version=1&path="
    assert ask("GET", f"{target}MLmodel").body == b"flavors: {}"
    assert ask("GET", f"{target}nobody").status == 404
    assert ask("GET", target.replace("version=1", "version=2") + "MLmodel").status == 404
    assert ask("GET", target.replace("version=1", "version=..") + "MLmodel").status == 400


def test_list_of_a_version(ask: Any) -> None:
    model = new_model(ask, new_run(ask)["run_id"], "classifier")
    ask.put(f"{path_of(model['artifact_uri'])}/MLmodel", b"flavors: {}")
    ask.put(f"{path_of(model['artifact_uri'])}/code/main.py", b"print()")
    ask("POST", f"{API}/registered-models/create", name="classifier")
    source = f"models:/{model['model_id']}"
    ask("POST", f"{API}/model-versions/create", name="classifier", source=source, model_id=model["model_id"])
    ask("POST", f"{API}/registered-models/create", name="copy")
    ask("POST", f"{API}/model-versions/create", name="copy", source="models:/classifier/1")
    for name in ("classifier", "copy"):
        place = f"/ajax-api/2.0/runyard/model-versions/artifacts?name={name}&version=1"
        listed = ask("GET", place).json["files"]
        assert [file["path"] for file in listed] == ["MLmodel", "code"], name
        assert ask("GET", f"{place}&path=code/").json["files"][0]["path"] == "code/main.py"
        assert ask("GET", f"{place}&path=..").status == 400
    assert ask("GET", "/api/2.0/runyard/model-versions/artifacts?name=classifier&version=2").status == 404
    assert ask("GET", "/api/2.0/runyard/model-versions/artifacts?name=classifier").status == 400


@pytest.mark.parametrize("name", ["report.html", "REPORT.HTM"])
def test_document_is_shown_in_a_sandbox(ask: Any, name: str) -> None:
    run = new_run(ask)
    ask.put(f"{path_of(run['artifact_uri'])}/{name}", b"<p>report")
    target = f"/get-artifact?run_id={run['run_id']}&path={name}"
    assert ask("GET", target).headers["content-disposition"].startswith("attachment;")
    shown = ask("GET", f"{target}&sandboxed=true")
    assert (shown.body, shown.headers["content-type"]) == (b"<p>report", "text/html")
    assert "content-disposition" not in shown.headers
    rules = {rule.split()[0]: rule.split()[1:] for rule in shown.headers["content-security-policy"].split("; ")}
    assert rules["sandbox"] == []
    assert rules["default-src"] == ["'none'"]
    assert "script-src" not in rules
    assert rules["frame-ancestors"] == ["'self'"]
    again = ask("GET", f"{target}&sandboxed=true", headers={"If-None-Match": shown.headers["etag"]})
    assert again.status == 304
    assert again.headers["content-security-policy"] == shown.headers["content-security-policy"]


def test_nothing_but_documents_is_shown(ask: Any) -> None:
    run = new_run(ask)
    for name in ("page.svg", "page.xhtml", "page.txt", "html"):
        ask.put(f"{path_of(run['artifact_uri'])}/{name}", b"<script>")
        headers = ask("GET", f"/get-artifact?run_id={run['run_id']}&path={name}&sandboxed=true").headers
        assert headers["content-disposition"].startswith("attachment;")
        assert headers["content-type"] != "text/html"


@pytest.mark.parametrize("path", ["../out", "%2e%2e/out", "/etc/passwd", "a%5cb", "a%00", "%252e%252e%252fout"])
def test_ways_out_of_a_run_are_refused(ask: Any, path: str) -> None:
    run = new_run(ask)
    ask.put(f"{path_of(run['artifact_uri'])}/../{run['run_id']}x".replace("../", ""), b"other")
    before = ask.stored()
    for target in ("/get-artifact", f"{API}/artifacts/list"):
        assert ask("GET", f"{target}?run_id={run['run_id']}&path={path}").status == 400
    upload = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run['run_id']}&path={path}"
    assert ask("POST", upload, b"x").status == 400
    assert ask.stored() == before


def test_page_stores_a_file(ask: Any) -> None:
    run = new_run(ask)
    target = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run['run_id']}&path=plots/a.png"
    assert ask("POST", target, b"png").json == {}
    assert ask.stored() == {f"{path_of(run['artifact_uri'])}/plots/a.png": b"png"}
    assert ask("POST", target, b"").status == 400
    assert ask("POST", target, b"x" * ((10 << 20) + 1)).status == 400
    assert ask("POST", target, iter([b"x"])).status == 400


def test_local_stores_sign_nothing(ask: Any) -> None:
    run = new_run(ask)
    ask.put(f"{path_of(run['artifact_uri'])}/file", b"1")
    place = "/api/2.0/mlflow-artifacts/presigned/" + path_of(run["artifact_uri"])
    assert (ask("GET", f"{place}/file").status, ask("GET", f"{place}/file").json["error_code"]) == (
        501,
        "NOT_IMPLEMENTED",
    )
    for kind in ("upload", "download"):
        reply = ask("POST", f"{API}/artifacts/presigned-{kind}-url", run_id=run["run_id"], path="file")
        assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert ask("POST", f"{API}/artifacts/presigned-upload-url", path="file").status == 400


def test_server_says_what_it_can_do(ask: Any) -> None:
    for prefix in ("/api", "/ajax-api"):
        info = ask("GET", f"{prefix}/3.0/mlflow/server-info").json
        assert info["store_type"] == "SqlStore"
        assert info["multipart_uploads_enabled"] is True
        assert info["multipart_downloads_enabled"] is False
