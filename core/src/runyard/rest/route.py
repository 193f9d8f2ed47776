"""What a route is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec

from runyard.errors import InvalidInput
from runyard.rest.access import Permission
from runyard.rest.message import Message

__all__ = ["PREFIXES", "AnyRoute", "Route"]

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)

PREFIXES = ("/api", "/ajax-api")
"""Every route is there below each: the first is for programs, the second for pages."""

_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")


class Route(msgspec.Struct, Generic[Q, R], frozen=True, kw_only=True):
    """One thing that a server can be asked for.

    Attributes:
        method: The HTTP method.
        path: The path below ``/api/<version>``; ``{name}`` is one segment, ``{name:path}`` at the end is all that
            follows, and each is the field of that name of the request.
        request: What is sent: in the query string with ``GET``, in the body as JSON otherwise.
        reply: What comes back, as JSON.
        permission: What it takes.
        summary: What it does, one sentence.
        version: The version of the protocol that the path begins with.
    """

    method: str
    path: str
    request: type[Q]
    reply: type[R]
    permission: Permission
    summary: str
    version: str = "2.0"

    @property
    def full_path(self) -> str:
        """The path for programs."""
        return f"{PREFIXES[0]}/{self.version}{self.path}"

    @property
    def parameters(self) -> list[str]:
        """The names of the fields that are in the path."""
        return _PARAMETER.findall(self.path)

    def path_of(self, values: Mapping[str, str]) -> str:
        """Return the path for programs with the fields that are in it, percent-encoded.

        Args:
            values: The fields; there may be more.

        Raises:
            InvalidInput: A field is empty, or ``.`` or ``..``: it could not be told from another path.
        """
        from urllib.parse import quote

        def fill(place: re.Match[str]) -> str:
            value = values[place[1]]
            if value in ("", ".", ".."):
                raise InvalidInput(f"Invalid value {value!r} for parameter {place[1]!r}: it cannot be part of a path.")
            return quote(value, safe="")

        return _PARAMETER.sub(fill, self.full_path)


AnyRoute = Route[Any, Any]
