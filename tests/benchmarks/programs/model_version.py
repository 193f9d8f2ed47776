"""Makes versions of a registered model: `model_version.py SYSTEM URI`."""

from __future__ import annotations

from stopwatch import system, watch

CALLS = 50

mlflow, _, _ = system()
client = mlflow.MlflowClient()
client.create_registered_model("model")
client.create_model_version("model", "s3://bucket/model/0")
with watch(CALLS):
    for number in range(CALLS):
        client.create_model_version("model", f"s3://bucket/model/{1 + number}")
