"""Files through the server, whole."""

from __future__ import annotations

import hashlib
import socket
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

API = "/api/2.0"
FILES = f"{API}/mlflow-artifacts/artifacts"


def digest_of(contents: bytes) -> str:
    return f"sha-256=:{b64encode(hashlib.sha256(contents).digest()).decode()}:"


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 5_000_001])
def test_file_comes_back(ask: Any, size: int) -> None:
    contents = (bytes(range(251)) * (size // 251 + 1))[:size]
    assert ask.put("folder/file.bin", contents).json == {}
    reply = ask.get("folder/file.bin")
    assert (reply.status, reply.body) == (200, contents)
    assert reply.headers["content-length"] == str(size)
    assert reply.headers["content-type"] == "application/octet-stream"
    assert ask.stored() == {"folder/file.bin": contents}


def test_file_of_unknown_length_comes_back(ask: Any) -> None:
    blocks = [b"one" * 1000, b"two" * 1_000_000, b"three"]
    assert ask.put("file", iter(blocks)).status == 200
    assert ask.stored() == {"file": b"".join(blocks)}


@pytest.mark.parametrize(
    "name",
    [
        "größe.txt",
        "精度",
        "🚀",
        "with blank",
        "100%",
        "a%20b",
        "a%2e",
        "a#b",
        "a?b=c",
        "a+b",
        'say "x"',
        "semi;colon",
        "&",
    ],
)
def test_names_stay_as_they_are(ask: Any, name: str) -> None:
    assert ask.put(f"in/{quote(name)}", b"contents").status == 200
    assert ask.stored() == {f"in/{name}": b"contents"}
    assert ask.get(f"in/{quote(name)}").body == b"contents"
    assert ask("GET", f"{FILES}?path=in").json == {"files": [{"path": name, "is_dir": False, "file_size": 8}]}
    assert ask("DELETE", f"{FILES}/in/{quote(name)}").json == {}
    assert ask.stored() == {}


def test_listing_shows_names(ask: Any) -> None:
    for path in ("a/b/deep", "a/file", "top"):
        ask.put(path, b"12345")
    assert ask("GET", f"{FILES}?path=a").json["files"] == [
        {"path": "b", "is_dir": True},
        {"path": "file", "is_dir": False, "file_size": 5},
    ]
    assert ask("GET", FILES).json["files"][1] == {"path": "top", "is_dir": False, "file_size": 5}
    assert ask("GET", f"{FILES}?path=nobody").json == {}
    assert ask("GET", f"{FILES}?path=a/file").json == {}


def test_folders_are_deleted_but_never_the_root(ask: Any) -> None:
    ask.put("a/b/deep", b"1")
    ask.put("top", b"1")
    assert ask("DELETE", f"{FILES}/a").json == {}
    assert ask("DELETE", f"{FILES}/nobody").json == {}
    assert ask("DELETE", f"{FILES}/").status == 400
    assert ask.stored() == {"top": b"1"}


def test_what_is_no_file_is_not_sent(ask: Any) -> None:
    ask.put("folder/file", b"1")
    assert ask.get("nobody").json["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert ask.get("folder/file/below").status == 404
    assert (ask.get("folder").status, ask.get("folder").json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert ask("GET", f"{FILES}/").status == 400
    assert ask.put("folder", b"1").status == 400


@pytest.mark.parametrize(
    "path",
    [
        "../out", "a/../../out", "%2e%2e/out", "..%2fout", "%2e%2e%2fout", "%252e%252e/out", "a/%2e%2e/%2e%2e/out",
        "%2fetc/out", "/etc/out", "//etc/out", "a%5c..%5cout", "%5c%5chost%5cout", "C:/out", "c%3a%5cout", "a%00b",
        "a%0ab", "./a", "a//b", "a/./b", "a/", "%ff", "a%c0%ae%c0%ae/out", ".runyard-uploads.tmp/x",
    ],
)  # fmt: skip
def test_ways_out_of_the_root_are_refused(ask: Any, path: str) -> None:
    (ask.folder.parent / "out").write_bytes(b"secret")
    ask.put("a/b", b"mine")
    for method, body in (("PUT", b"x"), ("GET", None), ("DELETE", None)):
        reply = ask(method, f"{FILES}/{path}", body)
        assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), method
    assert ask("GET", f"{FILES}?path={path}").status == (200 if path == "a/" else 400)
    assert ask("POST", f"{API}/mlflow-artifacts/mpu/create/{path}", path="f", num_parts=1).status == 400
    for action in ("complete", "abort"):
        reply = ask("POST", f"{API}/mlflow-artifacts/mpu/{action}/{path}", path="f", upload_id="0" * 32)
        assert reply.status in (400, 404)
    assert (ask.folder.parent / "out").read_bytes() == b"secret"
    assert ask.stored() == {"a/b": b"mine"}


def test_link_out_of_the_root_is_not_followed(ask: Any) -> None:
    ask.put("a", b"1")
    (ask.folder.parent / "out").write_bytes(b"secret")
    (ask.folder / "link").symlink_to(ask.folder.parent)
    for method in ("GET", "PUT", "DELETE"):
        assert ask(method, f"{FILES}/link/out", b"x" if method == "PUT" else None).status == 400
    assert (ask.folder.parent / "out").read_bytes() == b"secret"


# checksums


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_digest_is_verified(ask: Any, size: int) -> None:
    contents = b"x" * size
    ask.put("file", b"before")
    wrong = ask.put("file", contents, Content_Digest=digest_of(b"other"))
    assert (wrong.status, wrong.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert "damaged" in wrong.json["message"]
    assert ask.stored() == {"file": b"before"}
    right = ask.put("file", contents, Content_Digest=f"sha-512=:AAAA:, {digest_of(contents)}")
    assert (right.status, right.headers["repr-digest"]) == (200, digest_of(contents))
    assert ask.stored() == {"file": contents}


@pytest.mark.parametrize("header", ["sha-256=:nonsense:", "sha-256=::", "sha-256=:YWJj:"])
def test_digest_that_is_none_is_refused(ask: Any, header: str) -> None:
    assert ask.put("file", b"x", Content_Digest=header).status == 400
    assert ask.stored() == {}


# what comes in parts, or not at all


@pytest.mark.parametrize("sent", [0, 100, 3_000_000])
def test_upload_that_is_broken_off_leaves_nothing(ask: Any, sent: int) -> None:
    ask.put("kept/file", b"before")
    host, _, port = ask.address.partition("://")[2].partition(":")
    for path in ("kept/file", "new/file"):
        with socket.create_connection((host, int(port))) as client:
            client.sendall(
                f"PUT {FILES}/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000000\r\n\r\n".encode()
            )
            client.sendall(b"x" * sent)
            client.shutdown(socket.SHUT_WR)
            # The server closes when it has given the file up.
            while client.recv(1 << 16):
                pass
    wait_until(lambda: ask.stored() == {"kept/file": b"before"})
    assert not (ask.folder / "new").exists()


def wait_until(condition: Any) -> None:
    import time

    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_upload_that_stands_still_is_given_up(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runyard_server.artifacts.receiving.IDLE_SECONDS", 0.2)
    host, _, port = ask.address.partition("://")[2].partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"PUT {FILES}/file HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000000\r\n\r\n".encode())
        client.sendall(b"x" * 2_000_000)
        answer = client.recv(1 << 16)
    assert answer.startswith(b"HTTP/1.1 408"), answer
    assert ask.stored() == {}


def test_download_that_is_broken_off_lets_go_of_the_file(ask: Any) -> None:
    ask.put("file", b"x" * 30_000_000)
    host, _, port = ask.address.partition("://")[2].partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"GET {FILES}/file HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert client.recv(1000)
    place = str(ask.folder / "file")
    wait_until(lambda: place not in {str(link.resolve()) for link in _descriptors()})


def _descriptors() -> Iterator[Path]:
    for link in Path("/proc/self/fd").iterdir():
        if link.exists():
            yield link


@pytest.mark.parametrize("count", [40])
def test_uploads_that_wait_keep_nobody_from_the_others(ask: Any, count: int) -> None:
    host, _, port = ask.address.partition("://")[2].partition(":")
    clients = [socket.create_connection((host, int(port))) for _ in range(count)]
    try:
        for number, client in enumerate(clients):
            client.sendall(
                f"PUT {FILES}/slow/{number} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000000\r\n\r\n".encode()
            )
            client.sendall(b"x" * 1_500_000)
        assert ask.put("quick", b"1").status == 200
        for client in clients:
            client.sendall(b"x" * 500_000)
            assert client.recv(1 << 16).startswith(b"HTTP/1.1 200")
    finally:
        for client in clients:
            client.close()
    assert {len(contents) for name, contents in ask.stored().items() if name != "quick"} == {2_000_000}
