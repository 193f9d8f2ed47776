"""Writes one of everything into a folder: `write.py SYSTEM FOLDER`, with `mlflow` or `runyard` for the system.

The names of the two are the same, so one program serves both; what each makes of it is compared afterwards.
"""

from __future__ import annotations

import importlib
import math
import random
import sys
import tempfile
from pathlib import Path

SYSTEM, FOLDER = sys.argv[1:]
system = importlib.import_module(SYSTEM)
entities = importlib.import_module(f"{SYSTEM}.entities")
Metric, Param, RunTag = entities.Metric, entities.Param, entities.RunTag

START = 1_700_000_000_000
PARAMS = {
    "plain": "1",
    "with space": "a b",
    "folder/deep/key": "in folders",
    "dots.and-dashes_": "-",
    "größe": "größer, 更大, 🦉",
    "lines": "first\nsecond\r\n\tthird\n",
    "blank": " ",
    "colon:key": "x",
    "long": "x" * 6000,
}
TAGS = {
    "plain": "tag",
    "mlflow.note.content": "# A note\n\nwith *two* paragraphs",
    "a/b": "in a folder",
    "with space": "{json: [1, 2]}",
    "empty": "",
    "мова": "українська",
}
METRICS = {
    "plain": [(0, 0.5)],
    "with space": [(0, 1.0), (1, -2.5)],
    "folder/val loss": [(0, 1e-300), (1, 1e300)],
    "nan": [(0, 1.0), (1, math.nan)],
    "inf": [(0, math.inf)],
    "-inf": [(0, -math.inf), (-5, 3.0)],
    "steps": [(step, math.sin(step)) for step in range(500)],
    "unordered": [(9, 1.0), (3, 2.0), (9, 0.5), (2**62, -1.0), (-(2**62), 7.0)],
    "tenth": [(0, 0.1), (1, 1 / 3), (2, 12345678.901234567)],
}


def client_of(folder: str):
    system.set_tracking_uri(folder)
    return system.MlflowClient()


def write_experiments(client) -> None:
    main = client.create_experiment("main", tags={"team": "ä team", "mlflow.note.content": "two\nlines"})
    client.set_experiment_tag(main, "later", "1")
    moved = client.create_experiment("elsewhere", artifact_location=Path(FOLDER, "..", "elsewhere").resolve().as_uri())
    client.create_run(moved, start_time=START, run_name="artifacts elsewhere")
    gone = client.create_experiment("gone", tags={"why": "trash"})
    client.create_run(gone, start_time=START, run_name="in the trash")
    client.delete_experiment(gone)
    renamed = client.create_experiment("old name")
    client.rename_experiment(renamed, "new name, with ünicode & signs: 100%")
    back = client.create_experiment("restored")
    client.delete_experiment(back)
    client.restore_experiment(back)
    write_runs(client, main)
    write_logged_models(client, main)


