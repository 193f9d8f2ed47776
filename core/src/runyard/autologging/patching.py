"""Replacing attributes of classes and modules so that everything can be put back."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from types import FunctionType, MethodType, ModuleType
from typing import Any

_ABSENT = object()

Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


class Patches:
    """What was replaced, in the order in which it was."""

    def __init__(self) -> None:
        self._replaced: dict[tuple[int, str], tuple[Any, str, object, object]] = {}
        self._lock = threading.RLock()

    def replace(self, owner: type | ModuleType, name: str, value: object) -> None:
        """Put a value in place of an attribute of a class or module; nothing happens if that was done already.

        What the owner only inherits is put back by removing the value.
        """
        with self._lock:
            if (id(owner), name) not in self._replaced:
                before = vars(owner).get(name, _ABSENT)
                self._replaced[id(owner), name] = (owner, name, before, value)
                setattr(owner, name, value)

    def wrap(self, owner: type | ModuleType, name: str, make: Wrap) -> None:
        """Replace a function that the owner itself has; nothing happens if it has none of that name.

        Args:
            owner: A class or module.
            name: The attribute: a function, or a descriptor that gives a method only to some instances.
            make: Makes the function that takes the place of one.
        """
        original = vars(owner).get(name)
        if isinstance(original, FunctionType):
            replacement = functools.wraps(original)(make(original))
            if isinstance(owner, ModuleType):
                replacement.__module__ = owner.__name__  # where pickle finds it, while it is in place
            self.replace(owner, name, replacement)
        elif original is not None and hasattr(original, "__get__") and not hasattr(original, "__set__"):
            self.replace(owner, name, _Conditional(original, make))

    def restore(self) -> None:
        """Put everything back that was replaced, unless somebody else has replaced it since."""
        with self._lock:
            while self._replaced:
                _, (owner, name, before, value) = self._replaced.popitem()
                if vars(owner).get(name) is not value:
                    continue
                if before is _ABSENT:
                    delattr(owner, name)
                else:
                    setattr(owner, name, before)


class _Conditional:
    """Wraps what a descriptor gives, for those that give a method to some instances and an error to others."""

    def __init__(self, descriptor: Any, make: Wrap) -> None:
        self._descriptor = descriptor
        self._make = make
        self._made: dict[Callable[..., Any], Callable[..., Any]] = {}
        self.__doc__ = getattr(descriptor, "__doc__", None)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        found = self._descriptor.__get__(instance, owner)
        if instance is None or not isinstance(found, MethodType):
            return found
        function: Any = found.__func__
        made = self._made.get(function)
        if made is None:
            made = self._made[function] = functools.wraps(function)(self._make(function))
        return MethodType(made, found.__self__)
