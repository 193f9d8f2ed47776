"""Requests of the V2 protocol: what a model gets, by its signature, and what is said of inputs that do not fit."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import pytest

from runyard.models.params import ParamSchema, ParamSpec
from runyard.models.schema import Array, ColSpec, DataType, Schema, TensorSpec
from runyard.models.signature import ModelSignature
from runyard_serving.refusals import RequestInvalid
from runyard_serving.v2 import RequestReader, Tensor

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")


def tensor(name: str, datatype: str, shape: Sequence[int], data: Any, content_type: str | None = None) -> Tensor:
    return Tensor(name=name, datatype=datatype, shape=tuple(shape), data=data, content_type=content_type)


def columns(**types: Any) -> RequestReader:
    return RequestReader(ModelSignature(inputs=Schema([ColSpec(kind, name) for name, kind in types.items()])))


def tensors(*specs: TensorSpec) -> RequestReader:
    return RequestReader(ModelSignature(inputs=Schema(list(specs))))


ANY = RequestReader(None)


def test_columns_become_a_table_of_the_declared_types() -> None:
    reader = columns(a="double", b="long", c="string", d="boolean", e="binary", f="datetime")
    frame = reader.read(
        [
            tensor("a", "FP32", [2], [0.5, None]),
            tensor("b", "INT32", [2, 1], [[1], [2]]),
            tensor("c", "BYTES", [2], [b"x", "y"], "str"),
            tensor("d", "BOOL", [2], [True, False]),
            tensor("e", "BYTES", [2], [base64.b64encode(b"\x00\xff").decode(), None], "base64"),
            tensor("f", "BYTES", [2], ["2026-01-02T03:04:05", "2026-01-03T00:00:00"], "datetime"),
        ]
    ).data
    kinds = [str(kind) for name, kind in frame.dtypes.items() if name != "c"]  # texts have several types in pandas
    assert kinds == ["float64", "int64", "bool", "object", "datetime64[ns]"]
    assert frame["a"][0] == 0.5
    assert np.isnan(frame["a"][1])
    assert frame["c"].tolist() == ["x", "y"]
    assert frame["e"].tolist() == [b"\x00\xff", None]
    assert frame["f"][0] == pd.Timestamp("2026-01-02T03:04:05")


def test_one_input_is_the_whole_table() -> None:
    frame = columns(a="double", b="double").read([tensor("x", "FP64", [2, 2], [1, 2, 3, 4])]).data
    assert frame.to_dict("list") == {"a": [1.0, 3.0], "b": [2.0, 4.0]}


def test_rows_of_lists() -> None:
    frame = columns(a=Array(DataType.double)).read([tensor("a", "FP64", [2, 2], [1, 2, 3, 4])]).data
    assert frame["a"].tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_values_that_are_objects() -> None:
    frame = ANY.read([tensor("a", "BYTES", [2], ['{"x": [1, 2]}', "null"], "pd_json")], "pd").data
    assert frame["a"].tolist() == [{"x": [1, 2]}, None]


def test_tensors() -> None:
    array = tensors(TensorSpec("float32", (-1, 2))).read([tensor("any", "FP64", [1, 2], [[1, 2]])]).data
    assert (array.dtype, array.tolist()) == (np.float32, [[1.0, 2.0]])
    reader = tensors(TensorSpec("int64", (-1,), "a"), TensorSpec("str", (-1,), "b"))
    data = reader.read([tensor("a", "INT8", [1], [1]), tensor("b", "BYTES", [1], [b"x"]), tensor("c", "BOOL", [0], [])])
    assert {name: array.dtype.kind for name, array in data.data.items()} == {"a": "i", "b": "U", "c": "b"}


def test_without_a_signature() -> None:
    a, b = tensor("a", "INT64", [2], [1, 2]), tensor("b", "BYTES", [2], ["x", "y"])
    assert ANY.read([a]).data.tolist() == [1, 2]
    assert ANY.read([a], "np").data.tolist() == [1, 2]
    assert set(ANY.read([a, b]).data) == {"a", "b"}
    assert ANY.read([a, b], "pd").data.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


def test_params_are_those_of_the_signature() -> None:
    signature = ModelSignature(
        inputs=Schema([ColSpec("double", "a")]), params=ParamSchema([ParamSpec("depth", DataType.long, 1)])
    )
    question = RequestReader(signature).read(
        [tensor("a", "FP64", [1], [1])], None, {"depth": 3, "headers": {"host": "x"}, "other": 1}
    )
    assert question.params == {"depth": 3}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([], "no inputs"),
        ([tensor("a", "INT64", [1], [1]), tensor("a", "INT64", [1], [1])], "two inputs 'a'"),
        ([tensor("a", "INT64", [3], [1, 2])], r"'a' has the shape \[3\], which takes 3 values; it has 2"),
        ([tensor("a", "INT64", [-1], [1])], r"'a' has the shape \[-1\]"),
        ([tensor("a", "INT64", [1], [0.5])], "'a' does not hold values of INT64: '0.5' is no whole number"),
        ([tensor("a", "INT64", [1], [None])], "'a' does not hold values of INT64: 'None' is no whole number"),
        ([tensor("a", "INT64", [1], ["7"])], "'a' does not hold values of INT64: '7' is no whole number"),
        ([tensor("a", "UINT8", [1], [300])], "'a' does not hold values of UINT8: a value is not between 0 and 255"),
        ([tensor("a", "INT64", [1], [1 << 70])], "'a' does not hold values of INT64"),
        ([tensor("a", "BOOL", [1], [1])], "'a' does not hold values of BOOL: '1' is no boolean"),
        ([tensor("a", "FP64", [1], ["x"])], "'a' does not hold values of FP64"),
        ([tensor("a", "FP64", [2], [[1, 2], [3]])], "'a' does not hold values of FP64"),
        ([tensor("a", "COMPLEX", [1], [1])], "'a' is 'COMPLEX'; the datatypes are BOOL, "),
        ([tensor("a", "BYTES", [1], ["%%%"], "base64")], "'a' does not hold values of 'base64'"),
        ([tensor("a", "BYTES", [1], [b"\xff"], "str")], "'a' does not hold values of 'str'"),
        ([tensor("a", "BYTES", [1], ["{"], "pd_json")], "'a' does not hold values of 'pd_json'"),
    ],
)
def test_inputs_that_are_wrong_are_named(inputs: list[Tensor], message: str) -> None:
    with pytest.raises(RequestInvalid, match=message):
        ANY.read(inputs)


def test_inputs_that_the_model_does_not_take() -> None:
    two = [tensor("a", "FP64", [1], [1]), tensor("b", "FP64", [2], [1, 2])]
    with pytest.raises(RequestInvalid, match=r"'b' has 2 rows and the input 'a' has 1"):
        columns(a="double", b="double").read(two)
    with pytest.raises(RequestInvalid, match="'a', 'b'"):
        tensors(TensorSpec("float64", (-1,))).read(two)
    with pytest.raises(RequestInvalid, match="'a' is FP64; the model takes int64"):
        tensors(TensorSpec("int64", (-1,))).read([two[0]])
    with pytest.raises(RequestInvalid, match="'np' stands for one input; there are 2"):
        ANY.read(two, "np")
    with pytest.raises(RequestInvalid, match="column 'a' cannot be read as datetime"):
        columns(a="datetime").read([tensor("a", "BYTES", [1], ["never"])])
