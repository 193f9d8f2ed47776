from __future__ import annotations

from typing import Any

import pytest

from runyard.entities import ModelVersion, Page
from runyard.registry.references import VersionReferences
from runyard.registry.registry import ModelRegistry
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel
from runyard.tracking.uris import model_registry

RUN, MODEL = "a" * 32, "m-" + "b" * 32


@pytest.fixture
def registry(memory_uri: str) -> ModelRegistry:
    registry = model_registry()
    registry.create_registered_model(NewRegisteredModel(name="wine"))
    return registry


def add(registry: ModelRegistry, source: str, **options: Any) -> None:
    registry.create_model_version(NewModelVersion(name="wine", source=source, **options))


def test_nothing_stands_on_anything_in_an_empty_registry(registry: ModelRegistry) -> None:
    references = VersionReferences(registry)
    assert (references.of_run(RUN), references.of_model(MODEL), references.below("s3://bucket")) == (None, None, None)


@pytest.mark.parametrize(
    ("source", "options"), [("s3://elsewhere", {"run_id": RUN}), (f"runs:/{RUN}/model", {}), (f"runs:/{RUN}", {})]
)
def test_a_version_stands_on_its_run(registry: ModelRegistry, source: str, options: dict[str, str]) -> None:
    add(registry, source, **options)
    references = VersionReferences(registry)
    assert references.of_run(RUN) == "models:/wine/1"
    assert references.of_run("c" * 32) is None


@pytest.mark.parametrize(
    ("source", "options"),
    [("s3://elsewhere", {"model_id": MODEL}), (f"models:/{MODEL}", {}), (f"models:/{MODEL}/a", {})],
)
def test_a_version_stands_on_its_logged_model(registry: ModelRegistry, source: str, options: dict[str, str]) -> None:
    add(registry, source, **options)
    assert VersionReferences(registry).of_model(MODEL) == "models:/wine/1"


@pytest.mark.parametrize(
    ("source", "location", "stands"),
    [
        ("s3://bucket/1/run/artifacts/model", "s3://bucket/1/run/artifacts", True),
        ("s3://bucket/1/run/artifacts/model", "s3://bucket/1/run/artifacts/", True),
        ("s3://bucket/1/run/artifacts", "s3://bucket/1/run/artifacts", True),
        ("s3://bucket/1/run/artifacts/model", "s3://bucket/1/run/art", False),
        ("s3://bucket/1/run", "s3://bucket/1/run/artifacts", False),
        ("s3://other/1/run/artifacts", "s3://bucket/1/run/artifacts", False),
        ("file:///data/a%20b/run/model", "/data/a b/run", True),
        ("/data/run/model/", "file:///data/run", True),
        ("mlflow-artifacts:/1/run/artifacts/model", "mlflow-artifacts:/1/run/artifacts", True),
        ("s3://bucket/run/model?version=1", "s3://bucket/run", True),
        ("models:/other/1", "models:/other", False),
    ],
)
def test_a_version_stands_on_the_place_of_its_files(
    registry: ModelRegistry, source: str, location: str, stands: bool
) -> None:
    add(registry, source)
    assert VersionReferences(registry).below(location) == ("models:/wine/1" if stands else None)


def test_the_storage_location_counts_as_well_as_the_source(registry: ModelRegistry) -> None:
    add(registry, "models:/other/1", storage_location="s3://bucket/run/artifacts/model")
    assert VersionReferences(registry).below("s3://bucket/run/artifacts") == "models:/wine/1"


def test_every_page_counts(registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    from msgspec.structs import replace

    for number in range(5):
        add(registry, f"s3://bucket/{number}")
    search = registry.search_model_versions
    monkeypatch.setattr(registry, "search_model_versions", lambda query: search(replace(query, max_results=2)))
    references = VersionReferences(registry)
    assert all(references.below(f"s3://bucket/{number}") for number in range(5))


def test_a_tag_hides_no_version(registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(query: ModelVersionQuery) -> Page[ModelVersion]:
        """Show prompts to those who ask for them, as servers do."""
        return Page() if query.filter is None else find(query)

    find = registry.search_model_versions
    monkeypatch.setattr(registry, "search_model_versions", search)
    add(registry, "s3://bucket/wine", tags={"mlflow.prompt.is_prompt": "true"})
    assert VersionReferences(registry).below("s3://bucket/wine") == "models:/wine/1"
