"""Files that are sent in parts."""

from __future__ import annotations

import hashlib
import os
import time
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from runyard.errors import StorageFailure
from runyard.testing.memory import MemoryArtifactRepository
from runyard.uris import ArtifactPath, ArtifactURI
from runyard_server.artifacts.staging import Staging, is_shared

API = "/api/2.0/mlflow-artifacts"
STAGING = ".runyard-uploads.tmp"
MPU = f"{API}/mpu"


def begin(ask: Any, count: int, path: str = "folder/file", **fields: Any) -> Any:
    folder, _, name = path.rpartition("/")
    reply = ask("POST", f"{MPU}/create/{folder}", path=name, num_parts=count, **fields)
    assert reply.status == 200, reply
    return reply.json


def send(ask: Any, credential: dict[str, Any], data: bytes, **headers: str) -> Any:
    sent = {**credential["headers"], **{name.replace("_", "-"): text for name, text in headers.items()}}
    return ask("PUT", urlsplit(credential["url"]).path, data, sent)


def finish(ask: Any, upload: Any, tags: list[str], action: str = "complete", path: str = "folder/file") -> Any:
    folder, _, name = path.rpartition("/")
    parts = [{"part_number": number, "etag": tag, "url": "any"} for number, tag in enumerate(tags, 1)]
    return ask("POST", f"{MPU}/{action}/{folder}", path=name, upload_id=upload["upload_id"], parts=parts)


def parts_of(contents: bytes, size: int) -> list[bytes]:
    return [contents[start : start + size] for start in range(0, len(contents), size)]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_parts_become_a_file(ask: Any, order: list[int], told: bool) -> None:
    contents = os.urandom(5_000_003)
    parts = parts_of(contents, 2_000_000)
    upload = begin(ask, 3, **({"part_size": 2_000_000} if told else {}))
    tags = ["", "", ""]
    for index in order:
        reply = send(ask, upload["credentials"][index], parts[index])
        assert reply.status == 200
        tags[index] = reply.headers["etag"]
    assert ask.get("folder/file").status == 404
    assert ask("GET", f"{API}/artifacts").json == {}
    assert finish(ask, upload, tags).json == {}
    assert ask.stored() == {"folder/file": contents}
    assert ask("GET", f"{API}/artifacts").json == {"files": [{"path": "folder", "is_dir": True}]}


def test_one_part_may_be_all_and_empty(ask: Any) -> None:
    for contents in (b"", b"x" * 3_000_000):
        upload = begin(ask, 1, "file")
        tag = send(ask, upload["credentials"][0], contents).headers["etag"]
        assert finish(ask, upload, [tag], path="file").status == 200
        assert ask.stored() == {"file": contents}


@pytest.mark.parametrize("path", ["/home/me/data.bin", "C:\\Users\\me\\data.bin", "../data.bin"])
def test_place_on_the_machine_of_the_client_does_not_matter(ask: Any, path: str) -> None:
    upload = ask("POST", f"{MPU}/create/folder", path=path, num_parts=1).json
    tag = send(ask, upload["credentials"][0], b"1").headers["etag"]
    parts = [{"part_number": 1, "etag": tag}]
    assert ask("POST", f"{MPU}/complete/folder", path=path, upload_id=upload["upload_id"], parts=parts).status == 200
    assert ask.stored() == {"folder/data.bin": b"1"}


def test_address_of_parts_is_the_one_that_the_client_knows(ask: Any) -> None:
    [credential] = begin(ask, 1)["credentials"]
    assert credential["url"].startswith(f"{ask.address}{MPU}/parts/")
    assert credential["part_number"] == 1


def test_part_that_is_there_can_be_asked_for_and_replaced(ask: Any) -> None:
    upload = begin(ask, 2)
    first, second = upload["credentials"]
    where = urlsplit(first["url"]).path.rpartition("/")[0]
    assert ask("GET", where, headers=first["headers"]).json == {}
    send(ask, first, b"wrong")
    send(ask, second, b"short")
    send(ask, first, b"right")
    part, _ = ask("GET", where, headers=first["headers"]).json["parts"]
    assert part == {"part_number": 1, "etag": hashlib.sha256(b"right").hexdigest()}
    send(ask, second, b"er")
    tags = [hashlib.sha256(data).hexdigest() for data in (b"wrong", b"er")]
    assert finish(ask, upload, tags).status == 400
    assert finish(ask, upload, [part["etag"], tags[1]]).status == 200
    assert ask.stored() == {"folder/file": b"righter"}


