"""What is particular about the registry in a database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from runyard.entities import ModelVersion, RegisteredModel
from runyard.errors import AlreadyExists, NotFound
from runyard.registry.requests import NewModelVersion, NewRegisteredModel
from runyard.testing.contract import at_once
from runyard.uris import StoreURI
from runyard_sql.registry import SqlRegistry
from runyard_sql.tables import metadata

MODEL = NewRegisteredModel(name="model", description="of a kind", tags={"a": "1"})
VERSION = NewModelVersion(name="model", source="s3://bucket/model", tags={"b": "2", "c": "3"})

MAKE_VERSIONS = """
import sys
from runyard.registry.requests import NewModelVersion
from runyard.uris import StoreURI
from runyard_sql.registry import SqlRegistry

registry = SqlRegistry(StoreURI.parse(sys.argv[1]))
registry.get_registered_model("model")
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    made = registry.create_model_version(NewModelVersion(name="model", source="s3://bucket/model"))
    registry.set_registered_model_alias("model", f"latest-{sys.argv[2]}", made.version)
    print(made.version)
assert "sqlalchemy" not in sys.modules
"""


@pytest.fixture
def registry(address: StoreURI) -> SqlRegistry:
    return SqlRegistry(address)


@pytest.fixture
def answers_are_lost(registry: SqlRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every change be committed and, as if the answer had been lost, tried once more."""
    write = registry._database.write

    def twice(change: Callable[[Any], Any]) -> Any:
        write(change)
        return write(change)

    monkeypatch.setattr(registry._database, "write", twice)


def rows(registry: SqlRegistry) -> dict[str, int]:
    """Return how many rows each table of the registry has, if any."""
    tables = [name for name in metadata.tables if "registered" in name or "version" in name]
    with registry._database.read() as session:
        counts = {name: session.all(f"SELECT COUNT(*) FROM {name}")[0][0] for name in tables}
    return {name: count for name, count in counts.items() if count}


def test_a_model_whose_making_was_not_answered_is_made_once(registry: SqlRegistry, answers_are_lost: None) -> None:
    assert registry.create_registered_model(MODEL) == registry.get_registered_model("model")


def test_a_name_that_somebody_else_has_is_taken_also_for_one_who_tries_again(
    registry: SqlRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.create_registered_model(MODEL)
    monkeypatch.setattr("runyard_sql.registered_models.now", lambda: 1)
    write = registry._database.write

    def after_a_conflict(change: Callable[[Any], Any]) -> Any:
        with pytest.raises(AlreadyExists):
            write(change)
        return write(change)

    monkeypatch.setattr(registry._database, "write", after_a_conflict)
    with pytest.raises(AlreadyExists):
        registry.create_registered_model(MODEL)


def test_a_version_whose_making_was_not_answered_is_made_once(registry: SqlRegistry, answers_are_lost: None) -> None:
    registry.create_registered_model(MODEL)
    for number in ("1", "2"):
        made = registry.create_model_version(VERSION)
        assert made == registry.get_model_version("model", number)
    with pytest.raises(NotFound):
        registry.get_model_version("model", "3")


def test_nothing_is_left_of_what_was_deleted(registry: SqlRegistry) -> None:
    registry.create_registered_model(NewRegisteredModel(name="kept"))
    before = rows(registry)
    for name in ("model", "other"):
        registry.create_registered_model(NewRegisteredModel(name=name, tags=MODEL.tags))
    for number in ("1", "2"):
        registry.create_model_version(VERSION)
        registry.set_registered_model_alias("model", f"alias-{number}", number)
    registry.delete_model_version("model", "1")
    registry.delete_registered_model("model")
    registry.delete_registered_model("other")
    assert rows(registry) == before


@pytest.mark.parametrize("version", ["0", "-1", "1.0", "one", "", "²", "9" * 9, "9" * 18, "9" * 30])
def test_a_version_that_cannot_be(registry: SqlRegistry, version: str) -> None:
    registry.create_registered_model(MODEL)
    registry.create_model_version(VERSION)
    with pytest.raises(NotFound, match="has no version"):
        registry.get_model_version("model", version)
    with pytest.raises(NotFound, match="has no version"):
        registry.set_registered_model_alias("model", "champion", version)


def test_one_of_several_gets_a_new_name(registry: SqlRegistry) -> None:
    names = [f"model-{number}" for number in range(6)]
    for name in names:
        registry.create_registered_model(NewRegisteredModel(name=name))
    outcomes = at_once([partial(registry.rename_registered_model, name, "wanted") for name in names])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyExists"] * 5 + [RegisteredModel.__name__]


def test_a_model_is_deleted_while_versions_are_made(registry: SqlRegistry) -> None:
    registry.create_registered_model(MODEL)
    making = [partial(registry.create_model_version, VERSION) for _ in range(6)]
    outcomes = at_once([*making[:3], partial(registry.delete_registered_model, "model"), *making[3:]])
    assert {type(outcome) for outcome in outcomes} <= {ModelVersion, NotFound, type(None)}
    assert rows(registry) == {}


def test_processes_make_versions(registry: SqlRegistry) -> None:
    if registry.uri.text == "sqlite://":
        pytest.skip("A database in memory belongs to one process.")
    registry.create_registered_model(MODEL)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE_VERSIONS, registry.uri.text, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    made = []
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        made.append([int(line) for line in out.split()])
    assert sorted(number for numbers in made for number in numbers) == [*range(1, 61)]
    aliases = registry.get_registered_model("model").aliases
    assert aliases == {f"latest-{number}": str(numbers[-1]) for number, numbers in enumerate(made)}
