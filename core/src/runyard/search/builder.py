"""From what the grammar found to the syntax tree: names are resolved and types are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.search.fields import resolve_field
from runyard.search.mistakes import mistake, shorten
from runyard.search.scopes import Attribute, Scope
from runyard.search.syntax import And, Comparison, Field, Kind, Literal, Node, Not, Operator, Or

if TYPE_CHECKING:
    from lark import Token, Tree

    from runyard.errors import InvalidInput

MAX_DEPTH = 100
"""How many levels of ``AND``, ``OR`` and ``NOT`` may stand inside each other."""

_OPERATORS = {operator.value: operator for operator in Operator} | {"==": Operator.EQ, "<>": Operator.NE}
_NUMBERS_ONLY = (Operator.LT, Operator.LE, Operator.GT, Operator.GE)
_TEXT_ONLY = (Operator.LIKE, Operator.ILIKE)


class Builder:
    """Builds the nodes of one filter or order.

    Args:
        text: The whole of it, to show mistakes in.
        scope: What may be named.
    """

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope

    def node(self, tree: Tree[Token], depth: int = 0) -> Node:
        """Return the node for a part of a filter.

        Raises:
            InvalidInput: Something in it has no meaning in this scope, or it is nested too deep.
        """
        if depth > MAX_DEPTH:
            raise self._mistake(
                f"This is nested too deep; at most {MAX_DEPTH} levels of AND, OR and NOT may stand inside each other.",
                _first(tree),
            )
        if tree.data not in ("conjunction", "disjunction", "negation"):
            return self._condition(tree)
        operands = [self.node(child, depth + 1) for child in _trees(tree)]
        if tree.data == "negation":
            return Not(operands[0])
        return And(tuple(operands)) if tree.data == "conjunction" else Or(tuple(operands))

    def field(self, tree: Tree[Token]) -> Field:
        """Return the field that a ``field`` of the grammar names.

        Raises:
            InvalidInput: There is nothing of that name in this scope.
        """
        token = _first(tree)
        return resolve_field(str(token), token.start_pos or 0, self.text, self.scope, dotted=token.type == "PATH")

    def _condition(self, tree: Tree[Token]) -> Node:
        left, *values = _trees(tree)
        words = {token.type: token for token in tree.scan_values(lambda _: True)}
        field = self.field(left)
        side = _Side(f"'{_first(left)}'", field, self.scope)
        if tree.data == "absence":
            node: Node = Comparison(field, Operator.IS_NULL, None)
        elif tree.data == "membership":
            node = Comparison(field, Operator.IN, self._list(side, values))
        elif tree.data == "between":
            low, high = (self._value(side, value, Operator.GE, "BETWEEN") for value in values)
            node = And((Comparison(field, Operator.GE, low), Comparison(field, Operator.LE, high)))
        else:
            token = words.get("OPERATOR") or words["LIKE"]
            operator = _OPERATORS.get(token.upper())
            if operator is None:
                raise self._mistake(f"There is no comparison {str(token)!r}; there are =, !=, <, <=, >, >=.", token)
            node = Comparison(field, operator, self._value(side, values[0], operator, str(token)))
        return Not(node) if "NOT" in words else node

    def _list(self, side: _Side, values: list[Tree[Token]]) -> tuple[Literal, ...]:
        items = [self._value(side, value, Operator.IN, "IN") for value in values]
        for item, value in zip(items, values, strict=True):
            if isinstance(item, str) != isinstance(items[0], str):
                raise self._mistake("A list holds numbers or texts, not both.", _first(value))
        return tuple(items)

    def _value(self, side: _Side, tree: Tree[Token], operator: Operator, word: str) -> Literal:
        """Return a literal, once it is sure that the field and the operator can be used with it."""
        token = _first(tree)
        value: Literal = token[1:-1] if token.type != "NUMBER" else read_number(token)
        if side.attribute is not None and side.attribute.convert is not None and operator not in _TEXT_ONLY:
            converted = side.attribute.convert(value)
            value = value if converted is None else converted
        problem = side.objection(value, operator, word)
        if problem:
            raise self._mistake(problem, token)
        return value

    def _mistake(self, message: str, token: Token) -> InvalidInput:
        return mistake(message, self.text, token.start_pos or 0, token.end_pos)


class _Side:
    """The left side of a condition, and what it can be compared with."""

    def __init__(self, name: str, field: Field, scope: Scope) -> None:
        self.name = name
        self.attribute: Attribute | None = scope.attribute(field.key) if field.kind is Kind.ATTRIBUTE else None
        self.only_number = field.kind is Kind.METRIC or (self.attribute is not None and self.attribute.numeric)
        self.only_text = not self.only_number and field.kind not in (Kind.PARAM, Kind.TAG)

    def objection(self, value: Literal, operator: Operator, word: str) -> str:
        """Return what is wrong with a comparison, empty if nothing is."""
        if operator in _TEXT_ONLY and self.only_number:
            return f"{word} compares text; {self.name} is a number."
        if operator in _NUMBERS_ONLY and self.only_text:
            return f"{word} compares numbers; {self.name} is text."
        if isinstance(value, str):
            if not self.only_number and operator not in _NUMBERS_ONLY:
                return ""
            advice = f"; leave out the quotes: {value}" if _is_plain_number(value) else ""
            subject = f"{self.name} is compared with a number" if self.only_number else f"{word} compares numbers"
            return f"{subject}; {shorten(value)} is text{advice}."
        if self.only_text or operator in _TEXT_ONLY:
            return f"{self.name if self.only_text else word} is compared with text; put it into quotes: '{value}'."
        return ""


def read_number(text: str) -> int | float:
    """Return the number that a literal stands for: an integer if it is one of 64 bits, a float otherwise."""
    if text.lstrip("+-").isdigit() and len(text) <= 20:
        integer = int(text)
        if -(2**63) <= integer < 2**63:
            return integer
    return float(text)


def _is_plain_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return len(text) < 40


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if not isinstance(child, str)]


def _first(tree: Tree[Token]) -> Token:
    child = tree.children[0]
    while not isinstance(child, str):
        child = child.children[0]
    return child
