"""The routes on registered models, their versions and aliases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from asking import Answer, ask
from runyard.registry.registries import close_registries
from runyard.tracking.stores import close_stores
from serving import serving

NOT_FOUND = (404, "RESOURCE_DOES_NOT_EXIST")
TAKEN = (400, "RESOURCE_ALREADY_EXISTS")
INVALID = (400, "INVALID_PARAMETER_VALUE")
IS_PROMPT = {"key": "mlflow.prompt.is_prompt", "value": "true"}


class Site:
    """A server, and a registered model of its own for each test."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.name = f"net-{uuid.uuid4().hex}"
        self.made = self.models("POST", "create", name=self.name).json["registered_model"]

    def models(self, method: str, place: str, **fields: Any) -> Answer:
        return self._ask(method, f"registered-models/{place}", fields)

    def versions(self, method: str, place: str, **fields: Any) -> Answer:
        return self._ask(method, f"model-versions/{place}", fields)

    def add(self, **fields: Any) -> dict[str, Any]:
        answer = self.versions("POST", "create", **{"name": self.name, "source": "s3://bucket/net", **fields})
        assert answer.status == 200, answer
        return dict(answer.json["model_version"])

    def get(self) -> dict[str, Any]:
        return dict(self.models("GET", "get", name=self.name).json["registered_model"])

    def get_version(self, version: str = "1") -> dict[str, Any]:
        return dict(self.versions("GET", "get", name=self.name, version=version).json["model_version"])

    def _ask(self, method: str, path: str, fields: dict[str, Any]) -> Answer:
        sent: dict[str, Any] = {"query": fields} if method == "GET" else {"body": fields}
        return ask(self.address, method, f"/api/2.0/mlflow/{path}", **sent)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(f"sqlite:///{tmp_path_factory.mktemp('served') / 'runs.db'}") as address:
        yield address
    close_stores()
    close_registries()


@pytest.fixture
def site(address: str) -> Site:
    return Site(address)


# registered models


def test_a_new_model_is_told_with_what_it_has(site: Site) -> None:
    made = site.made["creation_timestamp"]
    assert isinstance(made, int)
    assert site.made == site.get() == {"name": site.name, "creation_timestamp": made, "last_updated_timestamp": made}


def test_a_described_and_tagged_model_is_told_whole(site: Site) -> None:
    tags = [{"key": "team", "value": "red"}, {"key": "void", "value": ""}]
    answer = site.models("POST", "create", name=f"{site.name}-b", description="What it is", tags=tags)
    model = answer.json["registered_model"]
    assert (model["description"], model["tags"]) == ("What it is", tags)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        *({"name": name} for name in ("", None, "a/b", "a:b", "..", "x" * 257)),
        {"name": "a", "tags": [{"key": "k" * 251, "value": ""}]},
        {"name": "a", "tags": [{"key": "k", "value": 1}]},
    ],
)
def test_what_cannot_be_made_is_refused(site: Site, fields: dict[str, Any]) -> None:
    assert site.models("POST", "create", **fields).error == INVALID


def test_a_name_is_taken_once_by_models_and_prompts_alike(site: Site) -> None:
    assert site.models("POST", "create", name=site.name).error == TAKEN
    assert site.models("POST", "create", name=site.name, tags=[IS_PROMPT]).error == TAKEN


def test_rename(site: Site) -> None:
    site.add()
    other = f"{site.name}-b"
    model = site.models("POST", "rename", name=site.name, new_name=other).json["registered_model"]
    assert (model["name"], [version["name"] for version in model["latest_versions"]]) == (other, [other])
    assert site.models("GET", "get", name=site.name).error == NOT_FOUND
    site.models("POST", "create", name=site.name)
    assert site.models("POST", "rename", name=site.name, new_name=other).error == TAKEN
    assert site.models("POST", "rename", name=site.name, new_name="a/b").error == INVALID


