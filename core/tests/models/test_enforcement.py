from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from runyard.errors import InvalidInput
from runyard.models.enforcement import enforce
from runyard.models.schema import AnyType, Array, ColSpec, Map, Object, Property, Schema, TensorSpec

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

VALUES: dict[str, Any] = {
    "bool": np.array([True, False]),
    "int8": np.array([0, 1], dtype="int8"),
    "int32": np.array([3, 4], dtype="int32"),
    "int64": np.array([3, 4]),
    "flags": np.array([0, 1]),
    "uint32": np.array([3], dtype="uint32"),
    "uint64": np.array([3], dtype="uint64"),
    "float16": np.array([1.5], dtype="float16"),
    "float32": np.array([1.5], dtype="float32"),
    "float64": np.array([1.5, 2.0]),
    "gaps": np.array([1.0, np.nan]),
    "text": np.array(["a", "b"], dtype=object),
    "dates": np.array(["2020-01-01"], dtype=object),
    "datetime": np.array(["2020-01-01"], dtype="datetime64[s]"),
    "decimal": np.array([Decimal("1.5")], dtype=object),
    "python date": np.array([datetime.date(2020, 1, 1)], dtype=object),
    "Int64": pd.array([1, 2], dtype="Int64"),
    "Float64": pd.array([1.0], dtype="Float64"),
    "Int32": pd.array([1], dtype="Int32"),
}
ACCEPTED = {
    "boolean": {"bool": "bool"},
    "integer": {"int8": "int32", "int32": "int32", "Int32": "int32"},
    "long": {
        "int8": "int64",
        "int32": "int64",
        "int64": "int64",
        "flags": "int64",
        "uint32": "int64",
        "Int64": "int64",
        "Int32": "int64",
    },
    "float": {"int8": "float32", "flags": "float32", "float16": "float32", "float32": "float32"},
    "double": {
        "int8": "float64",
        "int32": "float64",
        "flags": "float64",
        "uint32": "float64",
        "float16": "float64",
        "float32": "float64",
        "float64": "float64",
        "gaps": "float64",
        "decimal": "float64",
        "Float64": "float64",
        "Int32": "float64",
    },
    "datetime": {"datetime": "datetime64[ns]", "dates": "datetime64[ns]", "python date": "datetime64[ns]"},
}


@pytest.mark.parametrize("declared", ACCEPTED)
@pytest.mark.parametrize("given", VALUES)
def test_conversions(given: str, declared: str) -> None:
    frame = pd.DataFrame({"c": VALUES[given]})
    schema = Schema([ColSpec(declared, "c")])
    objects_stay = declared == "boolean" and frame["c"].dtype.name == "object"
    if given in ACCEPTED[declared]:
        assert str(enforce(frame, schema)["c"].dtype) == ACCEPTED[declared][given]
    elif not objects_stay:
        with pytest.raises(InvalidInput, match=f"'c' .*{declared}"):
            enforce(frame, schema)


def test_messages_name_the_column_and_both_types() -> None:
    with pytest.raises(InvalidInput) as caught:
        enforce(pd.DataFrame({"age": [1, 2]}), Schema([ColSpec("integer", "age")]))
    assert all(word in str(caught.value) for word in ("'age'", "int64", "integer"))


def test_gaps_in_integer_columns_get_a_hint() -> None:
    for values in (np.array([1.0, np.nan]), pd.array([1, None], dtype="Int64")):
        with pytest.raises(InvalidInput, match="missing values"):
            enforce(pd.DataFrame({"c": values}), Schema([ColSpec("long", "c")]))


def test_what_fits_is_not_copied() -> None:
    frame = pd.DataFrame({"a": [1.0], "b": [1]})
    assert enforce(frame, Schema([ColSpec("double", "a"), ColSpec("long", "b")])) is frame


def test_nullable_columns() -> None:
    doubles = enforce(pd.DataFrame({"c": pd.array([1.5, None], dtype="Float64")}), Schema([ColSpec("double", "c")]))
    assert doubles["c"].isna().tolist() == [False, True]
    flags = enforce(pd.DataFrame({"c": pd.array([True, None], dtype="boolean")}), Schema([ColSpec("boolean", "c")]))
    assert flags["c"].tolist() == [True, None]


