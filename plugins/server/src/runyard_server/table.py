"""Which endpoint answers which path; each with the permission that it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from runyard.errors import InvalidInput
from runyard.rest.access import Permission

if TYPE_CHECKING:
    from runyard.rest.extension import ASGIApp

__all__ = ["Entry", "Match", "Table"]

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


class Entry(msgspec.Struct, frozen=True):
    """An endpoint and what it takes to use it.

    Attributes:
        method: The HTTP method.
        path: The path as it was registered.
        permission: What it takes.
        endpoint: What answers.
    """

    method: str
    path: str
    permission: Permission
    endpoint: ASGIApp


class Match(msgspec.Struct, frozen=True):
    """What was found for a path.

    Attributes:
        entry: The endpoint; `None` where the path is there with other methods only.
        parameters: What the variable parts of the path stand for.
        methods: The methods that the path is there with, when there is no entry.
    """

    entry: Entry | None
    parameters: Mapping[str, str] = {}
    methods: tuple[str, ...] = ()


class Table:
    """Endpoints by method and path. Deny by default: an endpoint without a permission cannot get in."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._fixed: dict[str, dict[str, Entry]] = {}
        # What each begins with, which is compared much sooner than the whole, comes first.
        self._variable: dict[str, tuple[str, re.Pattern[str], dict[str, Entry]]] = {}

    def add(self, method: str, path: str, permission: Permission, endpoint: ASGIApp) -> None:
        """Add an endpoint.

        Raises:
            InvalidInput: It names no permission, or its place is taken.
        """
        if not isinstance(permission, Permission):
            raise InvalidInput(
                f"The route {method} {path} declares no permission, so the server does not start: nobody could say who "
                "may use it. Give it one from runyard.rest.access."
            )
        entry = Entry(method, path, permission, endpoint)
        if "{" in path:
            *_, methods = self._variable.setdefault(path, (path.partition("{")[0], _pattern(path), {}))
        else:
            methods = self._fixed.setdefault(path, {})
        if method in methods:
            raise InvalidInput(f"There are two routes {method} {path}; each place can be taken once.")
        methods[method] = entry
        self.entries.append(entry)

    def find(self, method: str, path: str) -> Match | None:
        """Return what answers a request; `None` where there is nothing at that path."""
        methods = self._fixed.get(path)
        if methods is not None:
            return _match(method, methods, {})
        for start, pattern, methods in self._variable.values():
            if path.startswith(start):
                found = pattern.fullmatch(path)
                if found:
                    return _match(method, methods, found.groupdict())
        return None


def _match(method: str, methods: Mapping[str, Entry], parameters: Mapping[str, str]) -> Match:
    entry = methods.get(method) or (methods.get("GET") if method == "HEAD" else None)
    return Match(entry, parameters) if entry else Match(None, methods=tuple(sorted(methods)))


def _pattern(path: str) -> re.Pattern[str]:
    pattern, end = "", 0
    for part in _PARAMETER.finditer(path):
        pattern += re.escape(path[end : part.start()])
        pattern += f"(?P<{part[1]}>{'.*' if part[2] else '[^/]+'})"
        end = part.end()
    return re.compile(pattern + re.escape(path[end:]), re.DOTALL)