def test_a_description_is_set_and_emptied(site: Site) -> None:
    answer = site.models("PATCH", "update", name=site.name, description="new")
    assert answer.json["registered_model"]["description"] == site.get()["description"] == "new"
    assert "description" not in site.models("PATCH", "update", name=site.name).json["registered_model"]


def test_delete_takes_everything_with_it(site: Site) -> None:
    site.add()
    assert site.models("DELETE", "delete", name=site.name).json == {}
    assert site.models("GET", "get", name=site.name).error == NOT_FOUND
    assert site.models("DELETE", "delete", name=site.name).error == NOT_FOUND
    assert site.versions("GET", "get", name=site.name, version="1").error == NOT_FOUND


def test_tags_of_a_model(site: Site) -> None:
    assert site.models("POST", "set-tag", name=site.name, key="a", value="1").json == {}
    assert site.models("POST", "set-tag", name=site.name, key="b").json == {}
    assert site.get()["tags"] == [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]
    assert site.models("DELETE", "delete-tag", name=site.name, key="a").json == {}
    assert site.models("DELETE", "delete-tag", name=site.name, key="a").json == {}
    assert site.get()["tags"] == [{"key": "b", "value": ""}]
    for key in ("", "k" * 251, "a//b"):
        assert site.models("POST", "set-tag", name=site.name, key=key, value="1").error == INVALID
    assert site.models("POST", "set-tag", name=site.name, key="a", value="x" * 100_001).error == INVALID


def test_search_turns_pages_and_takes_several_orders(site: Site) -> None:
    for end in "bc":
        site.models("POST", "create", name=f"{site.name}-{end}")
    query = {"filter": f"name LIKE '{site.name}%'", "order_by": ["timestamp", "name DESC"], "max_results": 2}
    first = site.models("GET", "search", **query).json
    second = site.models("GET", "search", **query, page_token=first["next_page_token"]).json
    found = [model["name"] for page in (first, second) for model in page["registered_models"]]
    assert sorted(found) == [site.name, f"{site.name}-b", f"{site.name}-c"]
    assert (len(first["registered_models"]), "next_page_token" in second) == (2, False)


@pytest.mark.parametrize("place", ["models", "versions"])
@pytest.mark.parametrize(
    "fields",
    [{"filter": "zz"}, {"order_by": "zz"}, {"max_results": 0}, {"max_results": 200_001}, {"page_token": "x"}],
    ids=str,
)
def test_a_search_that_cannot_be_understood_is_refused(site: Site, place: str, fields: dict[str, Any]) -> None:
    assert getattr(site, place)("GET", "search", **fields).error == INVALID


def test_prompts_are_found_on_demand(site: Site) -> None:
    name = f"{site.name}-prompt"
    site.models("POST", "create", name=name, tags=[IS_PROMPT])
    by_name = f"name = '{name}'"
    assert site.models("GET", "search", filter=by_name).json == {}
    found = site.models("GET", "search", filter=f"{by_name} AND tags.`mlflow.prompt.is_prompt` = 'true'").json
    assert [model["name"] for model in found["registered_models"]] == [name]


# versions


def test_a_new_version_is_told_with_its_empty_texts(site: Site) -> None:
    version = site.add()
    made = version["creation_timestamp"]
    assert (
        version
        == site.get_version()
        == {
            "name": site.name,
            "version": "1",
            "creation_timestamp": made,
            "last_updated_timestamp": made,
            "current_stage": "None",
            "description": "",
            "source": "s3://bucket/net",
            "run_id": "",
            "status": "READY",
            "run_link": "",
        }
    )
    assert site.get()["latest_versions"] == [version]


