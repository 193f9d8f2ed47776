"""The ``meta.yaml`` files: one mapping of short values each, read and written without the YAML library where possible.

The library takes about a millisecond for a file of fifteen lines, and 10 ms to import. Nearly every such file is made
of ``key: value`` lines in the few forms below; whatever is not surely one of them is left to the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from runyard.errors import DataDamaged
from runyard_file.files import dump_yaml, parse_yaml, read_text

__all__ = ["META", "dump_meta", "parse_meta", "read_meta", "text_or_none", "whole_number"]

META = "meta.yaml"

_KEY = r"[A-Za-z_][A-Za-z0-9_.\-]*"
# Words that YAML 1.1 takes for something else than text, such as `yes`, `null` and `.inf`, hold none but these letters
# or are listed; numbers, dates and times begin with a digit, a sign or a dot.
_PLAIN = r"[A-Za-z_/][A-Za-z0-9_./\-]*(?::[A-Za-z0-9_./\-]+)*"
_LINE = re.compile(rf"({_KEY}): (?:(0|-?[1-9][0-9]*)|'([^'\n]*)'|({_PLAIN})|(\[\]|\{{\}}))\n")
_SPECIAL = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_PLAIN_KEY = re.compile(_KEY)
_PLAIN_TEXT = re.compile(_PLAIN)
# Half of a character can be written with an escape, and never be read again: it is left for the encoder to refuse.
_ESCAPED = re.compile(r'[^ -~\ud800-\udfff]|["\\]')
_EMPTY: dict[str, Callable[[], Any]] = {"[]": list, "{}": dict}


def parse_meta(path: str, text: str) -> dict[str, Any]:
    """Return the mapping that a text holds.

    Args:
        path: Where the text comes from, for the message.
        text: The contents of a ``meta.yaml``.

    Raises:
        DataDamaged: It is no valid YAML, or no mapping.
    """
    content: dict[str, Any] = {}
    position = 0
    match = _LINE.match
    while found := match(text, position):
        key, number, quoted, plain, empty = found.groups()
        if key.lower() in _SPECIAL:
            break
        if plain is not None:
            word = plain.lower()
            if word not in _SPECIAL:
                content[key] = plain
            elif plain == "null":
                content[key] = None
            else:
                break
        elif quoted is not None:
            if not quoted.isprintable():  # YAML gives line separators and controls a meaning
                break
            content[key] = quoted
        elif number is not None:
            content[key] = int(number)
        else:
            content[key] = _EMPTY[empty]()
        position = found.end()
    if position and position == len(text):
        return content
    return parse_yaml(path, text)


def read_meta(path: str) -> dict[str, Any]:
    """Return the mapping that a ``meta.yaml`` holds.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: It is not UTF-8, no valid YAML, or no mapping.
        StorageFailure: It cannot be read.
    """
    return parse_meta(path, read_text(path))


def dump_meta(content: Mapping[str, Any]) -> str:
    """Return a mapping as YAML: one line a key, keys sorted; the text that the YAML library would write or an equal."""
    lines = []
    for key in sorted(content):
        value = _scalar(content[key])
        if value is None or not _PLAIN_KEY.fullmatch(key) or key.lower() in _SPECIAL:
            return dump_yaml(content)
        lines.append(f"{key}: {value}\n")
    return "".join(lines)


def _scalar(value: Any) -> str | None:
    """Return a value as YAML; `None` for what is left to the library."""
    if value is None:
        return "null"
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        if _PLAIN_TEXT.fullmatch(value) and value.lower() not in _SPECIAL:
            return str(value)
        if value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        return '"' + _ESCAPED.sub(_escape, value) + '"'
    if value in ([], {}):
        return "[]" if isinstance(value, list) else "{}"
    return None


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def whole_number(path: str, content: Mapping[str, Any], key: str) -> int | None:
    """Return the whole number under a key, `None` where there is none.

    Raises:
        DataDamaged: There is something else.
    """
    value = content.get(key)
    if value is None or type(value) is int:
        return value
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise DataDamaged(f"{path!r} is damaged: {key!r} should be a whole number and is {value!r}.") from None


def text_or_none(content: Mapping[str, Any], key: str) -> str | None:
    """Return what is under a key as text, `None` where there is nothing; ids of old trees are numbers."""
    value = content.get(key)
    return None if value is None else str(value)
