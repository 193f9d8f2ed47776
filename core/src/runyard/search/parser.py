"""From the text of a filter or order to its syntax tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.search.builder import Builder
from runyard.search.fields import resolve_field
from runyard.search.mistakes import mistake, shorten
from runyard.search.scopes import LOGGED_MODELS, Scope
from runyard.search.syntax import Field, Filter, Kind, OrderBy

if TYPE_CHECKING:
    from lark import Lark, Token, Tree, UnexpectedInput

__all__ = ["parse_filter", "parse_order_by"]

# What the parser takes at a place, and how a person calls it; the first line that fits counts.
_EXPECTED = (
    ({"NUMBER", "SINGLE_QUOTES"}, "a number, or text in quotes such as 'rf'"),
    ({"OPERATOR"}, "a comparison: =, !=, <, <=, >, >=, LIKE, ILIKE, IN, BETWEEN or IS NULL"),
    ({"LIKE"}, "LIKE, ILIKE, IN or BETWEEN"),
    ({"DIRECTION"}, "ASC, DESC or the end (a second key is another item of the list)"),
    ({"$END"}, "AND, OR or the end"),
    ({"_OR", "RPAR"}, "AND, OR or ')'"),
    ({"_NULL"}, "NULL or NOT NULL"),
    ({"COMMA"}, "',' or ')'"),
    ({"RPAR"}, "')'"),
    ({"PATH"}, "a name, such as metrics.acc, params.model or status"),
    ({"LPAR"}, "a list in parentheses, such as ('a', 'b')"),
    ({"_AND"}, "AND and a second number"),
    (set[str](), "the end"),
)


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
    return _filter(text, scope)


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
        order = _order_mapping(item, scope) if isinstance(item, Mapping) else _order(item, scope)
        key = (order.field, order.dataset_name, order.dataset_digest)
        if key in orders:
            raise InvalidInput(f"The order sorts by the same key twice: {orders[key].text!r} and {order.text!r}.")
        orders[key] = order
    return tuple(orders.values())


@lru_cache(maxsize=256)
def _filter(text: str, scope: Scope) -> Filter:
    if not text.strip():
        raise InvalidInput("The filter is nothing but white space; leave it out, or write a condition.")
    tree = _parse(text, "filter")
    return Filter(text, Builder(text, scope).node(tree.children[0]))  # type: ignore[arg-type]


def _order(text: str, scope: Scope) -> OrderBy:
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput(f"A key of an order is text such as 'metrics.acc DESC'; it is {text!r}.")
    named, *direction = _parse(text, "order").children
    field = Builder(text, scope).field(named)  # type: ignore[arg-type]
    return OrderBy(text, _sortable(field, text), bool(direction) and str(direction[0]).lower() == "desc")


def _order_mapping(order: Mapping[str, Any], scope: Scope) -> OrderBy:
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


@cache
def _grammar() -> Lark:
    """Build the parser, once in a process and only when there is something to parse."""
    from importlib.resources import files

    from lark import Lark

    grammar = files("runyard.search").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, start=["filter", "order"], parser="lalr", lexer="basic", maybe_placeholders=False)


def _parse(text: str, start: str) -> Tree[Token]:
    from lark import UnexpectedInput

    parser: Any = _grammar().parse_interactive(text, start=start)  # lark does not annotate it
    try:
        parser.exhaust_lexer()
        tree: Tree[Token] = parser.feed_eof()
    except UnexpectedInput as error:
        raise _syntax_error(error, text, parser.accepts()) from None
    return tree


def _syntax_error(error: UnexpectedInput, text: str, accepted: set[str]) -> InvalidInput:
    from lark import UnexpectedToken

    if not isinstance(error, UnexpectedToken):
        place = error.pos_in_stream or 0
        return mistake(_lexical_error(text[place]), text, place)
    token = error.token
    place = token.start_pos or 0
    if token.type == "_NULL" and "NUMBER" in accepted:
        return mistake("Nothing equals NULL; write IS NULL or IS NOT NULL.", text, place, token.end_pos)
    wanted = next(words for tokens, words in _EXPECTED if tokens <= accepted)
    if token.type == "$END":
        return mistake(f"The text ends too early; expected {wanted}.", text, len(text.rstrip()))
    return mistake(f"Expected {wanted}, not {shorten(token)}.", text, place, token.end_pos)


def _lexical_error(sign: str) -> str:
    if sign in "`'\"":
        return f"The quote {sign} is not closed."
    if sign == ".":
        return "A key follows the dot at once; one with unusual characters stands in backticks: metrics.`val loss`."
    if sign.isdigit():
        return "This is no number; text stands in quotes, such as 'rf'."
    return f"{sign!r} has no meaning here; a key that holds it stands in backticks, text in quotes."
