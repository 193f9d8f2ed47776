"""The schema of the parameters that a model takes while it predicts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from runyard.errors import InvalidInput
from runyard.models.schema import DataType, Object, Type, as_type, read_json_list, read_type

__all__ = ["ParamSchema", "ParamSpec"]


class ParamSpec(msgspec.Struct, frozen=True):
    """One parameter.

    Attributes:
        name: Its name.
        dtype: Its type, or the name of one; for a list the type of its items. No binary ones.
        default: The value when a call gives none.
        shape: `None` for a single value or a dictionary, ``(-1,)`` for a list.

    Raises:
        InvalidInput: The default does not fit, or the shape is another one.
    """

    name: str
    dtype: Type
    default: Any
    shape: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        dtype = as_type(self.dtype)
        if not isinstance(dtype, (DataType, Object)) or dtype is DataType.binary:
            raise InvalidInput(
                f"The param {self.name!r} is {dtype!r}; use a scalar other than binary, a list of them or an object."
            )
        shape = None if self.shape is None else tuple(self.shape)
        if shape not in (None, (-1,)) or (shape and isinstance(dtype, Object)):
            raise InvalidInput(f"The shape of the param {self.name!r} is {shape!r}; it is None, or (-1,) for a list.")
        msgspec.structs.force_setattr(self, "dtype", dtype)
        msgspec.structs.force_setattr(self, "shape", shape)
        msgspec.structs.force_setattr(self, "default", self.convert(self.default))

    def convert(self, value: Any) -> Any:
        """Return a value as the parameter's type.

        Raises:
            InvalidInput: It cannot be converted without loss; the message names the parameter and both types.
        """
        from runyard.models.values import convert_value

        where = f"The param {self.name!r}"
        if hasattr(value, "tolist") and getattr(value, "ndim", 0) == 1:
            value = list(value)
        if self.shape is None:
            if value is None:
                return None
            if isinstance(value, (list, tuple)):
                raise InvalidInput(f"{where} is a list and the signature declares one {self.dtype!r}.")
            return convert_value(value, self.dtype, where)
        if not isinstance(value, list):
            raise InvalidInput(
                f"{where} is {type(value).__name__} and the signature declares a list of {self.dtype!r}."
            )
        return [None if item is None else convert_value(item, self.dtype, where) for item in value]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "name": self.name,
            "default": _plain(self.default),
            "shape": None if self.shape is None else list(self.shape),
            **self.dtype.to_dict(),
        }

    @classmethod
    def from_json_dict(cls, **data: Any) -> ParamSpec:
        """Return the parameter that a JSON form stands for."""
        missing = [key for key in ("name", "type", "default") if key not in data]
        if missing:
            raise InvalidInput(f"The param {json.dumps(data)} has no {' and no '.join(map(repr, missing))}.")
        if not isinstance(data["name"], str) or not isinstance(data.get("shape"), (list, type(None))):
            raise InvalidInput(
                f"The param {json.dumps(data)} needs a text as its name and a list, or null, as its shape."
            )
        return cls(data["name"], read_type(data), data["default"], data.get("shape"))

    def __repr__(self) -> str:
        shape = f" (shape: {self.shape})" if self.shape else ""
        return f"{self.name!r}: {self.dtype!r} (default: {self.default!r}){shape}"


def _plain(value: Any) -> Any:
    """Return a default as JSON: dates are text."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


class ParamSchema:
    """The parameters of a model.

    Raises:
        InvalidInput: Two have one name.
    """

    __slots__ = ("params",)

    def __init__(self, params: Sequence[ParamSpec]) -> None:
        self.params = list(params)
        names = [param.name for param in self.params]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidInput(f"The params {', '.join(twice)} are declared more than once.")

    def __iter__(self) -> Iterator[ParamSpec]:
        return iter(self.params)

    def __len__(self) -> int:
        return len(self.params)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParamSchema) and self.params == other.params

    def __hash__(self) -> int:
        return hash(tuple(param.name for param in self.params))

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self.params))}]"

    def enforce(self, params: Mapping[Any, Any] | None) -> dict[str, Any]:
        """Return the value of each parameter: the given one converted, or the default.

        Others are left out with a warning.

        Raises:
            InvalidInput: The params are no mapping, or one does not fit.
        """
        if params is not None and not isinstance(params, Mapping):
            raise InvalidInput(f"Params are a dictionary, not {type(params).__name__}.")
        given = {str(name): value for name, value in (params or {}).items()}
        values = {p.name: p.convert(given.pop(p.name)) if p.name in given else p.default for p in self.params}
        if given:
            import warnings

            warnings.warn(
                f"The params {', '.join(sorted(given))} are not in the model's signature and are ignored; "
                f"it declares {', '.join(values)}.",
                stacklevel=4,
            )
        return values

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the JSON form as data."""
        return [param.to_dict() for param in self.params]

    def to_json(self) -> str:
        """Return the JSON form as it stands in ``MLmodel``."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> ParamSchema:
        """Read the JSON form.

        Raises:
            InvalidInput: It does not parse.
        """
        return cls([ParamSpec.from_json_dict(**item) for item in read_json_list(text, "params schema")])
