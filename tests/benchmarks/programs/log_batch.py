"""Logs 1,000 metrics in one call, some times: `log_batch.py SYSTEM FOLDER KEYS [new]`.

The calls go on with the series of one run, as a training does; with `new`, each goes to a run that has none of them.
"""

from __future__ import annotations

import importlib

from stopwatch import system, watch

BATCHES = 5

mlflow, _, (argument, *new) = system()
keys = int(argument)
Metric = importlib.import_module(f"{mlflow.__name__}.entities").Metric
client = mlflow.MlflowClient()
experiment_id = client.create_experiment("batches")


def metrics(batch: int) -> list:
    steps = 1000 // keys
    return [
        Metric(f"k{number % keys}", number / 7, 1_700_000_000_000, batch * steps + number // keys)
        for number in range(1000)
    ]


first = client.create_run(experiment_id).info.run_id
run_ids = [client.create_run(experiment_id).info.run_id if new else first for _ in range(BATCHES)]
client.log_batch(first, metrics=metrics(0))
batches = [metrics(1 + number) for number in range(BATCHES)]
with watch(BATCHES):
    for run_id, batch in zip(run_ids, batches, strict=True):
        client.log_batch(run_id, metrics=batch)
