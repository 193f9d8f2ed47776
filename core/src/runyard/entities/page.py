"""A page of search results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


class Page(list[T]):
    """A list of results that knows where the next page begins.

    Attributes:
        token: What to pass as ``page_token`` for the next page; `None` after the last one.
    """

    def __init__(self, items: Iterable[T] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token
