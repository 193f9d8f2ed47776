"""Infers and enforces signatures: `schemas.py SYSTEM FOLDER`; prints, as JSON, what comes out for each kind of data."""

from __future__ import annotations

import datetime
import importlib
import json
import logging
import sys
import warnings

import numpy as np
import pandas as pd
from schema_data import COLUMN_SCHEMAS, COLUMNS, DATA, OTHER_SCHEMAS, OTHERS, PARAMS

SYSTEM = sys.argv[1]
models = importlib.import_module(f"{SYSTEM}.models")
types = importlib.import_module(f"{SYSTEM}.types")
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def inferred(data) -> object:
    try:
        found = models.infer_signature(data).to_dict()["inputs"]
    except Exception as error:
        return f"error: {type(error).__name__}"
    return json.loads(found)


def inferred_params(value) -> object:
    try:
        found = models.infer_signature([1], params={"p": value}).to_dict()["params"]
    except Exception as error:
        return f"error: {type(error).__name__}"
    return json.loads(found)


def plain(value) -> object:
    """Return data as JSON that shows every type."""
    if isinstance(value, pd.DataFrame):
        return {
            "columns": [str(name) for name in value.columns],
            "types": [str(dtype) for dtype in value.dtypes],
            "cells": [[plain(cell) for cell in value.iloc[:, place].tolist()] for place in range(value.shape[1])],
        }
    if isinstance(value, np.ndarray):
        return {"array": value.dtype.kind if value.dtype.kind in "US" else str(value.dtype), "shape": list(value.shape)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in sorted(value.items(), key=str)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "toarray"):
        return f"sparse {value.format} {value.dtype} {value.shape}"
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, (datetime.date, pd.Timestamp)):
        return f"date {pd.Timestamp(value).isoformat()}"
    if isinstance(value, np.generic):
        value = value.item()
    return f"{type(value).__name__} {value!r}"


def enforcing(schema: list[dict[str, object]]):
    """Return what enforces a schema as the system does it before predictions."""
    text = json.dumps(schema)
    if SYSTEM == "mlflow":
        from mlflow.models.utils import _enforce_schema

        parsed = types.Schema.from_json(text)
        return lambda data: _enforce_schema(data, parsed)
    from runyard.models.enforcement import enforcer

    return enforcer(types.Schema.from_json(text))


def enforced(schema: list[dict[str, object]], examples: dict[str, object]) -> dict[str, object]:
    enforce = enforcing(schema)
    found = {}
    for name, data in examples.items():
        try:
            found[name] = plain(enforce(data))
        except Exception as error:
            found[name] = f"error: {type(error).__name__}"
    return found


def main() -> None:
    report = {
        "inferred": {name: inferred(data) for name, data in DATA.items()},
        "params": {name: inferred_params(value) for name, value in PARAMS.items()},
        "enforced": {name: enforced(schema, COLUMNS) for name, schema in COLUMN_SCHEMAS.items()}
        | {name: enforced(schema, OTHERS) for name, schema in OTHER_SCHEMAS.items()},
    }
    sys.stdout.write("\n" + json.dumps(report))


if __name__ == "__main__":
    main()
