"""Saves the models that are asked over HTTP: `save_served.py SYSTEM FOLDER`; prints their names, as JSON.

One group says what it was given, so that two servers can be compared by what they make of a request; the other gives
back values of every kind.
"""

from __future__ import annotations

import datetime
import importlib
import json
import sys
from pathlib import Path

import numpy as np

SYSTEM, FOLDER = sys.argv[1:]
pyfunc = importlib.import_module(f"{SYSTEM}.pyfunc")
models = importlib.import_module(f"{SYSTEM}.models")
types = importlib.import_module(f"{SYSTEM}.types")
schema = importlib.import_module(f"{SYSTEM}.types.schema")


class Describe(pyfunc.PythonModel):
    """Says what it was given."""

    def predict(self, context, model_input, params=None):
        import datetime

        import numpy as np
        import pandas as pd

        def plain(value):
            if isinstance(value, pd.DataFrame):
                columns = [value.iloc[:, place] for place in range(value.shape[1])]
                return {
                    "kind": "frame",
                    "columns": [plain(name) for name in value.columns.tolist()],
                    "index": [plain(name) for name in value.index.tolist()],
                    "dtypes": [str(column.dtype) for column in columns],
                    "cells": [[plain(cell) for cell in column.tolist()] for column in columns],
                }
            if isinstance(value, np.ndarray):
                dtype = "str" if value.dtype.kind == "U" else str(value.dtype)
                cells = [plain(cell) for cell in value.ravel().tolist()]
                return {"kind": "array", "dtype": dtype, "shape": list(value.shape), "cells": cells}
            if isinstance(value, dict):
                return {"kind": "dict", "items": {str(key): plain(item) for key, item in value.items()}}
            if isinstance(value, (list, tuple)):
                return [plain(item) for item in value]
            if value is None or value is pd.NaT or isinstance(value, (bool, int, str)):
                return None if value is pd.NaT else value
            if isinstance(value, float):
                return value if value - value == 0 else repr(value)
            if isinstance(value, (datetime.date, datetime.datetime)):
                return {"kind": "moment", "text": value.isoformat()}
            if isinstance(value, np.generic):
                return {"kind": f"numpy {value.dtype}", "value": plain(value.item())}
            return {"kind": type(value).__name__, "text": repr(value)}

        return {"data": plain(model_input), "params": plain(params)}


