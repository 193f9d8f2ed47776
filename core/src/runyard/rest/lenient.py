"""The forms that clients may give values in, brought into the one form that a message has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct, inspect

from runyard.errors import InvalidInput

__all__ = ["from_json", "from_query"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_WORDS = {"true": True, "false": False}
_CAMEL = re.compile(r"_([a-z0-9])")


def from_json(fields: Mapping[str, Any], kind: type[Struct]) -> dict[str, Any]:
    """Return the fields of a JSON object as a message has them.

    Integers may be text or floats without a fraction, names may be in camel case, and what is null is not given.

    Args:
        fields: The object.
        kind: The message that it is meant to be.

    Raises:
        InvalidInput: A field is there under both of its names.
    """
    return _object(fields, kind)


def from_query(pairs: Iterable[tuple[str, str]], kind: type[Struct]) -> dict[str, Any]:
    """Return the fields that a query string holds as a message has them.

    Numbers and ``true`` and ``false`` in any letter case become what the message wants; a list has its name repeated.

    Args:
        pairs: Names and texts.
        kind: The message that it is meant to be.

    Raises:
        InvalidInput: A field comes twice that is no list, or is there under both of its names.
    """
    names = _names(kind)
    given: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for name, text in pairs:
        field = names.get(name)
        if field is None:
            continue
        if given.setdefault(field.encode_name, name) != name:
            raise _twice(field.encode_name)
        item = _item(field.type)
        if item is not None:
            fields.setdefault(field.encode_name, []).append(_scalar(text, item, is_text=True))
        elif field.encode_name in fields:
            raise InvalidInput(f"The parameter {field.encode_name!r} was given several times; it takes one value.")
        else:
            fields[field.encode_name] = _scalar(text, field.type, is_text=True)
    return fields


@cache
def _names(kind: type[Struct]) -> dict[str, inspect.Field]:
    """Return the fields of a message by either name."""
    struct = inspect.type_info(kind)
    assert isinstance(struct, inspect.StructType)  # noqa: S101 - a message is one
    names = {field.encode_name: field for field in struct.fields}
    camel = {_CAMEL.sub(lambda match: match[1].upper(), name): field for name, field in names.items()}
    return {**camel, **names}


def _twice(name: str) -> InvalidInput:
    return InvalidInput(f"The parameter {name!r} was given under both of its names; give it once.")


def _options(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """Return what a value may be."""
    if isinstance(kind, inspect.Metadata):
        return _options(kind.type)
    if isinstance(kind, inspect.UnionType):
        return tuple(option for member in kind.types for option in _options(member))
    return (kind,)


def _item(kind: inspect.Type) -> inspect.Type | None:
    """Return what a list holds; `None` for what is no list."""
    return next((option.item_type for option in _options(kind) if isinstance(option, inspect.ListType)), None)


def _value(value: Any, kind: inspect.Type) -> Any:
    if isinstance(value, list):
        item = _item(kind)
        return value if item is None else [_value(element, item) for element in value]
    if isinstance(value, dict):
        for option in _options(kind):
            if isinstance(option, inspect.StructType):
                return _object(value, option.cls)
            if isinstance(option, inspect.DictType):
                return {key: _value(element, option.value_type) for key, element in value.items()}
        return value
    return _scalar(value, kind)


def _object(value: Mapping[str, Any], kind: type[Struct]) -> dict[str, Any]:
    names = _names(kind)
    fields: dict[str, Any] = {}
    for name, element in value.items():
        field = names.get(name)
        if field is None or element is None:
            continue
        if field.encode_name in fields:
            raise _twice(field.encode_name)
        fields[field.encode_name] = _value(element, field.type)
    return fields


def _scalar(value: Any, kind: inspect.Type, *, is_text: bool = False) -> Any:
    """Return a value in the form that is wanted, as it is where there is none."""
    options = _options(kind)
    if isinstance(value, str):
        if any(isinstance(option, inspect.StrType) for option in options):
            return value
        if any(isinstance(option, inspect.IntType) for option in options) and _INTEGER.fullmatch(value):
            return int(value)
        if any(isinstance(option, inspect.BoolType) for option in options) and is_text:
            return _WORDS.get(value.lower(), value)
    elif isinstance(value, float) and value.is_integer():
        if any(isinstance(option, inspect.FloatType) for option in options):
            return value
        if any(isinstance(option, inspect.IntType) for option in options):
            return int(value)
    return value
