"""YAML that others wrote, read as plain data: no objects are made, and a small file stays small."""

from __future__ import annotations

from typing import Any

__all__ = ["load_yaml"]

# No file of ours, or of another program that writes such files, comes near these.
_MAX_DEPTH = 200
_MAX_VALUES = 100_000
# What a level takes at least, where it takes no indentation.
_OPENERS = ("[", "{", "- ", "? ")


def load_yaml(source: str | bytes) -> Any:
    """Return what a YAML text holds.

    Args:
        source: The text, or its bytes.

    Raises:
        ValueError: It is no YAML, or it is made to exhaust who reads it: it is nested far too deeply, or it grows to
            more than 100,000 values when its references are followed. The message is one line.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = source if isinstance(source, str) else source.decode()
        if sum(map(text.count, _OPENERS)) > _MAX_DEPTH:
            _check_depth(yaml.parse(text, Loader=loader), yaml.CollectionStartEvent, yaml.CollectionEndEvent)
        content = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    if "*" in text:
        _check_growth(content)
    return content


def _check_depth(events: Any, start: type, end: type) -> None:
    """Look at the nesting first: the parser builds values by recursion, in C, where too deep a one ends the process."""
    depth = 0
    for event in events:
        if isinstance(event, start):
            depth += 1
            if depth > _MAX_DEPTH:
                raise ValueError(f"it is nested more than {_MAX_DEPTH} levels deep")
        elif isinstance(event, end):
            depth -= 1


def _check_growth(content: object) -> None:
    """Count values as often as they are referred to: nine lines are enough for a billion."""
    pending, left = [content], _MAX_VALUES
    while pending:
        value = pending.pop()
        left -= 1
        if left < 0:
            raise ValueError(f"it stands for more than {_MAX_VALUES:,} values, because it repeats or contains itself")
        if isinstance(value, dict):
            pending.extend(value)
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
