"""The OpenAPI document of the protocol."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from runyard.rest import artifacts
from runyard.rest.extension import ServerContext
from runyard.rest.route import AnyRoute
from runyard.rest.routes import ROUTES
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.uris import StoreURI
from runyard_server.application import Application
from runyard_server.openapi import document
from serving import serving

URI = StoreURI.parse("memory://openapi")


def operations(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (item for key, item in value.items() if key == "$ref")
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def path_of(route: AnyRoute) -> str:
    return re.sub(r":path}", "}", route.full_path)


def test_document_is_valid() -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="it says whether the document is valid")
    validator.validate(document())


def test_what_is_referred_to_is_there() -> None:
    found = json.loads(msgspec.json.encode(document()))
    for reference in references(found):
        value = found
        for name in reference.removeprefix("#/").split("/"):
            value = value[name]


def test_every_route_is_described() -> None:
    found = {(method, path): operation for method, path, operation in operations(document())}
    for route in (*ROUTES, *artifacts.TAILED):
        operation = found[route.method, path_of(route)]
        assert operation["summary"] == route.summary
        assert operation["x-runyard-permission"] == str(route.permission)
        in_path = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path_of(route)))
        assert ("requestBody" in operation) == (route.method != "GET")
    context = ServerContext(store=MemoryTrackingStore(URI), registry=None, artifacts=None)
    told = {(entry.method, re.sub(":path}", "}", entry.path)) for entry in Application(context).table.entries}
    ours = {"/health", "/version", "/api/2.0/runyard/openapi.json"}
    assert {key for key in told if not key[1].startswith("/ajax-api/") and key[1] not in ours} == {*found}
    names = [operation["operationId"] for operation in found.values()]
    assert len(names) == len(set(names))


def test_queries_cannot_be_null() -> None:
    for _, path, operation in operations(document()):
        for parameter in operation["parameters"]:
            assert "null" not in json.dumps(parameter), (path, parameter["name"])


def test_server_shows_it_to_everybody_below_its_prefix(memory_uri: str) -> None:
    with (
        serving(memory_uri, prefix="/team/x") as address,
        urllib.request.urlopen(f"{address}/api/2.0/runyard/openapi.json") as reply,
    ):
        assert reply.headers["content-type"] == "application/json"
        assert json.load(reply) == json.loads(msgspec.json.encode(document(prefix="/team/x")))


def test_module_prints_it() -> None:
    printed = subprocess.run([sys.executable, "-m", "runyard_server.openapi"], capture_output=True, check=True).stdout
    assert json.loads(printed) == json.loads(msgspec.json.encode(document()))
