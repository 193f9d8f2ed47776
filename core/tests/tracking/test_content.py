"""Texts, dicts, figures, streams and files as artifacts."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import runyard
from runyard.artifacts.repositories import open_repository
from runyard.errors import InvalidInput, InvalidState, NotFound
from runyard.tracking.client import RunyardClient
from runyard.uris import ArtifactPath


def stored(run: runyard.Run, path: str) -> bytes:
    with open_repository(run.info.artifact_uri).open(ArtifactPath(path)) as stream:
        return stream.read()


def paths(run: runyard.Run) -> list[str]:
    return sorted(file.path for file in open_repository(run.info.artifact_uri).walk(ArtifactPath()))


def test_text_is_stored_as_it_is() -> None:
    with runyard.start_run() as run:
        runyard.log_text("a\r\nü\n", "notes/today.txt")
    assert stored(run, "notes/today.txt") == "a\r\nü\n".encode()


BAD_PATHS = ["", "../x.txt", "/x.txt", "a/../../x.txt", "a\\b.txt", "a//b.txt", "a/", "./a", "%2e%2e/x", "C:/x", "a\0b"]


@pytest.mark.parametrize("path", BAD_PATHS)
def test_paths_that_are_not_valid_store_nothing(path: str, tmp_path: Path) -> None:
    local = tmp_path / "file.txt"
    local.write_text("x")
    with runyard.start_run() as run:
        for call in (
            lambda: runyard.log_text("x", path),
            lambda: runyard.log_dict({}, path),
            lambda: runyard.log_stream(io.BytesIO(b"x"), path),
        ):
            with pytest.raises(InvalidInput):
                call()
        if path:
            for call in (lambda: runyard.log_artifact(local, path), lambda: runyard.get_artifact_uri(path)):
                with pytest.raises(InvalidInput):
                    call()
    assert paths(run) == []


def test_a_dict_is_stored_as_json_or_yaml() -> None:
    value = {"b": 1, "a": {"z": [1, 2], "d": datetime.date(2020, 1, 2)}, "é": "ü", "none": None}
    with runyard.start_run() as run:
        for name in ("x.json", "x", "x.yaml", "x.YML"):
            runyard.log_dict(value, name)
        runyard.log_dict([1, "two"], "list.json")
    as_json = stored(run, "x.json").decode()
    assert as_json == stored(run, "x").decode()
    assert as_json.startswith('{\n  "b": 1,')
    assert json.loads(as_json) == {**value, "a": {"z": [1, 2], "d": "2020-01-02"}}
    assert yaml.safe_load(stored(run, "x.yaml")) == yaml.safe_load(stored(run, "x.YML")) == value
    assert json.loads(stored(run, "list.json")) == [1, "two"]


def test_what_a_format_does_not_know_is_stored_as_text() -> None:
    numpy = pytest.importorskip("numpy", reason="arrays need NumPy")

    class Thing:
        def __str__(self) -> str:
            return "a thing"

    value = {"thing": Thing(), "number": numpy.int64(3), "array": numpy.arange(2), "float": numpy.float64(0.5)}
    with runyard.start_run() as run:
        runyard.log_dict(value, "x.json")
        runyard.log_dict(value, "x.yaml")
    expected = {"thing": "a thing", "number": 3, "array": [0, 1], "float": 0.5}
    assert json.loads(stored(run, "x.json")) == yaml.safe_load(stored(run, "x.yaml")) == expected


def test_a_stream_is_stored_to_its_end() -> None:
    content = bytes(range(256)) * 10_000
    with runyard.start_run() as run:
        runyard.log_stream(io.BytesIO(content), "blob.bin")
        with pytest.raises(InvalidInput, match="bytes"):
            runyard.log_stream(io.StringIO("text"), "text.txt")  # type: ignore[arg-type]
    assert stored(run, "blob.bin") == content
    assert paths(run) == ["blob.bin"]


def test_text_that_is_none_is_refused() -> None:
    with runyard.start_run() as run, pytest.raises(InvalidInput, match="int"):
        runyard.log_text(5, "x.txt")  # type: ignore[arg-type]
    assert paths(run) == []


def test_a_figure_of_matplotlib() -> None:
    figures = pytest.importorskip("matplotlib.figure", reason="figures need matplotlib")
    figure = figures.Figure()
    figure.add_subplot().plot([1, 2, 3])
    with runyard.start_run() as run:
        runyard.log_figure(figure, "plots/curve.png")
        runyard.log_figure(figure, "curve.svg", save_kwargs={"metadata": {"Title": "the curve"}})
    assert stored(run, "plots/curve.png").startswith(b"\x89PNG")
    assert b"the curve" in stored(run, "curve.svg")


class PlotlyFigure:
    """Does what plotly's figure does, for a machine without plotly."""

    def write_html(self, path: Path, **options: Any) -> None:
        path.write_text(json.dumps(options))

    def write_image(self, path: Path, **options: Any) -> None:
        path.write_text("image")


