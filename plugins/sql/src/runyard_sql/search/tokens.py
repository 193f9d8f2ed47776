"""The tokens of pages.

A token holds where the last object of a page stands in the order, so that the next page begins behind it, whatever was
added meanwhile. It is bound to the filter and the order of its search. What it holds is only ever compared with, so one
that somebody has made up shows nothing that a search without a token would not show.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from collections.abc import Sequence
from typing import Any

import msgspec

from runyard.errors import InvalidInput
from runyard.search import OrderBy
from runyard_sql.dialects import Dialect
from runyard_sql.search.comparing import bounds
from runyard_sql.search.keys import MISSING, NOT_A_NUMBER, PRESENT, Key, Part, Position
from runyard_sql.search.subject import Subject

__all__ = ["read_token", "write_token"]


def write_token(subject: Subject, positions: Sequence[Position]) -> str:
    """Return the token of the page that begins after a place."""
    packed = msgspec.msgpack.encode((_fingerprint(subject), positions))
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_token(subject: Subject, keys: Sequence[Key]) -> list[Position] | None:
    """Return the place after which the page of a query begins, `None` for the first page.

    Raises:
        InvalidInput: The token is none, or one of another search.
    """
    token = subject.query.page_token
    if not token:
        return None
    try:
        packed = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), b"-_", validate=True)
        fingerprint, positions = msgspec.msgpack.decode(packed, type=tuple[bytes, list[list[str | float | int]]])
    except (UnicodeEncodeError, binascii.Error, msgspec.DecodeError):
        raise _invalid(token) from None
    if fingerprint != _fingerprint(subject):
        raise InvalidInput(
            f"Invalid page token {token!r}: it belongs to a search with another filter or order. Pass the token of the "
            "page before with the same filter and order, or none."
        )
    if len(positions) != len(keys):
        raise _invalid(token)
    dialect = subject.session.dialect
    read = [_position(key, values, dialect) for key, values in zip(keys, positions, strict=True)]
    if None in read:
        raise _invalid(token)
    return [position for position in read if position is not None]


def _invalid(token: str) -> InvalidInput:
    return InvalidInput(f"Invalid page token {token!r}; pass the token of the page before, or none.")


def _position(key: Key, values: list[Any], dialect: Dialect) -> Position | None:
    """Return a position as it was written, `None` if it cannot be one of this key."""
    if key.everywhere is not None:
        return key.everywhere if values == [*key.everywhere] else None
    ranks: list[Any] = []
    if key.rank is not None:
        ranks = values[:1]
        if ranks in ([NOT_A_NUMBER], [MISSING]) and len(values) == 1 and type(ranks[0]) is int:
            return (ranks[0],)
        if ranks != [PRESENT] or type(ranks[0]) is not int:
            return None
        values = values[1:]
    if len(values) != len(key.parts) or not all(map(_fits, key.parts, values)):
        return None
    return (*ranks, *(dialect.number(value) if isinstance(value, float) else value for value in values))


def _fits(part: Part, value: Any) -> bool:
    if type(value) is not part.type:
        return False
    if isinstance(value, float):
        return not math.isnan(value)
    least, most = bounds(part.column)
    return not isinstance(value, int) or least <= value <= most


def _fingerprint(subject: Subject) -> bytes:
    query = subject.query
    parts = [subject.target.scope.noun, query.filter.text if query.filter else "", *map(_order, query.order_by)]
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()


def _order(order: OrderBy) -> list[str | bool | None]:
    field = order.field
    return [
        field.kind.value,
        field.key,
        field.statistic.value,
        order.descending,
        order.dataset_name,
        order.dataset_digest,
    ]
