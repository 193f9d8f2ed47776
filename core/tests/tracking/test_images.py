"""Images: what is taken, what becomes of pixels, and the files of a series."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

import runyard
from runyard.artifacts.repositories import open_repository
from runyard.errors import InvalidInput, PluginMissing
from runyard.tracking.client import RunyardClient
from runyard.uris import ArtifactPath

numpy = pytest.importorskip("numpy", reason="images need NumPy")
PIL = pytest.importorskip("PIL.Image", reason="images need Pillow")

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def stored(run: runyard.Run, path: str) -> Any:
    with open_repository(run.info.artifact_uri).open(ArtifactPath(path)) as stream:
        return PIL.open(io.BytesIO(stream.read()))


def paths(run: runyard.Run) -> list[str]:
    return sorted(file.path for file in open_repository(run.info.artifact_uri).walk(ArtifactPath()))


def pixels(image: Any) -> Any:
    with runyard.start_run() as run:
        runyard.log_image(image, "image.png")
    return numpy.asarray(stored(run, "image.png"))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (numpy.eye(2) > 0, [[255, 0], [0, 255]]),
        (numpy.array([[0, 255], [7, 8]]), [[0, 255], [7, 8]]),
        (numpy.array([[0, 255], [7, 8]], dtype=numpy.uint8), [[0, 255], [7, 8]]),
        (numpy.array([[0.0, 1.0], [0.5, 0.25]]), [[0, 255], [127, 63]]),
        (numpy.array([[0.0, 1.0]], dtype=numpy.float16), [[0, 255]]),
        (numpy.array([[numpy.nan, 1.0]]), [[0, 255]]),
        (numpy.zeros((2, 2, 1)), [[0, 0], [0, 0]]),
        (numpy.ones((1, 1, 3)), [[[255, 255, 255]]]),
        (numpy.ones((1, 1, 4)), [[[255, 255, 255, 255]]]),
    ],
)
def test_arrays_become_pixels(array: Any, expected: Any) -> None:
    assert pixels(array).tolist() == expected


def test_floats_out_of_range_are_scaled_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="scaled"):
        assert pixels(numpy.array([[-1.0, 0.0], [1.0, 3.0]])).tolist() == [[0, 63], [127, 255]]
    with pytest.warns(UserWarning, match="scaled"):
        assert pixels(numpy.full((1, 2), 7.0)).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    "image",
    [
        numpy.array([[-1, 0]]),
        numpy.array([[0, 256]]),
        numpy.zeros(4),
        numpy.zeros((2, 2, 2)),
        numpy.zeros((0, 2)),
        numpy.zeros((2, 2), complex),
        numpy.array([["a"]]),
        "drawing",
        7,
        None,
    ],
)
def test_what_is_no_image_is_refused_and_nothing_is_stored(image: Any, tmp_path: Path) -> None:
    with runyard.start_run() as run:
        for place in ({"artifact_file": "x.png"}, {"key": "x"}):
            with pytest.raises((InvalidInput, FileNotFoundError)):
                runyard.log_image(image, **place)
    assert paths(run) == []
    assert "mlflow.loggedImages" not in runyard.get_run(run.info.run_id).data.tags


def test_pil_images_lists_and_wrapped_images(tmp_path: Path) -> None:
    picture = PIL.new("RGB", (3, 2), "red")
    assert pixels(picture).tolist() == [[[255, 0, 0]] * 3] * 2
    picture.save(tmp_path / "red.png")
    for given in (picture, numpy.asarray(picture), numpy.asarray(picture).tolist(), str(tmp_path / "red.png")):
        image = runyard.Image(given)
        assert image.to_array().tolist() == image.to_list() == [[[255, 0, 0]] * 3] * 2
    assert image.resize((6, 4)).to_pil().size == (6, 4)
    image.save(tmp_path / "copy.jpg")
    with PIL.open(tmp_path / "copy.jpg") as copy:
        assert copy.format == "JPEG"
    assert pixels(image).shape == (2, 3, 3)


def test_a_series_has_a_picture_and_a_preview_for_each_step() -> None:
    array = numpy.zeros((300, 600))
    with runyard.start_run() as run:
        operations = runyard.log_image(array, key="dogs/my dog", step=3, timestamp=123)
        assert operations is not None
        operations.wait()
        assert runyard.log_image(array, key="now", synchronous=True) is None
    dog, preview, now, _ = sorted(paths(run), key=lambda path: ("now" in path, len(path)))
    assert re.fullmatch(rf"images/dogs~my dog\+step\+3\+timestamp\+123\+{UUID}\.png", dog)
    assert preview == dog.replace(".png", "+compressed.webp")
    assert re.fullmatch(rf"images/now\+step\+0\+timestamp\+\d{{13}}\+{UUID}\.png", now)
    assert stored(run, dog).size == (600, 300)
    assert (stored(run, preview).size, stored(run, preview).format) == ((256, 128), "WEBP")
    assert runyard.get_run(run.info.run_id).data.tags["mlflow.loggedImages"] == "True"


def test_an_image_of_a_series_is_that_of_the_moment() -> None:
    array = numpy.zeros((2, 2), dtype=numpy.uint8)
    picture = PIL.fromarray(array.copy())
    with runyard.start_run() as run:
        for step in range(20):
            array[:] = step
            picture.paste(step, (0, 0, 2, 2))
            runyard.log_image(array, key="array", step=step)
            runyard.log_image(picture, key="picture", step=step)
        array[:] = 255
        picture.paste(255, (0, 0, 2, 2))
        runyard.flush_artifact_async_logging()
    for path in paths(run):
        if path.endswith(".png"):
            assert stored(run, path).getpixel((0, 0)) == int(path.split("+")[2])


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"artifact_file": "x.png", "key": "x"},
        {"artifact_file": "x.png", "step": 1},
        {"artifact_file": "x.png", "timestamp": 1},
        {"key": "a#b"},
        {"key": ""},
        {"key": "x", "step": 1.5},
        {"key": "x", "timestamp": -1},
        {"artifact_file": "../x.png"},
        {"artifact_file": "x.unknown"},
        {"artifact_file": "x"},
    ],
)
def test_arguments_that_do_not_fit(arguments: dict[str, Any]) -> None:
    with runyard.start_run() as run, pytest.raises(InvalidInput):
        runyard.log_image(numpy.zeros((2, 2)), **arguments)
    assert paths(run) == []


def test_the_client_records_at_once_unless_asked(client: RunyardClient) -> None:
    run = client.create_run("0")
    assert client.log_image(run.info.run_id, numpy.zeros((2, 2)), key="x") is None
    operations = client.log_image(run.info.run_id, numpy.zeros((2, 2)), key="y", synchronous=False)
    assert operations is not None
    operations.wait()
    assert len(paths(run)) == 4


def test_without_pillow_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with runyard.start_run(), pytest.raises(PluginMissing, match="pip install pillow"):
        runyard.log_image(numpy.zeros((2, 2)), "x.png")
