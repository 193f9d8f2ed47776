"""What the messages on the wire have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import inf, nan
from typing import Any, TypeVar

import msgspec

from runyard.errors import InvalidInput

__all__ = ["Empty", "Message", "decode", "encode", "number", "read_number", "read_query", "write_query"]

M = TypeVar("M", bound="Message")

_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_MISSING = re.compile(r"missing required field `(\w+)`(?: - at `\$\.?([^`]*)`)?")
_WRONG = re.compile(r"(.*) - at `\$\.([^`]*)`", re.DOTALL)
_WORDS = {"NaN": nan, "Infinity": inf, "-Infinity": -inf}


class Message(msgspec.Struct, omit_defaults=True):
    """A JSON object of the protocol.

    What has its default value is left out: the other side knows it. A field of a request that must be there has no
    default.
    """


class Empty(Message):
    """Nothing to say."""


def encode(message: Message) -> bytes:
    """Return the JSON text of a message."""
    return msgspec.json.encode(message)


def number(value: float) -> float | str:
    """Return a number as JSON can hold it: NaN and infinities become words."""
    if value - value == 0.0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def read_number(value: float | str) -> float:
    """Return the number that `number` has written; a decimal text is one, too.

    Raises:
        InvalidInput: It is none.
    """
    if isinstance(value, float):
        return value
    try:
        return _WORDS[value] if value in _WORDS else float(value)
    except ValueError:
        raise InvalidInput(f"Invalid value {value!r} for parameter 'value': it must be a number.") from None


def decode(data: bytes, kind: type[M], given: Mapping[str, str] | None = None) -> M:
    """Return the message that a body holds.

    Numbers may be written as text, ``null`` stands for what is not given, names may be written in camel case, and the
    whole may be encoded twice: clients of the protocol do all of that. Fields that are not known are overlooked.

    Args:
        data: The body; an empty one is an empty object.
        kind: What it has to be.
        given: Fields from elsewhere, such as the path; they are put over those of the body.

    Raises:
        InvalidInput: It is no JSON object, a field is missing or has a wrong type; the message names the field.
    """
    if not given:
        try:
            return msgspec.json.decode(data or b"{}", type=kind, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass  # the body is looked at more closely below
    return _convert({**_fields(data), **(given or {})}, kind)


def read_query(pairs: Iterable[tuple[str, str]], kind: type[M], given: Mapping[str, str] | None = None) -> M:
    """Return the message that a query string holds.

    Args:
        pairs: Names and texts; a name that comes several times is a list.
        kind: What it has to be.
        given: Fields from elsewhere, such as the path; they are put over those of the query string.

    Raises:
        InvalidInput: A field is missing or has a wrong type; the message names it.
    """
    lists = {field.encode_name for field in msgspec.structs.fields(kind) if str(field.type).startswith("list[")}
    fields: dict[str, Any] = {}
    for name, text in pairs:
        key = _snake(name)
        if key in lists:
            fields.setdefault(key, []).append(text)
        else:
            fields[key] = text
    return _convert({**fields, **(given or {})}, kind)


def write_query(message: Message) -> list[tuple[str, str]]:
    """Return the pairs of a query string that `read_query` makes a message of."""
    pairs: list[tuple[str, str]] = []
    for name, value in msgspec.to_builtins(message).items():
        for item in value if isinstance(value, list) else [value]:
            pairs.append((name, str(item).lower() if isinstance(item, bool) else str(item)))
    return pairs


def _fields(data: bytes) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(data or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"The body of the request is no JSON: {error}.") from None
    if isinstance(fields, str):
        return _fields(fields.encode())
    if not isinstance(fields, dict):
        raise InvalidInput("The body of the request is no JSON object.")
    plain: dict[str, Any] = _plain(fields)
    return plain


def _convert(fields: dict[str, Any], kind: type[M]) -> M:
    try:
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(_explain(str(error))) from None


def _explain(problem: str) -> str:
    """Say which parameter is missing or wrong, from ``Expected `int`, got `str` - at `$.metrics[0].step```."""
    missing = _MISSING.search(problem)
    if missing:
        place = f"{missing[2]}.{missing[1]}" if missing[2] else missing[1]
        return f"Missing value for required parameter '{place}'."
    wrong = _WRONG.fullmatch(problem)
    if wrong:
        return f"Invalid value for parameter '{wrong[2]}': {wrong[1].replace('`', '')}."
    return f"The request cannot be understood: {problem.replace('`', '')}."


def _plain(value: Any) -> Any:
    """Return JSON without nulls, and with names in snake case."""
    if isinstance(value, dict):
        return {_snake(key): _plain(item) for key, item in value.items() if item is not None}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _snake(name: str) -> str:
    return _CAMEL.sub(lambda match: f"_{match[1].lower()}", name)
