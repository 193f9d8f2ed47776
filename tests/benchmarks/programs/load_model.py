"""Loads a registered model by an alias: `load_model.py SYSTEM URI [again]`, then once it has been loaded before."""

from __future__ import annotations

import importlib
import sys

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from stopwatch import system, watch

CALLS = 20

mlflow, _, again = system()
flavor, pyfunc = (importlib.import_module(f"{mlflow.__name__}.{name}") for name in ("sklearn", "pyfunc"))
client = mlflow.MlflowClient()
if not client.search_registered_models():
    model = LogisticRegression(max_iter=1000).fit(*load_iris(return_X_y=True))
    flavor.log_model(model, name="model", registered_model_name="iris", pip_requirements=["scikit-learn"])
    client.set_registered_model_alias("iris", "best", "1")
    sys.exit()
if again:
    pyfunc.load_model("models:/iris@best")
with watch(CALLS if again else 1):
    for _ in range(CALLS if again else 1):
        pyfunc.load_model("models:/iris@best")
