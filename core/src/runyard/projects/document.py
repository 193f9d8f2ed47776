"""A YAML file that is read against a schema: each mistake is named with its line, all of them in one error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml  # noqa: TID253 - this module is imported to read YAML

from runyard.errors import InvalidInput

_CONSTRUCTOR = yaml.constructor.SafeConstructor()


class Entry(NamedTuple):
    """A key of a mapping and what stands under it."""

    key: yaml.Node
    value: yaml.Node


class Document:
    """A file on its way into types.

    Args:
        path: The file.

    Attributes:
        root: Its top node; `None` for an empty file.

    Raises:
        InvalidInput: The file cannot be read, is no YAML, or is nested far too deeply.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._faults: list[tuple[int, str]] = []
        try:
            # errors are found in the text, so that a byte that is no UTF-8 has a line as well
            self.root = yaml.compose(path.read_bytes(), Loader=yaml.SafeLoader)
        except OSError as error:
            raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f", line {mark.line + 1}" if mark else ""
            raise InvalidInput(f"{path}{line}: this is not YAML: {error.problem or error}.") from None
        except RecursionError:
            raise InvalidInput(f"{path} is nested far too deeply.") from None
        except yaml.YAMLError as error:
            raise InvalidInput(f"{path}: this is not YAML: {' '.join(str(error).split())}.") from None

    def fault(self, node: yaml.Node, message: str) -> None:
        """Take note of a mistake."""
        self._faults.append((node.start_mark.line + 1, message))

    def finish(self) -> None:
        """Raise what was taken note of.

        Raises:
            InvalidInput: There was a mistake; the message has a line for each.
        """
        if self._faults:
            lines = [f"{self.path}, line {line}: {message}" for line, message in sorted(self._faults)]
            raise InvalidInput("\n".join(lines), faults=self._faults)

    def mapping(self, node: yaml.Node | None, what: str, allowed: Iterable[str] | None = None) -> Mapping[str, Entry]:
        """Return what stands under each key of a mapping.

        Args:
            node: The node; nothing and ``null`` are an empty mapping.
            what: What it is, for messages.
            allowed: The keys that may stand there; any text when `None`.
        """
        if node is None or _is_null(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} must be a mapping, 'key: value', not {_kind(node)}.")
            return {}
        self._check_twice(node, what)
        _CONSTRUCTOR.flatten_mapping(node)
        entries: dict[str, Entry] = {}
        known = None if allowed is None else list(allowed)
        for key, value in node.value:
            name = self.text(key, f"A key of {what}")
            if name is None:
                continue
            if known is not None and name not in known:
                self.fault(key, f"{what} has no key {name!r}; {allowed_words(name, known)}")
                continue
            entries[name] = Entry(key, value)
        return entries

    def sequence(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """Return the items of a list; nothing and ``null`` are an empty one."""
        if node is None or _is_null(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, f"{what} must be a list, '- item' or '[item, ...]', not {_kind(node)}.")
            return []
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str | None:
        """Return a text; numbers and truth values come as Python writes them. `None` where it is something else."""
        if not isinstance(node, yaml.ScalarNode) or _is_null(node):
            self.fault(node, f"{what} must be a text, not {_kind(node)}.")
            return None
        value: Any = _CONSTRUCTOR.construct_object(node)
        return str(value)

    def optional_text(self, node: yaml.Node, what: str) -> str | None:
        """Return a text, or `None` for ``null``."""
        return None if _is_null(node) else self.text(node, what)

    def _check_twice(self, node: yaml.MappingNode, what: str) -> None:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    self.fault(key, f"{what} has the key {key.value!r} twice; it stands in line {seen[key.value]} too.")
                seen.setdefault(key.value, key.start_mark.line + 1)


def allowed_words(given: str, words: Iterable[str]) -> str:
    """Return the words that are allowed as a sentence, with a guess at the one that was meant."""
    from difflib import get_close_matches

    known = list(words)
    close = get_close_matches(given, known, 1)
    guess = f"did you mean {close[0]!r}? " if close else ""
    return f"{guess}Allowed are: {', '.join(known) or 'none'}."


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "nothing" if _is_null(node) else f"{node.value!r}"
