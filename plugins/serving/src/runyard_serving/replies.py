"""Predictions as JSON, in the form that clients of the protocol expect."""

from __future__ import annotations

import base64
import datetime
import json
import sys
from collections.abc import Mapping
from typing import Any

import msgspec

from runyard_serving.refusals import ModelFailed

__all__ = ["encode"]

_encode = msgspec.json.Encoder().encode
_SIMPLE = frozenset({str, int, bool, type(None)})


def encode(predictions: Any, *, is_wrapped: bool = True) -> bytes:
    """Return predictions as the body of a reply.

    What is missing or infinite is written ``NaN``, ``Infinity`` and ``-Infinity``: the standard of JSON has no words
    for it, and these are what clients of the protocol read.

    Args:
        predictions: What the model gave: arrays, DataFrames, sparse matrices, dictionaries, lists, single values.
        is_wrapped: Whether to say ``{"predictions": ...}`` around it.

    Raises:
        ModelFailed: There is something in it that has no form in JSON; the message names its type.
    """
    plain = _Plain()
    try:
        value = plain.of(predictions)
    except RecursionError:
        raise ModelFailed("The model predicted lists that are nested too deeply to be sent as JSON.") from None
    if is_wrapped:
        value = {"predictions": value}
    if not plain.has_odd_numbers:
        try:
            return _encode(value)
        except (OverflowError, UnicodeEncodeError):  # whole numbers of more than 64 bits; halves of surrogate pairs
            pass
    return json.dumps(value).encode()


class _Plain:
    """Turns values into those of JSON.

    Attributes:
        has_odd_numbers: Whether one of them was not finite.
    """

    def __init__(self) -> None:
        self.has_odd_numbers = False

    def of(self, value: Any) -> Any:
        """Return a value as lists, dictionaries, texts, numbers, booleans and `None`."""
        kind = type(value)
        if kind in _SIMPLE:
            return value
        if kind is float:
            if value - value != 0:
                self.has_odd_numbers = True
            return value
        if kind is list or kind is tuple:
            return [self.of(item) for item in value]
        if isinstance(value, Mapping):
            return {_key(key): self.of(item) for key, item in value.items()}
        if isinstance(value, bytes):
            return base64.encodebytes(value).decode("ascii")
        return self._of_library(value)

    def _of_library(self, value: Any) -> Any:
        # A library that has not been imported has not made the value.
        numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
        if numpy is not None:
            if isinstance(value, numpy.ndarray):
                return self._of_array(value)
            if isinstance(value, numpy.generic):
                return self._of_array(value)
        if pandas is not None:
            if isinstance(value, pandas.DataFrame):
                return self._of_frame(value)
            if isinstance(value, pandas.Series):
                return self._of_frame(value.to_frame())
            if value is pandas.NA:
                return None
            if isinstance(value, pandas.Index):
                return self._of_array(value.to_numpy())
        if isinstance(value, (datetime.date, datetime.time)):  # a datetime and pandas' Timestamp are dates too
            return "NaT" if value != value else value.isoformat()
        if isinstance(value, (str, int, list, tuple)):  # classes of their own that are made from these
            return self.of(_base(value))
        if isinstance(value, float):
            return self.of(float(value))
        if hasattr(value, "toarray") and hasattr(value, "tocsr"):
            return self._of_array(value.toarray())
        if hasattr(value, "__array__"):  # tensors
            return self.of(value.__array__())
        name = f"{type(value).__module__}.{type(value).__qualname__}"
        raise ModelFailed(
            f"The model predicted a value of the type {name}, which cannot be sent as JSON. It may give arrays, "
            "DataFrames, dictionaries, lists, texts, numbers, bytes and dates."
        )

    def _of_array(self, array: Any) -> Any:
        kind = array.dtype.kind
        if kind == "f":
            if not self.has_odd_numbers and not bool(_is_finite(array)):
                self.has_odd_numbers = True
            return array.tolist()
        if kind in "biuU":
            return array.tolist()
        if kind == "M":
            return _moments(array)
        if kind in "OS":
            return self.of(array.tolist())
        raise ModelFailed(f"The model predicted an array of {array.dtype}, which cannot be sent as JSON.")

    def _of_frame(self, frame: Any) -> list[dict[Any, Any]]:
        """Return a list of records; of columns with one name the last counts."""
        names = [_key(name) for name in frame.columns.tolist()]
        columns = [self._of_column(frame.iloc[:, position]) for position in range(len(names))]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

    def _of_column(self, column: Any) -> list[Any]:
        dtype = column.dtype
        if getattr(dtype, "kind", "") in "biuf" and hasattr(dtype, "newbyteorder"):  # NumPy's own, without gaps
            values: list[Any] = self._of_array(column.to_numpy())
            return values
        return [self.of(cell) for cell in column.tolist()]


def _is_finite(array: Any) -> Any:
    import numpy as np

    return np.isfinite(array).all()


def _moments(array: Any) -> Any:
    """Return moments as text, one by one; arrays of them as nanoseconds, as clients know it."""
    if array.ndim or array != array:
        return array.astype("datetime64[ns]").tolist() if array.ndim else "NaT"
    import pandas as pd

    return pd.Timestamp(array).isoformat()


def _key(key: Any) -> Any:
    """Return the key of a dictionary as the text that JSON has for it."""
    if isinstance(key, str):
        return str(key)
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    if hasattr(key, "item") and not hasattr(key, "isoformat"):
        key = key.item()
    if isinstance(key, (int, float)):
        return json.dumps(key)
    return str(key)


def _base(value: Any) -> Any:
    """Return a text, a whole number or a list without its class."""
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else list(value)
