"""Conversion of single values and of arrays to the types of a schema, without loss."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.models.schema import AnyType, DataType, Map, Object, SparkMLVector, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INT32 = 1 << 31
_INT64 = 1 << 63


def convert_value(value: Any, dtype: Type, where: str) -> Any:
    """Return a value as a type of a schema.

    Args:
        value: A Python or NumPy value.
        dtype: The declared type.
        where: What the value is, for the message: ``The column 'a', row 3``.

    Raises:
        InvalidInput: It does not fit; the message begins with `where` and names both types.
    """
    if isinstance(dtype, AnyType):
        return value
    if isinstance(dtype, DataType):
        return _convert_scalar(value, dtype, where)
    if isinstance(dtype, Object):
        return _convert_object(value, dtype, where)
    if isinstance(dtype, Map):
        if not isinstance(value, Mapping):
            raise _misfit(value, dtype, where)
        if odd := next((key for key in value if not isinstance(key, str)), None):
            raise InvalidInput(
                f"{where} has the key {odd!r}, which is {type(odd).__name__}; the keys of a map are text."
            )
        return {key: convert_value(item, dtype.value_type, f"{where}, key {key!r}") for key, item in value.items()}
    items: Type = DataType.double if isinstance(dtype, SparkMLVector) else dtype.dtype
    return _convert_items(value, dtype, items, where)


def _convert_object(value: Any, dtype: Object, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _misfit(value, dtype, where)
    known = {member.name: member for member in dtype.properties}
    if extra := [str(key) for key in value if key not in known]:
        raise InvalidInput(f"{where} has the properties {', '.join(extra)}, which the signature does not declare.")
    if missing := [name for name, member in known.items() if member.required and name not in value]:
        raise InvalidInput(f"{where} lacks the required properties {', '.join(missing)}.")
    return {
        key: None
        if item is None and not known[key].required
        else convert_value(item, known[key].dtype, f"{where}, property {key!r}")
        for key, item in value.items()
    }


def _convert_items(value: Any, dtype: Type, items: Type, where: str) -> Any:
    if hasattr(value, "dtype") and hasattr(value, "tolist") and value.ndim:
        if isinstance(items, DataType) and value.ndim == 1 and value.dtype.kind != "O":
            converted = convert_array(value, items)
            if converted is None:
                raise InvalidInput(f"{where} is an array of {value.dtype}; the signature declares {dtype!r}.")
            return converted
        value = list(value)
    if not isinstance(value, (list, tuple)):
        raise _misfit(value, dtype, where)
    return [
        None if item is None else convert_value(item, items, f"{where}, item {index}")
        for index, item in enumerate(value)
    ]


def _convert_scalar(value: Any, dtype: DataType, where: str) -> Any:
    if dtype is DataType.datetime:
        return _convert_datetime(value, where)
    if hasattr(value, "dtype") and hasattr(value, "item"):
        if getattr(value, "ndim", 0):
            raise _misfit(value, dtype, where)
        if dtype is DataType.integer and value.dtype.itemsize > 4:
            raise _misfit(value, dtype, where)
        value = value.item()
    kind = type(value)
    if dtype in (DataType.integer, DataType.long):
        if kind is int:
            limit = _INT32 if dtype is DataType.integer else _INT64
            if not -limit <= value < limit:
                raise InvalidInput(f"{where} is {value}, which is out of the range of {dtype!r}.")
            return value
    elif dtype in (DataType.float, DataType.double):
        if kind is float or kind is int:
            try:
                return float(value)
            except OverflowError:
                raise InvalidInput(f"{where} is a whole number that is out of the range of {dtype!r}.") from None
    elif isinstance(value, dtype.to_python()):
        return value
    raise _misfit(value, dtype, where)


def _convert_datetime(value: Any, where: str) -> datetime.date:
    if isinstance(value, datetime.date):  # a datetime and pandas' Timestamp are dates too
        return value
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
        try:
            return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            raise InvalidInput(
                f"{where} is {value!r}; the signature declares a datetime, written as ISO 8601."
            ) from None
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        plain = value.item()
        return plain if isinstance(plain, datetime.date) else value.astype("datetime64[us]").item()
    raise _misfit(value, DataType.datetime, where)


def convert_array(values: NDArray[Any], dtype: DataType) -> NDArray[Any] | None:
    """Return an array as a scalar type, or `None` where that could lose something.

    Numbers go to wider ones of their kind, and integers of 32 bits or fewer to doubles. 64-bit integers go to floating
    point only where each of them is 0 or 1, as in a column of flags.
    """
    import numpy as np

    target = dtype.to_numpy()
    if values.dtype == target or (target.kind in "US" and values.dtype.kind == target.kind):
        return values
    if target.kind == "M":
        return values.astype(target) if values.dtype.kind == "M" else None
    if not castable(values.dtype, target):
        return None
    wide = values.dtype.kind in "iu" and values.dtype.itemsize == 8 and target.kind == "f"
    if wide and not bool(np.isin(values, (0, 1)).all()):
        return None
    return values.astype(target)


def castable(source: np.dtype[Any], target: np.dtype[Any]) -> bool:
    """Say whether numbers of a NumPy type fit another one: for 64-bit integers in floating point it depends on them."""
    import numpy as np

    if source.kind not in "iuf" or target.kind not in "iuf":
        return False
    if source.kind in "iu" and source.itemsize == 8 and target.kind == "f":
        return True
    return np.can_cast(source, target, "safe")


def _misfit(value: Any, dtype: Type, where: str) -> InvalidInput:
    text = repr(value)
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return InvalidInput(f"{where} is {shown}, of type {type(value).__name__}; the signature declares {dtype!r}.")
