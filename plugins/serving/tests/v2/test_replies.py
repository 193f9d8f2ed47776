"""Replies of the V2 protocol: every kind of predictions as tensors, and what a model says of itself."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from runyard.models.schema import Array, ColSpec, DataType, Map, Schema, TensorSpec
from runyard_serving.refusals import ModelFailed, RequestInvalid
from runyard_serving.v2 import Tensor, describe, write_reply

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")


def one(predictions: Any, schema: Schema | None = None) -> Tensor:
    outputs, _ = write_reply(predictions, schema)
    assert len(outputs) == 1
    return outputs[0]


@pytest.mark.parametrize(
    ("predictions", "datatype", "shape", "data", "content_type"),
    [
        (np.array([[1, 2]], dtype="int32"), "INT32", (1, 2), [1, 2], "np"),
        (np.array([0.5, np.nan, np.inf], dtype="float32"), "FP32", (3,), [0.5, None, None], "np"),
        (np.array([True]), "BOOL", (1,), [True], "np"),
        ([1, 2], "INT64", (2,), [1, 2], "np"),
        (3.5, "FP64", (1,), [3.5], "np"),
        (["a", None], "BYTES", (2,), ["a", None], "str"),
        (np.array(["a", "bc"]), "BYTES", (2,), ["a", "bc"], "str"),
        ([b"\x00"], "BYTES", (1,), ["AA=="], "base64"),
        (np.array(["2026-01-02", "NaT"], "datetime64[s]"), "BYTES", (2,), ["2026-01-02T00:00:00", None], "datetime"),
        ([[1], [2, 3]], "BYTES", (2,), ["[1]", "[2, 3]"], "pd_json"),
        ([{"a": 1.5}], "BYTES", (1,), ['{"a": 1.5}'], "pd_json"),
        ([datetime.date(2026, 1, 2)], "BYTES", (1,), ['"2026-01-02"'], "pd_json"),
    ],
)
def test_predictions_become_tensors(
    predictions: Any, datatype: str, shape: tuple[int, ...], data: list[Any], content_type: str
) -> None:
    tensor = one(predictions)
    assert (tensor.name, tensor.datatype, tensor.shape, tensor.content_type) == (
        "output",
        datatype,
        shape,
        content_type,
    )
    assert tensor.data == data
    json.dumps(tensor.data, allow_nan=False)


def test_tables_have_an_output_per_column() -> None:
    outputs, content_type = write_reply(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    assert content_type == "pd"
    assert [(each.name, each.datatype, each.data) for each in outputs] == [
        ("a", "INT64", [1, 2]),
        ("b", "BYTES", ["x", "y"]),
    ]


def test_dictionaries_have_an_output_per_entry() -> None:
    outputs, content_type = write_reply({"a": np.zeros((1, 2)), "b": 1})
    assert content_type is None
    assert [(each.name, each.shape) for each in outputs] == [("a", (1, 2)), ("b", (1,))]


def test_names_come_from_the_predictions_or_the_signature() -> None:
    assert one(pd.Series([1], name="own"), Schema([ColSpec("long", "declared")])).name == "own"
    assert one([1], Schema([ColSpec("long", "declared")])).name == "declared"
    assert one([1], Schema([TensorSpec("int64", (-1,))])).name == "output"


def test_outputs_that_are_asked_for() -> None:
    frame = pd.DataFrame({"a": [1], "b": [2]})
    assert [each.name for each in write_reply(frame, None, ["b"])[0]] == ["b"]
    with pytest.raises(RequestInvalid, match="no output 'c'; it has 'a', 'b'"):
        write_reply(frame, None, ["c"])


def test_predictions_that_cannot_be_sent() -> None:
    with pytest.raises(ModelFailed, match="complex128"):
        write_reply(np.array([1j]))
    with pytest.raises(ModelFailed, match="object"):
        write_reply([object()])


def test_sparse_predictions() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    assert one(sparse.csr_matrix([[0, 1]])).data == [0, 1]


def test_what_a_model_says_of_itself() -> None:
    schema = Schema(
        [
            ColSpec("double", "a"),
            ColSpec("string", "b"),
            ColSpec("binary", "c"),
            ColSpec("datetime", "d"),
            ColSpec(Array(DataType.long), "e"),
            ColSpec(Map(DataType.long), "f"),
        ]
    )
    assert [(each.name, each.datatype, each.shape, each.content_type) for each in describe(schema, "input")] == [
        ("a", "FP64", (-1,), None),
        ("b", "BYTES", (-1,), "str"),
        ("c", "BYTES", (-1,), "base64"),
        ("d", "BYTES", (-1,), "datetime"),
        ("e", "INT64", (-1, -1), None),
        ("f", "BYTES", (-1,), "pd_json"),
    ]
    tensors = describe(Schema([TensorSpec("float32", (-1, 3))]), "input")
    assert [(each.name, each.datatype, each.shape) for each in tensors] == [("input", "FP32", (-1, 3))]
    unnamed = describe(Schema([ColSpec("long"), ColSpec("long")]), "input")
    assert [each.name for each in unnamed] == ["input-0", "input-1"]
    assert describe(None, "input") == []
