from __future__ import annotations

import io
from pathlib import Path

import pytest

from runyard import artifacts
from runyard.artifacts.repositories import open_repository
from runyard.entities import FileInfo, LoggedModelOutput, ModelStage
from runyard.errors import InvalidInput, NotFound, PluginMissing
from runyard.registry.requests import NewModelVersion, NewRegisteredModel
from runyard.testing.memory import MemoryModelRegistry, MemoryTrackingStore
from runyard.tracking.requests import NewLoggedModel, NewRun
from runyard.tracking.uris import model_registry, tracking_store
from runyard.uris import ArtifactPath, StoreURI


@pytest.fixture(autouse=True)
def _fresh(memory_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(root: str, tmp_path: Path, **files: bytes) -> None:
    """Store files; `__` in a name stands for `/`, `_` for `.`."""
    for name, contents in files.items():
        source = tmp_path / "source"
        source.write_bytes(contents)
        open_repository(root).upload_file(source, ArtifactPath(name.replace("__", "/").replace("_", ".")))


@pytest.fixture
def run_id(tmp_path: Path) -> str:
    """A run with the files ``a/b/c.txt`` and ``top.txt``."""
    run = tracking_store().create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="r"))
    put(run.info.artifact_uri, tmp_path, a__b__c_txt=b"deep", top_txt=b"top")
    return run.info.run_id


@pytest.fixture
def model_id(run_id: str, tmp_path: Path) -> str:
    """A logged model ``net`` of that run with the files ``MLmodel`` and ``data/w``."""
    return new_model(run_id, tmp_path, b"first")


def new_model(run_id: str, tmp_path: Path, contents: bytes) -> str:
    store = tracking_store()
    model = store.create_logged_model(NewLoggedModel(experiment_id="0", name="net", source_run_id=run_id))
    put(model.artifact_location, tmp_path, MLmodel=contents, data__w=contents)
    store.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
    return model.model_id


@pytest.fixture
def registered(model_id: str) -> MemoryModelRegistry:
    """A registered model ``net`` with two versions of that model; the first one is staged and the champion."""
    registry = model_registry()
    registry.create_registered_model(NewRegisteredModel(name="net"))
    location = tracking_store().get_logged_model(model_id).artifact_location
    registry.create_model_version(NewModelVersion(name="net", source=f"models:/{model_id}", storage_location=location))
    registry.create_model_version(NewModelVersion(name="net", source="models:/net/1"))
    registry.transition_model_version_stage("net", "1", ModelStage.STAGING)
    registry.set_registered_model_alias("net", "champion", "1")
    assert isinstance(registry, MemoryModelRegistry)
    return registry


def text(path: str) -> str:
    return Path(path).read_text()


def names(entries: list[FileInfo]) -> list[str]:
    return [entry.path for entry in entries]


def test_a_download_has_the_name_of_what_was_asked_for(run_id: str, tmp_path: Path) -> None:
    to = str(tmp_path / "to")
    assert artifacts.download_artifacts(run_id=run_id, artifact_path="a/b/c.txt", dst_path=to) == f"{to}/c.txt"
    assert artifacts.download_artifacts(f"runs:/{run_id}/a/b", dst_path=to) == f"{to}/b"
    assert artifacts.download_artifacts(artifact_uri=f"runs:/{run_id}/", dst_path=tmp_path / "all") == f"{tmp_path}/all"
    assert text(f"{to}/c.txt") == text(f"{to}/b/c.txt") == text(f"{tmp_path}/all/a/b/c.txt") == "deep"


def test_a_download_without_a_folder_is_private(run_id: str) -> None:
    place = Path(artifacts.download_artifacts(run_id=run_id, artifact_path="a"))
    assert (place.name, place.parent.stat().st_mode & 0o777) == ("a", 0o700)
    assert text(f"{place}/b/c.txt") == "deep"


