"""A server does not open a location, with the rights that it has there, because a client has named it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asking import Answer, ask
from runyard.artifacts.repositories import open_repository
from runyard.rest.extension import ServerContext
from runyard.testing.isolation import plugins_in_place
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.uris import ArtifactPath, StoreURI
from runyard_server.application import Application
from serving import serving_application

REFUSED = (403, "PERMISSION_DENIED")
NOT_FOUND = (404, "RESOURCE_DOES_NOT_EXIST")
SETTING = "RUNYARD_SERVER_ARTIFACT_ROOTS"


class Site:
    """A server whose artifacts are below ``memory://ours/``."""

    def __init__(self, address: str) -> None:
        self.address = address

    def post(self, place: str, **fields: Any) -> Any:
        answer = ask(self.address, "POST", f"/api/2.0/mlflow/{place}", fields)
        assert answer.status == 200, answer
        return answer.json

    def run_at(self, location: str) -> str:
        """Make a run whose artifacts are at a location."""
        experiment = self.post("experiments/create", name=uuid.uuid4().hex, artifact_location=location)
        return str(self.post("runs/create", **experiment)["run"]["info"]["run_id"])

    def list(self, run_id: str) -> Answer:
        return ask(self.address, "GET", "/api/2.0/mlflow/artifacts/list", query={"run_id": run_id})

    def read(self, run_id: str) -> Answer:
        return ask(self.address, "GET", "/get-artifact", query={"run_id": run_id, "path": "a"})

    def write(self, run_id: str) -> Answer:
        query, headers = {"run_uuid": run_id, "path": "a"}, {"content-type": "application/octet-stream"}
        return ask(self.address, "POST", "/ajax-api/2.0/mlflow/upload-artifact", b"mine", query=query, headers=headers)

    def read_version(self, source: str, **fields: Any) -> Answer:
        name = uuid.uuid4().hex
        self.post("registered-models/create", name=name)
        self.post("model-versions/create", name=name, source=source, **fields)
        query = {"name": name, "version": "1", "path": "a"}
        return ask(self.address, "GET", "/model-versions/get-artifact", query=query)


@pytest.fixture
def site(runyard_isolated: None) -> Iterator[Site]:
    uri = StoreURI.parse("memory://opened")
    with plugins_in_place("runyard.testing.memory.plugin", "runyard_file.plugin"):
        store = MemoryTrackingStore(uri, "memory://ours/runs")
        context = ServerContext(store=store, registry=MemoryModelRegistry(uri), artifacts=None)
        with serving_application(Application(context)) as address:
            yield Site(address)


def put(root: str, tmp_path: Path) -> None:
    source = tmp_path / uuid.uuid4().hex
    source.write_bytes(b"secret")
    open_repository(root).upload_file(source, ArtifactPath("a"))


def test_what_a_client_has_chosen_is_not_opened(site: Site, tmp_path: Path) -> None:
    run_id = site.run_at("memory://theirs/x")
    put(f"memory://theirs/x/{run_id}/artifacts", tmp_path)
    for answer in (site.list(run_id), site.read(run_id), site.write(run_id)):
        assert answer.error == REFUSED
        assert SETTING in answer.json["message"]
    put("memory://theirs/model", tmp_path)
    assert site.read_version("memory://theirs/model").error == REFUSED


def test_what_is_the_operators_is_opened(site: Site, tmp_path: Path) -> None:
    run_id = site.run_at("memory://ours/runs/x")
    assert site.write(run_id).status == 200
    assert (site.read(run_id).body, len(site.list(run_id).json["files"])) == (b"mine", 1)
    put("memory://ours/runs/model", tmp_path)
    assert site.read_version("memory://ours/runs/model").body == b"secret"
    assert site.list(site.run_at("memory://ours/runs-of-others")).error == REFUSED


@pytest.mark.parametrize(("roots", "is_opened"), [("memory://a/b, memory://theirs/x/", True), ("*", True), ("", False)])
def test_the_operator_can_allow_more(
    site: Site, monkeypatch: pytest.MonkeyPatch, roots: str, *, is_opened: bool
) -> None:
    monkeypatch.setenv(SETTING, roots)
    run_id = site.run_at("memory://theirs/x")
    assert (site.write(run_id).status == 200) is is_opened
    assert site.list(site.run_at("memory://theirs/xy")).status == (200 if roots == "*" else 403)


@pytest.mark.parametrize("source", ["dummy-source", "prompt-template"])
def test_a_prompt_has_no_files(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / source).mkdir()
    (tmp_path / source / "a").write_bytes(b"secret")
    tags = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]
    assert site.read_version(source, tags=tags).error == NOT_FOUND
