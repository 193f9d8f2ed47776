"""A page of search results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from runyard.errors import InvalidInput

T = TypeVar("T")


class Page(list[T]):
    """A list of results that knows where the next page begins.

    Attributes:
        token: What to pass as ``page_token`` for the next page; `None` after the last one.
    """

    def __init__(self, items: Iterable[T] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token

    @classmethod
    def cut(cls, results: Sequence[T], size: int | None = None, token: str | None = None) -> Page[T]:
        """Return one page of results that are all at hand; its token is the place where the next one begins.

        Args:
            results: All results, in order.
            size: How many at most; all that are left when `None`.
            token: Where to begin, from the page before.

        Raises:
            InvalidInput: The token is not one of ours.
        """
        start = read_offset(token)
        end = len(results) if size is None else start + size
        return cls(results[start:end], str(end) if end < len(results) else None)


def read_offset(token: str | None) -> int:
    """Return how many results come before the page that a token of `Page.cut` names.

    Raises:
        InvalidInput: The token is not one of ours.
    """
    if not token:
        return 0
    if not (token.isascii() and token.isdigit() and len(token) < 19):
        raise InvalidInput(f"Invalid page token {token!r}; pass the token of the page before, or none.")
    return int(token)
