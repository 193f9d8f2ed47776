"""From the text of a filter or order to its syntax tree.

The grammar is written down in ``grammar.lark``. It is read here by hand, one method for each rule, because a parser
generator takes longer to start than a thousand runs to search; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from runyard.errors import InvalidInput
from runyard.search.fields import resolve_field
from runyard.search.mistakes import mistake, shorten
from runyard.search.operands import LeftSide
from runyard.search.scopes import LOGGED_MODELS, Scope
from runyard.search.syntax import And, Comparison, Field, Filter, Kind, Literal, Node, Not, Operator, Or, OrderBy
from runyard.search.tokens import END, Token, tokenize

__all__ = ["parse_filter", "parse_order_by"]

MAX_DEPTH = 100
"""How many parentheses and ``NOT`` may stand inside each other."""

_OPERATORS = {operator.value: operator for operator in Operator} | {"==": Operator.EQ, "<>": Operator.NE}
_NAMES = ("PATH", "NAME", "BACKTICKS", "DOUBLE_QUOTES")
_BEGINNINGS = (*_NAMES, "NOT", "(")
_VALUES = ("NUMBER", "SINGLE_QUOTES", "DOUBLE_QUOTES")


def parse_filter(text: str | None, scope: Scope) -> Filter | None:
    """Return a filter, `None` for an empty one.

    Args:
        text: What the user wrote, such as ``metrics.acc > 0.9 AND params.model = 'rf'``.
        scope: What is searched.

    Raises:
        InvalidInput: The text does not parse, names what there is not, or compares a number with text; the message
            shows the place.
    """
    if not text:
        return None
    if not isinstance(text, str):
        raise InvalidInput(f"A filter is text; {text!r} is {type(text).__name__}.")
    return _parse_filter(text, scope)


def parse_order_by(order_by: Iterable[str | Mapping[str, Any]] | None, scope: Scope) -> tuple[OrderBy, ...]:
    """Return sort keys, the most important one first.

    Args:
        order_by: Texts such as ``metrics.acc DESC``. For logged models also mappings with ``field_name`` and, if need
            be, ``ascending``, ``dataset_name`` and ``dataset_digest``.
        scope: What is searched.

    Raises:
        InvalidInput: One does not parse, names what there is not or cannot be sorted by, or comes twice.
    """
    if isinstance(order_by, (str, Mapping)):
        raise InvalidInput(f"An order is a list of keys; write [{order_by!r}].")
    orders: dict[tuple[Field, str | None, str | None], OrderBy] = {}
    for item in order_by or ():
        order = _order_of_mapping(item, scope) if isinstance(item, Mapping) else _order_of_text(item, scope)
        key = (order.field, order.dataset_name, order.dataset_digest)
        if key in orders:
            raise InvalidInput(f"The order sorts by the same key twice: {orders[key].text!r} and {order.text!r}.")
        orders[key] = order
    return tuple(orders.values())


@lru_cache(maxsize=256)
def _parse_filter(text: str, scope: Scope) -> Filter:
    if not text.strip():
        raise InvalidInput("The filter is nothing but white space; leave it out, or write a condition.")
    return Filter(text, _Parser(text, scope).filter())


def _order_of_text(text: str, scope: Scope) -> OrderBy:
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput(f"A key of an order is text such as 'metrics.acc DESC'; it is {text!r}.")
    field, descending = _Parser(text, scope).order()
    return OrderBy(text, _sortable(field, text), descending)


def _order_of_mapping(order: Mapping[str, Any], scope: Scope) -> OrderBy:
    if scope is not LOGGED_MODELS:
        raise InvalidInput(f"{scope.noun.capitalize()} are ordered by texts such as 'name DESC', not by {order!r}.")
    name, ascending = order.get("field_name"), order.get("ascending", True)
    dataset_name, dataset_digest = order.get("dataset_name"), order.get("dataset_digest")
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput(f"The order {dict(order)!r} needs 'field_name', such as 'metrics.acc' or 'name'.")
    if not isinstance(ascending, bool):
        raise InvalidInput(f"'ascending' of the order by {name!r} is {ascending!r}; it must be true or false.")
    if dataset_digest and not dataset_name:
        raise InvalidInput(f"The order by {name!r} has 'dataset_digest' without 'dataset_name'.")
    name = name.strip()
    field = _sortable(resolve_field(name, 0, name, scope, dotted="." in name), name)
    return OrderBy(
        f"{name} {'ASC' if ascending else 'DESC'}", field, not ascending, dataset_name or None, dataset_digest or None
    )


def _sortable(field: Field, text: str) -> Field:
    if field.kind is Kind.DATASET:
        raise mistake("Runs cannot be ordered by their datasets: a run may have several.", text, 0, len(text))
    return field


class _Parser:
    """Reads one filter or order from left to right; a method takes the tokens of its rule and returns their meaning."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope
        self._tokens = tokenize(text)
        self._next = next(self._tokens)

    def filter(self) -> Node:
        node = self._disjunction(0)
        self._expect(END, words="AND, OR or the end")
        return node

    def order(self) -> tuple[Field, bool]:
        field = self._field(self._name())
        descending = self._take("DESC") is not None
        if not descending:
            self._take("ASC")
        self._expect(END, words="ASC, DESC or the end (a second key is another item of the list)")
        return field, descending

    def _disjunction(self, depth: int) -> Node:
        operands = [self._conjunction(depth)]
        while self._take("OR"):
            operands.append(self._conjunction(depth))
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def _conjunction(self, depth: int) -> Node:
        operands: list[Node] = []
        while True:
            # AND may be left out, and the reference grammar also skips those that have nothing to join.
            while self._take("AND"):
                pass
            if operands and self._next.kind not in _BEGINNINGS:
                return operands[0] if len(operands) == 1 else And(tuple(operands))
            operands.append(self._negation(depth))

    def _negation(self, depth: int) -> Node:
        opened = self._take("NOT", "(")
        if opened is None:
            return self._condition()
        if depth == MAX_DEPTH:
            message = f"This is nested too deep; at most {MAX_DEPTH} parentheses and NOT may stand inside each other."
            raise mistake(message, self._text, opened.start, opened.end)
        if opened.kind == "NOT":
            return Not(self._negation(depth + 1))
        node = self._disjunction(depth + 1)
        self._expect(")", words="AND, OR or ')'")
        return node

    def _condition(self) -> Node:
        name = self._name()
        if self._take("IS"):
            negated = self._take("NOT") is not None
            self._expect("NULL", words="NULL" if negated else "NULL or NOT NULL")
            node: Node = Comparison(self._field(name), Operator.IS_NULL, None)
            return Not(node) if negated else node
        negated = self._take("NOT") is not None
        word = self._take("LIKE", "ILIKE", "IN", "BETWEEN", *(() if negated else ("OPERATOR",)))
        if word is None:
            likes = "LIKE, ILIKE, IN or BETWEEN"
            raise self._unexpected(likes if negated else f"a comparison: =, !=, <, <=, >, >=, {likes}, or IS NULL")
        left = LeftSide(name, self._field(name), self._text, self._scope)
        if word.kind == "IN":
            node = Comparison(left.field, Operator.IN, self._list(left))
        elif word.kind == "BETWEEN":
            low = left.compared_with(self._value(), Operator.GE, word.text)
            self._expect("AND", words="AND and a second number")
            high = left.compared_with(self._value(), Operator.LE, word.text)
            node = And((Comparison(left.field, Operator.GE, low), Comparison(left.field, Operator.LE, high)))
        else:
            operator = _OPERATORS.get(word.text.upper())
            if operator is None:
                message = f"There is no comparison {shorten(word.text)}; there are =, !=, <, <=, >, >=."
                raise mistake(message, self._text, word.start, word.end)
            node = Comparison(left.field, operator, left.compared_with(self._value(), operator, word.text))
        return Not(node) if negated else node

    def _list(self, left: LeftSide) -> tuple[Literal, ...]:
        self._expect("(", words="a list in parentheses, such as ('a', 'b')")
        items = [left.compared_with(self._value(), Operator.IN, "IN")]
        while self._take(","):
            if self._next.kind == ")":
                break
            token = self._value()
            items.append(left.compared_with(token, Operator.IN, "IN"))
            if isinstance(items[-1], str) != isinstance(items[0], str):
                raise mistake("A list holds numbers or texts, not both.", self._text, token.start, token.end)
        self._expect(")", words="',' or ')'")
        return tuple(items)

    def _name(self) -> Token:
        return self._expect(*_NAMES, words="a name, such as metrics.acc, params.model or status")

    def _field(self, name: Token) -> Field:
        return resolve_field(name.text, name.start, self._text, self._scope, dotted=name.kind == "PATH")

    def _value(self) -> Token:
        if self._next.kind == "NULL":
            message = "Nothing equals NULL; write IS NULL or IS NOT NULL."
            raise mistake(message, self._text, self._next.start, self._next.end)
        return self._expect(*_VALUES, words="a number, or text in quotes such as 'rf'")

    def _take(self, *kinds: str) -> Token | None:
        """Take the next token if it is of one of these kinds."""
        token = self._next
        if token.kind not in kinds:
            return None
        if token.kind != END:
            self._next = next(self._tokens)
        return token

    def _expect(self, *kinds: str, words: str) -> Token:
        """Take the next token, which has to be of one of these kinds; in words, for the message."""
        token = self._take(*kinds)
        if token is None:
            raise self._unexpected(words)
        return token

    def _unexpected(self, words: str) -> InvalidInput:
        token = self._next
        if token.kind == END:
            return mistake(f"The text ends too early; expected {words}.", self._text, token.start)
        return mistake(f"Expected {words}, not {shorten(token.text)}.", self._text, token.start, token.end)
