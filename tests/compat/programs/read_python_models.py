"""Asks Python models: `read_python_models.py SYSTEM FOLDER`; prints what they say, by name, as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from python_model_data import QUESTIONS, REFUSED, plain

SYSTEM, FOLDER = sys.argv[1:]
pyfunc = importlib.import_module(f"{SYSTEM}.pyfunc")
models = importlib.import_module(f"{SYSTEM}.models")
errors = importlib.import_module(f"{SYSTEM}.exceptions")


def read(name: str) -> dict[str, object]:
    folder = str(Path(FOLDER) / name)
    loaded = pyfunc.load_model(folder)
    info = models.get_model_info(folder)
    found: dict[str, object] = {
        "predictions": [plain(loaded.predict(data, params=params)) for data, params in QUESTIONS[name]],
        "refused": [is_refused(loaded, data) for data in REFUSED.get(name, [])],
        "signature": info.signature and info.signature.to_dict(),
        "metadata": info.metadata,
        "config": dict(loaded.model_config or {}),
        "requirements": Path(pyfunc.get_model_dependencies(folder)).read_text().splitlines(),
    }
    if name == "stream":
        found["parts"] = list(loaded.predict_stream("abc"))
    if name in ("artifacts", "hinted"):
        found["class"] = type(loaded.unwrap_python_model()).__name__
    return found


def is_refused(loaded, data) -> bool:
    try:
        loaded.predict(data)
    except (errors.MlflowException, ValueError):  # a model that knows its type hints itself raises the latter
        return True
    return False


if __name__ == "__main__":
    answers = {name: read(name) for name in QUESTIONS}
    sys.stdout.write("\n" + json.dumps(answers))
