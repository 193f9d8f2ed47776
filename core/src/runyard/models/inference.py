"""Inference of schemas from data: DataFrames, arrays, sparse matrices, dictionaries, lists and single values."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.models.foreign import to_known
from runyard.models.params import ParamSchema, ParamSpec
from runyard.models.schema import AnyType, Array, ColSpec, DataType, Object, Property, Schema, TensorSpec, Type

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["infer_params", "infer_schema"]

# NumPy types by name; an integer of fewer than 32 bits goes to the next type that holds it.
_SCALARS = {
    "bool": DataType.boolean,
    "int8": DataType.integer,
    "int16": DataType.integer,
    "int32": DataType.integer,
    "uint8": DataType.integer,
    "uint16": DataType.integer,
    "int64": DataType.long,
    "uint32": DataType.long,
    "float16": DataType.float,
    "float32": DataType.float,
    "float64": DataType.double,
}


def infer_schema(data: Any) -> Schema:
    """Return the schema of a sample of data.

    Arrays and dictionaries of arrays become tensors whose first extent is free; everything else becomes columns.

    Raises:
        InvalidInput: There is no schema for such data, or its values are of several types.
    """
    data = to_known(data)
    kind = type(data)
    if kind.__module__.partition(".")[0] == "pandas":
        return _from_pandas(data)
    if _is_array(data) or _is_sparse(data):
        return Schema([_tensor(data, None)])
    if isinstance(data, Mapping):
        if not data or not all(isinstance(name, str) for name in data):
            raise InvalidInput("A dictionary becomes a schema when it has keys and all of them are text.")
        if all(_is_array(value) for value in data.values()):
            return Schema([_tensor(value, name) for name, value in data.items()])
        return Schema([ColSpec(infer_type(value), name, required=value is not None) for name, value in data.items()])
    if isinstance(data, list):
        return _from_list(data)
    return Schema([ColSpec(infer_type(data))])


def _from_list(data: list[Any]) -> Schema:
    if not data:
        return Schema([ColSpec(DataType.string)])
    if all(isinstance(item, Mapping) for item in data):
        record = unify(infer_type(item) for item in data)
        if isinstance(record, Object):
            first_seen = dict.fromkeys(key for item in data for key in item)
            members = {member.name: member for member in record.properties}
            return Schema([ColSpec(members[n].dtype, n, members[n].required) for n in first_seen])
    return Schema([ColSpec(unify(infer_type(item) for item in data if item is not None))])


def _from_pandas(data: Any) -> Schema:
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return Schema([_column(data.iloc[:, index], name) for index, name in enumerate(data.columns.tolist())])
    if isinstance(data, pd.Series):
        return Schema([_column(data, data.name)])
    return Schema([ColSpec(infer_type(data))])


def _column(series: pd.Series[Any], name: Any) -> ColSpec:
    import pandas as pd

    gaps = bool(series.isna().any())
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
        if dtype.name == "object":
            return ColSpec(DataType.string, name, not gaps)
    if dtype.name == "object":
        series = series.infer_objects()
        dtype = series.dtype
    if dtype.name == "object":
        # A column of cells: text, bytes, lists, dictionaries, dates
        if not len(series):
            return ColSpec(DataType.string, name)
        return ColSpec(unify(infer_type(cell) for cell in series[series.notna()].tolist()), name, not gaps)
    return ColSpec(_from_dtype(dtype, f"The column {name!r}"), name, not gaps)


def _from_dtype(dtype: Any, where: str) -> DataType:
    """Return the scalar type for a type of NumPy or pandas."""
    if dtype.kind == "M":
        return DataType.datetime
    if dtype.name in ("str", "string") or dtype.kind == "U":
        return DataType.string
    if dtype.kind == "S":
        return DataType.binary
    found = _SCALARS.get(getattr(dtype, "numpy_dtype", dtype).name)
    if found is None:
        raise InvalidInput(f"{where} is {dtype}, for which a signature has no type.")
    return found


def infer_type(value: Any) -> Type:
    """Return the type of one value: a scalar, a list, an array or a dictionary.

    Raises:
        InvalidInput: There is no type for it.
    """
    if value is None:
        return AnyType()
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise InvalidInput("A dictionary becomes an object type when all of its keys are text.")
        members = tuple(Property(name, infer_type(item), item is not None) for name, item in value.items())
        return Object(members) if members else AnyType()
    if isinstance(value, list):
        present = [item for item in value if item is not None]
        return Array(unify(map(infer_type, present))) if present else AnyType()
    if _is_array(value):
        inner: Type = (
            unify(map(infer_type, value.ravel().tolist()))
            if value.dtype == object
            else _from_dtype(value.dtype, "An array")
        )
        for _ in range(value.ndim):
            inner = Array(inner)
        return inner
    if isinstance(value, bool):
        return DataType.boolean
    if type(value).__module__ == "numpy":
        return _from_dtype(value.dtype, "A value")
    for kind, dtype in _PYTHON:
        if isinstance(value, kind):
            return dtype
    raise InvalidInput(f"There is no type for {type(value).__name__} in a signature.")


_PYTHON: tuple[tuple[type | tuple[type, ...], DataType], ...] = (
    (int, DataType.long),
    (float, DataType.double),
    (str, DataType.string),
    ((bytes, bytearray), DataType.binary),
    (datetime.date, DataType.datetime),
)


def unify(types: Iterable[Type]) -> Type:
    """Return the one type that fits values of these types: a member that some objects lack becomes optional.

    Raises:
        InvalidInput: They have nothing in common.
    """
    result: Type | None = None
    for dtype in types:
        result = dtype if result is None or result == dtype else _merge(result, dtype)
    if result is None:
        return AnyType()
    return result


def _merge(one: Type, other: Type) -> Type:
    if isinstance(one, AnyType):
        return other
    if isinstance(other, AnyType):
        return one
    if isinstance(one, Array) and isinstance(other, Array):
        return Array(unify((one.dtype, other.dtype)))
    if isinstance(one, Object) and isinstance(other, Object):
        left = {member.name: member for member in one.properties}
        right = {member.name: member for member in other.properties}
        members = []
        for name in {**left, **right}:
            both = [side[name] for side in (left, right) if name in side]
            required = len(both) == 2 and all(member.required for member in both)
            members.append(Property(name, unify(member.dtype for member in both), required))
        return Object(tuple(members))
    raise InvalidInput(f"Values of the types {one!r} and {other!r} are mixed; a signature needs one type.")


def _is_array(data: Any) -> bool:
    return type(data).__module__ == "numpy" and getattr(data, "ndim", 0) > 0


def _is_sparse(data: Any) -> bool:
    return type(data).__module__.startswith("scipy.sparse") and getattr(data, "format", "") in ("csr", "csc")


def _tensor(data: Any, name: str | None) -> TensorSpec:
    dtype: np.dtype[Any] = data.dtype
    text = {"U": "str", "S": "bytes"}.get(dtype.kind, dtype.name)
    return TensorSpec(text, (-1, *map(int, data.shape[1:])), name)


def infer_params(params: Mapping[str, Any]) -> ParamSchema:
    """Return the schema of example params: their values become the defaults.

    Raises:
        InvalidInput: The params are no dictionary, or one has a value that no param can have; all of them are named.
    """
    if not isinstance(params, Mapping):
        raise InvalidInput(f"Params are a dictionary, not {type(params).__name__}.")
    specs, faults = [], []
    for name, value in params.items():
        try:
            specs.append(_param(str(name), value))
        except InvalidInput as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise InvalidInput(f"These params cannot be part of a signature: {' '.join(faults)}")
    return ParamSchema(specs)


def _param(name: str, value: Any) -> ParamSpec:
    if _is_array(value) and value.ndim == 1:
        value = value.tolist() if value.dtype != object else list(value)
    if isinstance(value, list):
        types = {infer_type(item) for item in value}
        items = DataType.double if types == {DataType.long, DataType.double} else unify(types)
        # An empty list shows no type; the reference system reads it as dates, and so that both agree we do
        return ParamSpec(name, DataType.datetime if not value else items, value, (-1,))
    if value is None or isinstance(value, (tuple, set)) or _is_array(value):
        raise InvalidInput(
            f"The param {name!r} is {type(value).__name__}; use a scalar, a list of scalars or a dictionary."
        )
    return ParamSpec(name, infer_type(value), value)
