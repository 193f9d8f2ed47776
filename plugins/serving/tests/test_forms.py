"""Every form of a request becomes what the model expects; what does not fit is refused with its name."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from runyard.models.params import ParamSchema, ParamSpec
from runyard.models.schema import Array, ColSpec, Object, Property, Schema, TensorSpec
from runyard.models.signature import ModelSignature
from runyard_serving.reading import Reader
from runyard_serving.reading.content_type import CSV, JSON, PARQUET
from runyard_serving.refusals import RequestInvalid

NUMBERS = Schema([ColSpec("double", "x"), ColSpec("double", "y")])
MIXED = Schema([ColSpec("long", "n"), ColSpec("string", "s"), ColSpec("datetime", "t", False)])
MATRIX = Schema([TensorSpec("float32", (-1, 2))])


def read(body: str, schema: Schema | None = None, content_type: str = JSON) -> Any:
    signature = None if schema is None else ModelSignature(inputs=schema)
    return Reader(signature).read(body.encode(), content_type).data


def refusal(body: str, schema: Schema | None = None, content_type: str = JSON) -> str:
    with pytest.raises(RequestInvalid) as caught:
        read(body, schema, content_type)
    return caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        '{"dataframe_split": {"columns": ["x", "y"], "data": [[1, 2.5], [3, 4]]}}',
        '{"dataframe_split": {"columns": ["y", "x"], "data": [[2.5, 1], [4, 3]]}}',
        '{"dataframe_split": {"columns": ["x", "y"], "data": [["1", 2.5], [3, 4]], "index": [0, 1]}}',
        '{"dataframe_records": [{"x": 1, "y": 2.5}, {"x": 3, "y": 4}]}',
    ],
)
def test_tables_have_the_declared_types(body: str) -> None:
    frame = read(body, NUMBERS)[["x", "y"]]
    pd.testing.assert_frame_equal(
        frame, pd.DataFrame({"x": [1.0, 3.0], "y": [2.5, 4.0]}), check_index_type=False, check_column_type=False
    )


def test_numbers_lie_in_memory_as_those_of_pandas() -> None:
    rows = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    frame = read(f'{{"dataframe_split": {{"columns": ["x", "y"], "data": {rows}}}}}', NUMBERS)
    assert frame.to_numpy().flags == pd.DataFrame(rows, columns=["x", "y"]).to_numpy().flags


def test_types_are_those_of_the_signature_and_not_of_json() -> None:
    frame = read('{"dataframe_records": [{"n": 1.0, "s": "007", "t": "2026-01-02"}]}', MIXED)
    assert [str(dtype) for dtype in frame.dtypes] == ["int64", frame["s"].dtype.name, "datetime64[ns]"]
    assert frame["s"].tolist() == ["007"]


def test_bytes_are_base64() -> None:
    frame = read('{"dataframe_records": [{"a": "YWJj\\n"}, {"a": null}]}', Schema([ColSpec("binary", "a")]))
    assert frame["a"].tolist()[0] == b"abc"
    assert "base64" in refusal('{"dataframe_records": [{"a": "%%"}]}', Schema([ColSpec("binary", "a")]))


def test_tables_without_a_signature_keep_the_types_of_json() -> None:
    frame = read('{"dataframe_split": {"columns": ["a", "b"], "data": [[1, "2026-01-02"], [2, "x"]]}}')
    assert str(frame["a"].dtype) == "int64"
    assert frame["b"].tolist() == ["2026-01-02", "x"]


def test_records_without_a_value_lack_it() -> None:
    frame = read('{"dataframe_records": [{"x": 1}, {"y": 2}]}', NUMBERS)
    assert np.array_equal(frame.to_numpy(), [[1.0, np.nan], [np.nan, 2.0]], equal_nan=True)


def test_arrays_have_the_declared_type() -> None:
    array = read('{"inputs": [[1, 2], [3, 4]]}', MATRIX)
    assert (array.dtype, array.tolist()) == (np.float32, [[1, 2], [3, 4]])


def test_instances_are_rows() -> None:
    columns = read('{"instances": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}', NUMBERS)
    assert {name: (values.dtype.name, values.tolist()) for name, values in columns.items()} == {
        "x": ("float64", [1, 3]),
        "y": ("float64", [2, 4]),
    }


def test_arrays_by_name() -> None:
    schema = Schema([TensorSpec("int32", (-1,), "a"), TensorSpec("float64", (-1, 2), "b")])
    data = read('{"inputs": {"a": [1, 2], "b": [[1, 2], [3, 4]]}}', schema)
    assert [data[name].dtype.name for name in "ab"] == ["int32", "float64"]


def test_a_list_for_one_column_is_that_column() -> None:
    assert read('{"inputs": [1, 2]}', Schema([ColSpec("double", "x")]))["x"].tolist() == [1.0, 2.0]


def test_lists_and_objects_of_a_signature_stay_what_they_are() -> None:
    schema = Schema([ColSpec(Array(Object((Property("p", "string"),))), "a"), ColSpec("long", "n")])
    assert read('{"inputs": {"a": [{"p": "x"}], "n": 1}}', schema) == {"a": [{"p": "x"}], "n": 1}


def test_nothing_but_numbers_is_an_array_without_a_signature() -> None:
    assert read('{"inputs": [[1, 2]]}').dtype.name == "int64"
    assert read('{"inputs": [1.5, null]}').tolist() == [1.5, None]
    assert np.isnan(read('{"inputs": [NaN, 1]}')[0])


def test_csv_has_the_declared_types() -> None:
    frame = read("n,s,t\n1,007,2026-01-02\n", MIXED, CSV)
    assert frame.iloc[0].tolist() == [1, "007", pd.Timestamp("2026-01-02")]


def test_parquet() -> None:
    pytest.importorskip("pyarrow", reason="it writes the file")
    table = pd.DataFrame({"x": [1.0], "y": [2.0]})
    data = io.BytesIO()
    table.to_parquet(data)
    pd.testing.assert_frame_equal(Reader(None).read(data.getvalue(), PARQUET).data, table)
    with pytest.raises(RequestInvalid, match="parquet"):
        Reader(None).read(b"PAR1 and nothing", PARQUET)


def test_params_are_beside_the_data() -> None:
    question = Reader(None).read(b'{"inputs": [1], "params": {"a": 1}, "signature_name": "x"}', JSON)
    assert (question.params, question.is_wrapped) == ({"a": 1}, True)


def test_requests_of_language_models_are_handed_over() -> None:
    signature = ModelSignature(params=ParamSchema([ParamSpec("temperature", "double", 1.0)]))
    question = Reader(signature).read(b'{"messages": [{"role": "user"}], "n": 1, "temperature": 0.5}', JSON)
    assert question.data == {"messages": [{"role": "user"}], "n": 1}
    assert (question.params, question.is_wrapped) == ({"temperature": 0.5}, False)


def test_models_with_hints_get_what_was_sent() -> None:
    reader = Reader(ModelSignature(inputs=Schema([ColSpec("string")])), is_hinted=True)
    assert reader.read(b'{"inputs": ["a", "b"]}', JSON).data == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Expecting value at line 1, column 1"),
        ('{"inputs":\n [1,}', "line 2, column 5"),
        ('{"inputs": [1]} x', "Extra data at line 1, column 17"),
        ("[1]", "The body is a list"),
        ("null", "The body is null"),
        ('"a"', "The body is a text"),
        ("{}", "has none of these"),
        ('{"rows": 1}', "has none of these"),
        ('{"inputs": 1, "instances": 1}', "both 'instances' and 'inputs'"),
        ('{"dataframe_split": []}', "'dataframe_split' is a list"),
        ('{"dataframe_split": {"data": [], "rows": 1}}', "has 'rows'"),
        ('{"dataframe_split": {"columns": ["x"]}}', "has no 'data'"),
        ('{"dataframe_split": {"columns": "x", "data": []}}', "'columns' of 'dataframe_split' is a text"),
        ('{"dataframe_split": {"data": {"x": 1}}}', "'data' of 'dataframe_split' is an object"),
        ('{"dataframe_split": {"columns": ["x"], "data": [[1], [1, 2]]}}', "The row 1 of 'dataframe_split' has 2"),
        ('{"dataframe_split": {"columns": ["x", "y"], "data": [[1, "b"]]}}', "The column 'y' cannot be read as double"),
        ('{"dataframe_records": {"x": 1}}', "'dataframe_records' is an object"),
        ('{"dataframe_records": [{"x": "a"}]}', "The column 'x' cannot be read as double"),
        ('{"inputs": {"x": [1], "y": ["b"]}}', "'y' cannot be read as an array of double"),
        ('{"inputs": [1, 2]}', "The data have no names of columns, and the signature declares 'x', 'y'"),
        ('{"instances": [{"x": 1}, 2]}', "The row 1 of 'instances' is no object"),
    ],
)
def test_what_is_wrong_is_named(body: str, said: str) -> None:
    assert said in refusal(body, NUMBERS)


@pytest.mark.parametrize("depth", [1_000, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert "Invalid input" in refusal('{"inputs": ' + "[" * depth + "]" * depth + "}")


@pytest.mark.parametrize("digits", [5_000, 100_000])
def test_endless_numbers_are_refused(digits: int) -> None:
    assert "too long" in refusal('{"inputs": [' + "9" * digits + "]}")


def test_bytes_that_are_no_text_are_refused() -> None:
    for content_type in (JSON, CSV):
        with pytest.raises(RequestInvalid, match="UTF-8"):
            Reader(None).read(b'{"inputs": ["\xff"]}', content_type)


def test_ragged_arrays_are_refused() -> None:
    assert "The data cannot be read as an array" in refusal('{"inputs": [[1], [2, 3]]}', MATRIX)


@pytest.mark.parametrize("body", ["", "x,y\n1,b\n", 'x,y\n"1,2\n'])
def test_bad_csv_is_refused(body: str) -> None:
    assert "CSV" in refusal(body, NUMBERS, CSV)
