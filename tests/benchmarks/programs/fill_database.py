"""Writes many runs into a database: `fill_database.py SYSTEM URI RUNS POINTS [METRICS SERIES]`.

Each run has 10 params, METRICS metrics (10) of one point and 3 tags; the experiment `history` has SERIES runs (1) with
POINTS points of one metric. The reference takes a quarter of an hour for 10,000 such runs by its interface, so its own
tables are filled directly there, with the same values; `bytes` is printed for both: what a point adds to the disk.
"""

from __future__ import annotations

import importlib
import json
import random
import uuid

from stopwatch import size_of, system

START = 1_700_000_000_000

mlflow, uri, (runs, points, *more) = system()
metrics_of_run, series = map(int, more or (10, 1))
METRICS = ["acc", "loss", *(f"metric{number}" for number in range(metrics_of_run - 2))]
client = mlflow.MlflowClient()
entities = importlib.import_module(f"{mlflow.__name__}.entities")
chance = random.Random(1)
searched = client.create_experiment("searched")
shown = client.create_experiment("history")
histories = [client.create_run(shown).info.run_id for _ in range(series)]


def values(number: int) -> tuple[dict[str, float], dict[str, str], dict[str, str]]:
    """Return metrics, params and tags of a run."""
    return (
        {name: chance.random() for name in METRICS},
        {**{f"param{other}": str(chance.random()) for other in range(9)}, "model": "rf" if number % 2 else "xgb"},
        {f"tag{other}": str(other) for other in range(3)},
    )


def point(step: int) -> tuple[float, int, int]:
    """Return value, timestamp and step of a point of the long series."""
    return chance.random(), START + 10 * step, step


def fill_ours() -> int:
    for number in range(int(runs)):
        metrics, params, tags = values(number)
        run_id = client.create_run(searched, start_time=START + number).info.run_id
        client.log_batch(
            run_id,
            metrics=[entities.Metric(key, value, START, 0) for key, value in metrics.items()],
            params=[entities.Param(key, value) for key, value in params.items()],
            tags=[entities.RunTag(key, value) for key, value in tags.items()],
        )
        client.set_terminated(run_id, end_time=START + number + 1000)
    before = size_of(uri)
    for history in histories:
        client.set_terminated(history)
        for first in range(0, int(points), 10_000):
            client.log_batch(
                history, metrics=[entities.Metric("loss", *point(step)) for step in range(first, first + 10_000)]
            )
    return size_of(uri) - before


def fill_reference() -> int:
    sqlalchemy = importlib.import_module("sqlalchemy")
    engine = importlib.import_module("mlflow.tracking._tracking_service.utils")._get_store().engine
    schema = sqlalchemy.MetaData()
    schema.reflect(engine)
    table = schema.tables

    def insert(connection: object, name: str, rows: list[dict]) -> None:
        if rows:
            connection.execute(table[name].insert(), rows)

    with engine.begin() as connection:
        for number in range(int(runs)):
            metrics, params, tags = values(number)
            run_id = uuid.UUID(int=chance.getrandbits(128)).hex
            run = {
                "name": run_id[:8],
                "source_type": "LOCAL",
                "source_name": "",
                "entry_point_name": "",
                "user_id": "me",
            }
            run |= {"status": "FINISHED", "start_time": START + number, "end_time": START + number + 1000}
            run |= {"source_version": "", "lifecycle_stage": "active", "artifact_uri": f"file:///a/{run_id}"}
            insert(connection, "runs", [{"run_uuid": run_id, "experiment_id": int(searched), **run}])
            common = {"timestamp": START, "step": 0, "is_nan": False, "run_uuid": run_id}
            rows = [{"key": key, "value": value, **common} for key, value in metrics.items()]
            insert(connection, "metrics", rows)
            insert(connection, "latest_metrics", rows)
            insert(connection, "params", [{"key": k, "value": v, "run_uuid": run_id} for k, v in params.items()])
            tags["mlflow.runName"] = run_id[:8]
            insert(connection, "tags", [{"key": k, "value": v, "run_uuid": run_id} for k, v in tags.items()])
    before = size_of(uri)
    for history in histories:
        client.set_terminated(history)
        with engine.begin() as connection:
            for first in range(0, int(points), 10_000):
                steps = map(point, range(first, first + 10_000))
                common = {"key": "loss", "is_nan": False, "run_uuid": history}
                rows = [{"value": value, "timestamp": time, "step": step, **common} for value, time, step in steps]
                insert(connection, "metrics", rows)
            if int(points):
                insert(connection, "latest_metrics", rows[-1:])
    return size_of(uri) - before


added = fill_reference() if mlflow.__name__ == "mlflow" else fill_ours()
print(json.dumps({"bytes": added / max(1, int(points) * series)}))
