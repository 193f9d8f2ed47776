"""What is particular about a registry on a server."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from typing import Any

import pytest

import runyard
from runyard.entities import ModelVersion
from runyard.plugins import hookimpl
from runyard.registry.requests import NewModelVersion
from runyard.rest.extension import ServerContext
from runyard.testing.isolation import plugins_in_place
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.uris import StoreURI
from runyard_http.registry import HttpRegistry
from runyard_server.application import Application
from serving import serving_application

VERSION = {"name": "wine", "version": "1", "source": "models:/m-1", "run_id": "", "status": "READY"}
NEW = NewModelVersion(name="wine", source="models:/m-1")


@pytest.fixture
def registry(scripted: Callable[..., Any]) -> Any:
    """Give what makes a registry on a server that answers as it is told, and the server."""
    opened: list[HttpRegistry] = []

    def start(*script: bytes) -> tuple[HttpRegistry, Any]:
        server = scripted(*script)
        opened.append(HttpRegistry(server.uri))
        return opened[-1], server

    yield start
    for each in opened:
        each.close()


def test_a_version_is_announced_in_one_process(runyard_isolated: None) -> None:
    told: list[str] = []

    @hookimpl
    def runyard_model_version_created(version: ModelVersion) -> None:
        told.append(f"{version.name}/{version.version}")

    module = types.ModuleType("runyard_listener.plugin")
    module.runyard_model_version_created = runyard_model_version_created  # type: ignore[attr-defined]
    uri = StoreURI.parse("memory://told")
    with plugins_in_place("runyard.testing.memory.plugin", "runyard_http.plugin", module):
        context = ServerContext(store=MemoryTrackingStore(uri), registry=MemoryModelRegistry(uri), artifacts=None)
        with serving_application(Application(context)) as address:
            client = runyard.RunyardClient(address)
            client.create_registered_model("wine")
            model_id = client.create_logged_model("0").model_id
            client.create_model_version("wine", f"models:/{model_id}")
            tags = client.get_logged_model(model_id).tags
    assert told == ["wine/1"]
    assert json.loads(tags["mlflow.modelVersions"]) == [{"name": "wine", "version": 1}]


@pytest.mark.parametrize(("said", "announced"), [({}, False), ({"announced": True}, True)])
def test_whoever_does_not_say_so_has_announced_nothing(
    registry: Any, answer: Callable[..., bytes], said: dict[str, bool], announced: bool
) -> None:
    kept, _ = registry(answer(body=json.dumps({"model_version": VERSION, **said}).encode()))
    assert not kept.is_served
    assert kept.create_model_version(NEW).model_id == "m-1"
    assert kept.is_served is announced


@pytest.mark.parametrize("by", ["number", "alias"])
def test_a_server_is_asked_for_the_files_if_it_does_not_tell(
    registry: Any, answer: Callable[..., bytes], by: str
) -> None:
    kept, server = registry(
        answer(body=json.dumps({"model_version": VERSION}).encode()),
        answer(body=b'{"artifact_uri": "s3://bucket/m-1"}'),
    )
    found = kept.get_model_version("wine", "1") if by == "number" else kept.get_model_version_by_alias("wine", "best")
    assert found.storage_location == "s3://bucket/m-1"
    assert b"get-download-uri?name=wine&version=1 " in server.requests[1]


@pytest.mark.parametrize("more", [{"source": "s3://bucket/m-1"}, {"storage_location": "s3://bucket/m-1"}])
def test_a_server_that_tells_is_asked_once(registry: Any, answer: Callable[..., bytes], more: dict[str, str]) -> None:
    kept, server = registry(answer(body=json.dumps({"model_version": {**VERSION, **more}}).encode()))
    assert kept.get_model_version("wine", "1").storage_location == "s3://bucket/m-1"
    assert len(server.requests) == 1


@pytest.mark.parametrize(("source", "told"), [("models:/m-1", b'"model_id":"m-1"'), ("models:/wine/1", None)])
def test_the_logged_model_of_a_version_is_left_to_the_server(
    registry: Any, answer: Callable[..., bytes], source: str, told: bytes | None
) -> None:
    kept, server = registry(answer(body=json.dumps({"model_version": VERSION}).encode()))
    kept.create_model_version(NewModelVersion(name="wine", source=source, model_id="m-1"))
    (request,) = server.requests
    assert b"model_id" not in request if told is None else told in request
