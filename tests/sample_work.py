"""Some weeks of somebody's work, as a page shows it: runs with curves, a search of parameters, artifacts, models."""

from __future__ import annotations

import json
import math
import random
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runyard.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, RunTag

if TYPE_CHECKING:
    from runyard import MlflowClient

HOUR = 3_600_000
RUNS, STEPS = 14, 120
_NOW = int(time.time() * 1000)
OPTIMIZERS = ("adam", "sgd", "lion")

NOTE = """\
Compare optimizers on the small wine set.

| optimizer | best `val_loss` |
| --- | --: |
| adam | **0.21** |
| sgd | 0.34 |

1. Warm up for 5 epochs.
2. Halve the learning rate when `val_loss` rests.
"""

MODEL = """\
artifact_path: model
flavors:
  python_function:
    env: {{conda: conda.yaml, virtualenv: python_env.yaml}}
    loader_module: runyard.sklearn
    model_path: model.skops
    python_version: 3.11.9
  sklearn:
    pickled_model: model.skops
    serialization_format: skops
    sklearn_version: 1.7.2
model_id: {model_id}
model_uuid: 0a1b2c3d
run_id: {run_id}
signature:
  inputs: '[{{"type": "double", "name": "alcohol", "required": true}}, {{"type": "double", "name": "pH", "required":
    true}}, {{"type": "string", "name": "colour", "required": false}}]'
  outputs: '[{{"type": "double", "name": "quality", "required": true}}]'
utc_time_created: '2025-10-09 08:53:20.000000'
"""


class SampleWork(NamedTuple):
    """What there is to look at.

    Attributes:
        experiment_id: An experiment with runs that differ, one of them with children.
        empty_id: One without any.
        run_ids: Runs with curves and params, the newest last; the last one goes on.
        parent_id: A run with children.
        model: The name of a registered model with three versions.
    """

    experiment_id: str
    empty_id: str
    run_ids: tuple[str, ...]
    parent_id: str
    model: str

    @property
    def views(self) -> dict[str, tuple[tuple[str, ...], dict[str, str]]]:
        """The place of each view in the page: its path and its query, by a short name."""
        experiment = ("experiments", self.experiment_id)
        run = (*experiment, "runs", self.run_ids[-2])
        compared = {"runs": ",".join(self.run_ids[-4:]), "experiments": self.experiment_id}
        places: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
            "experiments": (("experiments",), {}),
            "runs": (experiment, {}),
            "table": (experiment, {"mode": "table"}),
            "tree": (experiment, {"mode": "table", "nested": "true"}),
            "charts": (experiment, {"mode": "charts"}),
            "comparison": (experiment, {"mode": "compare"}),
            "empty-experiment": (("experiments", self.empty_id), {}),
            "compared-runs": (("compare",), compared),
            "run-going-on": ((*experiment, "runs", self.run_ids[-1]), {}),
            "run-with-children": ((*experiment, "runs", self.parent_id), {}),
            "models": (("models",), {}),
            "model": (("models", self.model), {}),
            "version": (("models", self.model, "versions", "2"), {}),
            "nothing": (("nowhere",), {}),
        }
        places |= {
            f"run-{tab}": (run, {"tab": tab}) for tab in ("overview", "metrics", "system", "datasets", "artifacts")
        }
        places |= {
            f"artifact-{name.replace('/', '-')}": (run, {"tab": "artifacts", "path": name}) for name, _ in files()
        }
        return places


