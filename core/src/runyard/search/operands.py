"""What can be compared with what."""

from __future__ import annotations

from runyard.search.mistakes import mistake, shorten
from runyard.search.scopes import Scope
from runyard.search.syntax import Field, Kind, Literal, Operator
from runyard.search.tokens import Token

__all__ = ["LeftSide", "read_literal"]

_NUMBERS_ONLY = (Operator.LT, Operator.LE, Operator.GT, Operator.GE)
_TEXT_ONLY = (Operator.LIKE, Operator.ILIKE)


class LeftSide:
    """The left side of a condition.

    Args:
        token: What was written.
        field: What it means.
        text: The whole filter, to show a mistake in.
        scope: What is searched.
    """

    def __init__(self, token: Token, field: Field, text: str, scope: Scope) -> None:
        self.field = field
        self._name = f"'{token.text}'"
        self._text = text
        self._attribute = scope.attribute(field.key) if field.kind is Kind.ATTRIBUTE else None
        self._only_number = field.kind is Kind.METRIC or (self._attribute is not None and self._attribute.numeric)
        self._only_text = not self._only_number and field.kind not in (Kind.PARAM, Kind.TAG)

    def compared_with(self, token: Token, operator: Operator, word: str) -> Literal:
        """Return the value of a literal.

        Args:
            token: The literal.
            operator: How it is compared.
            word: How the user wrote that.

        Raises:
            InvalidInput: They do not go together: the message says what would.
        """
        value = read_literal(token)
        if self._attribute is not None and self._attribute.convert is not None and operator not in _TEXT_ONLY:
            converted = self._attribute.convert(value)
            value = value if converted is None else converted
        objection = self._objection(value, operator, word)
        if objection:
            raise mistake(objection, self._text, token.start, token.end)
        return value

    def _objection(self, value: Literal, operator: Operator, word: str) -> str:
        if operator in _TEXT_ONLY and self._only_number:
            return f"{word} compares text; {self._name} is a number."
        if operator in _NUMBERS_ONLY and self._only_text:
            return f"{word} compares numbers; {self._name} is text."
        if isinstance(value, str):
            if not self._only_number and operator not in _NUMBERS_ONLY:
                return ""
            advice = f"; leave out the quotes: {value}" if _is_plain_number(value) else ""
            subject = f"{self._name} is compared with a number" if self._only_number else f"{word} compares numbers"
            return f"{subject}; {shorten(value)} is text{advice}."
        if self._only_text or operator in _TEXT_ONLY:
            return f"{self._name if self._only_text else word} is compared with text; put it into quotes: '{value}'."
        return ""


def read_literal(token: Token) -> Literal:
    """Return the value of a literal: text as it stands, an integer if it is one of 64 bits, a float otherwise."""
    if token.kind != "NUMBER":
        return token.text[1:-1]
    if token.text.lstrip("+-").isdigit() and len(token.text) <= 20:
        integer = int(token.text)
        if -(2**63) <= integer < 2**63:
            return integer
    return float(token.text)


def _is_plain_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return len(text) < 40