def write_runs(client, experiment_id: str) -> None:
    everything = client.create_run(experiment_id, start_time=START, tags={"first": "1"}, run_name="everything")
    run_id = everything.info.run_id
    client.log_batch(run_id, params=[Param(key, value) for key, value in PARAMS.items()])
    client.log_batch(run_id, tags=[RunTag(key, value) for key, value in TAGS.items()])
    points = [
        Metric(key, value, START + number, step)
        for key, series in METRICS.items()
        for number, (step, value) in enumerate(series)
    ]
    client.log_batch(run_id, metrics=points)
    client.log_metric(run_id, "plain", 0.75, timestamp=START + 5, step=3)
    client.log_param(run_id, "single", 3.5)
    client.set_tag(run_id, "plain", "overwritten")
    client.set_tag(run_id, "removed", "x")
    client.delete_tag(run_id, "removed")
    write_datasets(client, run_id)
    write_artifacts(client, run_id)
    client.set_terminated(run_id, "FINISHED", end_time=START + 10_000)

    for number, status in enumerate(("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")):
        run = client.create_run(experiment_id, start_time=START + number, run_name=f"status {status}")
        if status in ("FINISHED", "FAILED", "KILLED"):
            client.set_terminated(run.info.run_id, status, end_time=START + 100 + number)
        else:
            client.update_run(run.info.run_id, status=status)
    client.update_run(run_id, name="everything, renamed")

    deleted = client.create_run(experiment_id, start_time=START, run_name="deleted")
    client.log_metric(deleted.info.run_id, "m", 1.0, timestamp=START, step=0)
    client.delete_run(deleted.info.run_id)
    restored = client.create_run(experiment_id, start_time=START, run_name="restored")
    client.delete_run(restored.info.run_id)
    client.restore_run(restored.info.run_id)

    system.set_experiment(experiment_id=experiment_id)
    with system.start_run(run_name="parent", description="what it is", tags={"level": "0"}) as parent:
        system.log_params({"shared": 1})
        for child in range(2):
            with system.start_run(run_name=f"child {child}", nested=True):
                system.log_metric("loss", child / 3, step=child)
        assert system.active_run().info.run_id == parent.info.run_id
    with system.start_run(run_id=parent.info.run_id):
        system.log_metric("resumed", 1)


def write_datasets(client, run_id: str) -> None:
    def used(name: str, digest: str, **tags: str):
        dataset = entities.Dataset(
            name=name,
            digest=digest,
            source_type="local",
            source='{"uri": "/data/ä.csv"}',
            schema='{"mlflow_colspec": []}',
            profile='{"num_rows": 3}',
        )
        return entities.DatasetInput(dataset, [entities.InputTag(key, value) for key, value in tags.items()])

    client.log_inputs(run_id, [used("iris", "0a1b", **{"mlflow.data.context": "training", "fold": "1"})])
    client.log_inputs(run_id, [used("wine set", "ffff"), used("iris", "2c3d", **{"mlflow.data.context": "eval"})])
    client.log_inputs(run_id, [used("iris", "0a1b", **{"mlflow.data.context": "training", "fold": "1"})])


def write_artifacts(client, run_id: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "tree")
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "empty.txt").write_bytes(b"")
        (folder / "deep" / "er" / "ä b.bin").write_bytes(bytes(range(256)) * 100)
        client.log_artifact(run_id, str(folder / "empty.txt"))
        client.log_artifact(run_id, str(folder / "deep" / "er" / "ä b.bin"), "one/two")
        client.log_artifacts(run_id, str(folder), "copied")
    client.log_text(run_id, "text\nünd lines", "texts/a.txt")
    client.log_dict(run_id, {"b": [1, 2.5, None], "a": "ä"}, "dict.json")
    client.log_dict(run_id, {"b": [1, 2.5, None], "a": "ä"}, "dict.yaml")


def write_logged_models(client, experiment_id: str) -> None:
    run = client.create_run(experiment_id, start_time=START + 50, run_name="makes models")
    run_id = run.info.run_id
    model = client.create_logged_model(
        experiment_id,
        name="forest",
        source_run_id=run_id,
        tags={"kind": "ä", "a/b": "c"},
        params={"depth": "3", "text": "two\nlines"},
        model_type="classifier",
    )
    model_id = model.model_id
    client.log_outputs(run_id, [entities.LoggedModelOutput(model_id, 7)])
    client.log_metric(run_id, "acc", 0.5, timestamp=START, step=1, model_id=model_id)
    client.log_metric(run_id, "acc", 0.75, timestamp=START + 1, step=2, model_id=model_id)
    # MLflow reads every point that names a dataset as one of step 0, so it gets no other here.
    client.log_metric(
        run_id, "acc", 0.25, timestamp=START + 2, step=0, model_id=model_id, dataset_name="iris", dataset_digest="0a1b"
    )
    client.set_logged_model_tags(model_id, {"later": "1", "gone": "2"})
    client.delete_logged_model_tag(model_id, "gone")
    client.finalize_logged_model(model_id, "READY")
    failed = client.create_logged_model(experiment_id, name="failed one")
    client.finalize_logged_model(failed.model_id, "FAILED")
    client.create_logged_model(experiment_id, name="pending one")
    deleted = client.create_logged_model(experiment_id, name="deleted one")
    client.delete_logged_model(deleted.model_id)


