"""Logs single metrics with the fluent function."""

from __future__ import annotations

from stopwatch import system, watch

CALLS = 500

mlflow, _, _ = system()
with mlflow.start_run():
    for step in range(20):
        mlflow.log_metric("warm", 1.0, step=step)
    with watch(CALLS):
        for step in range(CALLS):
            mlflow.log_metric("loss", 0.5, step=step)
