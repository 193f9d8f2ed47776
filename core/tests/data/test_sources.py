"""Where data came from: what is taken, what is kept, what can be fetched."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard.data.sources import (
    CodeSource,
    FileSource,
    HTTPSource,
    OtherSource,
    get_source,
    read_source,
    resolve_source,
)
from runyard.entities import Dataset, DatasetInput
from runyard.errors import InvalidInput, NotSupported, Unavailable


@pytest.fixture(autouse=True)
def _store(memory_uri: str) -> None:
    pass


@pytest.mark.parametrize(
    ("given", "source_type", "fields"),
    [
        ("data/x.csv", "local", {"uri": "data/x.csv"}),
        (Path("/data/x.csv"), "local", {"uri": "/data/x.csv"}),
        ("file:///data/x.csv", "local", {"uri": "file:///data/x.csv"}),
        ("C:\\data\\x.csv", "local", {"uri": "C:\\data\\x.csv"}),
        ("https://example.org/x.csv", "http", {"url": "https://example.org/x.csv"}),
        ("HTTP://example.org/x.csv", "http", {"url": "HTTP://example.org/x.csv"}),
        ("s3://bucket/x.csv", "s3", {"uri": "s3://bucket/x.csv"}),
        ("abfss://a@b/x", "abfss", {"uri": "abfss://a@b/x"}),
        ("memory://x/y", "memory", {"uri": "memory://x/y"}),
        ("runs:/abc/x.csv", "runs", {"uri": "runs:/abc/x.csv"}),
    ],
)
def test_addresses_and_paths(given: Any, source_type: str, fields: dict[str, str]) -> None:
    source = resolve_source(given)
    assert (source.source_type, source.to_dict()) == (source_type, fields)
    again = read_source(source.source_type, source.to_json())
    assert (type(again), again.to_dict()) == (type(source), fields)
    assert resolve_source(source) is source


def test_the_program_itself() -> None:
    source = resolve_source(None)
    assert isinstance(source, CodeSource)
    assert source.tags["mlflow.source.type"] == "LOCAL"
    assert source.to_dict() == {"tags": source.tags}
    with pytest.raises(NotSupported, match="code"):
        source.load()


@pytest.mark.parametrize("given", [7, b"x", ["a"], "weird://x/y"])
def test_what_nobody_knows(given: Any) -> None:
    with pytest.raises(InvalidInput):
        resolve_source(given)


def test_what_a_run_recorded() -> None:
    entity = Dataset(name="d", digest="1", source_type="http", source='{"url": "http://host/x"}')
    for recorded in (entity, DatasetInput(entity)):
        source = get_source(recorded)
        assert isinstance(source, HTTPSource)
        assert source.url == "http://host/x"


def test_a_type_of_another_program_keeps_its_fields() -> None:
    source = read_source("hugging_face", '{"path": "imdb", "split": "train"}')
    assert isinstance(source, OtherSource)
    assert (source.source_type, source.to_dict()) == ("hugging_face", {"path": "imdb", "split": "train"})
    with pytest.raises(NotSupported, match="imdb"):
        source.load()


@pytest.mark.parametrize(
    ("source_type", "text"),
    [("http", "{"), ("http", "{}"), ("http", "[]"), ("http", '{"url": "file:///etc/passwd"}'), ("code", "{}")],
)
def test_what_does_not_parse(source_type: str, text: str) -> None:
    with pytest.raises(InvalidInput):
        read_source(source_type, text)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "missing" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"a,b\n1,2\n")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "name"), [("/data/x.csv?v=1", "x.csv"), ("/", "data"), ("/%2e%2e", "data"), ("/a%2F..%2Fb.csv", "b.csv")]
)
def test_a_web_address_is_fetched(address: str, tmp_path: Path, path: str, name: str) -> None:
    fetched = Path(HTTPSource(address + path).load(str(tmp_path)))
    assert fetched == tmp_path / name
    assert fetched.read_text() == "a,b\n1,2\n"


def test_a_web_address_that_fails_leaves_nothing(address: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="missing"):
        HTTPSource(f"{address}/missing.csv").load(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_artifacts_are_fetched(tmp_path: Path) -> None:
    import runyard

    with runyard.start_run() as run:
        runyard.log_text("a,b\n", "data/x.csv")
    fetched = Path(FileSource(f"runs:/{run.info.run_id}/data/x.csv").load(str(tmp_path)))
    assert fetched.read_text() == "a,b\n"
