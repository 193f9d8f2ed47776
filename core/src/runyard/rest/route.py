"""What a route is."""

from __future__ import annotations

import re
from typing import Any, Generic, TypeVar

import msgspec

from runyard.rest.access import Permission
from runyard.rest.message import Message

__all__ = ["PREFIXES", "AnyRoute", "Route"]

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)

PREFIXES = ("/api", "/ajax-api")
"""Every route is there below each: the first is for programs, the second for pages."""

_PARAMETER = re.compile(r"\{(\w+)\}")


class Route(msgspec.Struct, Generic[Q, R], frozen=True, kw_only=True):
    """One thing that a server can be asked for.

    Attributes:
        method: The HTTP method.
        path: The path below ``/api/<version>``; ``{name}`` is one segment, and the field of that name of the request.
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


AnyRoute = Route[Any, Any]
