"""Schemas: the types of columns, tensors and params, and their JSON form in ``MLmodel``.

Nothing here imports NumPy or pandas before a type is turned into one of theirs: reading metadata stays cheap.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import msgspec

from runyard.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np

__all__ = ["AnyType", "Array", "ColSpec", "DataType", "Map", "Object", "Property", "Schema", "TensorSpec", "read_type"]


class DataType(str, Enum):
    """The scalar types."""

    boolean = "boolean"
    integer = "integer"
    long = "long"
    float = "float"
    double = "double"
    string = "string"
    binary = "binary"
    datetime = "datetime"

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return self.value

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"type": self.value}

    def to_numpy(self) -> np.dtype[Any]:
        """Return NumPy's type; text and bytes have no fixed length."""
        import numpy as np

        return np.dtype(_NUMPY[self])

    def to_pandas(self) -> np.dtype[Any]:
        """Return the type of a pandas column; text and bytes are objects."""
        import numpy as np

        return np.dtype("object" if self in (DataType.string, DataType.binary) else _NUMPY[self])

    def to_python(self) -> type:
        """Return Python's type."""
        import datetime

        return {
            DataType.boolean: bool,
            DataType.integer: int,
            DataType.long: int,
            DataType.float: _FLOAT,
            DataType.double: _FLOAT,
            DataType.string: str,
            DataType.binary: bytes,
            DataType.datetime: datetime.datetime,
        }[self]


_FLOAT = (0.0).__class__  # the name `float` means the member inside the class above

_NUMPY = {
    DataType.boolean: "bool",
    DataType.integer: "int32",
    DataType.long: "int64",
    DataType.float: "float32",
    DataType.double: "float64",
    DataType.string: "str",
    DataType.binary: "bytes",
    DataType.datetime: "datetime64[ns]",
}


class AnyType(msgspec.Struct, frozen=True):
    """Any value; nothing is checked."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"type": "any"}

    def __repr__(self) -> str:
        return "any"


class SparkMLVector(msgspec.Struct, frozen=True):
    """A vector of Spark ML; to Python it is an array of doubles."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"type": "sparkml_vector"}

    def __repr__(self) -> str:
        return "sparkml_vector"


class Array(msgspec.Struct, frozen=True):
    """A list whose items are of one type.

    Attributes:
        dtype: The type of the items, or its name.
    """

    dtype: Type

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "dtype", as_type(self.dtype))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"type": "array", "items": self.dtype.to_dict()}

    def __repr__(self) -> str:
        return f"Array({self.dtype!r})"


class Map(msgspec.Struct, frozen=True):
    """A dictionary with text keys whose values are of one type.

    Attributes:
        value_type: The type of the values, or its name.
    """

    value_type: Type

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value_type", as_type(self.value_type))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"type": "map", "values": self.value_type.to_dict()}

    def __repr__(self) -> str:
        return f"Map(string -> {self.value_type!r})"