def write_registry(client) -> None:
    client.create_registered_model("forest", tags={"team": "ä", "a/b": "c"}, description="first\nsecond")
    source = Path(FOLDER, "some", "model").resolve().as_uri()
    for number in range(1, 5):
        client.create_model_version("forest", source, tags={"number": str(number)}, description=f"version {number}")
    client.transition_model_version_stage("forest", "1", "Production")
    client.transition_model_version_stage("forest", "2", "Production", archive_existing_versions=True)
    client.transition_model_version_stage("forest", "3", "Staging")
    client.set_registered_model_alias("forest", "champion", "2")
    client.set_registered_model_alias("forest", "challenger", "3")
    client.set_registered_model_alias("forest", "moved", "1")
    client.set_registered_model_alias("forest", "moved", "3")
    client.set_registered_model_alias("forest", "removed", "1")
    client.delete_registered_model_alias("forest", "removed")
    client.set_model_version_tag("forest", "3", "checked", "yes\nno")
    client.delete_model_version_tag("forest", "2", "number")
    client.update_model_version("forest", "3", "changed")
    client.delete_model_version("forest", "4")
    client.create_model_version("forest", source, run_id=None)
    client.create_registered_model("lonely")
    client.update_registered_model("lonely", "nobody's")
    client.create_registered_model("before")
    client.create_model_version("before", source)
    client.rename_registered_model("before", "after")
    client.create_registered_model("deleted")
    client.create_model_version("deleted", source)
    client.delete_registered_model("deleted")


def write_searched(client) -> None:
    """Many runs with a few values each, some of them missing: something to search in."""
    chance = random.Random(7)
    experiment_id = client.create_experiment("searched")
    numbers = [-math.inf, -1.0, 0.0, 0.25, 0.5, 1.0, 2.0, math.inf, math.nan]
    for number in range(60):
        run = client.create_run(experiment_id, start_time=START + number // 3, run_name=f"run {number % 7}")
        run_id = run.info.run_id
        for key in ("acc", "val loss", "a-b", "max"):
            if chance.random() < 0.8:
                points = [Metric(key, chance.choice(numbers), START, step) for step in range(chance.randrange(1, 4))]
                client.log_batch(run_id, metrics=points)
        params = {
            "model": chance.choice(["rf", "RF", "xgb", "it's", 'say "hi"', "100%"]),
            "depth": chance.choice(["1", "2", "10"]),
            "a/b": chance.choice(["x", "y"]),
            "order": chance.choice(["1", "2"]),
        }
        client.log_batch(run_id, params=[Param(*item) for item in params.items() if chance.random() < 0.8])
        tags = {"stage": chance.choice(["dev", "prod", "Prod"]), "dotted.tag": chance.choice(["1", "2"])}
        client.log_batch(run_id, tags=[RunTag(*item) for item in tags.items() if chance.random() < 0.8])
        names = [name for name in ("iris", "wine") if chance.random() < 0.4]
        inputs = [
            entities.DatasetInput(
                entities.Dataset(name=name, digest=f"{name}1", source_type="local", source="{}"),
                [entities.InputTag("mlflow.data.context", chance.choice(["train", "eval"]))],
            )
            for name in names
        ]
        if inputs:
            client.log_inputs(run_id, inputs)
        if number % 4:
            client.set_terminated(run_id, chance.choice(["FINISHED", "FAILED", "KILLED"]), end_time=START + 99 - number)


if __name__ == "__main__":
    made = client_of(FOLDER)
    write_experiments(made)
    write_searched(made)
    write_registry(made)
