r"""The command of an entry point: a shell command with ``{name}`` where the value of a parameter goes.

``{{`` and ``}}`` stand for braces, as in `str.format`. A value arrives as data, whatever it holds: one argument, or one
piece of the argument that the author wrote around it. This holds inside quotes as well, because the template is read
as the shell will read it: outside of quotes a value gets quotes; inside double quotes these are closed before it and
opened after it; inside single quotes a quote in the value is written ``'\''``.

Where the shell would read a quoted value as code, a placeholder is refused when the project is read: in backticks,
``${...}``, ``$'...'``, arithmetic, a comment or a here-document, and right after a ``$`` or a backslash. What no
quoting can do: a program that takes an argument as code (``eval {x}``, ``bash -c {x}``, ``[[ {x} -eq 1 ]]``) still does
so.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

import msgspec

from runyard.errors import InvalidInput

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_WORD_BREAKS = frozenset(" \t\n;&|()<>")


class Placeholder(msgspec.Struct, frozen=True):
    """A place in a command where a value goes.

    Attributes:
        name: The parameter.
        quotes: The quotes that it stands in: ``'``, ``"`` or none.
    """

    name: str
    quotes: str = ""

    def quoted(self, value: str) -> str:
        """Return the text that stands for a value at this place."""
        if self.quotes == "'":
            return value.replace("'", "'\\''")
        word = shlex.quote(value)
        return f'"{word}"' if self.quotes and word != value else word


class Command:
    """A command that was read.

    Args:
        template: The text of the author.

    Attributes:
        template: The text of the author, without blanks at its end.

    Raises:
        InvalidInput: A brace or quote has no partner, or a placeholder stands where a value could become code.
    """

    def __init__(self, template: str) -> None:
        self.template = template.rstrip()
        items = list(_items(self.template))
        reader = _Reader(items)
        reader.read()
        self._doubt = reader.doubt
        self._open_end = reader.open_end
        self._places = reader.places
        if self._places and self._doubt:
            raise InvalidInput(f"the command {self._doubt}, so that no place in it is safe for a value")
        self._items = items

    @property
    def names(self) -> list[str]:
        """The parameters that have a place in it, in the order of their places."""
        return [place.name for place in self._places.values()]

    def format(self, values: Mapping[str, str], extra: Mapping[str, str]) -> str:
        """Return the command with values in their places.

        Args:
            values: A value for each name in `names`.
            extra: Values that have no place; they come after the command as ``--name value``.

        Raises:
            InvalidInput: There are extra values, and what follows the command would not be its arguments.
        """
        obstacle = self._doubt or self._open_end
        if extra and obstacle:
            raise InvalidInput(
                f"The entry point does not declare {', '.join(map(repr, extra))}, and nothing can be added to its "
                f"command: it {obstacle}."
            )
        parts = [
            self._places[index].quoted(values[item.name]) if isinstance(item, Placeholder) else item
            for index, item in enumerate(self._items)
        ]
        options = [shlex.quote(word) for name, value in extra.items() for word in (f"--{name}", value)]
        return " ".join(["".join(parts), *options])


def _items(template: str) -> Iterator[str | Placeholder]:
    """Yield the characters and placeholders of a template.

    Raises:
        InvalidInput: A brace has no partner.
    """
    for match in _PIECE.finditer(template):
        text = match[0]
        if match[1] is not None:
            yield Placeholder(match[1].strip())
        elif text in ("{", "}"):
            raise InvalidInput(f"a {text!r} in the command has no partner; write {text * 2!r} for one that stays")
        else:
            yield from text[0] if text in ("{{", "}}") else text


class _Reader:
    """Follows which quotes and brackets of a shell are open, and is in doubt rather than wrong.

    Attributes:
        places: The placeholders by their index among the items, with the quotes that they stand in.
        doubt: What it met and does not follow, so that it may be wrong about the rest; empty when nothing.
        open_end: Why what follows the text would not be read as words; empty when it would.
    """

    def __init__(self, items: list[str | Placeholder]) -> None:
        self._items = items
        self._index = 0
        self.places: dict[int, Placeholder] = {}
        self.doubt = ""
        self.open_end = ""

    def read(self) -> None:
        """Read all of it."""
        self._plain()
        text = "".join(item for item in self._items if isinstance(item, str))
        if "(" in text and "esac" in text:
            self._doubt("has 'case' and brackets")

    def _next(self) -> str | Placeholder | None:
        if self._index == len(self._items):
            return None
        self._index += 1
        return self._items[self._index - 1]

    def _accept(self, char: str) -> bool:
        """Step over a character if it is the next one."""
        found = self._index < len(self._items) and self._items[self._index] == char
        self._index += found
        return found

    def _place(self, placeholder: Placeholder, quotes: str = "", refused: str = "") -> None:
        if refused:
            raise InvalidInput(
                f"the placeholder {{{placeholder.name}}} stands {refused}, where a value could become code; give it a "
                "place of its own, or write {{...}} for braces that the shell shall see"
            )
        self.places[self._index - 1] = Placeholder(placeholder.name, quotes)

    def _doubt(self, reason: str) -> None:
        self.doubt = self.doubt or reason

    def _plain(self, closing: str = "") -> None:
        """Read outside of quotes, to the end or to a closing bracket."""
        fresh = True  # whether a word would begin here
        while (item := self._next()) is not None:
            if isinstance(item, Placeholder):
                self._place(item)
            elif item == "#" and fresh:
                self._opaque("\n", "a comment")
            elif item == ")" and closing:
                return
            elif item == "(":
                self._bracket()
            elif item == "<" and self._accept("<") and not self._accept("<"):
                self._doubt("has a here-document")
            elif item == "'":
                self._single()
            elif item == '"':
                self._double()
            else:
                self._common(item, quoted=False)
            fresh = isinstance(item, str) and (item in _WORD_BREAKS or (item == "#" and fresh))
        if closing:
            self._doubt("does not close a '('")

    def _double(self) -> None:
        while (item := self._next()) is not None:
            if isinstance(item, Placeholder):
                self._place(item, '"')
            elif item == '"':
                return
            else:
                self._common(item, quoted=True)
        self._doubt("does not close a '\"'")

    def _single(self) -> None:
        while (item := self._next()) is not None:
            if isinstance(item, Placeholder):
                self._place(item, "'")
            elif item == "'":
                return
        self._doubt('does not close a "\'"')

    def _common(self, item: str, *, quoted: bool) -> None:
        """Read on after a character that means the same outside of quotes and in double quotes."""
        if item == "\\":
            escaped = self._next()
            if isinstance(escaped, Placeholder):
                self._place(escaped, refused="right after a backslash")
            elif escaped is None:
                self.open_end = "ends with a backslash"
        elif item == "`":
            self._opaque("`", "backticks")
        elif item == "$" and not self._accept("$"):
            self._dollar(quoted=quoted)

    def _dollar(self, *, quoted: bool) -> None:
        if self._accept("("):
            self._bracket()
        elif self._accept("{"):
            self._opaque("}", "${...}")
        elif not quoted and self._accept("'"):
            self._opaque("'", "$'...'")
        elif self._index < len(self._items) and isinstance(item := self._items[self._index], Placeholder):
            self._place(item, refused="right after a '$'")

    def _bracket(self) -> None:
        """Read on after an opening bracket."""
        if self._accept("("):
            self._opaque("))", "arithmetic")
        else:
            self._plain(")")

    def _opaque(self, end: str, what: str) -> None:
        """Read over something that is not looked into; quotes in it could hide its end."""
        while (item := self._next()) is not None:
            if isinstance(item, Placeholder):
                self._place(item, refused=f"inside {what}")
            elif item == end[0] and (len(end) == 1 or self._accept(end[1])):
                return
            elif end != "\n" and item in "'\"`\\$({":
                self._doubt(f"has {item!r} inside {what}")
        if end == "\n":
            self.open_end = "ends with a comment"
        else:
            self._doubt(f"does not close {what}")
