"""What all entities have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Entity:
    """Typed data that gives its names and values: ``dict(entity)`` is one level deep, `to_dictionary` all of them."""

    __slots__ = ()
    __struct_fields__: tuple[str, ...]

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for name in self.__struct_fields__:
            yield name, getattr(self, name)

    def to_dictionary(self) -> dict[str, Any]:
        """Return the entity as plain dicts and lists, ready for JSON."""
        return {name: _plain(value) for name, value in self}


def _plain(value: Any) -> Any:
    if isinstance(value, Entity):
        return value.to_dictionary()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
