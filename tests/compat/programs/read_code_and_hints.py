"""Loads Python models and asks them: `read_code_and_hints.py SYSTEM FOLDER`; prints what they answer, as JSON."""

from __future__ import annotations

import importlib
import json
import logging
import sys
from pathlib import Path

import pandas as pd

SYSTEM, FOLDER = sys.argv[1:]
pyfunc = importlib.import_module(f"{SYSTEM}.pyfunc")
logging.disable(logging.CRITICAL)

QUESTIONS: dict[str, list[tuple[object, object]]] = {
    "class": [(pd.DataFrame({"a": [1.5]}), None), ({"a": [2.0]}, {"more": 3}), ([{"a": "x"}], None)],
    "hinted": [([{"role": "b"}], None), ([{"size": 1}], None), (pd.DataFrame({"role": ["c"]}), None), ("x", None)],
    "closure": [([1.5], None), (["x"], None), (pd.DataFrame({"a": [2.0]}), None)],
    "importing": [([1, 2], None)],
    "streaming": [([1], None)],
    "formed": [(["a"], None), (pd.DataFrame({"a": ["b", "c"]}), None), ([1], None)],
    "code": [([2.0], None), (["x"], None)],
    "loader": [([1, 2], None)],
    "gzip": [([1.0], None)],
}


def ask(model, data, params) -> object:
    try:
        return model.predict(data, params)
    except Exception:
        return "an error"


def read(name: str, questions: list[tuple[object, object]]) -> dict[str, object]:
    model = pyfunc.load_model(str(Path(FOLDER) / name))
    metadata = model.metadata
    found: dict[str, object] = {
        "answers": [ask(model, data, params) for data, params in questions],
        "signature": metadata.signature and metadata.signature.to_dict(),
        "flags": [line for line in metadata.to_yaml().splitlines() if "type_hint" in line],
        "section": sorted(set(metadata.flavors["python_function"]) - {"code"}),
        "config": model.model_config,
        "example": plain(model.input_example),
    }
    if name == "streaming":
        found["parts"] = list(model.predict_stream("x"))
    return found


def plain(example) -> object:
    return example.to_dict("list") if isinstance(example, pd.DataFrame) else example


if __name__ == "__main__":
    answers = {name: read(name, questions) for name, questions in QUESTIONS.items()}
    sys.stdout.write("\n" + json.dumps(answers))
