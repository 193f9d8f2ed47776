"""Predicts one row through pyfunc, and with the library alone: `predict_row.py SYSTEM FOLDER`."""

from __future__ import annotations

import importlib
import json
import time

from stopwatch import processor_time, system

CALLS, ROUNDS = 50, 20

mlflow, folder, _ = system()
loaded = importlib.import_module(f"{mlflow.__name__}.pyfunc").load_model(folder)
model = importlib.import_module(f"{mlflow.__name__}.sklearn").load_model(folder)
row = loaded.input_example.head(1)


def measure(predict) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), processor_time()
    for _ in range(CALLS):
        predict(row)
    return time.perf_counter() - wall, processor_time() - cpu


measure(loaded.predict), measure(model.predict)
rounds = [(measure(loaded.predict), measure(model.predict)) for _ in range(ROUNDS)]  # in turns
ours = min(rounds, key=lambda pair: pair[0])[0]
own = min(pair[1] for pair in rounds)
print(json.dumps({"wall": ours[0] / CALLS, "cpu": ours[1] / CALLS, "over": ours[0] / own[0]}))
