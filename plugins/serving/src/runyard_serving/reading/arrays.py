"""Arrays from the forms ``inputs`` and ``instances``, or what else a schema declares for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.models.schema import ColSpec, DataType, Schema, TensorSpec
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
        self._is_plain = any(isinstance(item, ColSpec) and not isinstance(item.type, DataType) for item in items)
        self._types: dict[Any, ColSpec | TensorSpec] = {item.name: item for item in items}
        # A list has no names: it is the only thing that is declared, or gets a type if all columns have the same one
        self._only = items[0] if len(items) == 1 else None
        self._common = items[0] if len({item.type for item in items}) == 1 else None
        # A column has one value in each row; a model without a signature gets what was sent as arrays, whatever it is
        self._has_columns = bool(items) and isinstance(items[0], ColSpec)

    def read(self, data: Any) -> Any:
        """Return an array, a dictionary of arrays, or the data as they are where the schema has lists and objects.

        Raises:
            RequestInvalid: The data are ragged, or cannot be read as the declared type.
        """
        if self._is_plain:
            is_only = self._only is not None and self._only.name is not None and not _has_names(data)
            return {self._only.name: data} if is_only and self._only is not None else data
        if isinstance(data, dict):
            return {name: self._value(value, name, f"'{name}'") for name, value in data.items()}
        if _has_names(data):
            return [
                {name: self._value(value, name, f"'{name}' of the row {number}") for name, value in row.items()}
                for number, row in enumerate(data)
            ]
        if data == [] and not self._types:
            return data
        if self._has_columns and self._only is None and None not in self._types:
            names = ", ".join(map(repr, self._types))
            raise RequestInvalid(
                f"Invalid input. The data have no names of columns, and the signature declares {names}. Send them by "
                "name, or as 'dataframe_split'."
            )
        array = _array(data, self._common, "The data")
        return array if self._only is None or self._only.name is None else {self._only.name: array}

    def _value(self, value: Any, name: str, where: str) -> Any:
        array = _array(value, self._types.get(name), where)
        return array[()] if self._has_columns else array


def _has_names(data: Any) -> bool:
    """Say whether data are columns by name, or rows of them."""
    if isinstance(data, list):
        return bool(data) and all(isinstance(row, dict) for row in data)
    return isinstance(data, dict)


def _array(value: Any, declared: ColSpec | TensorSpec | None, where: str) -> Any:
    import numpy as np

    try:
        return np.asarray(value, dtype=_dtype(declared, value))
    except (ValueError, TypeError, OverflowError) as error:
        kind = "" if declared is None else f" of {declared.type}"
        raise RequestInvalid(f"Invalid input. {where} cannot be read as an array{kind}: {error}.") from None


def _dtype(declared: ColSpec | TensorSpec | None, value: Any) -> np.dtype[Any] | None:
    """Return the type to read a value as; `None` leaves it as it is."""
    if isinstance(declared, TensorSpec):
        return declared.type
    if declared is None or not isinstance(declared.type, DataType):
        return None
    if declared.type in (DataType.string, DataType.binary) and (value is None or _has_gaps(value)):
        return None  # what is missing is no text
    return declared.type.to_numpy()


def _has_gaps(value: Any) -> bool:
    return isinstance(value, list) and any(item is None for item in value)