class Property(msgspec.Struct, frozen=True):
    """A member of an object.

    Attributes:
        name: Its name.
        dtype: Its type, or the name of one.
        required: Whether it must be there.
    """

    name: str
    dtype: Type
    required: bool = True

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "dtype", as_type(self.dtype))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: the name is the key of the type."""
        return {self.name: {**self.dtype.to_dict(), "required": self.required}}

    def __repr__(self) -> str:
        return f"{self.name}: {self.dtype!r} ({'required' if self.required else 'optional'})"


class Object(msgspec.Struct, frozen=True):
    """A dictionary with known members.

    Attributes:
        properties: The members; kept sorted by name.

    Raises:
        InvalidInput: There are none, or two have one name.
    """

    properties: tuple[Property, ...]

    def __post_init__(self) -> None:
        members = tuple(sorted(self.properties, key=lambda member: member.name))
        names = [member.name for member in members]
        if not names:
            raise InvalidInput("An object type needs at least one property.")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidInput(f"An object type has the properties {', '.join(twice)} more than once.")
        msgspec.structs.force_setattr(self, "properties", members)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        members: dict[str, Any] = {}
        for member in self.properties:
            members.update(member.to_dict())
        return {"type": "object", "properties": members}

    def __repr__(self) -> str:
        return "{" + ", ".join(map(repr, self.properties)) + "}"


Type: TypeAlias = "DataType | AnyType | SparkMLVector | Array | Map | Object"


def as_type(given: object) -> Type:
    """Return a type for a type or for the name of a scalar type.

    Raises:
        InvalidInput: It is neither.
    """
    if isinstance(given, (DataType, AnyType, SparkMLVector, Array, Map, Object)):
        return given
    if given == "any":
        return AnyType()
    try:
        return DataType(given)
    except ValueError:
        raise InvalidInput(
            f"There is no type {given!r} in a schema. Use one of {', '.join(t.value for t in DataType)}, any, "
            "or Array, Object and Map."
        ) from None


def read_type(data: Mapping[str, Any]) -> Type:
    """Return the type that a JSON form stands for.

    Raises:
        InvalidInput: It does not parse.
    """
    kind = data.get("type")
    if kind == "array":
        return Array(read_type(_member(data, "items")))
    if kind == "map":
        return Map(read_type(_member(data, "values")))
    if kind == "object":
        members = _member(data, "properties")
        for name, value in members.items():
            if not isinstance(value, Mapping):
                raise InvalidInput(f"The property {name!r} of an object type is {value!r}, which is no type.")
        return Object(
            tuple(
                Property(name, read_type(value), bool(value.get("required", True))) for name, value in members.items()
            )
        )
    if kind == "sparkml_vector":
        return SparkMLVector()
    return as_type(kind)


def _member(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise InvalidInput(f"The {data.get('type')} type {json.dumps(data)} has no {key!r}.")
    return value


class ColSpec(msgspec.Struct, frozen=True):
    """A column.

    Attributes:
        type: Its type, or the name of one.
        name: Its name; none in a schema that goes by position.
        required: Whether it must be there.
    """

    type: Type
    name: Hashable = None
    required: bool = True

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "type", as_type(self.type))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        named = {} if self.name is None else {"name": self.name}
        return {**self.type.to_dict(), **named, "required": self.required}

    @classmethod
    def from_json_dict(cls, **data: Any) -> ColSpec:
        """Return the column that a JSON form stands for; the forms of old releases are understood."""
        name = data.get("name")
        required = data.get("required")
        if required is None:
            required = not data.get("optional", False)
        name = tuple(name) if isinstance(name, list) else name
        try:
            hash(name)
        except TypeError:
            raise InvalidInput(f"The name of a column is {name!r}; it is text, a number or a list of these.") from None
        return cls(read_type(data), name, bool(required))

    def __repr__(self) -> str:
        named = "" if self.name is None else f"{self.name!r}: "
        return f"{named}{self.type!r} ({'required' if self.required else 'optional'})"


class TensorSpec(msgspec.Struct, frozen=True):
    """An array.

    Attributes:
        dtype: The name of its NumPy type, without a length for text and bytes (``str``, ``bytes``).
        shape: Its extents; -1 is any.
        name: Its name; none where it is the only one.

    Raises:
        InvalidInput: The shape holds something else than integers, or the type has a fixed length.
    """

    dtype: str
    shape: tuple[int, ...]
    name: str | None = None

    required: ClassVar[bool] = True

    def __post_init__(self) -> None:
        given: Any = self.dtype
        text = given if isinstance(given, str) else _dtype_name(given)
        shape = tuple(self.shape)
        if not all(isinstance(extent, int) for extent in shape):
            raise InvalidInput(f"The shape {shape!r} of a tensor must be made of integers, -1 for any.")
        msgspec.structs.force_setattr(self, "dtype", text)
        msgspec.structs.force_setattr(self, "shape", shape)

    @property
    def type(self) -> np.dtype[Any]:
        """The NumPy type.

        Raises:
            InvalidInput: There is none of that name.
        """
        import numpy as np

        try:
            return np.dtype(self.dtype)
        except TypeError:
            raise InvalidInput(
                f"The signature declares a tensor of {self.dtype!r}, which is no type of NumPy."
            ) from None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        named = {} if self.name is None else {"name": self.name}
        return {**named, "type": "tensor", "tensor-spec": {"dtype": self.dtype, "shape": list(self.shape)}}

    @classmethod
    def from_json_dict(cls, **data: Any) -> TensorSpec:
        """Return the tensor that a JSON form stands for."""
        spec = data.get("tensor-spec")
        if (
            not isinstance(spec, Mapping)
            or not isinstance(spec.get("dtype"), str)
            or not isinstance(spec.get("shape"), list)
            or not isinstance(data.get("name"), (str, type(None)))
        ):
            raise InvalidInput(f"The tensor {json.dumps(data)} has no 'tensor-spec' with 'dtype' and 'shape'.")
        return cls(spec["dtype"], tuple(spec["shape"]), data.get("name"))

    def __repr__(self) -> str:
        named = "" if self.name is None else f"{self.name!r}: "
        return f"{named}Tensor({self.dtype!r}, {self.shape})"


def _dtype_name(dtype: np.dtype[Any]) -> str:
    if dtype.kind in "US":
        if dtype.itemsize:
            raise InvalidInput(f"A tensor of text or bytes has no fixed length ({dtype}); use np.dtype('str').")
        return "str" if dtype.kind == "U" else "bytes"
    name: str = dtype.name
    return name


class Schema:
    """What goes into a model or comes out of it: columns, or tensors.

    Args:
        inputs: `ColSpec` or `TensorSpec`, not mixed; all named or all unnamed; only one tensor may be unnamed.

    Raises:
        InvalidInput: The list is empty or breaks one of these rules.
    """

    __slots__ = ("inputs",)

    def __init__(self, inputs: Sequence[ColSpec | TensorSpec]) -> None:
        items = list(inputs)
        if not items:
            raise InvalidInput("A schema needs at least one column or tensor.")
        kinds = {type(item) for item in items}
        if kinds not in ({ColSpec}, {TensorSpec}):
            raise InvalidInput("A schema is made of ColSpec or of TensorSpec, not of both and of nothing else.")
        names = [item.name for item in items]
        if None in names and set(names) != {None}:
            raise InvalidInput(f"A schema has named or unnamed entries, not both: {names}.")
        if kinds == {TensorSpec} and names.count(None) > 1:
            raise InvalidInput("Several tensors need names.")
        self.inputs = items

    def __iter__(self) -> Iterator[ColSpec | TensorSpec]:
        return iter(self.inputs)

    def __len__(self) -> int:
        return len(self.inputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.inputs == other.inputs

    def __hash__(self) -> int:
        return hash(tuple(self.inputs))

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self.inputs))}]"

    def is_tensor_spec(self) -> bool:
        """Say whether it is made of tensors."""
        return isinstance(self.inputs[0], TensorSpec)

    def has_input_names(self) -> bool:
        """Say whether its entries have names."""
        return self.inputs[0].name is not None

    def input_names(self) -> list[Any]:
        """Return the names, or the positions where there are none."""
        return [index if item.name is None else item.name for index, item in enumerate(self.inputs)]

    def number_type(self) -> DataType | None:
        """Return the floating-point type that all of its columns have, if they have names; `None` otherwise."""
        if not self.has_input_names():
            return None
        kinds = {item.type if isinstance(item, ColSpec) else None for item in self.inputs}
        return next((kind for kind in (DataType.double, DataType.float) if kinds == {kind}), None)

    def required_input_names(self) -> list[Any]:
        """Return the names (or positions) of what must be there."""
        return [name for name, item in zip(self.input_names(), self.inputs, strict=True) if item.required]

    def optional_input_names(self) -> list[Any]:
        """Return the names (or positions) of what may be left out."""
        return [name for name, item in zip(self.input_names(), self.inputs, strict=True) if not item.required]

    def input_types(self) -> list[Any]:
        """Return the types in order."""
        return [item.type for item in self.inputs]

    def input_types_dict(self) -> dict[Any, Any]:
        """Return the types by name."""
        return {item.name: item.type for item in self.inputs}

    def input_dict(self) -> dict[Any, ColSpec | TensorSpec]:
        """Return the entries by name."""
        return {item.name: item for item in self.inputs}

    def numpy_types(self) -> list[np.dtype[Any]]:
        """Return NumPy's types; an object for what is no scalar."""
        return self._types(lambda kind: kind.to_numpy())

    def pandas_types(self) -> list[np.dtype[Any]]:
        """Return the types of pandas columns; an object for what is no scalar."""
        return self._types(lambda kind: kind.to_pandas())

    def _types(self, convert: Callable[[DataType], np.dtype[Any]]) -> list[np.dtype[Any]]:
        import numpy as np

        found: list[np.dtype[Any]] = []
        for item in self.inputs:
            if isinstance(item, TensorSpec):
                found.append(item.type)
            else:
                found.append(convert(item.type) if isinstance(item.type, DataType) else np.dtype("object"))
        return found

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the JSON form as data."""
        return [item.to_dict() for item in self.inputs]

    def to_json(self) -> str:
        """Return the JSON form as it stands in ``MLmodel``."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Schema:
        """Read the JSON form.

        Raises:
            InvalidInput: It does not parse.
        """
        items: Iterable[dict[str, Any]] = read_json_list(text, "schema")
        return cls([_read_entry(item) for item in items])


def _read_entry(data: dict[str, Any]) -> ColSpec | TensorSpec:
    return TensorSpec.from_json_dict(**data) if data["type"] == "tensor" else ColSpec.from_json_dict(**data)


def read_json_list(text: str, what: str) -> list[dict[str, Any]]:
    """Return a list of JSON objects that each have a ``type``.

    Raises:
        InvalidInput: The text is something else.
    """
    if not isinstance(text, str):
        raise InvalidInput(f"The {what} is {type(text).__name__}, and no text of JSON.")
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The {what} {text[:200]!r} is not JSON: {error}.") from None
    if not isinstance(items, list) or not all(isinstance(item, dict) and "type" in item for item in items):
        raise InvalidInput(f"The {what} {text[:200]!r} is not a list of objects that each have a 'type'.")
    return items