def test_a_path_of_a_run_may_be_that_of_a_model_that_it_made(run_id: str, model_id: str, tmp_path: Path) -> None:
    to = str(tmp_path)
    assert artifacts.download_artifacts(f"runs:/{run_id}/net", dst_path=to) == f"{to}/net"
    assert artifacts.download_artifacts(run_id=run_id, artifact_path="net/data/w", dst_path=to) == f"{to}/w"
    assert names(artifacts.list_artifacts(f"runs:/{run_id}/net")) == ["net/MLmodel", "net/data"]
    assert names(artifacts.list_artifacts(run_id=run_id, artifact_path="net/data")) == ["net/data/w"]
    assert artifacts.load_text(f"runs:/{run_id}/net/MLmodel") == "first"
    new_model(run_id, tmp_path, b"second")
    assert artifacts.load_text(f"runs:/{run_id}/net/MLmodel") == "second", "The last model of the name counts."
    put(tracking_store().get_run(run_id).info.artifact_uri, tmp_path, net__MLmodel=b"own")
    assert artifacts.load_text(f"runs:/{run_id}/net/MLmodel") == "own", "The run's own artifacts come first."


def test_a_deleted_model_answers_for_nothing(run_id: str, model_id: str) -> None:
    tracking_store().delete_logged_model(model_id)
    assert artifacts.list_artifacts(f"runs:/{run_id}/net") == []


@pytest.mark.parametrize(
    "uri", ["models:/net/1", "models:/net/2", "models:/net@champion", "models:/net/Staging", "models:/net/latest"]
)
def test_models_are_found_by_every_form_of_their_address(
    registered: MemoryModelRegistry, tmp_path: Path, uri: str
) -> None:
    assert artifacts.download_artifacts(uri, dst_path=tmp_path / "to") == f"{tmp_path}/to"
    assert text(f"{tmp_path}/to/MLmodel") == "first"
    assert names(artifacts.list_artifacts(uri)) == ["MLmodel", "data"]
    assert artifacts.load_text(f"{uri}/data/w") == "first"


def test_models_are_found_by_their_id(model_id: str) -> None:
    assert names(artifacts.list_artifacts(f"models:/{model_id}")) == ["MLmodel", "data"]
    assert artifacts.load_text(f"models:/{model_id}/data/w") == "first"


def test_a_version_may_name_a_path_of_a_run(run_id: str, registered: MemoryModelRegistry) -> None:
    registered.create_model_version(NewModelVersion(name="net", source=f"runs:/{run_id}/a"))
    assert artifacts.load_text("models:/net/3/b/c.txt") == "deep"


def test_versions_that_are_made_from_each_other_are_refused(registered: MemoryModelRegistry) -> None:
    registered.create_model_version(NewModelVersion(name="net", source="models:/net/4"))
    registered.create_model_version(NewModelVersion(name="net", source="models:/net/3"))
    with pytest.raises(InvalidInput, match="models:/net/3"):
        artifacts.list_artifacts("models:/net/3")


@pytest.mark.parametrize(
    "uri", ["models:/nobody/1", "models:/net/9", "models:/net/Archived", f"models:/m-{'0' * 32}", "runs:/nobody/x"]
)
def test_who_does_not_exist_is_not_found(registered: MemoryModelRegistry, uri: str) -> None:
    with pytest.raises(NotFound):
        artifacts.resolve(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "models:/net@nobody",
        "models:/net/nostage",
        "runs:/",
        "models:/",
        "",
        "runs:/x/../y",
        "s3://b/a/../c",
        "s3://b/a?x",
    ],
)
def test_what_is_no_address_is_refused(registered: MemoryModelRegistry, uri: str) -> None:
    with pytest.raises(InvalidInput):
        artifacts.resolve(uri)


def test_an_address_without_a_plugin_names_what_to_install(memory_uri: str) -> None:
    with pytest.raises(PluginMissing, match="s3"):
        artifacts.download_artifacts("s3://bucket/x")


