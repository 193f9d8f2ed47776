"""Counts the points of a metric in runs: `count_points.py SYSTEM URI KEY RUN ...`."""

from __future__ import annotations

import json

from stopwatch import system

mlflow, _, (key, *run_ids) = system()
client = mlflow.MlflowClient()
print(json.dumps({"points": sum(len(client.get_metric_history(run_id, key)) for run_id in run_ids)}))
