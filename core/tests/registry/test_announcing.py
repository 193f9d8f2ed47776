"""What follows when a version is made."""

from __future__ import annotations

import json
import logging
import types
from collections.abc import Iterator

import pytest

import runyard
from runyard.entities import ModelVersion
from runyard.plugins import hookimpl
from runyard.registry import announcing
from runyard.testing.isolation import plugins_in_place
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.tracking.uris import tracking_store


@pytest.fixture
def told(runyard_isolated: None) -> Iterator[list[str]]:
    """What plugins are told."""
    seen: list[str] = []

    @hookimpl
    def runyard_model_version_created(version: ModelVersion) -> None:
        seen.append(f"{version.name}/{version.version}")

    module = types.ModuleType("runyard_listener.plugin")
    module.runyard_model_version_created = runyard_model_version_created  # type: ignore[attr-defined]
    with plugins_in_place("runyard.testing.memory.plugin", module):
        runyard.set_tracking_uri("memory://announcing")
        yield seen


@pytest.fixture
def client(told: list[str]) -> runyard.RunyardClient:
    client = runyard.RunyardClient()
    client.create_registered_model("wine")
    return client


def listed(client: runyard.RunyardClient, model_id: str) -> object:
    return json.loads(client.get_logged_model(model_id).tags.get(announcing.MODEL_VERSIONS_TAG, "null"))


def test_a_logged_model_lists_its_versions_and_plugins_are_told(client: runyard.RunyardClient, told: list[str]) -> None:
    model_id = client.create_logged_model("0").model_id
    client.create_model_version("wine", f"models:/{model_id}")
    client.create_model_version("wine", "s3://bucket/wine", model_id=model_id)
    assert listed(client, model_id) == [{"name": "wine", "version": 1}, {"name": "wine", "version": 2}]
    assert told == ["wine/1", "wine/2"]


def test_a_version_is_listed_once(client: runyard.RunyardClient) -> None:
    model_id = client.create_logged_model("0").model_id
    # as another program writes it
    written = json.dumps([{"name": "wine", "version": "1"}])
    client.set_logged_model_tags(model_id, {announcing.MODEL_VERSIONS_TAG: written})
    client.create_model_version("wine", f"models:/{model_id}")
    assert listed(client, model_id) == [{"name": "wine", "version": "1"}]


def test_a_version_that_a_server_keeps_is_announced_there(
    client: runyard.RunyardClient, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryModelRegistry, "is_served", property(lambda _: True))
    model_id = client.create_logged_model("0").model_id
    client.create_model_version("wine", f"models:/{model_id}")
    assert (listed(client, model_id), told) == (None, [])


def test_a_logged_model_that_there_is_not_stops_a_version(client: runyard.RunyardClient, told: list[str]) -> None:
    with pytest.raises(runyard.errors.NotFound):
        client.create_model_version("wine", "s3://bucket/wine", model_id="m-" + "0" * 32)
    assert (client.search_model_versions("name = 'wine'"), told) == ([], [])


def test_a_list_that_cannot_be_written_does_not_undo_the_version(
    client: runyard.RunyardClient, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    version = client.create_model_version("wine", "s3://bucket/wine")
    version.model_id = "m-" + "0" * 32
    with caplog.at_level(logging.WARNING):
        announcing.announce_version(version, tracking_store())
    assert version.model_id in caplog.text
    assert told == ["wine/1", "wine/1"]