class Give(pyfunc.PythonModel):
    """Gives back what is asked for by name."""

    def predict(self, context, model_input, params=None):
        import datetime
        import decimal
        import uuid

        import numpy as np
        import pandas as pd
        import scipy.sparse

        moments = pd.to_datetime(["2026-01-02T03:04:05", "2026-01-02T03:04:05.678901"], format="ISO8601")
        answers = {
            "array": np.array([1.5, 2.0, -0.0]),
            "matrix": np.arange(6).reshape(2, 3),
            "cube": np.zeros((1, 2, 2), dtype="float32"),
            "float32": np.array([0.1], dtype="float32"),
            "scalar array": np.array(3.5),
            "empty array": np.array([]),
            "booleans": np.array([True, False]),
            "texts": np.array(["a", "ä\u2028"]),
            "objects": np.array([1, "a", None, 2.5], dtype=object),
            "moments": np.array(["2026-01-02", "2026-01-03"], dtype="datetime64[ns]"),
            "spans": np.array([1, 2], dtype="timedelta64[s]"),
            "nan": np.array([np.nan, np.inf, -np.inf, 1.0]),
            "complex": np.array([1 + 2j]),
            "bytes array": np.array([b"abc", b"de"]),
            "object bytes": np.array([b"abc"], dtype=object),
            "frame": pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "c": ["x", None]}),
            "frame of moments": pd.DataFrame({"t": moments, "b": [True, False]}),
            "frame with an index": pd.DataFrame({"a": [1, 2]}, index=["x", "y"]),
            "frame of numbers": pd.DataFrame([[1, 2], [3, 4]]),
            "frame of categories": pd.DataFrame({"a": pd.Categorical(["x", "y"])}),
            "frame of bytes": pd.DataFrame({"a": [b"abc"]}),
            "frame of lists": pd.DataFrame({"a": [[1, 2], np.array([3.5])]}),
            "nullable frame": pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}),
            "empty frame": pd.DataFrame({"a": []}),
            "twin columns": pd.DataFrame([[1, 2]], columns=["a", "a"]),
            "series": pd.Series([1, 2], index=["x", "y"], name="s"),
            "series of texts": pd.Series(["a", None]),
            "series of moments": pd.Series(moments),
            "nullable series": pd.Series([1, None], dtype="Int64"),
            "index": pd.Index([1, 2]),
            "list": [1, "a", None, 2.5, True],
            "list of scalars": [np.float32(0.1), np.int64(3), np.bool_(True), np.str_("x")],
            "list of arrays": [np.array([1, 2]), np.array([0.5])],
            "list of frames": [pd.DataFrame({"a": [1]})],
            "list of series": [pd.Series([1, 2])],
            "tuple": (1, 2),
            "dict": {"a": np.array([1, 2]), "b": [np.float64(1.5)], "c": "x", "d": {"e": b"xyz"}},
            "dict of frames": {"a": pd.DataFrame({"x": [1]}), "b": pd.Series([1])},
            "dict with numbers for keys": {1: 2, 3.5: 4},
            "dict with odd keys": {True: 1, None: 2},
            "dict with tuples for keys": {(1, 2): 3},
            "dict with numpy keys": {np.int64(1): 2},
            "text": "abc",
            "number": 1.5,
            "numpy number": np.float64(2.5),
            "numpy integer": np.int32(7),
            "nan number": float("nan"),
            "nan in a list": [1.0, float("nan"), float("inf")],
            "large": 2**70,
            "true": True,
            "none": None,
            "bytes": b"\x00\xff" * 60,
            "moment": datetime.datetime(2026, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001 - as models give them
            "aware moment": datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
            "day": datetime.date(2026, 1, 2),
            "time": datetime.time(1, 2),
            "timestamp": pd.Timestamp("2026-01-02T03:04:05.000000007"),
            "nat": pd.NaT,
            "na": pd.NA,
            "numpy moment": np.datetime64("2026-01-02T03"),
            "decimal": decimal.Decimal("1.5"),
            "uuid": uuid.UUID(int=1),
            "set": {1},
            "sparse": scipy.sparse.csr_matrix(np.eye(2)),
            "object": object(),
            "surrogate": "\ud800",
            "generator": (number for number in range(2)),
        }
        name = model_input["inputs"] if isinstance(model_input, dict) else model_input
        if isinstance(name, np.ndarray):
            name = name.ravel()[0]
        if isinstance(name, list):
            name = name[0]
        if name == "names":
            return sorted(answers)
        if name == "fail":
            raise ValueError("the model failed on 'secret'")
        if name == "exit":
            raise SystemExit(3)
        return answers[name]


class Texts(pyfunc.PythonModel):
    """Says what kinds of values it was given, as its hint declares them."""

    def predict(self, context, model_input: list[str], params=None):
        return [f"{type(model_input).__name__} of {type(item).__name__} {item}" for item in model_input]


class Numbers(pyfunc.PythonModel):
    """Says what kinds of values it was given, as its hint declares them."""

    def predict(self, context, model_input: list[float], params=None):
        return [f"{type(model_input).__name__} of {type(item).__name__} {item}" for item in model_input]


class Records(pyfunc.PythonModel):
    """Says what kinds of values it was given, as its hint declares them."""

    def predict(self, context, model_input: list[dict[str, int]], params=None):
        return [f"{type(model_input).__name__} of {type(item).__name__} {item}" for item in model_input]