def do_sample_work(client: MlflowClient, folder: Path, suffix: str = "") -> SampleWork:
    """Record it all.

    Args:
        client: Where.
        folder: An empty one, for files on their way.
        suffix: What names end in, where others are taken.
    """
    chance = random.Random(3)
    experiment_id = client.create_experiment(f"wine-quality{suffix}")
    client.set_experiment_tag(experiment_id, "mlflow.note.content", NOTE)
    client.set_experiment_tag(experiment_id, "team", "cellar")
    empty_id = client.create_experiment(f"next-idea{suffix}")
    run_ids = tuple(_train(client, experiment_id, number, chance) for number in range(RUNS))
    client.set_terminated(run_ids[3], "FAILED", _time(3) + HOUR // 3)
    for number, run_id in enumerate(run_ids[:-1]):
        if number != 3:
            client.set_terminated(run_id, "FINISHED", _time(number) + HOUR)
    parent_id = client.create_run(experiment_id, start_time=_time(-1), run_name="depth-search").info.run_id
    for depth in range(4):
        tags = {"mlflow.parentRunId": parent_id}
        child = client.create_run(experiment_id, _time(-1) + depth, tags, f"depth-{depth}").info.run_id
        client.log_batch(child, [Metric("val_loss", 0.5 - depth / 10, _time(-1), 0)], [Param("depth", str(depth))])
        client.set_terminated(child, end_time=_time(-1) + HOUR // 10)
    client.set_terminated(parent_id, end_time=_time(0))
    described = run_ids[-2]
    client.set_tag(described, "mlflow.note.content", NOTE)
    _log_files(client, described, folder / "files")
    model = f"wine-quality{suffix}"
    _register(client, model, experiment_id, run_ids[-4:-1], folder / "models")
    return SampleWork(experiment_id, empty_id, run_ids, parent_id, model)


def _time(number: int) -> int:
    """Return when a run began: the last one half an hour ago, each of the others seven hours before the next."""
    return _NOW - HOUR // 2 - (RUNS - 1 - number) * 7 * HOUR


def _train(client: MlflowClient, experiment_id: str, number: int, chance: random.Random) -> str:
    optimizer, rate, batch = OPTIMIZERS[number % 3], (0.1, 0.03, 0.01)[number % 3] / (1 + number // 6), 32 << number % 2
    name = f"{optimizer}-{number + 1:02}"
    run = client.create_run(experiment_id, _time(number), {"mlflow.user": "ada"}, name)
    run_id = run.info.run_id
    points = []
    for step in range(STEPS if number < RUNS - 1 else STEPS // 2):
        now, noise = _time(number) + step * HOUR // STEPS, chance.gauss(0, 0.015)
        loss = 0.15 + rate + math.exp(-step * (0.02 + rate)) + noise
        points += [Metric("loss", loss, now, step), Metric("val_loss", loss * 1.1 + abs(noise), now, step)]
        accuracy = math.nan if number == 3 and step > 70 else 1 - loss / 2
        points += [Metric("accuracy", accuracy, now, step)]
        for part, load in (("cpu_utilization_percentage", 55), ("system_memory_usage_megabytes", 4100)):
            points.append(Metric(f"system/{part}", load + 60 * noise + step / 10, now, step))
    for first in range(0, len(points), 1000):
        client.log_batch(run_id, metrics=points[first : first + 1000])
    client.log_batch(
        run_id,
        params=[
            Param("optimizer", optimizer),
            Param("learning_rate", f"{rate:.4g}"),
            Param("batch_size", str(batch)),
            Param("epochs", str(STEPS)),
            Param("seed", str(number * 17)),
        ],
        tags=[
            RunTag("stage", "sweep" if number % 2 else "baseline"),
            RunTag("mlflow.source.name", "train.py"),
            RunTag("mlflow.source.type", "LOCAL"),
            RunTag("mlflow.source.git.commit", "4f2d8c1b9a7e6f5d4c3b2a1908f7e6d5c4b3a291"),
            RunTag("mlflow.source.git.branch", "main"),
            RunTag("mlflow.source.git.repoURL", "https://git.example.org/cellar/wine.git"),
        ],
    )
    columns = [{"name": name, "type": "double"} for name in ("alcohol", "pH", "quality")]
    dataset = Dataset(
        name="wine",
        digest="9f3a61c2",
        source_type="local",
        source=json.dumps({"uri": "data/wine.csv"}),
        schema=json.dumps({"mlflow_colspec": columns}),
        profile=json.dumps({"num_rows": 1599, "num_elements": 4797}),
    )
    client.log_inputs(run_id, [DatasetInput(dataset=dataset, tags=[InputTag("mlflow.data.context", "training")])])
    return run_id


def _log_files(client: MlflowClient, run_id: str, folder: Path) -> None:
    for name, content in files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    client.log_artifacts(run_id, str(folder))


def files() -> Iterator[tuple[str, str | bytes]]:
    """Yield the name and the content of a file of each kind."""
    yield "report.md", NOTE
    yield "train.py", "from __future__ import annotations\n\n\ndef train(rate: float) -> float:\n    return 1 / rate\n"
    yield "config.yaml", "model:\n  depth: 4\n  layers: [64, 32]\n"
    yield "summary.json", json.dumps({"best": {"step": 88, "val_loss": 0.21}, "tried": [1, 2, 3]})
    yield "log.txt", "".join(f"epoch {epoch}: loss {1 / (epoch + 1):.4f}\n" for epoch in range(200))
    yield "predictions.csv", "id,true,predicted\n" + "".join(f"{i},{i % 7},{i % 5}\n" for i in range(300))
    rows = [[i, f"question {i}", i / 7] for i in range(20)]
    yield "answers.json", json.dumps({"columns": ["id", "text", "score"], "data": rows})
    yield "report.html", "<!doctype html><html lang='en'><title>r</title><h1>Report</h1><p>All is well.</p></html>"
    shape = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3" fill="teal"/></svg>'
    yield "figures/shape.svg", shape
    for step in (0, 50, 100):
        yield f"figures/residuals_{step}.png", png(160, 100, step)
    yield "weights.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 54) + _NPY.ljust(53).encode() + b"\n" + bytes(48)


_NPY = "{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }"[:53]


def png(width: int, height: int, seed: int = 0) -> bytes:
    """Return a picture."""
    rows = b"".join(
        b"\x00" + b"".join(bytes((x * 255 // width, (y * 2 + seed) % 256, 120)) for x in range(width))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(data)) + kind + data for kind, data in parts)
    sums = (struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk + total for chunk, total in zip(chunks, sums, strict=True))


def _register(client: MlflowClient, name: str, experiment_id: str, run_ids: tuple[str, ...], folder: Path) -> None:
    client.create_registered_model(name, {"team": "cellar"}, "Predicts the **quality** of wine from its chemistry.")
    for number, run_id in enumerate(run_ids, 1):
        model = client.create_logged_model(experiment_id, "model", run_id, params={"depth": str(number)})
        place = folder / str(number)
        place.mkdir(parents=True)
        (place / "MLmodel").write_text(MODEL.format(model_id=model.model_id, run_id=run_id))
        (place / "requirements.txt").write_text("scikit-learn==1.7.2\nskops==0.13\n")
        (place / "python_env.yaml").write_text("python: 3.11.9\ndependencies: [-r requirements.txt]\n")
        client.log_model_artifacts(model.model_id, str(place))
        client.finalize_logged_model(model.model_id, "READY")
        client.log_outputs(run_id, [LoggedModelOutput(model.model_id, STEPS)])
        source = f"models:/{model.model_id}"
        client.create_model_version(name, source, run_id, {"checked": "yes"}, description=f"Version {number}.")
    client.set_registered_model_alias(name, "champion", "2")
    client.set_registered_model_alias(name, "challenger", "3")
    client.transition_model_version_stage(name, "1", "Archived")
