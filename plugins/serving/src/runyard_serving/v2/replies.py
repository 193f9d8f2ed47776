"""Replies of the protocol: predictions as tensors."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from runyard_serving.refusals import ModelFailed, RequestInvalid
from runyard_serving.replies import encode
from runyard_serving.v2.tensors import (
    BASE64,
    BYTES,
    DATETIME,
    JSON,
    NUMPY,
    PANDAS,
    TEXT,
    Tensor,
    datatype_of,
)

if TYPE_CHECKING:
    from runyard.models.schema import Schema

__all__ = ["OUTPUT", "write_reply"]

OUTPUT = "output"
"""The name of an output that has no other."""


def write_reply(
    predictions: Any, schema: Schema | None = None, asked: Collection[str] = ()
) -> tuple[list[Tensor], str | None]:
    """Return the outputs for what a model gives, and what they stand for together.

    A DataFrame is one output per column, a dictionary one per entry; anything else is one, with the name that the
    signature has for it.

    Args:
        predictions: Arrays, DataFrames, sparse matrices, dictionaries, lists, single values.
        schema: What the signature says of the predictions.
        asked: The outputs that are wanted; all when empty.

    Raises:
        ModelFailed: There is something in it that cannot be sent; the message names its type.
        RequestInvalid: There is no output of a name that is asked for.
    """
    import pandas as pd

    content_type: str | None = NUMPY
    if isinstance(predictions, pd.DataFrame):
        outputs = [_tensor(str(name), predictions.iloc[:, i]) for i, name in enumerate(predictions.columns)]
        content_type = PANDAS
    elif isinstance(predictions, Mapping):
        outputs, content_type = [_tensor(str(name), value) for name, value in predictions.items()], None
    else:
        outputs = [_tensor(_name(predictions, schema), predictions)]
    if asked:
        known = {output.name: output for output in outputs}
        if missing := next((name for name in asked if name not in known), None):
            raise RequestInvalid(f"The model has no output {missing!r}; it has {', '.join(map(repr, known))}.")
        outputs = [known[name] for name in asked]
    return outputs, content_type


def _name(predictions: Any, schema: Schema | None) -> str:
    own = getattr(predictions, "name", None)
    if own is None and schema is not None and len(schema) == 1:
        own = schema.inputs[0].name
    return OUTPUT if own is None else str(own)


def _tensor(name: str, values: Any) -> Tensor:
    import numpy as np

    array = _array(values)
    if array.ndim == 0:
        array = array.reshape(1)
    datatype = datatype_of(array.dtype)
    elements: list[Any] = array.ravel().tolist()
    content_type: str | None = NUMPY
    if datatype == BYTES:
        elements, content_type = _objects(array)
    elif array.dtype.kind == "f" and not np.isfinite(array).all():
        # JSON has no words for what is missing or infinite
        elements = [value if math.isfinite(value) else None for value in elements]
    return Tensor(name=name, datatype=datatype, shape=array.shape, data=elements, content_type=content_type)


def _array(values: Any) -> Any:
    import numpy as np

    if hasattr(values, "toarray") and hasattr(values, "tocsr"):
        return values.toarray()
    if hasattr(values, "detach"):  # a tensor that remembers how it was computed
        values = values.detach().cpu()
    try:
        array = np.asarray(values)
        if array.dtype.kind != "S":  # which would lose zeros at the end
            return array
    except (ValueError, TypeError):  # ragged
        array = np.empty(len(values), dtype=object)
        array[:] = list(values)
        return array
    return np.asarray(values, dtype=object)


def _objects(array: Any) -> tuple[list[Any], str]:
    """Return the elements of an array of anything as texts, and what they stand for."""
    if array.dtype.kind == "M":
        return [None if text == "NaT" else text for text in array.astype(str).ravel().tolist()], DATETIME
    if array.dtype.kind in "cmV":
        raise ModelFailed(f"The model predicted an array of {array.dtype}, which the protocol has no type for.")
    elements = [None if element != element else element for element in array.ravel().tolist()]
    if all(element is None or isinstance(element, str) for element in elements):
        return elements, TEXT
    if all(element is None or isinstance(element, bytes) for element in elements):
        return [None if each is None else base64.b64encode(each).decode() for each in elements], BASE64
    return [json.dumps(json.loads(encode(element, is_wrapped=False))) for element in elements], JSON