ColSpec, TensorSpec, ParamSpec = schema.ColSpec, schema.TensorSpec, schema.ParamSpec
Schema, Array, Map, Object, Property = schema.Schema, schema.Array, schema.Map, schema.Object, schema.Property
SCALARS = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime")


def columns(*pairs, required=True):
    return Schema([ColSpec(kind, name, required) for name, kind in pairs])


SIGNATURES = {
    "nothing": None,
    **{f"column of {kind}": columns(("a", kind)) for kind in SCALARS},
    **{f"optional {kind}": columns(("x", "double"), ("a", kind), required=False) for kind in SCALARS},
    "numbers": columns(("x", "double"), ("y", "double")),
    "mixed": columns(("n", "long"), ("x", "double"), ("s", "string"), ("b", "boolean")),
    "unnamed double": Schema([ColSpec("double")]),
    "unnamed string": Schema([ColSpec("string")]),
    "unnamed two": Schema([ColSpec("double"), ColSpec("long")]),
    "array column": columns(("a", Array("double"))),
    "texts column": columns(("a", Array("string"))),
    "object column": columns(("a", Object([Property("p", "string"), Property("q", "long", False)]))),
    "map column": columns(("a", Map("long"))),
    "any column": columns(("a", schema.AnyType()), required=False),
    "object and scalar": columns(("a", Array(Object([Property("p", "string")]))), ("n", "long")),
    "tensor": Schema([TensorSpec(np.dtype("float64"), (-1, 2))]),
    "small tensor": Schema([TensorSpec(np.dtype("float32"), (-1, 2, 2))]),
    "integer tensor": Schema([TensorSpec(np.dtype("int64"), (-1,))]),
    "byte tensor": Schema([TensorSpec(np.dtype("uint8"), (-1, 2))]),
    "boolean tensor": Schema([TensorSpec(np.dtype("bool"), (-1,))]),
    "text tensor": Schema([TensorSpec(np.dtype("str"), (-1,))]),
    "tensors": Schema([TensorSpec(np.dtype("float64"), (-1, 2), "a"), TensorSpec(np.dtype("int32"), (-1,), "b")]),
    "one named tensor": Schema([TensorSpec(np.dtype("float32"), (-1,), "a")]),
}
PARAMS = [
    *(("i", 1, "integer"), ("l", 1, "long"), ("f", 0.5, "float"), ("d", 0.5, "double"), ("s", "x", "string")),
    *(("b", True, "boolean"), ("t", datetime.datetime(2026, 1, 1), "datetime")),  # noqa: DTZ001 - they have no zone
]


def save(name: str, model: object, inputs: object, params: object = None) -> None:
    signature = models.ModelSignature(inputs=inputs, params=params) if inputs or params else None
    pyfunc.save_model(str(Path(FOLDER) / name), python_model=model, signature=signature, pip_requirements=["numpy"])


def save_all() -> list[str]:
    for name, inputs in SIGNATURES.items():
        save(name, Describe(), inputs)
    single = [ParamSpec(name, kind, default) for name, default, kind in PARAMS]
    lists = [ParamSpec("list", "double", [0.5], (-1,)), ParamSpec("none", "string", None)]
    params = schema.ParamSchema([*single, *lists])
    save("params", Describe(), SIGNATURES["numbers"], params)
    save("params only", Describe(), None, params)
    chat = columns(("messages", Array(Object([Property("role", "string"), Property("content", "string")]))))
    save("chat", Describe(), chat, schema.ParamSchema([ParamSpec("temperature", "double", 1.0)]))
    save("give", Give(), None)
    hints = {"texts by hint": Texts(), "numbers by hint": Numbers(), "records by hint": Records()}
    for name, model in hints.items():
        pyfunc.save_model(str(Path(FOLDER) / name), python_model=model, pip_requirements=["numpy"])
    return [*SIGNATURES, "params", "params only", "chat", "give", *hints]


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(save_all()))
