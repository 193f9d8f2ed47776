"""Requests of the protocol: what a model is asked, by its signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.models.casting import cast_frame
from runyard.models.schema import Schema, TensorSpec
from runyard_serving.reading import Question
from runyard_serving.refusals import RequestInvalid
from runyard_serving.v2.tensors import BYTES, NUMPY, PANDAS, Tensor, to_array

if TYPE_CHECKING:
    import pandas as pd

    from runyard.models.signature import ModelSignature

__all__ = ["RequestReader"]


class RequestReader:
    """Reads the requests to one model.

    Args:
        signature: What the model takes; anything when `None`.
    """

    def __init__(self, signature: ModelSignature | None) -> None:
        self._schema = signature.inputs if signature is not None else None
        params = signature.params if signature is not None else None
        self._params = frozenset(param.name for param in params or ())

    def read(
        self, inputs: Sequence[Tensor], content_type: str | None = None, parameters: Mapping[str, Any] | None = None
    ) -> Question:
        """Return what a request asks.

        A model with columns gets a DataFrame of one column per input, or of the columns of its one input that has as
        many; one with tensors gets arrays. Without a signature the content type of the request decides, ``pd`` or
        ``np``; without that, too, one input is an array and several are a dictionary of arrays.

        Args:
            inputs: The inputs.
            content_type: What they stand for together.
            parameters: Those of the request; the ones that the signature names are the params of the model.

        Raises:
            RequestInvalid: An input is not of its type or shape, or the model takes no such inputs; the message names
                the input.
        """
        if not inputs:
            raise RequestInvalid("The request has no inputs.")
        names = [tensor.name for tensor in inputs]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise RequestInvalid(f"The request has two inputs {twice!r}.")
        params = {name: value for name, value in (parameters or {}).items() if name in self._params}
        return Question(self._data(inputs, content_type), params or None)

    def _data(self, inputs: Sequence[Tensor], content_type: str | None) -> Any:
        schema = self._schema
        if schema is None:
            return self._unsigned(inputs, content_type)
        if schema.is_tensor_spec():
            return _arrays(inputs, schema)
        return self._frame(inputs, schema)

    def _unsigned(self, inputs: Sequence[Tensor], content_type: str | None) -> Any:
        if content_type == PANDAS:
            return _columns(inputs)
        if content_type == NUMPY and len(inputs) > 1:
            raise RequestInvalid(f"The content type {NUMPY!r} stands for one input; there are {len(inputs)}.")
        arrays = {tensor.name: to_array(tensor) for tensor in inputs}
        return arrays[inputs[0].name] if len(inputs) == 1 else arrays

    def _frame(self, inputs: Sequence[Tensor], schema: Schema) -> pd.DataFrame:
        names = schema.input_names()
        only = inputs[0] if len(inputs) == 1 else None
        is_table = only is not None and (only.name not in names or not schema.has_input_names())
        if only is not None and is_table and len(only.shape) == 2 and only.shape[1] == len(names):
            import pandas as pd

            frame = pd.DataFrame(to_array(only), columns=names)
        else:
            frame = _columns(inputs)
        try:
            return cast_frame(frame, schema)
        except InvalidInput as error:
            raise RequestInvalid(f"Invalid input. {error.message}") from None


def _arrays(inputs: Sequence[Tensor], schema: Schema) -> Any:
    specs = [item for item in schema.inputs if isinstance(item, TensorSpec)]
    if specs[0].name is None:
        if len(inputs) > 1:
            names = ", ".join(repr(tensor.name) for tensor in inputs)
            raise RequestInvalid(f"The model takes one array; the request has the inputs {names}.")
        return _cast(inputs[0], specs[0])
    types = {spec.name: spec for spec in specs}
    return {
        tensor.name: _cast(tensor, types[tensor.name]) if tensor.name in types else to_array(tensor)
        for tensor in inputs
    }


def _cast(tensor: Tensor, spec: TensorSpec) -> Any:
    """Return the array of an input in the type that is declared for it, where that loses nothing."""
    array = to_array(tensor)
    wanted = spec.type
    if array.dtype == wanted or wanted.kind == "O":
        return array
    if tensor.datatype == BYTES:
        texts = [item.decode("utf-8", "replace") if isinstance(item, bytes) else item for item in array.ravel()]
        if wanted.kind == "U":
            import numpy as np

            return np.array(texts, dtype=str).reshape(array.shape)
    elif wanted.kind == "f" or array.dtype.kind == wanted.kind or (array.dtype.kind, wanted.kind) == ("u", "i"):
        cast = array.astype(wanted)
        if wanted.kind == "f" or (cast == array).all():
            return cast
    raise RequestInvalid(f"The input {tensor.name!r} is {tensor.datatype}; the model takes {spec.dtype}.")


def _columns(inputs: Sequence[Tensor]) -> pd.DataFrame:
    """Return a DataFrame with one column per input; rows of more than one value are lists in it.

    Raises:
        RequestInvalid: They differ in the number of their rows.
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    rows: tuple[str, int] | None = None
    for tensor in inputs:
        array = to_array(tensor)
        if array.ndim == 0:
            array = array.reshape(1)
        if rows is not None and len(array) != rows[1]:
            raise RequestInvalid(
                f"The input {tensor.name!r} has {len(array)} rows and the input {rows[0]!r} has {rows[1]}; all columns "
                "have equally many."
            )
        rows = rows or (tensor.name, len(array))
        if array.size == len(array):
            columns[tensor.name] = array.reshape(len(array))
        else:
            columns[tensor.name] = pd.Series([row.tolist() for row in array], dtype=object)
    frame: pd.DataFrame = pd.DataFrame(columns)
    return frame
