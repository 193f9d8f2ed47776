"""Data that came as JSON or CSV, brought to the types of a signature before it is enforced.

JSON has neither 32-bit numbers, nor dates, nor bytes: a declared type says what a value was meant to be.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.models.schema import ColSpec, DataType, Schema, TensorSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cast_frame", "cast_tensors"]


def cast_frame(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return a DataFrame whose columns have the declared scalar types; columns that are not declared stay.

    Raises:
        InvalidInput: A column cannot be cast; the message names it.
    """
    casts: dict[Any, Any] = {}
    # Columns without names go by their position, whatever they are called here
    names = schema.input_names() if schema.has_input_names() else frame.columns.tolist()
    for name, column in zip(names, schema.inputs, strict=False):
        if isinstance(column, ColSpec) and isinstance(column.type, DataType) and name in frame.columns:
            try:
                casts[name] = _cast_column(frame[name], column.type)
            except (ValueError, TypeError, OverflowError) as error:
                raise InvalidInput(f"The column {name!r} cannot be read as {column.type}: {error}.") from None
    result: pd.DataFrame = frame.copy(deep=False)
    for name, values in casts.items():
        result[name] = values
    return result


def _cast_column(values: pd.Series[Any], dtype: DataType) -> Any:
    import pandas as pd

    if dtype is DataType.string:
        return values if values.dtype.name in ("str", "string") else values.astype(object)
    if dtype is DataType.binary:
        return values.astype(object).map(_bytes)
    if dtype is DataType.datetime:
        return pd.to_datetime(values).astype("datetime64[ns]")
    return values.astype(dtype.to_numpy()) if not (dtype is DataType.boolean and values.isna().any()) else values


def _bytes(cell: Any) -> Any:
    if isinstance(cell, str):
        return base64.b64decode("".join(cell.split()), validate=True)
    if isinstance(cell, bytes) or cell is None or cell != cell:
        return cell
    raise ValueError(f"{cell!r} is no text in base64")


def cast_tensors(data: Any, schema: Schema) -> Any:
    """Return nested lists as arrays of the declared types: one, or a dictionary of them where the tensors have names.

    Raises:
        InvalidInput: A list is ragged or cannot be cast; the message names the tensor.
    """
    import numpy as np

    def cast(value: Any, spec: TensorSpec) -> Any:
        try:
            return np.asarray(value, dtype=spec.type if spec.type.kind not in "US" else None)
        except (ValueError, TypeError, OverflowError) as error:
            name = "The input" if spec.name is None else f"The tensor {spec.name!r}"
            raise InvalidInput(f"{name} cannot be read as {spec.dtype}: {error}.") from None

    specs = [item for item in schema.inputs if isinstance(item, TensorSpec)]
    if isinstance(data, Mapping):
        by_name = {spec.name: spec for spec in specs}
        return {name: cast(value, by_name[name]) if name in by_name else value for name, value in data.items()}
    return cast(data, specs[0]) if len(specs) == 1 else data