def test_plain_addresses_are_names_in_the_folder_above(run_id: str, tmp_path: Path) -> None:
    root = tracking_store().get_run(run_id).info.artifact_uri
    assert artifacts.download_artifacts(f"{root}/a/b", dst_path=tmp_path) == f"{tmp_path}/b"
    assert artifacts.download_artifacts(f"{root}/top.txt", dst_path=tmp_path) == f"{tmp_path}/top.txt"
    assert names(artifacts.list_artifacts(f"{root}/a/")) == ["a/b"]
    assert artifacts.load_text(f"{root}/top.txt") == "top"


@pytest.mark.parametrize("root", ["memory://other", "memory://other/", "memory:"])
def test_the_root_of_a_store_has_no_folder_above(root: str, tmp_path: Path) -> None:
    put(root, tmp_path, x=b"1")
    assert names(artifacts.list_artifacts(root)) == ["x"]
    assert artifacts.download_artifacts(root, dst_path=tmp_path / "to") == f"{tmp_path}/to"


def test_other_stores_are_asked_where_they_are_named(tmp_path: Path) -> None:
    other = MemoryTrackingStore(StoreURI.parse("memory://other"))
    run = other.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="r"))
    put(run.info.artifact_uri, tmp_path, x=b"other")
    registry = MemoryModelRegistry(StoreURI.parse("memory://other"))
    registry.create_registered_model(NewRegisteredModel(name="m"))
    registry.create_model_version(NewModelVersion(name="m", source=run.info.artifact_uri))
    uri = "memory://other"
    assert text(artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="x", tracking_uri=uri)) == "other"
    assert text(artifacts.download_artifacts("models:/m/1/x", tracking_uri=uri)) == "other"
    assert text(artifacts.download_artifacts("models:/m/1/x", registry_uri=uri)) == "other"
    assert names(artifacts.list_artifacts(run_id=run.info.run_id, tracking_uri=uri)) == ["x"]
    assert names(artifacts.list_artifacts("models:/m/1", registry_uri=uri)) == ["x"]
    with pytest.raises(NotFound):
        artifacts.download_artifacts("models:/m/1/x")


@pytest.mark.parametrize("call", [artifacts.download_artifacts, artifacts.list_artifacts])
def test_exactly_one_place_is_given(run_id: str, call: object) -> None:
    assert callable(call)
    for arguments in (
        {},
        {"artifact_uri": "memory://x", "run_id": run_id},
        {"artifact_uri": f"runs:/{run_id}/a", "artifact_path": "b"},
    ):
        with pytest.raises(InvalidInput):
            call(**arguments)


def test_missing_files_are_not_found(run_id: str, tmp_path: Path) -> None:
    for call in (artifacts.download_artifacts, artifacts.load_text, artifacts.load_dict):
        with pytest.raises(NotFound, match="nobody"):
            call(f"runs:/{run_id}/nobody")
    with pytest.raises(NotFound):
        artifacts.load_text(f"runs:/{run_id}/a")
    assert artifacts.list_artifacts(f"runs:/{run_id}/nobody") == []
    assert artifacts.list_artifacts(f"runs:/{run_id}/top.txt") == []


def test_texts_dicts_and_images_are_read(tmp_path: Path) -> None:
    pil = pytest.importorskip("PIL.Image", reason="images need Pillow")
    with pytest.raises(NotFound, match="nobody"):
        artifacts.load_image("memory://files/nobody.png")
    picture = io.BytesIO()
    pil.new("RGB", (2, 3), (255, 0, 0)).save(picture, "PNG")
    root = "memory://files/x"
    put(root, tmp_path, t_txt="grün\n".encode(), d_json=b'{"a": [1, null]}', i_png=picture.getvalue(), bad=b"\xff{")
    assert artifacts.load_text(f"{root}/t.txt") == "grün\n"
    assert artifacts.load_dict(f"{root}/d.json") == {"a": [1, None]}
    image = artifacts.load_image(f"{root}/i.png")
    assert (image.size, image.getpixel((0, 0))) == ((2, 3), (255, 0, 0))
    for load in (artifacts.load_text, artifacts.load_dict, artifacts.load_image):
        with pytest.raises(InvalidInput, match="bad"):
            load(f"{root}/bad")


def test_there_are_no_other_names() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        artifacts.nothing  # noqa: B018
