"""Describes public names: `signatures.py SYSTEM FOLDER`, with a JSON object by namespace on standard input.

A namespace is a module or class below the system's package; an empty one is the package itself. Its value holds the
names that are asked for, each with the attributes that are asked for if it is a class; null asks for all.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import sys

SYSTEM = sys.argv[1]


def resolve(dotted: str):
    value = importlib.import_module(SYSTEM)
    for position, part in enumerate(dotted.split(".") if dotted else []):
        if not hasattr(value, part):
            importlib.import_module(".".join([SYSTEM, *dotted.split(".")[: position + 1]]))
        value = getattr(value, part)
    return value


def names(namespace) -> list[str]:
    """Return what a namespace declares as public; without a declaration, what it defines itself."""
    declared = getattr(namespace, "__all__", None)
    if declared is not None:
        return sorted(set(declared))
    public = [name for name in dir(namespace) if not name.startswith("_")]
    if inspect.isclass(namespace):
        return public
    return [name for name in public if getattr(getattr(namespace, name), "__module__", None) == namespace.__name__]


def plain(default):
    """Return a default as JSON knows it; of an object, its type."""
    if isinstance(default, enum.Enum):
        default = default.value
    if isinstance(default, (list, tuple)):
        return [plain(item) for item in default]
    return default if default is None or isinstance(default, (bool, int, float, str)) else type(default).__name__


def parameters(function) -> list[dict] | None:
    try:
        found = inspect.signature(function).parameters.values()
    except (NameError, TypeError, ValueError):  # built in, or with annotations that only type checkers resolve
        return None
    return [
        {
            "name": parameter.name,
            "kind": parameter.kind.name,
            "required": parameter.default is parameter.empty,
            "default": None if parameter.default is parameter.empty else plain(parameter.default),
        }
        for parameter in found
        if parameter.name != "self"
    ]


def attributes(kind: type, asked: list[str] | None) -> list[str]:
    """Return the public attributes of a class, or those of the asked ones that it or its objects have."""
    if asked is None:
        return [name for name in dir(kind) if not name.startswith("_")]
    return [name for name in asked if has(kind, name)]


def has(kind: type, name: str) -> bool:
    """Say whether a class has an attribute, or gives it to its objects."""
    if hasattr(kind, name) or name in inspect.get_annotations(kind):
        return True
    source = inspect.getsource(kind)
    return any(f"self.{name}{sign}" in source for sign in (" = ", ": "))


def describe(namespace, name: str, asked: list[str] | None) -> dict | None:
    try:
        value = getattr(namespace, name)
    except AttributeError:
        return {"kind": "value"} if inspect.isclass(namespace) and has(namespace, name) else None
    if inspect.isclass(value):
        return {"kind": "class", "parameters": parameters(value), "attributes": attributes(value, asked)}
    if callable(value):
        return {"kind": "function", "parameters": parameters(value)}
    return {"kind": "value"}


def main() -> None:
    wanted: dict[str, dict[str, list[str] | None] | None] = json.load(sys.stdin)
    found = {}
    for dotted, listed in wanted.items():
        namespace = resolve(dotted)
        asked = dict.fromkeys(names(namespace)) if listed is None else listed
        found[dotted] = {name: describe(namespace, name, asked[name]) for name in asked}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