def test_a_described_and_tagged_version_is_told_whole(site: Site) -> None:
    fields = {"run_id": "a" * 32, "run_link": "https://runs/1", "description": "What it is"}
    version = site.add(**fields, tags=[{"key": "k", "value": "v"}])
    assert {**version, **fields, "tags": [{"key": "k", "value": "v"}]} == version


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "no-such-model"}, NOT_FOUND),
        ({"name": ""}, INVALID),
        ({"source": ""}, INVALID),
        ({"source": None}, INVALID),
        ({"run_id": "../x"}, INVALID),
        ({"tags": [{"key": "", "value": "v"}]}, INVALID),
        ({"tags": [{"key": "k", "value": "x" * 100_001}]}, INVALID),
    ],
)
def test_a_version_that_cannot_be_made_is_refused(site: Site, fields: dict[str, Any], error: tuple[int, str]) -> None:
    sent = {"name": site.name, "source": "s3://bucket/net", **fields}
    assert site.versions("POST", "create", **sent).error == error
    assert "latest_versions" not in site.get()


@pytest.mark.parametrize("version", ["abc", "", "-1", "1.0", "9" * 19])
def test_a_number_of_a_version_is_an_integer(site: Site, version: str) -> None:
    site.add()
    assert site.versions("GET", "get", name=site.name, version=version).error == INVALID
    assert site.versions("DELETE", "delete", name=site.name, version=version).error == INVALID


@pytest.mark.parametrize("version", ["2", "0", "123456789012345678"])
def test_a_version_that_there_is_not_is_not_found(site: Site, version: str) -> None:
    site.add()
    place = {"name": site.name, "version": version}
    for method, name, more in (
        ("GET", "get", {}),
        ("GET", "get-download-uri", {}),
        ("PATCH", "update", {}),
        ("DELETE", "delete", {}),
        ("POST", "set-tag", {"key": "a", "value": "1"}),
        ("DELETE", "delete-tag", {"key": "a"}),
        ("POST", "transition-stage", {"stage": "Staging", "archive_existing_versions": False}),
    ):
        assert site.versions(method, name, **place, **more).error == NOT_FOUND, name


def test_a_number_in_a_body_must_be_text(site: Site) -> None:
    site.add()
    assert site.versions("DELETE", "delete", name=site.name, version=1).error == INVALID


def test_a_description_of_a_version_is_set_and_emptied(site: Site) -> None:
    site.add()
    answer = site.versions("PATCH", "update", name=site.name, version="1", description="new")
    assert answer.json["model_version"]["description"] == site.get_version()["description"] == "new"
    answer = site.versions("PATCH", "update", name=site.name, version="1")
    assert answer.json["model_version"]["description"] == ""


def test_a_deleted_number_is_not_used_again(site: Site) -> None:
    site.add()
    assert site.versions("DELETE", "delete", name=site.name, version="1").json == {}
    assert site.add()["version"] == "2"


def test_tags_of_a_version(site: Site) -> None:
    site.add()
    place = {"name": site.name, "version": "1"}
    assert site.versions("POST", "set-tag", **place, key="a", value="1").json == {}
    assert site.get_version()["tags"] == [{"key": "a", "value": "1"}]
    assert site.versions("DELETE", "delete-tag", **place, key="a").json == {}
    assert site.versions("DELETE", "delete-tag", **place, key="a").json == {}
    assert "tags" not in site.get_version()
    assert site.versions("POST", "set-tag", **place, key="a//b", value="1").error == INVALID


def test_only_the_one_who_makes_a_version_is_told_that_plugins_know(site: Site) -> None:
    made = site.versions("POST", "create", name=site.name, source="s3://bucket/net").json
    assert made == {"model_version": site.get_version(), "announced": True}


def test_search_for_versions(site: Site) -> None:
    for _ in range(3):
        site.add()
    query = {"filter": f"name = '{site.name}'", "order_by": ["name", "version_number DESC"], "max_results": 2}
    first = site.versions("GET", "search", **query).json
    assert [version["version"] for version in first["model_versions"]] == ["3", "2"]
    second = site.versions("GET", "search", **query, page_token=first["next_page_token"]).json
    assert [version["version"] for version in second["model_versions"]] == ["1"]
    assert site.versions("GET", "search", filter="name = 'no-such-model'").json == {}


