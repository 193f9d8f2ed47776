"""What a client may name as the source of a model version, and what follows from it."""

from __future__ import annotations

import json
import types
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asking import Answer, ask
from runyard.entities import ModelVersion
from runyard.plugins import hookimpl
from runyard.registry.registries import close_registries
from runyard.rest.extension import ServerContext
from runyard.testing.isolation import plugins_in_place
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.tracking.stores import close_stores
from runyard.uris import ArtifactURI, StoreURI
from runyard_server.application import Application
from runyard_server.locations import is_within
from serving import serving, serving_application

NOT_FOUND = (404, "RESOURCE_DOES_NOT_EXIST")
INVALID = (400, "INVALID_PARAMETER_VALUE")
IS_PROMPT = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]


class Site:
    """A server, with a run, a logged model of that run and a registered model for each test."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.name = f"net-{uuid.uuid4().hex}"
        self.post("registered-models/create", name=self.name)
        experiment = self.post("experiments/create", name=self.name).json
        self.run = self.post("runs/create", **experiment).json["run"]["info"]
        self.run_id: str = self.run["run_id"]
        self.artifacts: str = self.run["artifact_uri"]
        logged = self.post("logged-models", **experiment, name="net", source_run_id=self.run_id)
        self.model = logged.json["model"]["info"]
        self.model_id: str = self.model["model_id"]
        self.post("runs/outputs", run_id=self.run_id, models=[{"model_id": self.model_id, "step": 0}])

    def post(self, place: str, **fields: Any) -> Answer:
        return ask(self.address, "POST", f"/api/2.0/mlflow/{place}", fields)

    def get(self, place: str, **fields: Any) -> Any:
        return ask(self.address, "GET", f"/api/2.0/mlflow/{place}", query=fields).json

    def create(self, source: str, **fields: Any) -> Answer:
        return self.post("model-versions/create", **{"name": self.name, "source": source, **fields})

    def add(self, source: str, **fields: Any) -> dict[str, Any]:
        answer = self.create(source, **fields)
        assert answer.status == 200, answer
        return dict(answer.json["model_version"])

    def place(self, version: dict[str, Any]) -> str:
        found = self.get("model-versions/get-download-uri", name=version["name"], version=version["version"])
        return str(found["artifact_uri"])

    def listed(self) -> Any:
        tags = self.get(f"logged-models/{self.model_id}")["model"]["info"].get("tags", [])
        return [json.loads(tag["value"]) for tag in tags if tag["key"] == "mlflow.modelVersions"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    with serving(f"sqlite:///{folder / 'runs.db'}", artifacts=folder / "artifacts") as address:
        yield address
    close_stores()
    close_registries()


@pytest.fixture
def site(address: str) -> Site:
    return Site(address)


# what may be named


def test_an_address_that_everybody_reaches(site: Site) -> None:
    version = site.add("s3://bucket/net", run_id="f" * 32)
    assert (version["source"], version["run_id"], site.place(version)) == (
        "s3://bucket/net",
        "f" * 32,
        "s3://bucket/net",
    )


def test_a_logged_model(site: Site) -> None:
    version = site.add(f"models:/{site.model_id}", run_id=site.run_id, model_id=site.model_id)
    assert (version["source"], version["run_id"], version["model_id"]) == (
        f"models:/{site.model_id}",
        site.run_id,
        site.model_id,
    )
    assert site.place(version) == site.model["artifact_uri"]
    unsaid = site.add(f"models:/{site.model_id}")
    assert (unsaid["run_id"], unsaid["model_id"]) == (site.run_id, site.model_id)


def test_a_version_is_followed_to_its_files(site: Site) -> None:
    first = site.add(f"models:/{site.model_id}")
    site.post("registered-models/alias", name=site.name, alias="champion", version="1")
    for source in (f"models:/{site.name}/1", f"models:/{site.name}@champion", f"models:/{site.name}/latest"):
        version = site.add(source)
        assert version["source"].startswith(f"models:/{site.name}/")
        assert (version["run_id"], version["model_id"]) == (site.run_id, site.model_id)
        assert site.place(version) == site.place(first)
    assert site.get("model-versions/get", name=site.name, version="3")["model_version"]["source"].endswith("/1")


def test_a_path_of_a_run(site: Site) -> None:
    version = site.add(f"runs:/{site.run_id}/folder/model", run_id=site.run_id)
    assert (version["source"], version["run_id"]) == (f"runs:/{site.run_id}/folder/model", site.run_id)
    assert site.place(version) == f"{site.artifacts}/folder/model"
    assert "model_id" not in version


def test_a_path_of_a_run_can_be_its_logged_model(site: Site) -> None:
    version = site.add(f"runs:/{site.run_id}/net")
    assert (version["run_id"], version["model_id"]) == (site.run_id, site.model_id)
    assert site.place(version) == site.model["artifact_uri"]


def test_what_goes_through_the_server_in_the_folder_of_its_owner(site: Site) -> None:
    assert site.add(f"{site.artifacts}/x", run_id=site.run_id)["source"] == f"{site.artifacts}/x"
    version = site.add(site.model["artifact_uri"], model_id=site.model_id)
    assert (version["run_id"], version["model_id"]) == (site.run_id, site.model_id)


def test_a_prompt_has_a_placeholder(site: Site) -> None:
    assert site.add("dummy-source", tags=IS_PROMPT)["source"] == "dummy-source"


# what may not


@pytest.mark.parametrize(
    "source",
    [
        "/etc",
        "etc",
        "dummy-source",
        "../..",
        "~/x",
        "file:///etc",
        "FILE:///etc",
        "file://localhost/etc",
        "file:/etc",
        "file:etc",
        "file://host/etc",
        "/%65tc",
        "http:///#/../../etc",
        "s3://bucket/../x",
        "s3://bucket/%2e%2e/x",
        "s3://bucket/%252e%252e/x",
        "s3://bucket/x?a=b",
        "s3://bucket/x#/../../etc",
        "s3://name:word@bucket/x",
        "http://127.0.0.1:8080/x",
        "https://169.254.169.254/latest",
        "ftp://host/x",
        "sftp://host/x",
        "hdfs://host/x",
        "mlflow-artifacts:/",
        "mlflow-artifacts:/9/x",
        "mlflow-artifacts://127.0.0.1:8080/x",
        "runyard-artifacts:/x",
        "runs:/",
        "runs:../x",
        "models:/",
        "models:x",
        "models://host/m-1",
    ],
)
def test_a_place_that_a_client_cannot_choose(site: Site, source: str) -> None:
    for owner in ({}, {"run_id": site.run_id}, {"model_id": site.model_id}):
        assert site.create(source, **owner).error == INVALID, owner
    if source != "dummy-source":
        assert site.create(source, tags=IS_PROMPT).error == INVALID, "A tag switches no check off."
    assert "latest_versions" not in site.get("registered-models/get", name=site.name)["registered_model"]


@pytest.mark.parametrize(
    "below",
    [
        *("/../../x", "/..", "/%2e%2e/x", "/%252e%252e/x", "/%25252e%25252e/x", "/..%2f..%2fx", "/./x", "//x"),
        *("/a\\..\\..\\x", "/a%00b", "/\x00", "x", "?x", "#x"),
    ],
)
def test_a_way_out_of_the_folder_of_a_run(site: Site, below: str) -> None:
    for owner in ({"run_id": site.run_id}, {"model_id": site.model_id}):
        root = site.artifacts if "run_id" in owner else site.model["artifact_uri"]
        assert site.create(f"{root}{below}", **owner).error == INVALID, owner
    if below not in ("x", "?x", "#x"):
        assert site.create(f"runs:/{site.run_id}/net{below}").error == INVALID


def test_the_folder_of_another_run(site: Site, address: str) -> None:
    other = Site(address)
    assert site.create(f"{other.artifacts}/x", run_id=site.run_id, model_id=site.model_id).error == INVALID
    assert site.create(other.model["artifact_uri"], model_id=site.model_id).error == INVALID
    assert site.create(f"runs:/{other.run_id}/net", run_id=site.run_id).error == INVALID
    assert site.create(f"runs:/{site.run_id}/net", model_id=other.model_id).error == INVALID
    assert site.create(f"models:/{other.model_id}", model_id=site.model_id).error == INVALID


def test_a_version_with_another_run_or_model(site: Site, address: str) -> None:
    site.add(f"models:/{site.model_id}")
    other, source = Site(address), f"models:/{site.name}/1"
    assert site.create(source, run_id=other.run_id).error == INVALID
    assert site.create(source, model_id=other.model_id).error == INVALID
    assert site.create(source, run_id=site.run_id, model_id=site.model_id).status == 200


def test_a_version_of_a_prompt_is_no_model(site: Site) -> None:
    site.add("dummy-source", tags=IS_PROMPT)
    assert site.create(f"models:/{site.name}/1").error == INVALID


@pytest.mark.parametrize(
    "source",
    ["runs:/" + "0" * 32 + "/net", "models:/m-" + "0" * 32, "models:/no-such-model/1", "models:/no-such-model/latest"],
)
def test_what_there_is_not_is_not_found(site: Site, source: str) -> None:
    assert site.create(source).error == NOT_FOUND


def test_owners_that_there_are_not_are_not_found(site: Site) -> None:
    assert site.create(f"{site.artifacts}/x", run_id="0" * 32).error == NOT_FOUND
    assert site.create("s3://bucket/net", model_id="m-" + "0" * 32).error == NOT_FOUND
    assert "latest_versions" not in site.get("registered-models/get", name=site.name)["registered_model"]


def test_a_part_of_a_logged_model_is_refused(site: Site) -> None:
    assert site.create(f"models:/{site.model_id}/weights").error == INVALID


def test_the_operator_says_what_a_source_looks_like(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX", "^s3://ours/")
    assert site.create("s3://theirs/net").error == INVALID
    assert site.create(f"models:/{site.model_id}").error == INVALID
    assert site.add("s3://ours/net")["version"] == "1"


# folders of the server itself


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Site]:
    """A server whose clients reach the same files."""
    with serving(f"sqlite:///{tmp_path / 'runs.db'}") as address:
        yield Site(address)
    close_stores()
    close_registries()


def test_a_folder_of_the_server_has_to_be_that_of_the_run(local: Site, tmp_path: Path) -> None:
    folder = Path(ArtifactURI.parse(local.artifacts).path)
    assert local.create(str(folder / "net")).error == INVALID
    assert local.create(str(folder.parent), run_id=local.run_id).error == INVALID
    assert local.create(f"{folder}x", run_id=local.run_id).error == INVALID
    for source in (str(folder), str(folder / "net"), (folder / "net").as_uri()):
        assert local.add(source, run_id=local.run_id)["source"] == source
    (tmp_path / "secret").mkdir()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "link").symlink_to(tmp_path / "secret")
    assert local.create(str(folder / "link"), run_id=local.run_id).error == INVALID
    assert local.create(str(folder / "net" / ".." / ".." / "x"), run_id=local.run_id).error == INVALID


@pytest.mark.parametrize(
    ("location", "root", "is_below"),
    [
        ("s3://b/x/y", "s3://b/x", True),
        ("s3://b/x/", "s3://b/x", True),
        ("s3://b/x", "s3://b/x/", True),
        ("s3://b/xy", "s3://b/x", False),
        ("s3://c/x/y", "s3://b/x", False),
        ("gs://b/x/y", "s3://b/x", False),
        ("mlflow-artifacts://h/x", "mlflow-artifacts:/x", False),
        ("s3://b/x", "s3://b", True),
    ],
)
def test_what_is_within_a_root(location: str, root: str, is_below: bool) -> None:
    assert is_within(ArtifactURI.parse(location), ArtifactURI.parse(root)) is is_below


# where experiments keep their artifacts


@pytest.mark.parametrize(
    "location",
    [
        *("/etc", "etc", "file:///etc", "runs:/abc/x", "s3://b/../x", "s3://b/x#y", "s3://b/x?y", "s3://a:b@c/x"),
        *("http://127.0.0.1/x", "sftp://host/x", "hdfs://host:8020/x", "mlflow-artifacts://127.0.0.1:80/x"),
    ],
)
def test_an_artifact_location_that_a_client_cannot_choose(site: Site, location: str) -> None:
    answer = site.post("experiments/create", name=uuid.uuid4().hex, artifact_location=location)
    assert answer.error == INVALID


@pytest.mark.parametrize("location", ["s3://bucket/x", "mlflow-artifacts:/x", "hdfs:/x", "wasbs://a@b.blob.core.net/x"])
def test_an_artifact_location_that_a_client_can_choose(site: Site, location: str) -> None:
    answer = site.post("experiments/create", name=uuid.uuid4().hex, artifact_location=location)
    found = site.get("experiments/get", **answer.json)
    assert found["experiment"]["artifact_location"] == location


def test_the_operator_allows_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    uri = StoreURI.parse("memory://hosts")
    store = MemoryTrackingStore(uri, "sftp://ours/artifacts")
    context = ServerContext(store=store, registry=MemoryModelRegistry(uri), artifacts=None)
    with serving_application(Application(context)) as address:

        def create(location: str) -> Answer:
            fields = {"name": uuid.uuid4().hex, "artifact_location": location}
            return ask(address, "POST", "/api/2.0/mlflow/experiments/create", fields)

        assert create("sftp://ours/elsewhere").status == 200
        assert create("sftp://theirs/x").error == INVALID
        monkeypatch.setenv("MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES", "hdfs, SFTP")
        assert create("sftp://theirs/x").status == 200
        assert create("http://theirs/x").error == INVALID


# what follows


def test_a_logged_model_lists_its_versions(site: Site) -> None:
    site.add(f"models:/{site.model_id}")
    site.add("s3://bucket/net", model_id=site.model_id)
    assert site.listed() == [[{"name": site.name, "version": 1}, {"name": site.name, "version": 2}]]


def test_a_list_that_was_spoilt_begins_anew(site: Site) -> None:
    tags = [{"key": "mlflow.modelVersions", "value": "no JSON"}]
    ask(site.address, "PATCH", f"/api/2.0/mlflow/logged-models/{site.model_id}/tags", {"tags": tags})
    site.add(f"models:/{site.model_id}")
    assert site.listed() == [[{"name": site.name, "version": 1}]]


def test_plugins_of_the_server_are_told_once() -> None:
    seen: list[tuple[str, str]] = []

    @hookimpl
    def runyard_model_version_created(version: ModelVersion) -> None:
        seen.append((version.name, version.version))

    module = types.ModuleType("runyard_listener.plugin")
    module.runyard_model_version_created = runyard_model_version_created  # type: ignore[attr-defined]
    uri = StoreURI.parse("memory://told")
    with plugins_in_place("runyard.testing.memory.plugin", module):
        context = ServerContext(store=MemoryTrackingStore(uri), registry=MemoryModelRegistry(uri), artifacts=None)
        with serving_application(Application(context)) as address:
            site = Site(address)
            site.add("s3://bucket/net")
    assert seen == [(site.name, "1")]
