"""What the server says about the bytes of artifacts, and which of them it sends."""

from __future__ import annotations

from typing import Any

import pytest

CONTENTS = bytes(range(256)) * 8192


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        ("bytes=5-", 5, len(CONTENTS)),
        ("bytes=-7", len(CONTENTS) - 7, len(CONTENTS)),
        ("bytes=1000-99999999999", 1000, len(CONTENTS)),
        ("bytes=-99999999999", 0, len(CONTENTS)),
        ("BYTES=0-1500000", 0, 1_500_001),
    ],
)
def test_one_range_is_sent(ask: Any, asked: str, start: int, end: int) -> None:
    ask.put("file", CONTENTS)
    reply = ask.get("file", Range=asked)
    assert (reply.status, reply.body) == (206, CONTENTS[start:end])
    assert reply.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENTS)}"


@pytest.mark.parametrize("asked", ["bytes=2097152-", "bytes=9999999-", "bytes=-0"])
def test_range_that_is_not_there(ask: Any, asked: str) -> None:
    ask.put("file", CONTENTS)
    reply = ask.get("file", Range=asked)
    assert (reply.status, reply.body, reply.headers["content-range"]) == (416, b"", f"bytes */{len(CONTENTS)}")


@pytest.mark.parametrize(
    "asked", ["bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4", "bytes=" + "9" * 5000 + "-"]
)
def test_what_is_no_range_is_overlooked(ask: Any, asked: str) -> None:
    ask.put("file", b"contents")
    assert ask.get("file", Range=asked)[::2] == (200, b"contents")


def test_empty_file_has_no_ranges(ask: Any) -> None:
    ask.put("file", b"")
    assert ask.get("file")[::2] == (200, b"")
    assert ask.get("file", Range="bytes=0-").status == 416


def test_range_of_another_version_is_the_whole(ask: Any) -> None:
    ask.put("file", b"first")
    first = ask.get("file").headers
    assert ask.get("file", Range="bytes=1-", If_Range=first["etag"])[::2] == (206, b"irst")
    assert ask.get("file", Range="bytes=1-", If_Range=first["last-modified"])[::2] == (206, b"irst")
    assert ask.get("file", Range="bytes=1-", If_Range=f"W/{first['etag']}").status == 200
    ask.put("file", b"again")
    assert ask.get("file").headers["etag"] != first["etag"]
    assert ask.get("file", Range="bytes=1-", If_Range=first["etag"])[::2] == (200, b"again")


def test_what_the_client_has_is_not_sent_again(ask: Any) -> None:
    ask.put("file", b"first")
    tag = ask.get("file").headers["etag"]
    reply = ask.get("file", If_None_Match=f'"other", {tag}')
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)
    assert ask.get("file", If_None_Match='"other"').status == 200


def test_head_tells_without_sending(ask: Any) -> None:
    ask.put("file.txt", CONTENTS)
    target = "/api/2.0/mlflow-artifacts/artifacts/file.txt"
    head, get = ask("HEAD", target), ask("GET", target)
    for name in ("content-length", "content-type", "etag", "last-modified", "content-disposition", "accept-ranges"):
        assert head.headers[name] == get.headers[name]
    assert (head.status, head.body) == (200, b"")
    assert ask("HEAD", f"{target}/nobody").status == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "text/plain; charset=utf-8"),
        ("MLmodel", "text/plain; charset=utf-8"),
        ("a.json", "text/plain; charset=utf-8"),
        ("a.HTML", "text/plain; charset=utf-8"),
        ("a.xhtml", "text/plain; charset=utf-8"),
        ("a.js", "text/plain; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.svg", "image/svg+xml"),
        ("a.csv.gz", "application/gzip"),
        ("a.unheard-of", "application/octet-stream"),
        ("html", "text/plain; charset=utf-8"),
        ("data:text/html", "text/plain; charset=utf-8"),
    ],
)
def test_nothing_is_sent_that_a_browser_would_run(ask: Any, name: str, kind: str) -> None:
    ask.put(name, b"<script>alert(1)</script>")
    headers = ask.get(name).headers
    assert headers["content-type"] == kind
    assert headers["content-disposition"].startswith("attachment; filename=")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ("größe.txt", "attachment; filename=\"gr__e.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt"),
        ('a";x=".txt', "attachment; filename=\"a_;x=_.txt\"; filename*=UTF-8''a%22%3Bx%3D%22.txt"),
    ],
)
def test_file_is_saved_under_its_name(ask: Any, name: str, header: str) -> None:
    from urllib.parse import quote

    ask.put(quote(name), b"1")
    assert ask.get(quote(name)).headers["content-disposition"] == header
