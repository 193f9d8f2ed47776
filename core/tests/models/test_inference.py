"""What the reference system infers is what we infer: the expected texts were printed by it."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from runyard.errors import InvalidInput
from runyard.models.signature import infer_signature

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")


def column(dtype: str, name: object = "c", required: bool = True) -> dict[str, Any]:
    return {"type": dtype, **({} if name is None else {"name": name}), "required": required}


def array(items: dict[str, Any], name: object = "c", required: bool = True) -> dict[str, Any]:
    return {"type": "array", "items": items, **({} if name is None else {"name": name}), "required": required}


def tensor(dtype: str, *shape: int) -> dict[str, Any]:
    return {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": list(shape)}}


LONG = {"type": "long"}
RECORD = {
    "type": "object",
    "properties": {"a": {"type": "long", "required": True}, "b": {"type": "string", "required": False}},
}

COLUMNS = {
    "int": ([1, 2], "long", True),
    "float": ([1.0, None], "double", False),
    "text": (["a", None], "string", False),
    "bytes": ([b"a"], "binary", True),
    "byte arrays": ([bytearray(b"a")], "binary", True),
    "no cells": (pd.Series([], dtype=object), "string", True),
    "bool": ([True], "boolean", True),
    "nothing": ([None, None], "any", False),
    "decimals of one kind": (np.array([1.5], dtype="float16"), "float", True),
    "small": (np.array([1], dtype="uint16"), "integer", True),
    "wide": (np.array([1], dtype="uint32"), "long", True),
    "nullable": (pd.array([1, None], dtype="Int64"), "long", False),
    "nullable bool": (pd.array([True, None], dtype="boolean"), "boolean", False),
    "categories": (pd.Categorical(["a", "b"]), "string", True),
    "numbers as categories": (pd.Categorical([1, 2]), "long", True),
    "date": ([datetime.date(2020, 1, 1)], "datetime", True),
    "zone": (pd.to_datetime(["2020-01-01"]).tz_localize("UTC"), "datetime", True),
    "objects": (pd.Series([1, 2.5], dtype=object), "double", True),
    "flags": (pd.Series([True, None], dtype=object), "boolean", False),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_columns(case: str) -> None:
    values, dtype, required = COLUMNS[case]
    signature = infer_signature(pd.DataFrame({"c": values}))
    assert signature.inputs is not None
    assert signature.inputs.to_dict() == [column(dtype, required=required)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (lambda: pd.DataFrame({"c": [[1, 2], [3]]}), [array(LONG)]),
        (lambda: pd.DataFrame({"c": [[1, 2], None]}), [array(LONG, required=False)]),
        (lambda: pd.DataFrame({"c": [np.array([[1, 2]]), np.array([[3]])]}), [array({"type": "array", "items": LONG})]),
        (lambda: pd.DataFrame({"c": [{"a": 1, "b": "x"}, {"a": 2}]}), [{**RECORD, "name": "c", "required": True}]),
        (lambda: pd.DataFrame(np.eye(2)), [column("double", 0), column("double", 1)]),
        (lambda: pd.Series([1, 2], name="x"), [column("long", "x")]),
        (lambda: pd.Series([1.0]), [column("double", None)]),
        (lambda: np.eye(2), [tensor("float64", -1, 2)]),
        (lambda: np.array(["a", "bbb"]), [tensor("str", -1)]),
        (lambda: np.zeros((2, 3, 4), dtype="float16"), [tensor("float16", -1, 3, 4)]),
        (
            lambda: {"a": np.eye(2), "b": np.array([1])},
            [{"name": "a", **tensor("float64", -1, 2)}, {"name": "b", **tensor("int64", -1)}],
        ),
        (lambda: {"a": 1, "b": None}, [column("long", "a"), column("any", "b", required=False)]),
        (
            lambda: {"a": [1], "b": np.eye(2)},
            [array(LONG, "a"), array({"type": "array", "items": {"type": "double"}}, "b")],
        ),
        (lambda: ["a", "b"], [column("string", None)]),
        (lambda: ["a", None], [column("string", None)]),
        (list, [column("string", None)]),
        (lambda: [{"a": 1}, {"a": 2, "c": "x"}], [column("long", "a"), column("string", "c", required=False)]),
        (lambda: [[1, 2], [3]], [array(LONG, None)]),
        (lambda: [[{"a": 1, "b": "x"}, {"a": 2}]], [array(RECORD, None)]),
        (lambda: 1.5, [column("double", None)]),
        (lambda: np.float32(1), [column("float", None)]),
        (lambda: datetime.datetime.fromisoformat("2020-01-01T00:00:00"), [column("datetime", None)]),
    ],
)
def test_other_data(data: Any, expected: list[dict[str, Any]]) -> None:
    signature = infer_signature(data())
    assert signature.inputs is not None
    assert signature.inputs.to_dict() == expected


def test_sparse() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    assert infer_signature(sparse.csr_matrix(np.eye(2))).to_dict()["inputs"] == json.dumps([tensor("float64", -1, 2)])


@pytest.mark.parametrize(
    "data",
    [
        [1, "a"],
        [1, 2.5],
        {1: 2},
        {},
        {1, 2},
        (1, 2),
        object(),
        pd.DataFrame({"c": [Decimal("1.5")]}),
        pd.DataFrame({"c": np.array([1], dtype="uint64")}),
        pd.DataFrame({"c": [1j]}),
        pd.DataFrame({"c": pd.Series([1, "a"], dtype=object)}),
    ],
    ids=repr,
)
def test_what_has_no_schema_accepts_anything_with_a_warning(data: Any) -> None:
    with pytest.warns(UserWarning, match="accepts anything"):
        signature = infer_signature(data)
    assert signature.to_dict()["inputs"] == '[{"type": "any", "required": true}]'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, {"default": 1, "shape": None, "type": "long"}),
        (True, {"default": True, "shape": None, "type": "boolean"}),
        ("a", {"default": "a", "shape": None, "type": "string"}),
        (
            datetime.datetime.fromisoformat("2020-01-01T03:00:00"),
            {"default": "2020-01-01T03:00:00", "shape": None, "type": "datetime"},
        ),
        (np.datetime64("2020-01-01"), {"default": "2020-01-01", "shape": None, "type": "datetime"}),
        ([1.5, 2], {"default": [1.5, 2.0], "shape": [-1], "type": "double"}),
        (np.array([1, 2]), {"default": [1, 2], "shape": [-1], "type": "long"}),
        (np.float32(1.5), {"default": 1.5, "shape": None, "type": "float"}),
        ([], {"default": [], "shape": [-1], "type": "datetime"}),
        (
            {"a": 1},
            {
                "default": {"a": 1},
                "shape": None,
                "type": "object",
                "properties": {"a": {"type": "long", "required": True}},
            },
        ),
    ],
    ids=repr,
)
def test_params(value: Any, expected: dict[str, Any]) -> None:
    params = infer_signature(params={"p": value}).to_dict()["params"]
    assert params is not None
    assert json.loads(params) == [{"name": "p", **expected}]


@pytest.mark.parametrize("value", [None, b"x", (1, 2), [[1]], [1, "a"], [{"a": 1}], np.eye(2)], ids=repr)
def test_params_that_cannot_be(value: Any) -> None:
    with pytest.raises(InvalidInput, match="p: "):
        infer_signature(params={"p": value})
