"""Saves a model that is Python code and takes columns: `save_python_model.py SYSTEM FOLDER`."""

from __future__ import annotations

import importlib
from typing import Any

import pandas as pd
from stopwatch import system

mlflow, folder, _ = system()
pyfunc = importlib.import_module(f"{mlflow.__name__}.pyfunc")


class Zeros(pyfunc.PythonModel):  # type: ignore[misc,name-defined]
    def predict(self, context: Any, model_input: Any, params: Any = None) -> list[int]:
        return [0] * len(model_input)


columns = pd.DataFrame([[5.1, 3.5, 1.4, 0.2]], columns=["a", "b", "c", "d"])
pyfunc.save_model(folder, python_model=Zeros(), input_example=columns)
