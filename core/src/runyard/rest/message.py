"""What the messages on the wire have in common."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from math import inf, nan
from typing import Annotated, Any, TypeVar

import msgspec

from runyard.errors import InvalidInput
from runyard.rest.lenient import from_json, from_query

__all__ = [
    "Empty",
    "Int64",
    "Message",
    "Number",
    "PageSize",
    "Required",
    "Timestamp",
    "decode",
    "encode",
    "number",
    "read_number",
    "read_query",
    "write_query",
]

M = TypeVar("M", bound="Message")

Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1, extra_json_schema={"format": "int64"})]
"""An integer of the protocol; clients may also send it as text."""

Timestamp = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1, extra_json_schema={"format": "int64"})]
"""Milliseconds since 1970 UTC, of a metric."""

PageSize = Annotated[int, msgspec.Meta(ge=1, le=50_000)]
"""How much a page of a search for experiments or runs may hold."""

Required = Annotated[str, msgspec.Meta(min_length=1)]
"""A text that must be there: an empty one counts as missing."""

_NUMBER = r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|-?Infinity)$"
Number = float | Annotated[str, msgspec.Meta(pattern=_NUMBER)]
"""A floating-point number: as a number, or as text, which is how NaN and infinities are sent."""

_CAMEL = re.compile(rb'[A-Z]\w*"\s*:')
_MISSING = re.compile(r"missing required field `([^`]+)`(?: - at `\$\.?([^`]*)`)?")
_EMPTY = "Expected `str` of length >= 1"
_WRONG = re.compile(r"(.*) - at `\$\.?([^`]+)`", re.DOTALL)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_WORDS = {"NaN": nan, "Infinity": inf, "-Infinity": -inf}
_SHOWN = 100

MOST_LENIENT = 4 << 20
"""Bytes of a body that may have been written in other ways than the usual one: it takes many times that to read it."""

_learning = threading.Lock()


class Message(msgspec.Struct, omit_defaults=True):
    """A JSON object of the protocol.

    What has its default value is left out: the other side knows it. A field of a request that must be there has no
    default. Integers are `Int64`, numbers `Number`.
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
    """Return the number that a `Number` holds."""
    if isinstance(value, float):
        return value
    return _WORDS[value] if value in _WORDS else float(value)


def decode(data: bytes, kind: type[M], given: Mapping[str, str] | None = None) -> M:
    """Return the message that a body holds.

    Integers may be written as text, ``null`` stands for what is not given, names may be written in camel case, and the
    whole may be encoded twice: clients of the protocol do all of that, in bodies that are not very large. Fields that
    are not known are overlooked.

    Args:
        data: The body; an empty one is an empty object.
        kind: What it has to be.
        given: Fields from elsewhere, such as the path; they are put over those of the body.

    Raises:
        InvalidInput: It is no JSON object, a field is missing or has a wrong type; the message names the field.
    """
    is_large = len(data) > MOST_LENIENT
    if not given and (is_large or data == data.lower() or _CAMEL.search(data) is None):
        try:
            message: M = _decoder(kind)(data)
            return message
        except (ValueError, RecursionError) as error:
            if is_large and isinstance(error, msgspec.ValidationError):
                raise InvalidInput(_explain(str(error))) from None
            # else what is wrong with it is said below, if it is
    if is_large:
        raise InvalidInput(f"The body of the request is no JSON, or one that may have {MOST_LENIENT} bytes at most.")
    return _convert({**from_json(_fields(data), kind), **(given or {})}, kind)


def read_query(pairs: Iterable[tuple[str, str]], kind: type[M], given: Mapping[str, str] | None = None) -> M:
    """Return the message that a query string holds.

    Args:
        pairs: Names and texts; a name that comes several times is a list.
        kind: What it has to be.
        given: Fields from elsewhere, such as the path; they are put over those of the query string.

    Raises:
        InvalidInput: A field is missing or has a wrong type; the message names it.
    """
    return _convert({**from_query(pairs, kind), **(given or {})}, kind)


def write_query(message: Message) -> list[tuple[str, str]]:
    """Return the pairs of a query string that `read_query` makes a message of."""
    pairs: list[tuple[str, str]] = []
    for name, value in msgspec.to_builtins(message).items():
        for item in value if isinstance(value, list) else [value]:
            pairs.append((name, str(item).lower() if isinstance(item, bool) else str(item)))
    return pairs


@cache
def _decoder(kind: type[Any]) -> Callable[[bytes], Any]:
    # A process ends with a segmentation fault where two of its threads make msgspec learn a type at the same time.
    with _learning:
        return msgspec.json.Decoder(kind).decode


def _fields(data: bytes) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(data or b"{}")
        if isinstance(fields, str):
            fields = msgspec.json.decode(fields)
    except RecursionError:
        raise InvalidInput("The body of the request is nested too deeply.") from None
    except ValueError as error:
        raise InvalidInput(f"The body of the request is no JSON: {error}.") from None
    if not isinstance(fields, dict):
        raise InvalidInput("The body of the request is no JSON object.")
    return fields


def _convert(fields: dict[str, Any], kind: type[M]) -> M:
    _decoder(kind)  # for what is said there
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise InvalidInput(_explain(str(error), fields)) from None


def _explain(problem: str, fields: dict[str, Any] | None = None) -> str:
    """Say which parameter is missing or wrong, from ``Expected `int`, got `str` - at `$.metrics[0].step```."""
    missing = _MISSING.search(problem)
    if missing:
        place = f"{missing[2]}.{missing[1]}" if missing[2] else missing[1]
        return f"Missing value for required parameter '{place}'."
    wrong = _WRONG.fullmatch(problem)
    if wrong is None:
        return "The body of the request is no JSON object."
    if wrong[1] == _EMPTY:
        return f"Missing value for required parameter '{wrong[2]}'."
    why = "expected a number" if "regex" in wrong[1] else wrong[1][:1].lower() + wrong[1][1:].replace("`", "")
    shown = "" if fields is None else f" {_shown(fields, wrong[2])}"
    return f"Invalid value{shown} for parameter '{wrong[2]}' supplied: {why}."


def _shown(value: Any, place: str) -> str:
    """Return the value at a place as JSON, the beginning of it where it is long."""
    for name, index in _STEP.findall(place):
        if index == "...":  # somewhere among the values of a mapping
            break
        value = value[int(index)] if index else value[name]
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