def test_upload_goes_on_where_it_was(ask: Any) -> None:
    upload = begin(ask, 2, resume_key="mine")
    send(ask, upload["credentials"][1], b"")
    assert begin(ask, 2, resume_key="mine") == upload
    assert begin(ask, 2, resume_key="another")["upload_id"] != upload["upload_id"]
    assert begin(ask, 3, resume_key="mine")["upload_id"] != upload["upload_id"]
    assert begin(ask, 2, "other", resume_key="mine")["upload_id"] != upload["upload_id"]
    assert begin(ask, 2)["upload_id"] != begin(ask, 2)["upload_id"]


def test_damaged_part_is_not_kept(ask: Any) -> None:
    upload = begin(ask, 1)
    [credential] = upload["credentials"]
    wrong = f"sha-256=:{b64encode(hashlib.sha256(b'other').digest()).decode()}:"
    assert send(ask, credential, b"data", Content_Digest=wrong).status == 400
    assert finish(ask, upload, [hashlib.sha256(b"data").hexdigest()]).status == 400


def test_parts_need_the_secret(ask: Any) -> None:
    upload = begin(ask, 1)
    path = urlsplit(upload["credentials"][0]["url"]).path
    for headers in ({}, {"X-Runyard-Upload-Token": "guessed"}, {"X-Runyard-Upload-Token": "\xe9"}):
        for method, target in (("PUT", path), ("GET", path.rpartition("/")[0])):
            assert ask(method, target, b"x" if method == "PUT" else None, headers).status == 403


@pytest.mark.parametrize("number", ["0", "3", "99999", "100000", "-1", "a", "%31%30"])
def test_there_is_no_such_part(ask: Any, number: str) -> None:
    upload = begin(ask, 2)
    credential = upload["credentials"][0]
    reply = send(ask, {**credential, "url": f"{credential['url'].rpartition('/')[0]}/{number}"}, b"x")
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_parts_have_one_size(ask: Any) -> None:
    upload = begin(ask, 3)
    first, second, third = upload["credentials"]
    assert send(ask, first, b"12345").status == 200
    assert send(ask, second, b"1234").status == 400
    assert send(ask, second, b"123456").status == 400
    assert send(ask, third, b"123456").status == 400
    assert send(ask, third, b"1").status == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"num_parts": 0},
        {"num_parts": 10_001},
        {"num_parts": -1},
        {"num_parts": 1, "part_size": -1},
        {"num_parts": 1, "path": ""},
        {"num_parts": 1, "path": "a/.."},
        {"num_parts": 1, "path": "a\\"},
        {"num_parts": 1, "path": "%2e%2e/%2e%2e"},
    ],
)
def test_uploads_that_cannot_be(ask: Any, fields: dict[str, Any]) -> None:
    assert ask("POST", f"{MPU}/create/folder", **{"path": "file", **fields}).status == 400


@pytest.mark.parametrize("upload_id", ["0" * 32, "..", "new-1", "a" * 31])
def test_there_is_no_such_upload(ask: Any, upload_id: str) -> None:
    begin(ask, 1)
    for action in ("complete", "abort"):
        assert finish(ask, {"upload_id": upload_id}, [], action).status == 404
    token = {"X-Runyard-Upload-Token": "x"}
    assert ask("PUT", f"{MPU}/parts/{upload_id}/1", b"x", token).status in (403, 404)


def test_upload_is_for_its_own_file(ask: Any) -> None:
    upload = begin(ask, 1)
    tag = send(ask, upload["credentials"][0], b"data").headers["etag"]
    for action in ("complete", "abort"):
        assert finish(ask, upload, [tag], action, "folder/other").status == 400
    assert finish(ask, upload, [tag]).status == 200
    # A client that has not heard of it asks again.
    assert finish(ask, upload, [tag]).status == 200
    assert send(ask, upload["credentials"][0], b"data").status == 404
    assert ask("GET", f"{API}/artifacts?path=folder").json["files"] == [
        {"path": "file", "is_dir": False, "file_size": 4}
    ]


