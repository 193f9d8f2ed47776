"""What is particular to a registry in files: the layout, damage, and several processes."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runyard.errors import DataDamaged, InvalidInput, NotFound, StorageFailure
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.uris import StoreURI
from runyard_file.files import read_yaml
from runyard_file.registry import FileRegistry


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "mlruns"


@pytest.fixture
def registry(root: Path) -> FileRegistry:
    return FileRegistry(StoreURI.parse(root))


def add(registry: FileRegistry, name: str = "net", versions: int = 1) -> None:
    registry.create_registered_model(NewRegisteredModel(name=name))
    for _ in range(versions):
        registry.create_model_version(NewModelVersion(name=name, source="s3://bucket/model", tags={"a/b": "c"}))


def names(registry: FileRegistry) -> list[str]:
    return [model.name for model in registry.search_registered_models(RegisteredModelQuery())]


def test_layout_is_the_one_of_mlruns(registry: FileRegistry, root: Path) -> None:
    add(registry, versions=2)
    registry.set_registered_model_alias("net", "champion", "2")
    registry.delete_model_version("net", "1")
    folder = root / "models" / "net"
    assert read_yaml(str(folder / "meta.yaml"))["aliases"] == {"champion": "2"}
    assert (folder / "aliases" / "champion").read_text() == "2"
    assert (folder / "version-2" / "tags" / "a" / "b").read_text() == "c"
    meta = read_yaml(str(folder / "version-2" / "meta.yaml"))
    assert (meta["version"], meta["current_stage"], meta["status"]) == (2, "None", "READY")
    assert meta["storage_location"] == meta["source"] == "s3://bucket/model"
    assert read_yaml(str(folder / "version-1" / "meta.yaml"))["current_stage"] == "Deleted_Internal"


def test_unknown_fields_of_other_programs_stay(registry: FileRegistry, root: Path) -> None:
    add(registry)
    for meta in (root / "models" / "net" / "meta.yaml", root / "models" / "net" / "version-1" / "meta.yaml"):
        meta.write_text(meta.read_text() + "workspace: default\n")
    registry.update_registered_model("net", "new")
    registry.update_model_version("net", "1", "new")
    for meta in (root / "models" / "net" / "meta.yaml", root / "models" / "net" / "version-1" / "meta.yaml"):
        assert read_yaml(str(meta))["workspace"] == "default"


def test_nothing_is_made_by_reading(registry: FileRegistry, root: Path) -> None:
    assert names(registry) == []
    assert not root.exists()


def test_damaged_model_is_named_and_the_rest_is_listed(
    registry: FileRegistry, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add(registry, "good")
    add(registry, "bad")
    (root / "models" / "bad" / "meta.yaml").write_text("name: [")
    with caplog.at_level(logging.WARNING, "runyard"):
        assert names(registry) == ["good"]
    assert "bad/meta.yaml" in caplog.text
    with pytest.raises(DataDamaged, match=r"bad/meta\.yaml"):
        registry.get_registered_model("bad")


def test_damaged_version_is_named_and_the_rest_is_listed(
    registry: FileRegistry, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add(registry, versions=2)
    (root / "models" / "net" / "version-1" / "meta.yaml").write_text("")
    with caplog.at_level(logging.WARNING, "runyard"):
        assert [found.version for found in registry.search_model_versions(ModelVersionQuery())] == ["2"]
    assert "version-1/meta.yaml" in caplog.text


@pytest.mark.parametrize("name", ["..", ".", "../models/net", "/etc", "", "a/b", "a\x00b"])
def test_names_that_are_paths_exist_nowhere(registry: FileRegistry, root: Path, name: str) -> None:
    add(registry)
    (root / "meta.yaml").write_text("name: outside\n")
    with pytest.raises(NotFound):
        registry.get_registered_model(name)
    with pytest.raises(NotFound):
        registry.delete_registered_model(name)


@pytest.mark.parametrize("word", ["../tags/secret", "/etc/passwd", "..", "a/../../b"])
def test_aliases_tags_and_versions_that_are_paths_reach_nothing(registry: FileRegistry, root: Path, word: str) -> None:
    add(registry)
    secret = root / "models" / "net" / "tags" / "secret"
    registry.set_registered_model_tags("net", {"secret": "1"})
    with pytest.raises(InvalidInput):
        registry.get_model_version_by_alias("net", word)
    with pytest.raises(NotFound):
        registry.get_model_version("net", word)
    registry.delete_registered_model_alias("net", word)
    registry.delete_registered_model_tag("net", word)
    assert secret.read_text() == "1"


def test_too_long_name_is_refused_and_leaves_nothing(registry: FileRegistry, root: Path) -> None:
    with pytest.raises(InvalidInput, match="too long"):
        registry.create_registered_model(NewRegisteredModel(name="n" * 256))
    assert names(registry) == []


def test_what_a_deletion_left_behind_does_not_come_back(registry: FileRegistry, root: Path) -> None:
    add(registry, versions=3)
    (root / "models" / "net" / "meta.yaml").unlink()
    assert names(registry) == []
    add(registry, versions=1)
    assert registry.get_registered_model("net").latest_versions[0].version == "1"


def test_model_renamed_by_hand_goes_by_its_folder(registry: FileRegistry, root: Path) -> None:
    add(registry)
    os.rename(root / "models" / "net", root / "models" / "moved")
    assert registry.get_model_version("moved", "1").name == "moved"


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)


def test_read_only_folder_can_be_read(registry: FileRegistry, root: Path) -> None:
    add(registry)
    with read_only(root / "models" / "net"):
        assert registry.get_model_version("net", "1").version == "1"
        with pytest.raises(StorageFailure, match="net"):
            registry.update_registered_model("net", "new")


WORKER = """
import sys
from contextlib import suppress
from runyard.errors import AlreadyExists
from runyard.registry.requests import NewModelVersion, NewRegisteredModel
from runyard.uris import StoreURI
from runyard_file.registry import FileRegistry

