"""JSON as clients send it: with the tokens ``NaN`` and ``Infinity``, which the standard does not have."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from runyard_serving.refusals import RequestInvalid

__all__ = ["decode"]

_decode = msgspec.json.Decoder().decode


def decode(body: bytes) -> Any:
    """Return the value that a body stands for.

    Raises:
        RequestInvalid: It is no JSON; the message says where.
    """
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_slowly(body)
    except RecursionError:
        raise _too_deep() from None


def _decode_slowly(body: bytes) -> Any:
    """Read what the quick decoder does not: the tokens that are no JSON, and whole numbers of any size."""
    try:
        return json.loads(body.decode())
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise RequestInvalid(f"Invalid input. The body is not valid JSON: {error.msg} at {where}.") from None
    except UnicodeDecodeError as error:
        raise RequestInvalid(
            f"Invalid input. The body is not valid JSON: the byte {error.start} is not UTF-8."
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # a number with thousands of digits
        raise RequestInvalid("Invalid input. The body is not valid JSON: it has a number that is too long.") from None


def _too_deep() -> RequestInvalid:
    return RequestInvalid("Invalid input. The body is nested too deeply.")