def test_categories_are_what_they_are_made_of() -> None:
    frame = pd.DataFrame({"c": pd.Categorical(["a", "b"])})
    assert enforce(frame, Schema([ColSpec("string", "c")]))["c"].tolist() == ["a", "b"]
    with pytest.raises(InvalidInput, match="'c'"):
        enforce(frame, Schema([ColSpec("long", "c")]))


def test_dates_with_a_zone_are_refused() -> None:
    frame = pd.DataFrame({"c": pd.to_datetime(["2020-01-01"]).tz_localize("UTC")})
    with pytest.raises(InvalidInput, match="time zone"):
        enforce(frame, Schema([ColSpec("datetime", "c")]))


AB = Schema([ColSpec("double", "a"), ColSpec("double", "b", required=False)])


@pytest.mark.parametrize(
    "data",
    [
        pd.DataFrame({"b": [2.0], "x": [0], "a": [1.0]}),
        {"a": 1.0, "b": 2.0},
        {"a": [1.0], "b": [2.0]},
        {"a": np.array([1.0]), "b": np.array([2.0])},
        [{"b": 2.0, "a": 1.0}],
    ],
    ids=["frame", "record", "lists", "arrays", "records"],
)
def test_columns_by_name(data: Any) -> None:
    frame = enforce(data, AB)
    assert frame.columns.tolist() == ["a", "b"]
    assert frame.to_numpy().tolist() == [[1.0, 2.0]]


def test_optional_columns_may_be_left_out() -> None:
    assert enforce(pd.DataFrame({"a": [1.0]}), AB).columns.tolist() == ["a"]


def test_missing_columns_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"lacks the columns 'a' .* 'y', 'z'"):
        enforce(pd.DataFrame({"z": [1.0], "y": [1.0]}), AB)


@pytest.mark.parametrize("data", [None, (1, 2), np.zeros((1, 1, 1)), object()], ids=repr)
def test_data_that_is_no_table(data: Any) -> None:
    with pytest.raises(InvalidInput, match="declares columns"):
        enforce(data, AB)


def test_columns_without_names_go_by_position() -> None:
    schema = Schema([ColSpec("double"), ColSpec("long")])
    frame = pd.DataFrame([[1.0, 2, 3]], columns=["q", "r", "s"])
    assert enforce(frame, schema).columns.tolist() == ["q", "r"]
    doubled = pd.DataFrame([[np.float32(1), 2]], columns=["q", "q"]).astype({"q": object})
    assert enforce(doubled, schema).columns.tolist() == ["q", "q"]
    with pytest.raises(InvalidInput, match="1 columns"):
        enforce(frame[["q"]], schema)
    assert enforce(["a", "b"], Schema([ColSpec("string")]))[0].tolist() == ["a", "b"]
    assert enforce(3, Schema([ColSpec("long")]))[0].tolist() == [3]


def cells(dtype: Any, *values: Any) -> list[Any]:
    return enforce(pd.DataFrame({"c": list(values)}), Schema([ColSpec(dtype, "c")]))["c"].tolist()


def test_cells() -> None:
    record = Object((Property("x", "long"), Property("y", "string", required=False)))
    assert cells(Array("long"), [1, 2], [3]) == [[1, 2], [3]]
    assert cells(Array("double"), [1, 2]) == [[1.0, 2.0]]
    assert cells(Array(Array("long")), [[1], [2]]) == [[[1], [2]]]
    assert cells(Array("long"), np.array([1], dtype="int32"))[0].dtype == np.dtype("int64")
    assert cells(record, {"x": 1}, {"x": 2, "y": None}) == [{"x": 1}, {"x": 2, "y": None}]
    assert cells(Map("double"), {"a": 1, "b": 2.5}) == [{"a": 1.0, "b": 2.5}]
    assert cells(AnyType(), 1, "a") == [1, "a"]
    assert enforce({"c": {"a": 1}}, Schema([ColSpec(Map("long"), "c")]))["c"].tolist() == [{"a": 1}]
    assert enforce([["a"], ["b"]], Schema([ColSpec(Array("string"))]))[0].tolist() == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("dtype", "value", "message"),
    [
        (Array("long"), ["x"], "row 0, item 0 is 'x', of type str; the signature declares long"),
        (Array("long"), 1, "Array"),
        (Array("integer"), [1 << 40], "out of the range"),
        (Array("long"), np.array([1.5]), "array of float64"),
        (Object((Property("x", "long"),)), {"y": 1}, "does not declare"),
        (Object((Property("x", "long"),)), {}, "lacks the required properties x"),
        (Object((Property("x", "long"),)), {"x": "s"}, "property 'x' is 's'"),
        (Map("long"), {"a": "x"}, "key 'a' is 'x'"),
        (Map("long"), {1: 1}, "keys of a map are text"),
        (Array("datetime"), ["soon"], "ISO 8601"),
    ],
)
def test_cells_that_do_not_fit(dtype: Any, value: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=f"'c', row 0.*{message}|{message}"):
        cells(dtype, value)


