"""Tensors of the protocol, and NumPy's."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from runyard_serving.refusals import RequestInvalid

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "BASE64",
    "BYTES",
    "DATETIME",
    "JSON",
    "NUMPY",
    "PANDAS",
    "TEXT",
    "Description",
    "Tensor",
    "datatype_of",
    "to_array",
]

NUMPY, PANDAS, TEXT, BASE64, DATETIME, JSON = "np", "pd", "str", "base64", "datetime", "pd_json"
"""Content types: what the elements of a tensor stand for, or all tensors of a request together."""

_NAMES = {
    "BOOL": "bool",
    "UINT8": "uint8",
    "UINT16": "uint16",
    "UINT32": "uint32",
    "UINT64": "uint64",
    "INT8": "int8",
    "INT16": "int16",
    "INT32": "int32",
    "INT64": "int64",
    "FP16": "float16",
    "FP32": "float32",
    "FP64": "float64",
}
_DATATYPES = {name: datatype for datatype, name in _NAMES.items()}
BYTES = "BYTES"


class Tensor(msgspec.Struct, kw_only=True):
    """A tensor, as it is sent.

    Attributes:
        name: Its name.
        datatype: The type of its elements: ``FP64``, ``INT64``, ``BOOL``, ``BYTES`` and so on.
        shape: Its extents.
        data: Its elements in row-major order, flat or nested; texts or bytes for ``BYTES``.
        content_type: What they stand for; they are what they are when `None`.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    data: Any
    content_type: str | None = None


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of one of its inputs or outputs.

    Attributes:
        name: Its name.
        datatype: The type of its elements.
        shape: Its extents; -1 is any.
        content_type: What the elements stand for.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    content_type: str | None = None


def datatype_of(dtype: np.dtype[Any]) -> str:
    """Return the protocol's name for a NumPy type; ``BYTES`` for whatever is no number."""
    return _DATATYPES.get(dtype.name, BYTES)


def to_array(tensor: Tensor) -> Any:
    """Return a tensor as an array: of its own type, of Python objects for ``BYTES``.

    Raises:
        RequestInvalid: Its elements are not of its type or do not fill its shape; the message names it.
    """
    import numpy as np

    if any(extent < 0 for extent in tensor.shape):
        raise RequestInvalid(
            f"The input {tensor.name!r} has the shape {list(tensor.shape)}, and extents are 0 or more."
        )
    if tensor.datatype == BYTES:
        elements = list(_flat(tensor.data))
        array = np.empty(len(elements), dtype=object)
        array[:] = [_element(tensor, element) for element in elements]
    else:
        array = _numbers(tensor)
    count = int(np.prod(tensor.shape, dtype=object))
    if array.size != count:
        raise RequestInvalid(
            f"The input {tensor.name!r} has the shape {list(tensor.shape)}, which takes {count} values; it has "
            f"{array.size}."
        )
    return array.reshape(tensor.shape)


def _numbers(tensor: Tensor) -> Any:
    import numpy as np

    name = _NAMES.get(tensor.datatype)
    if name is None:
        raise RequestInvalid(
            f"The input {tensor.name!r} is {tensor.datatype!r}; the datatypes are {', '.join(_NAMES)} and {BYTES}."
        )
    dtype = np.dtype(name)
    try:
        if dtype.kind == "f":
            return np.asarray(tensor.data, dtype=dtype)  # null becomes NaN
        found = np.asarray(tensor.data)
        if found.size == 0:
            return np.empty(found.shape, dtype)
        # as bool and integers are whole numbers of another size; anything else would lose something
        if found.dtype.kind not in ("b" if dtype.kind == "b" else "iu"):
            raise ValueError(_odd(tensor.data, dtype.kind))
        cast = found.astype(dtype)
        if not np.array_equal(cast, found):
            raise ValueError(f"a value is not between {np.iinfo(dtype).min} and {np.iinfo(dtype).max}")
    except (ValueError, TypeError, OverflowError) as error:
        raise RequestInvalid(f"The input {tensor.name!r} does not hold values of {tensor.datatype}: {error}.") from None
    return cast


def _odd(data: Any, kind: str) -> str:
    fits: Callable[[Any], bool] = (
        (lambda value: isinstance(value, bool))
        if kind == "b"
        else (lambda value: isinstance(value, int) and not isinstance(value, bool))
    )
    odd = next((value for value in _flat(data) if not fits(value)), None)
    return f"{str(odd)[:50]!r} is {'no boolean' if kind == 'b' else 'no whole number'}"


def _flat(data: Any) -> Iterator[Any]:
    """Yield the elements of nested lists in order."""
    if isinstance(data, (list, tuple)):
        for item in data:
            yield from _flat(item)
    else:
        yield data


def _element(tensor: Tensor, element: Any) -> Any:
    """Return what an element of ``BYTES`` stands for."""
    if element is None:
        return None
    kind = tensor.content_type
    try:
        if kind == BASE64:
            return base64.b64decode(element, validate=True)
        if isinstance(element, bytes) and kind in (TEXT, DATETIME, JSON):
            element = element.decode()
        return json.loads(element) if kind == JSON else element
    except (ValueError, TypeError, binascii.Error) as error:
        raise RequestInvalid(f"The input {tensor.name!r} does not hold values of {kind!r}: {error}.") from None