def test_upload_that_is_done_is_not_gone_on_with(ask: Any) -> None:
    for contents in (b"first", b"again"):
        upload = begin(ask, 1, resume_key="mine")
        tag = send(ask, upload["credentials"][0], contents).headers["etag"]
        assert finish(ask, upload, [tag]).status == 200
        assert ask.get("folder/file").body == contents


@pytest.mark.parametrize("tags", [[], ["x"], ["", ""], ["../../file"], ["0" * 64, "0" * 64]])
def test_file_is_not_made_of_parts_that_are_not_there(ask: Any, tags: list[str]) -> None:
    upload = begin(ask, 1)
    send(ask, upload["credentials"][0], b"data")
    assert finish(ask, upload, tags).status == 400
    assert ask.get("folder/file").status == 404


def test_abort_leaves_nothing(ask: Any) -> None:
    upload = begin(ask, 2)
    send(ask, upload["credentials"][0], b"data")
    assert finish(ask, upload, [], "abort").json == {}
    assert ask.stored() == {}
    assert send(ask, upload["credentials"][0], b"data").status == 404


def test_what_nobody_goes_on_with_is_removed(ask: Any) -> None:
    old, young = begin(ask, 2), begin(ask, 2)
    for upload in (old, young):
        send(ask, upload["credentials"][0], b"data")
    folder = ask.folder / STAGING / old["upload_id"]
    past = time.time() - 2 * 24 * 3600
    os.utime(folder, (past, past))
    begin(ask, 1)
    assert not folder.exists()
    assert (ask.folder / STAGING / young["upload_id"]).exists()


def test_parts_are_private(ask: Any) -> None:
    upload = begin(ask, 1)
    folder: Path = ask.folder / STAGING
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / upload["upload_id"])] == [0o700, 0o700]
    folder.chmod(0o755)
    assert ask("POST", f"{MPU}/create/folder", path="file", num_parts=1).status == 500


def test_parts_are_no_artifacts(ask: Any) -> None:
    upload = begin(ask, 1)
    for method in ("GET", "PUT", "DELETE"):
        target = f"{API}/artifacts/{STAGING}/{upload['upload_id']}/upload.json"
        assert ask(method, target, b"x" if method == "PUT" else None).status == 400
    assert ask("GET", f"{API}/artifacts?path={STAGING}").status == 400


def test_parts_of_what_goes_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = MemoryArtifactRepository(ArtifactURI.parse("memory://parts/root"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for shared in (None, tmp_path / "shared"):
        if shared is not None:
            monkeypatch.setenv("RUNYARD_SERVER_UPLOADS_FOLDER", str(shared))
        # A server with replicas announces parts only where all of them find these.
        assert is_shared(repository) is (shared is not None)
        upload = Staging(repository).begin(ArtifactPath("folder/file"), 1)
        [folder] = (shared or tmp_path).glob("runyard-uploads-*")
        assert folder.stat().st_mode & 0o777 == 0o700
        digest = hashlib.sha256()
        with Staging(repository).find(upload.upload_id).receive(1, 4, digest) as stream:
            stream.write(b"data")
            digest.update(b"data")
        upload.complete(repository, [(1, digest.hexdigest())])
        with repository.open(ArtifactPath("folder/file")) as stream:
            assert stream.read() == b"data"
        repository.delete(ArtifactPath("folder/file"))


def test_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = MemoryArtifactRepository(ArtifactURI.parse("memory://parts/root"))
    monkeypatch.setenv("RUNYARD_SERVER_UPLOADS_FOLDER", str(tmp_path))
    Staging(repository).begin(ArtifactPath("file"), 1)
    [folder] = tmp_path.iterdir()
    moved = folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(moved)
    with pytest.raises(StorageFailure, match="others can change"):
        Staging(repository).begin(ArtifactPath("file"), 1)