def test_versions_of_prompts_are_found_on_demand(site: Site) -> None:
    site.add(source="dummy-source", tags=[IS_PROMPT])
    site.add()
    for condition, numbers in (
        (f"name = '{site.name}'", ["2"]),
        (f"name = '{site.name}' OR name = 'x'", ["2"]),
        (f"name = '{site.name}' AND tags.`mlflow.prompt.is_prompt` = 'true'", ["1"]),
    ):
        found = site.versions("GET", "search", filter=condition).json["model_versions"]
        assert [version["version"] for version in found] == numbers, condition
    everything = site.versions("GET", "search").json["model_versions"]
    assert ("2", site.name) in [(version["version"], version["name"]) for version in everything]
    assert ("1", site.name) not in [(version["version"], version["name"]) for version in everything]


# stages and aliases


def test_stages(site: Site) -> None:
    for _ in range(3):
        site.add()
    for version, archives in (("1", False), ("2", True)):
        answer = site.versions(
            "POST",
            "transition-stage",
            name=site.name,
            version=version,
            stage="production",
            archive_existing_versions=archives,
        )
        assert answer.json["model_version"]["current_stage"] == "Production"
    stages = {version["version"]: version["current_stage"] for version in site.get()["latest_versions"]}
    assert stages == {"1": "Archived", "2": "Production", "3": "None"}
    for method in ("POST", "GET"):
        found = site.models(method, "get-latest-versions", name=site.name, stages=["PRODUCTION", "None"]).json
        assert sorted(version["version"] for version in found["model_versions"]) == ["2", "3"]
        assert site.models(method, "get-latest-versions", name=site.name, stages=["Staging"]).json == {}
        assert site.models(method, "get-latest-versions", name=site.name, stages=["zz"]).error == INVALID
        assert len(site.models(method, "get-latest-versions", name=site.name).json["model_versions"]) == 3


@pytest.mark.parametrize(("stage", "archives"), [("zz", False), ("", False), ("None", True), ("Archived", True)])
def test_a_stage_that_there_is_not_is_refused(site: Site, stage: str, archives: bool) -> None:
    site.add()
    sent = {"name": site.name, "version": "1", "stage": stage, "archive_existing_versions": archives}
    assert site.versions("POST", "transition-stage", **sent).error == INVALID
    assert site.get_version()["current_stage"] == "None"


def test_an_alias_is_moved_and_removed(site: Site) -> None:
    for version in ("1", "2"):
        site.add()
        assert site.models("POST", "alias", name=site.name, alias="champion", version=version).json == {}
    assert site.get()["aliases"] == [{"alias": "champion", "version": "2"}]
    found = site.models("GET", "alias", name=site.name, alias="champion").json["model_version"]
    assert (found["version"], found["aliases"]) == ("2", ["champion"])
    assert site.models("DELETE", "alias", name=site.name, alias="champion").json == {}
    assert site.models("DELETE", "alias", name=site.name, alias="champion").json == {}
    assert site.models("GET", "alias", name=site.name, alias="champion").error == INVALID
    assert site.models("GET", "alias", name=site.name, alias="latest").json["model_version"]["version"] == "2"
    assert site.models("GET", "alias", name="no-such-model", alias="latest").error == NOT_FOUND


@pytest.mark.parametrize("alias", ["", "latest", "LATEST", "v2", "a b", "a/b", "x" * 256])
def test_an_alias_that_is_none_is_refused(site: Site, alias: str) -> None:
    site.add()
    assert site.models("POST", "alias", name=site.name, alias=alias, version="1").error == INVALID


def test_an_alias_needs_a_version_that_there_is(site: Site) -> None:
    site.add()
    assert site.models("POST", "alias", name=site.name, alias="champion", version="2").error == NOT_FOUND
    assert site.models("POST", "alias", name=site.name, alias="champion", version=1).error == INVALID
    assert "aliases" not in site.get()