MATRIX = Schema([TensorSpec("float64", (-1, 2))])


def test_tensors() -> None:
    assert enforce(np.eye(2), MATRIX).tolist() == np.eye(2).tolist()
    assert enforce(pd.DataFrame(np.eye(2)), MATRIX).shape == (2, 2)
    assert enforce([[1, 2]], MATRIX).dtype == np.dtype("float64")
    assert enforce(pd.Series([1.0]), Schema([TensorSpec("float64", (-1,))])).shape == (1,)
    assert enforce(pd.DataFrame({"a": [[1.0, 2.0]]}), MATRIX).shape == (1, 2)
    assert enforce(np.array(["a", "bb"]), Schema([TensorSpec("str", (-1,))])).tolist() == ["a", "bb"]
    sparse = pytest.importorskip("scipy.sparse")
    matrix = sparse.csr_matrix(np.eye(2))
    assert enforce(matrix, MATRIX) is matrix


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.eye(2, dtype="float32"), "array of float32; the signature declares float64"),
        (np.eye(3), r"shape \(3, 3\); the signature declares \(-1, 2\)"),
        (np.array([1.0, 2.0]), r"shape \(2,\)"),
        ([["a", "b"]], "array of <U1"),
        ({"a": np.eye(2)}, "is dict"),
        ("x", "is str"),
    ],
)
def test_tensors_that_do_not_fit(data: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        enforce(data, MATRIX)


def test_named_tensors() -> None:
    schema = Schema([TensorSpec("float64", (-1, 2), "a"), TensorSpec("int64", (-1,), "b")])
    good = {"a": np.eye(2), "b": np.array([1, 2]), "more": 1}
    assert list(enforce(good, schema)) == ["a", "b"]
    assert enforce(pd.DataFrame({"a": [[1.0, 2.0]], "b": [1]}), schema)["a"].shape == (1, 2)
    assert enforce(np.eye(2), Schema([TensorSpec("float64", (-1, 2), "a")]))["a"].shape == (2, 2)
    for data, message in (
        ({"a": np.eye(2)}, "lacks the tensors 'b'"),
        (np.eye(2), "dictionary"),
        ({"a": np.eye(2), "b": np.array([1.0])}, "'b' is an array of float64"),
    ):
        with pytest.raises(InvalidInput, match=message):
            enforce(data, schema)


@pytest.mark.parametrize("shape", [(-1,), (-1, 2)])
def test_lists_of_different_lengths_are_no_tensor(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput, match=r"The input is made of lists of different lengths.*float64 with the shape"):
        enforce([[1.0, 2.0], [3.0]], Schema([TensorSpec("float64", shape)]))
    with pytest.raises(InvalidInput, match=r"The tensor 'a' is made of lists of different lengths"):
        enforce(pd.DataFrame({"a": [[1.0], [1.0, 2.0]]}), Schema([TensorSpec("float64", shape, "a")]))


def test_columns_of_a_frame_become_the_declared_tensors() -> None:
    schema = Schema([TensorSpec("float64", (-1,), "a"), TensorSpec("float64", (-1, 1), "b")])
    found = enforce(pd.DataFrame({"a": [1, 2], "b": [1.5, 2.5]}), schema)
    assert found["a"].tolist() == [1.0, 2.0]
    assert found["a"].dtype == "float64"
    assert found["b"].tolist() == [[1.5], [2.5]]
    with pytest.raises(InvalidInput, match=r"'a' is an array of float64; the signature declares int64"):
        enforce(pd.DataFrame({"a": [1.5]}), Schema([TensorSpec("int64", (-1,), "a")]))
