"""How a module is called: which of its arguments named tensors become."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

__all__ = ["argument_names", "arrange"]


def argument_names(module: Any) -> list[str] | None:
    """Return the names of the arguments of a module's `forward`; `None` where they cannot be told."""
    schema = getattr(module.forward, "schema", None)
    if schema is not None:  # a scripted module
        return [argument.name for argument in schema.arguments][1:]
    try:
        parameters = inspect.signature(module.forward).parameters.values()
    except (TypeError, ValueError):
        return None
    return [each.name for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]


def arrange(module: Any, tensors: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the positional and the named arguments that a dictionary of tensors is passed as.

    Tensors that are called as the arguments of `forward` are these arguments, by position as far as that goes without a
    gap. A module that has no such arguments takes the dictionary itself.
    """
    names = argument_names(module) or []
    if not set(tensors) <= set(names):
        return (dict(tensors),), {}
    leading = 0
    while leading < len(tensors) and names[leading] in tensors:
        leading += 1
    first = names[:leading]
    return tuple(tensors[name] for name in first), {name: value for name, value in tensors.items() if name not in first}
