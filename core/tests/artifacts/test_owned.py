from __future__ import annotations

from pathlib import Path

import pytest

from runyard.artifacts.owned import OwnedArtifacts
from runyard.artifacts.repositories import open_repository
from runyard.errors import InvalidInput, PluginMissing
from runyard.uris import ArtifactPath, ArtifactURI

RUN = "a" * 32


@pytest.fixture(autouse=True)
def _memory(memory_plugins: object) -> None: ...


def put(location: str, path: str, tmp_path: Path, text: str = "four") -> None:
    source = tmp_path / "source"
    source.write_text(text)
    open_repository(location).upload_file(source, ArtifactPath(path))


def names(location: str) -> list[str]:
    return sorted(file.path for file in open_repository(location).walk(ArtifactPath()))


@pytest.mark.parametrize(
    "location",
    [
        f"memory://host/1/{RUN}/artifacts",
        f"memory:/1/{RUN}/artifacts",
        f"memory://host/{RUN}",
        f"memory://host/{RUN}/a/b",
    ],
)
def test_what_is_at_the_location_is_measured_and_removed(location: str, tmp_path: Path) -> None:
    put(location, "a.txt", tmp_path)
    put(location, "b/c.txt", tmp_path, "1234567890")
    artifacts = OwnedArtifacts(location, RUN)
    assert artifacts.size() == 14
    artifacts.remove()
    assert names(location) == []
    assert artifacts.size() == 0
    artifacts.remove()


def test_nothing_else_is_removed(tmp_path: Path) -> None:
    put(f"memory://host/1/{RUN}", "other/kept", tmp_path)
    put("memory://host/1", f"{RUN}0/artifacts/kept", tmp_path)
    put(f"memory://host/1/{RUN}/artifacts", "gone", tmp_path)
    OwnedArtifacts(f"memory://host/1/{RUN}/artifacts", RUN).remove()
    assert names("memory://host/1") == [f"{RUN}/other/kept", f"{RUN}0/artifacts/kept"]


@pytest.mark.parametrize(
    "location", ["memory://host/1/artifacts", f"memory://{RUN}/x", f"memory://host/{RUN}0", "/", "~"]
)
def test_a_location_that_may_be_that_of_others_is_refused(location: str) -> None:
    with pytest.raises(InvalidInput, match="may be that of others"):
        OwnedArtifacts(location, RUN)


def test_a_scheme_that_nobody_answers_for() -> None:
    with pytest.raises(PluginMissing):
        OwnedArtifacts(f"s3://bucket/{RUN}/artifacts", RUN)


@pytest.mark.parametrize(
    "location", [f"mlflow-artifacts:/1/{RUN}/artifacts", f"mlflow-artifacts://host/1/{RUN}/artifacts"]
)
def test_what_is_behind_a_proxy_is_found_at_its_destination(location: str, tmp_path: Path) -> None:
    put(f"memory://host/root/1/{RUN}/artifacts", "a.txt", tmp_path)
    artifacts = OwnedArtifacts(location, RUN, ArtifactURI.parse("memory://host/root"))
    assert artifacts.size() == 4
    artifacts.remove()
    assert names("memory://host/root") == []