registry, number = FileRegistry(StoreURI.parse(sys.argv[1])), sys.argv[2]
with suppress(AlreadyExists):
    registry.create_registered_model(NewRegisteredModel(name="shared"))
for step in range(10):
    made = registry.create_model_version(NewModelVersion(name="shared", source=f"s3://b/{number}/{step}"))
    registry.set_registered_model_tags("shared", {f"{number}-{step}": made.version})
    registry.set_registered_model_alias("shared", f"a{number}-{step}", made.version)
"""


def test_eight_processes_lose_nothing(registry: FileRegistry, root: Path) -> None:
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(root), str(number)]) for number in range(8)]
    assert [worker.wait(timeout=120) for worker in workers] == [0] * 8
    model = registry.get_registered_model("shared")
    versions = registry.search_model_versions(ModelVersionQuery())
    assert sorted(int(version.version) for version in versions) == list(range(1, 81))
    assert len({version.source for version in versions}) == 80
    for version in versions:
        _, _, number, step = version.source.replace("//", "/").split("/")
        assert model.tags[f"{number}-{step}"] == model.aliases[f"a{number}-{step}"] == version.version


def test_no_half_of_a_model_or_version_is_ever_seen(
    registry: FileRegistry, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(registry)
    monkeypatch.setattr("runyard_file.registered.replace_values", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        registry.create_registered_model(NewRegisteredModel(name="half", tags={"a": "b"}))
    with pytest.raises(KeyboardInterrupt):
        registry.create_model_version(NewModelVersion(name="net", source="s3://b", tags={"a": "b"}))
    assert sorted(path.name for path in (root / "models").iterdir()) == ["net"]
    assert sorted(path.name for path in (root / "models" / "net").iterdir() if path.is_dir()) == ["version-1"]
    assert list((root / ".trash").iterdir()) == []


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_half_of_a_character_is_refused_and_nothing_damaged(registry: FileRegistry) -> None:
    add(registry)
    with pytest.raises(InvalidInput, match="not valid Unicode"):
        registry.update_registered_model("net", "\ud800")
    with pytest.raises(InvalidInput, match="not valid Unicode"):
        registry.update_model_version("net", "1", "half \udfff\n")
    with pytest.raises(InvalidInput, match="not valid Unicode"):
        registry.create_model_version(NewModelVersion(name="net", source="s3://bucket/\ud800"))
    assert registry.get_registered_model("net").description == ""
    assert [version.version for version in registry.search_model_versions(ModelVersionQuery())] == ["1"]
