"""Arrays from the forms ``inputs`` and ``instances``, or what else a schema declares for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.models.schema import AnyType, ColSpec, DataType, Schema, TensorSpec
from runyard_serving.refusals import RequestInvalid

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ArrayReader", "columns_of"]


def columns_of(instances: Any) -> Any:
    """Return rows by name as columns by name: each is the list of what the rows have for it.

    Raises:
        RequestInvalid: Only some of the rows have names.
    """
    if not (isinstance(instances, list) and instances and isinstance(instances[0], dict)):
        return instances
    columns: dict[str, list[Any]] = {}
    for number, row in enumerate(instances):
        if not isinstance(row, dict):
            raise RequestInvalid(f"Invalid input. The row {number} of 'instances' is no object, as the first one is.")
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return columns


class ArrayReader:
    """Makes arrays of what was sent, with the types that a schema declares.

    Args:
        schema: What the model takes; anything when `None`.
    """

    def __init__(self, schema: Schema | None) -> None:
        items = schema.inputs if schema is not None else []
        self._is_plain = any(
            isinstance(item, ColSpec) and not isinstance(item.type, (DataType, AnyType)) for item in items
        )
        self._types: dict[Any, ColSpec | TensorSpec] = {item.name: item for item in items}
        self._only = items[0] if len(items) == 1 and items[0].name is None else None
        kinds = {item.type for item in items}
        # A list has no names: it gets a type if all columns have the same one
        self._common = items[0] if len(kinds) == 1 else None

    def read(self, data: Any) -> Any:
        """Return an array, a dictionary of arrays, or the data as they are where the schema has lists and objects.

        Raises:
            RequestInvalid: The data are ragged, or cannot be read as the declared type.
        """
        if self._is_plain:
            return data
        if isinstance(data, dict):
            return {name: _array(value, self._types.get(name), f"'{name}'") for name, value in data.items()}
        if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
            return [
                {
                    name: _array(value, self._types.get(name), f"'{name}' of the row {number}")
                    for name, value in row.items()
                }
                for number, row in enumerate(data)
            ]
        return _array(data, self._only or self._common, "The data")


def _array(value: Any, declared: ColSpec | TensorSpec | None, where: str) -> Any:
    import numpy as np

    try:
        return np.asarray(value, dtype=_dtype(declared))
    except (ValueError, TypeError, OverflowError) as error:
        kind = "" if declared is None else f" of {declared.type}"
        raise RequestInvalid(f"Invalid input. {where} cannot be read as an array{kind}: {error}.") from None


def _dtype(declared: ColSpec | TensorSpec | None) -> np.dtype[Any] | None:
    """Return the type to read numbers as; what is text, and what has no type, stays what it is."""
    if isinstance(declared, TensorSpec):
        return declared.type if declared.type.kind not in "US" else None
    if declared is None or not isinstance(declared.type, DataType):
        return None
    if declared.type in (DataType.string, DataType.binary, DataType.datetime):
        return None
    return declared.type.to_numpy()
