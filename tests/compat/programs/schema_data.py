"""Data of every kind that signatures are inferred from and enforced on."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pandas as pd
from scipy import sparse

DAY = datetime.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as columns have it
DATE = datetime.date(2026, 1, 2)


def column(values, dtype=None, name: str = "a") -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype=dtype)})


COLUMNS = {
    "bool": column([True, False]),
    "object bool": column([True, False], object),
    "nullable boolean": column([True, False], "boolean"),
    "boolean with a gap": column([True, None], "boolean"),
    "object bool with a gap": column([True, None], object),
    **{kind: column([1, 2], kind) for kind in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32")},
    "uint64": column([1, 2], "uint64"),
    "flags": column([0, 1], "int64"),
    **{kind: column([1, 2], kind) for kind in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32")},
    "Int64 with a gap": column([1, None], "Int64"),
    "Int32 with a gap": column([1, None], "Int32"),
    **{kind: column([0.5, 2], kind) for kind in ("float32", "float64", "Float32", "Float64")},
    "float16": column([0.5, 2], "float16"),
    "whole floats": column([1.0, 2.0]),
    "float64 with a gap": column([0.5, None], "float64"),
    "Float64 with a gap": column([0.5, None], "Float64"),
    "object ints": column([1, 2], object),
    "object floats": column([0.5, 2.5], object),
    "object mixed numbers": column([1, 2.5], object),
    "decimals": column([decimal.Decimal("1.5"), decimal.Decimal("2")], object),
    "text": column(["x", "y"]),
    "object text": column(["x", "y"], object),
    "string": column(["x", "y"], "string"),
    "text with a gap": column(["x", None], object),
    "string with a gap": column(["x", None], "string"),
    "text and numbers": column(["x", 1], object),
    "bytes": column([b"x", b"y"], object),
    "bytearrays": column([bytearray(b"x")], object),
    "datetime64[ns]": column([DAY, DAY], "datetime64[ns]"),
    "datetime64[s]": column([DAY, DAY], "datetime64[s]"),
    "datetime64[us] with a gap": column([DAY, None], "datetime64[us]"),
    "datetime with zone": column(pd.to_datetime([DAY]).tz_localize("UTC")),
    "object datetimes": column([DAY, DAY], object),
    "object dates": column([DATE, DATE], object),
    "date texts": column(["2026-01-02", "2026-01-03T04:05:06"], object),
    "timedelta": column(pd.to_timedelta([1, 2], unit="s")),
    "complex": column([1j, 2j]),
    "category of text": column(["x", "y"], "category"),
    "category of ints": column([1, 2], "category"),
    "category of floats": column([0.5, 2.5], "category"),
    "category with a gap": column(["x", None], "category"),
    "lists": column([[1, 2], [3]], object),
    "lists of floats": column([[0.5], [1.5, 2.5]], object),
    "lists of text": column([["x"], []], object),
    "empty lists": column([[], []], object),
    "lists with a gap": column([[1], None], object),
    "lists with None": column([[1, None]], object),
    "nested lists": column([[[1], [2, 3]]], object),
    "arrays": column([np.array([1, 2]), np.array([3])], object),
    "float32 arrays": column([np.array([1, 2], "float32")], object),
    "2d arrays": column([np.eye(2)], object),
    "dicts": column([{"x": 1, "y": "z"}, {"x": 2, "y": "w"}], object),
    "dicts that differ": column([{"x": 1}, {"x": 2, "y": "w"}], object),
    "dicts with None": column([{"x": 1, "y": None}, {"x": 2, "y": "w"}], object),
    "nested dicts": column([{"x": {"y": [1.5]}}], object),
    "lists of dicts": column([[{"x": 1}, {"x": 2, "y": True}]], object),
    "dict and list": column([{"x": 1}, [1]], object),
    "all gaps": column([None, None], object),
    "nan only": column([np.nan, np.nan], "float64"),
    "empty": column([], object),
    "empty ints": column([], "int64"),
    "period": column(pd.period_range("2026", periods=2)),
    "sets": column([{1}], object),
    "tuples": column([(1, 2)], object),
}

OTHERS = {
    "several columns": pd.DataFrame({"a": [1], "b": ["x"], "c": [0.5]}),
    "int names": pd.DataFrame([[1, 2.5]]),
    "mixed names": pd.DataFrame({"a": [1], 3: [2]}),
    "series": pd.Series([1, 2], name="s"),
    "series without a name": pd.Series([0.5]),
    "array of floats": np.array([[1.0, 2.0]]),
    "array of one dimension": np.array([1, 2]),
    "array of float32": np.zeros((2, 3, 4), "float32"),
    "array of bool": np.array([True]),
    "array of text": np.array(["x", "yy"]),
    "array of bytes": np.array([b"x"]),
    "array of objects": np.array(["x", 1], object),
    "array of dates": np.array([DAY], "datetime64[us]"),
    "array without dimensions": np.array(1.5),
    "dict of arrays": {"x": np.zeros((2, 2)), "y": np.array(["a", "b"])},
    "dict of an array and a list": {"x": np.zeros(2), "y": [1, 2]},
    "csr": sparse.csr_matrix(np.eye(2)),
    "csc": sparse.csc_matrix(np.eye(2, dtype="float32")),
    "list of ints": [1, 2],
    "list of floats": [0.5],
    "list of numbers": [1, 0.5],
    "list of bools": [True],
    "list of text": ["x"],
    "list of bytes": [b"x"],
    "list of dates": [DAY],
    "list with a gap": ["x", None],
    "list of lists": [[1, 2], [3]],
    "list of dicts": [{"a": 1, "b": "x"}],
    "list of dicts that differ": [{"a": 1}, {"a": 2, "b": "x"}],
    "list of arrays": [np.array([1.0, 2.0])],
    "list of mixed": ["x", 1],
    "empty list": [],
    "dict of ints": {"a": 1, "b": 2},
    "dict of lists": {"a": [1, 2], "b": ["x", "y"]},
    "dict of None": {"a": None, "b": 1},
    "dict of dicts": {"a": {"b": 1}},
    "chat": {"messages": [{"role": "user", "content": "hi"}], "temperature": 0.5},
    "empty dict": {},
    "int": 1,
    "float": 1.5,
    "text alone": "x",
    "bool alone": True,
    "bytes alone": b"x",
    "date alone": DAY,
    "numpy scalar": np.float32(1.5),
    "numpy int": np.int64(3),
}

DATA = {**COLUMNS, **OTHERS}

PARAMS = {
    "int": 1,
    "float": 0.5,
    "text": "x",
    "bool": True,
    "date": DAY,
    "bytes": b"x",
    "none": None,
    "list": [1, 2],
    "floats": [0.5, 1.5],
    "numbers": [1, 0.5],
    "texts": ["x"],
    "empty": [],
    "mixed": ["x", 1],
    "nested": [[1]],
    "array": np.array([1.5, 2.5]),
    "matrix": np.eye(2),
    "numpy int": np.int32(3),
    "numpy float": np.float32(0.5),
    "dict": {"a": 1, "b": "x"},
    "deep dict": {"a": {"b": [1]}},
    "tuple": (1, 2),
    "dicts": [{"a": 1}],
}

# JSON of schemas that the data is enforced on.
SCALARS = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime", "any")
COLUMN_SCHEMAS = {
    **{kind: [{"type": kind, "name": "a", "required": True}] for kind in SCALARS},
    **{f"optional {kind}": [{"type": kind, "name": "a", "required": False}] for kind in ("long", "string", "double")},
    "array of long": [{"type": "array", "items": {"type": "long"}, "name": "a", "required": True}],
    "array of double": [{"type": "array", "items": {"type": "double"}, "name": "a", "required": True}],
    "array of float": [{"type": "array", "items": {"type": "float"}, "name": "a", "required": True}],
    "array of string": [{"type": "array", "items": {"type": "string"}, "name": "a", "required": True}],
    "optional array of long": [{"type": "array", "items": {"type": "long"}, "name": "a", "required": False}],
    "array of arrays": [
        {"type": "array", "items": {"type": "array", "items": {"type": "long"}}, "name": "a", "required": True}
    ],
    "object": [
        {
            "type": "object",
            "properties": {"x": {"type": "long", "required": True}, "y": {"type": "string", "required": False}},
            "name": "a",
            "required": True,
        }
    ],
    "map of long": [{"type": "map", "values": {"type": "long"}, "name": "a", "required": True}],
}
OTHER_SCHEMAS = {
    "unnamed long": [{"type": "long", "required": True}],
    "unnamed string": [{"type": "string", "required": True}],
    "unnamed double": [{"type": "double", "required": True}],
    "unnamed array": [{"type": "array", "items": {"type": "long"}, "required": True}],
    "unnamed object": [
        {
            "type": "object",
            "properties": {"a": {"type": "long", "required": True}, "b": {"type": "string", "required": False}},
            "required": True,
        }
    ],
    "two unnamed": [{"type": "long", "required": True}, {"type": "double", "required": True}],
    "two columns": [
        {"type": "long", "name": "a", "required": True},
        {"type": "string", "name": "b", "required": False},
    ],
    "int names": [{"type": "long", "name": 0, "required": True}, {"type": "double", "name": 1, "required": True}],
    "tensor": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}],
    "flat tensor": [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}],
    "float32 tensor": [{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3, 4]}}],
    "text tensor": [{"type": "tensor", "tensor-spec": {"dtype": "str", "shape": [-1]}}],
    "named tensors": [
        {"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}, "name": "x"},
        {"type": "tensor", "tensor-spec": {"dtype": "str", "shape": [-1]}, "name": "y"},
    ],
    "one named tensor": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}, "name": "a"}],
}
