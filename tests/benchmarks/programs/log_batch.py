"""Logs 1,000 metrics in one call, some times, each to a fresh run: `log_batch.py SYSTEM FOLDER KEYS`."""

from __future__ import annotations

import importlib

from stopwatch import system, watch

BATCHES = 5

mlflow, _, (argument,) = system()
keys = int(argument)
Metric = importlib.import_module(f"{mlflow.__name__}.entities").Metric
client = mlflow.MlflowClient()
experiment_id = client.create_experiment("batches")
metrics = [
    Metric(f"k{number % int(keys)}", number / 7, 1_700_000_000_000, number // int(keys)) for number in range(1000)
]
run_ids = [client.create_run(experiment_id).info.run_id for _ in range(BATCHES + 1)]
client.log_batch(run_ids.pop(), metrics=metrics)
with watch(BATCHES):
    for run_id in run_ids:
        client.log_batch(run_id, metrics=metrics)
