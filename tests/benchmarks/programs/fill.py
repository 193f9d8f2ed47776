"""Writes 1,000 runs, each with 10 params, 10 metrics of 100 points and 3 tags: `fill.py SYSTEM FOLDER`."""

from __future__ import annotations

import importlib
import random

from stopwatch import system

mlflow, _, _ = system()
entities = importlib.import_module(f"{mlflow.__name__}.entities")
client = mlflow.MlflowClient()
chance = random.Random(1)
experiment_id = client.create_experiment("searched")
for number in range(1000):
    run_id = client.create_run(experiment_id, start_time=1_700_000_000_000 + number).info.run_id
    names = ["acc", "loss", *(f"metric{other}" for other in range(8))]
    points = [entities.Metric(name, chance.random(), 1_700_000_000_000, step) for name in names for step in range(100)]
    params = [entities.Param(f"param{other}", str(chance.random())) for other in range(9)]
    params.append(entities.Param("model", "rf" if number % 2 else "xgb"))
    tags = [entities.RunTag(f"tag{other}", str(other)) for other in range(3)]
    client.log_batch(run_id, metrics=points, params=params, tags=tags)
    client.set_terminated(run_id)