def test_a_figure_of_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    import types

    module = types.ModuleType("plotly.graph_objects")
    module.Figure = PlotlyFigure  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", module)
    with runyard.start_run() as run:
        runyard.log_figure(PlotlyFigure(), "page.html", save_kwargs={"full_html": False})
        runyard.log_figure(PlotlyFigure(), "image.png")
        with pytest.raises(InvalidInput, match=r"\.html"):
            runyard.log_figure(PlotlyFigure(), "image.gif")
    assert json.loads(stored(run, "page.html")) == {"include_plotlyjs": "cdn", "auto_open": False, "full_html": False}
    assert paths(run) == ["image.png", "page.html"]


def test_other_figures_are_refused() -> None:
    with runyard.start_run(), pytest.raises(InvalidInput, match="matplotlib"):
        runyard.log_figure("a drawing", "x.png")


def test_the_address_of_artifacts() -> None:
    with runyard.start_run() as run:
        assert runyard.get_artifact_uri() == run.info.artifact_uri
        assert runyard.get_artifact_uri("a/b") == f"{run.info.artifact_uri}/a/b"


def test_artifacts_of_a_run_that_is_named(client: RunyardClient) -> None:
    other = client.create_run("0")
    with runyard.start_run() as run:
        runyard.log_text("x", "x.txt", run_id=other.info.run_id)
        runyard.log_dict({}, "x.json", run_id=other.info.run_id)
    assert paths(other) == ["x.json", "x.txt"]
    assert paths(run) == []
    with pytest.raises(NotFound):
        runyard.log_text("x", "x.txt", run_id="0" * 32)
    client.delete_run(other.info.run_id)
    with pytest.raises(InvalidState):
        runyard.log_text("x", "y.txt", run_id=other.info.run_id)


def test_files_and_folders(tmp_path: Path, client: RunyardClient) -> None:
    pytest.importorskip("runyard.artifacts.transfer")
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "below" / "b.txt").write_text("b")
    with runyard.start_run() as run:
        runyard.log_artifact(folder / "a.txt")
        runyard.log_artifact(str(folder / "a.txt"), "deep/er")
        runyard.log_artifact(folder)
        runyard.log_artifacts(folder, "all")
        with pytest.raises(NotFound, match="nothing-there"):
            runyard.log_artifact(tmp_path / "nothing-there")
        with pytest.raises(InvalidInput, match="log_artifact takes files"):
            runyard.log_artifacts(folder / "a.txt")
    assert paths(run) == [
        "a.txt",
        "all/a.txt",
        "all/below/b.txt",
        "deep/er/a.txt",
        "folder/a.txt",
        "folder/below/b.txt",
    ]
    assert [info.path for info in client.list_artifacts(run.info.run_id, "all")] == ["all/a.txt", "all/below"]
    fetched = Path(client.download_artifacts(run.info.run_id, "all", str(tmp_path)))
    assert (fetched / "below" / "b.txt").read_text() == "b"


def test_the_client_stores_the_same_kinds(client: RunyardClient, tmp_path: Path) -> None:
    figures = pytest.importorskip("matplotlib.figure", reason="figures need matplotlib")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("a")
    run = client.create_run("0")
    client.log_artifact(run.info.run_id, tmp_path / "folder" / "a.txt", "one")
    client.log_artifacts(run.info.run_id, tmp_path / "folder", "all")
    client.log_text(run.info.run_id, "text", "x.txt")
    client.log_dict(run.info.run_id, {"a": 1}, "x.json")
    client.log_figure(run.info.run_id, figures.Figure(), "x.png")
    client.log_stream(run.info.run_id, io.BytesIO(b"bytes"), "x.bin")
    assert paths(run) == ["all/a.txt", "one/a.txt", "x.bin", "x.json", "x.png", "x.txt"]


def test_the_artifacts_of_an_active_run_that_is_named() -> None:
    with runyard.start_run() as outer, runyard.start_run(nested=True) as inner:
        runyard.log_text("x", "x.txt", run_id=outer.info.run_id)
    assert (paths(outer), paths(inner)) == (["x.txt"], [])
