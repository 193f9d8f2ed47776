"""Saves the model that is served, with a signature of columns: `save_model.py SYSTEM FOLDER`."""

from __future__ import annotations

import importlib

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from stopwatch import system

mlflow, folder, _ = system()
flavor = importlib.import_module(f"{mlflow.__name__}.sklearn")
flowers, kinds = load_iris(return_X_y=True, as_frame=True)
flowers.columns = ["a", "b", "c", "d"]
flavor.save_model(LogisticRegression(max_iter=1000).fit(flowers, kinds), folder, input_example=flowers.head(2))
