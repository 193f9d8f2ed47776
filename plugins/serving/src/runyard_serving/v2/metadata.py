"""What a model says of its inputs and outputs, from its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.models.schema import Array, ColSpec, DataType, TensorSpec
from runyard_serving.v2.tensors import BASE64, BYTES, DATETIME, JSON, NUMPY, TEXT, Description, datatype_of

if TYPE_CHECKING:
    from runyard.models.schema import Schema, Type

__all__ = ["describe"]

_COLUMNS = {
    DataType.boolean: ("BOOL", None),
    DataType.integer: ("INT32", None),
    DataType.long: ("INT64", None),
    DataType.float: ("FP32", None),
    DataType.double: ("FP64", None),
    DataType.string: (BYTES, TEXT),
    DataType.binary: (BYTES, BASE64),
    DataType.datetime: (BYTES, DATETIME),
}


def describe(schema: Schema | None, unnamed: str) -> list[Description]:
    """Return what the tensors of a schema are; a column is one of a single extent.

    Args:
        schema: The inputs or the outputs; nothing is known of them when `None`.
        unnamed: What those without names are called, with their number behind it where there are several.
    """
    items = schema.inputs if schema is not None else []
    names = [unnamed if len(items) == 1 else f"{unnamed}-{number}" for number in range(len(items))]
    return [
        _describe(str(name if item.name is None else item.name), item) for name, item in zip(names, items, strict=True)
    ]


def _describe(name: str, item: ColSpec | TensorSpec) -> Description:
    if isinstance(item, TensorSpec):
        return Description(name=name, datatype=datatype_of(item.type), shape=item.shape, content_type=NUMPY)
    datatype, shape, content_type = _column(item.type)
    return Description(name=name, datatype=datatype, shape=shape, content_type=content_type)


def _column(kind: Type) -> tuple[str, tuple[int, ...], str | None]:
    if isinstance(kind, DataType):
        datatype, content_type = _COLUMNS[kind]
        return datatype, (-1,), content_type
    if isinstance(kind, Array) and isinstance(kind.dtype, DataType):
        datatype, content_type = _COLUMNS[kind.dtype]
        return datatype, (-1, -1), content_type
    return BYTES, (-1,), JSON  # objects and what else has no type in the protocol
