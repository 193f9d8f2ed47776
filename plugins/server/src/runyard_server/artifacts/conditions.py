"""Which bytes of a file a request wants, and whether it wants them at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from runyard_asgi.http import header

if TYPE_CHECKING:
    from runyard.rest.extension import Scope

__all__ = ["Conditions", "Selection"]

_RANGE = re.compile(rb"bytes=\s*(\d*)-(\d*)\s*", re.IGNORECASE)
# A number of more digits is beyond every file, and takes long to read.
_DIGITS = 19


class Selection(NamedTuple):
    """What a reply has.

    Attributes:
        status: 200, 206, 304 or 416.
        start: The first byte.
        length: How many bytes.
    """

    status: int
    start: int
    length: int


class Conditions:
    """The headers of a request that choose.

    Args:
        scope: The request.
    """

    def __init__(self, scope: Scope) -> None:
        self._range = header(scope, b"range") if scope["method"] == "GET" else b""
        self._if_range = header(scope, b"if-range")
        self._if_none_match = header(scope, b"if-none-match")

    def select(self, size: int, etag: bytes, modified: bytes) -> Selection:
        """Return which bytes of a file the reply has.

        Args:
            size: The size of the file.
            etag: Its strong entity tag, quoted; empty where there is none.
            modified: When it was changed, as in a header; empty where that is not known.
        """
        if etag and self._matches(etag):
            return Selection(304, 0, 0)
        asked = _RANGE.fullmatch(self._range)
        # Several ranges at once, and what is no range of bytes, may be overlooked.
        if not asked or asked[1] == asked[2] == b"" or len(max(asked.groups(), key=len)) > _DIGITS:
            return Selection(200, 0, size)
        if self._if_range and self._if_range not in {etag, modified}:
            return Selection(200, 0, size)
        if not asked[1]:
            length = min(int(asked[2]), size)
            return Selection(206, size - length, length) if length else Selection(416, 0, 0)
        start = int(asked[1])
        end = min(int(asked[2]), size - 1) if asked[2] else size - 1
        if asked[2] and int(asked[2]) < start:
            return Selection(200, 0, size)
        return Selection(206, start, end - start + 1) if start < size else Selection(416, 0, 0)

    def _matches(self, etag: bytes) -> bool:
        tags = [tag.strip().removeprefix(b"W/") for tag in self._if_none_match.split(b",")]
        return etag in tags or b"*" in tags
