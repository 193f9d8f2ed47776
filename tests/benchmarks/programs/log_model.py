"""Logs a small model whose requirements are inferred."""

from __future__ import annotations

import importlib

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from stopwatch import system, watch

mlflow, _, _ = system()
flavor = importlib.import_module(f"{mlflow.__name__}.sklearn")
data = load_iris()
model = LogisticRegression(max_iter=1000).fit(data.data, data.target)
with mlflow.start_run(), watch():
    flavor.log_model(model, name="model")
