"""What browsers get of the page, and what they are told with it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from asking import ask
from runyard.errors import PluginFailed
from runyard.rest.extension import ServerContext
from runyard_asgi.settings import Guarding
from runyard_server.application import Application
from runyard_ui.extension import POLICY, PageExtension
from serving import serving, serving_application

SCRIPT = b"export {};" * 100
STATIC = "/static/index-1a2b.js"


@pytest.fixture
def address(built: Path, tmp_path: Path, runyard_isolated: None) -> Iterator[str]:
    with serving(f"sqlite:///{tmp_path / 'runs.db'}", extensions=[PageExtension(built)]) as address:
        yield address


def test_page_is_asked_for_every_time_and_says_what_it_may_load(address: str) -> None:
    answer = ask(address, "GET", "/")
    assert answer.status == 200
    assert answer.body == b"<!doctype html><title>page</title>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_policy_lets_nothing_run_but_files_of_the_server() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["worker-src"] == rules["connect-src"] == "'self'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


def test_files_are_kept_for_ever(address: str) -> None:
    answer = ask(address, "GET", STATIC)
    assert answer.status == 200
    assert answer.body == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in answer.headers
    assert ask(address, "GET", "/static/icon-3c4d.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip, br", "gzip;q=1.0, identity", "br;q=1, gzip ; q=0.5"])
def test_files_come_packed_to_those_who_take_that(address: str, accepted: str) -> None:
    answer = ask(address, "GET", STATIC, headers={"accept-encoding": accepted})
    assert answer.headers["content-encoding"] == "gzip"
    assert zlib.decompress(answer.body, wbits=31) == SCRIPT
    small = ask(address, "GET", "/static/icon-3c4d.svg", headers={"accept-encoding": accepted})
    assert "content-encoding" not in small.headers


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0, br", "x-gzipped"])
def test_files_come_as_they_are_to_others(address: str, accepted: str) -> None:
    answer = ask(address, "GET", STATIC, headers={"accept-encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.body == SCRIPT


@pytest.mark.parametrize("path", ["/", STATIC, "/licenses.txt"])
def test_headers_alone_are_those_of_the_whole(address: str, path: str) -> None:
    whole, alone = ask(address, "GET", path), ask(address, "HEAD", path)
    changing = {"date", "x-request-id"}
    assert alone.body == b""
    assert {name: whole.headers[name] for name in whole.headers.keys() - changing} == {
        name: alone.headers[name] for name in alone.headers.keys() - changing
    }


def test_licences_of_what_is_in_the_page_come_with_it(address: str) -> None:
    answer = ask(address, "GET", "/licenses.txt")
    assert answer.body == b"MIT"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    ["/static/index-0000.js", "/static/", "/static/../index.html", "/static/%2e%2e/licenses.txt", f"{STATIC}.gz"],
)
def test_what_is_not_of_the_page_is_not_there(address: str, path: str) -> None:
    assert ask(address, "GET", path).error == (404, "ENDPOINT_NOT_FOUND")


def test_page_takes_no_other_method(address: str) -> None:
    assert ask(address, "POST", "/", {}).status == 405


def test_page_below_a_prefix_has_its_files_beside_it(built: Path, tmp_path: Path, runyard_isolated: None) -> None:
    store = f"sqlite:///{tmp_path / 'runs.db'}"
    with serving(store, prefix="/a/b", extensions=[PageExtension(built)]) as address:
        assert ask(address, "GET", "/").status == 200
        assert ask(address, "GET", STATIC).status == 200
        without_slash = ask(address, "GET", "")
        assert without_slash.status == 308
        assert without_slash.headers["location"] == "b/"


@pytest.mark.parametrize(("frames", "sent"), [("DENY", "DENY"), ("", None)])
def test_frames_are_an_option_of_the_server(
    built: Path, tmp_path: Path, runyard_isolated: None, frames: str, sent: str | None
) -> None:
    from runyard.tracking.stores import open_store

    context = ServerContext(store=open_store(f"sqlite:///{tmp_path / 'runs.db'}"), registry=None, artifacts=None)
    application = Application(context, [PageExtension(built)], guarding=Guarding(frame_options=frames))
    with serving_application(application) as address:
        answer = ask(address, "GET", "/")
    assert answer.headers.get("x-frame-options") == sent
    assert "frame-ancestors" not in answer.headers["content-security-policy"]


def test_server_of_artifacts_has_nothing_to_show(built: Path) -> None:
    assert list(PageExtension(built).routes(ServerContext(store=None, registry=None, artifacts=None))) == []


def test_missing_build_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(PluginFailed, match="pip install -e plugins/ui") as caught:
        PageExtension(tmp_path)
    assert caught.value.details["command"] == "pip install --force-reinstall runyard-ui"


def test_files_are_read_once(built: Path, tmp_path: Path, runyard_isolated: None) -> None:
    extension = PageExtension(built)
    (built / "static" / "index-1a2b.js").write_bytes(b"changed")
    (built / "static" / "index-1a2b.js.gz").write_bytes(gzip.compress(b"changed"))
    with serving(f"sqlite:///{tmp_path / 'runs.db'}", extensions=[extension]) as address:
        assert ask(address, "GET", STATIC).body == SCRIPT
