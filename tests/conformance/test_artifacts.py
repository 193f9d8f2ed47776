"""What tutorials do with artifacts and datasets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import runyard as mlflow
from runyard.tracking import MlflowClient


def paths(run_id: str, path: str | None = None) -> list[str]:
    return sorted(entry.path for entry in MlflowClient().list_artifacts(run_id, path))


def test_files_and_folders() -> None:
    Path("notes.txt").write_text("a note", encoding="utf-8")
    for name in ("plots/a.txt", "plots/deep/b.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name, encoding="utf-8")
    with mlflow.start_run() as run:
        mlflow.log_artifact("notes.txt")
        mlflow.log_artifact("notes.txt", artifact_path="texts")
        mlflow.log_artifacts("plots", artifact_path="figures")
        mlflow.log_artifact("plots")
        assert mlflow.get_artifact_uri() == run.info.artifact_uri
        assert mlflow.get_artifact_uri("texts/notes.txt") == f"{run.info.artifact_uri}/texts/notes.txt"
    run_id = run.info.run_id
    assert paths(run_id) == ["figures", "notes.txt", "plots", "texts"]
    assert paths(run_id, "figures") == ["figures/a.txt", "figures/deep"]
    entries = {entry.path: entry for entry in mlflow.artifacts.list_artifacts(run_id=run_id)}
    assert (entries["notes.txt"].is_dir, entries["notes.txt"].file_size) == (False, 6)
    assert entries["figures"].is_dir

    local = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="figures/deep", dst_path="fetched")
    assert Path(local).relative_to(Path("fetched").absolute()).as_posix() in {"deep", "figures/deep"}
    assert Path(local, "b.txt").read_text() == "plots/deep/b.txt"
    file = mlflow.artifacts.download_artifacts(f"runs:/{run_id}/texts/notes.txt")
    assert Path(file).read_text() == "a note"
    everything = mlflow.artifacts.download_artifacts(run_id=run_id, dst_path="all")
    assert Path(everything, "plots", "a.txt").is_file()


def test_texts_and_dicts() -> None:
    config = {"layers": [64, 32], "rate": 0.01, "name": "é"}
    with mlflow.start_run() as run:
        mlflow.log_text("Grüße\n", "notes/hello.txt")
        mlflow.log_dict(config, "config.json")
        mlflow.log_dict(config, "config.yaml")
        mlflow.log_dict([1, 2], "list.json")
    root = f"runs:/{run.info.run_id}"
    assert mlflow.artifacts.load_text(f"{root}/notes/hello.txt") == "Grüße\n"
    assert mlflow.artifacts.load_dict(f"{root}/config.json") == config
    assert mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/list.json") == [1, 2]
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(mlflow.artifacts.load_text(f"{root}/config.yaml")) == config


def test_figure() -> None:
    matplotlib = pytest.importorskip("matplotlib", reason="it draws the figure")
    matplotlib.use("Agg")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pytest.importorskip("PIL", reason="Pillow reads the figure")
    figure, axes = pyplot.subplots(figsize=(2, 1), dpi=50)
    axes.plot([0, 1], [1, 0])
    with mlflow.start_run() as run:
        mlflow.log_figure(figure, "plots/line.png")
        mlflow.log_figure(figure, "line.svg", save_kwargs={"metadata": {"Date": None}})
    pyplot.close(figure)
    image = mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/plots/line.png")
    assert image.size == (100, 50)
    assert "<svg" in mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/line.svg")


def test_images() -> None:
    numpy = pytest.importorskip("numpy", reason="the images are arrays")
    image_module = pytest.importorskip("PIL.Image", reason="Pillow writes the images")
    array = numpy.zeros((20, 30, 3), dtype=numpy.uint8)
    array[5:10, :, 0] = 255
    with mlflow.start_run() as run:
        mlflow.log_image(array, "red.png")
        mlflow.log_image(image_module.fromarray(array), "folder/pil.png")
        mlflow.log_image(mlflow.Image(array), "image.png")
        mlflow.log_image(numpy.linspace(0, 1, 16).reshape(4, 4), "gray.png")
        for step in range(2):
            mlflow.log_image(array, key="samples/first", step=step, synchronous=True)
        mlflow.log_image(array, key="later", step=0)
        mlflow.flush_artifact_async_logging()
    run_id = run.info.run_id
    loaded = mlflow.artifacts.load_image(f"runs:/{run_id}/red.png")
    assert loaded.size == (30, 20)
    assert loaded.getpixel((0, 6))[:3] == (255, 0, 0)  # type: ignore[index]
    names = [Path(path).name for path in paths(run_id, "images")]
    series = [name for name in names if name.startswith("samples~first")]
    assert len([name for name in series if name.endswith(".png")]) == 2
    assert len([name for name in series if name.endswith(".webp")]) == 2
    assert len([name for name in names if name.startswith("later")]) == 2
    assert mlflow.get_run(run_id).data.tags["mlflow.loggedImages"] == "True"
    with mlflow.start_run(), pytest.raises((TypeError, mlflow.exceptions.MlflowException)):
        mlflow.log_image(array)


def test_tables() -> None:
    pandas = pytest.importorskip("pandas", reason="tables are data frames")
    mlflow.set_experiment("tables")
    questions = {"question": ["What?", "Why?"], "score": [0.5, 1.0]}
    with mlflow.start_run() as first:
        mlflow.log_table(questions, "answers.json")
        mlflow.log_table({"question": "How?", "score": 0.0}, "answers.json")
    with mlflow.start_run() as second:
        mlflow.log_table(pandas.DataFrame(questions), artifact_file="answers.json")
    table = mlflow.load_table("answers.json", run_ids=[first.info.run_id])
    assert table["question"].tolist() == ["What?", "Why?", "How?"]
    both = mlflow.load_table("answers.json", extra_columns=["run_id"])
    assert both.groupby("run_id").size().to_dict() == {first.info.run_id: 3, second.info.run_id: 2}
    raw = json.loads(mlflow.artifacts.load_text(f"runs:/{second.info.run_id}/answers.json"))
    assert raw == {"columns": ["question", "score"], "data": [["What?", 0.5], ["Why?", 1.0]]}


def test_datasets() -> None:
    pandas = pytest.importorskip("pandas", reason="a dataset is a data frame")
    numpy = pytest.importorskip("numpy", reason="a dataset is an array")
    frame = pandas.DataFrame({"x": [1, 2, 3], "y": [0.5, 0.25, 0.125]})
    frame.to_csv("data.csv", index=False)
    train = mlflow.data.from_pandas(frame, source="data.csv", name="points", targets="y")
    other: Any = mlflow.data.from_numpy(numpy.arange(6).reshape(3, 2), name="grid")
    assert train.name == "points"
    assert len(train.digest) == 8
    assert train.profile == {"num_rows": 3, "num_elements": 6}
    with mlflow.start_run() as run:
        mlflow.log_input(train, context="training")
        mlflow.log_input(other, context="evaluation", tags={"fold": "1"})
        mlflow.log_metric("loss", 0.5, dataset=train)
    inputs = mlflow.get_run(run.info.run_id).inputs.dataset_inputs
    found = {each.dataset.name: each for each in inputs}
    assert {tag.key: tag.value for tag in found["points"].tags} == {"mlflow.data.context": "training"}
    assert {tag.key: tag.value for tag in found["grid"].tags} == {"mlflow.data.context": "evaluation", "fold": "1"}
    assert found["points"].dataset.digest == train.digest
    assert found["points"].dataset.source_type == "local"
    source: Any = mlflow.data.get_source(found["points"].dataset)
    assert pandas.read_csv(source.load()).equals(frame)
    (point,) = MlflowClient().get_metric_history(run.info.run_id, "loss")
    assert (point.dataset_name, point.dataset_digest) == ("points", train.digest)
    assert len(mlflow.search_runs(filter_string="dataset.name = 'points'")) == 1


def test_client() -> None:
    client = MlflowClient()
    run_id = client.create_run("0").info.run_id
    Path("file.txt").write_text("1", encoding="utf-8")
    client.log_artifact(run_id, "file.txt", "a")
    client.log_text(run_id, "2", "b.txt")
    client.log_dict(run_id, {"c": 3}, "c.json")
    assert paths(run_id) == ["a", "b.txt", "c.json"]
    assert Path(client.download_artifacts(run_id, "a/file.txt")).read_text() == "1"
    assert Path(client.download_artifacts(run_id, "", "copy"), "b.txt").read_text() == "2"


@pytest.mark.parametrize("path", ["../outside.txt", "/absolute.txt"])
def test_path_that_leaves_the_run(path: str) -> None:
    with mlflow.start_run(), pytest.raises(mlflow.exceptions.MlflowException):
        mlflow.log_text("x", path)
