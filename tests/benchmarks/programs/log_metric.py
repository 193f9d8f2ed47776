"""Logs single metrics with the fluent function: `log_metric.py SYSTEM URI [CALLS]`."""

from __future__ import annotations

from stopwatch import system, watch

mlflow, _, (*given,) = system()
calls = int(given[0]) if given else 500
with mlflow.start_run():
    for step in range(20):
        mlflow.log_metric("warm", 1.0, step=step)
    with watch(calls):
        for step in range(calls):
            mlflow.log_metric("loss", 0.5, step=step)
