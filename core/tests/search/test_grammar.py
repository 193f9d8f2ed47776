"""The parser and the grammar that is written down take the same texts, and see the same structure in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runyard.errors import InvalidInput
from runyard.search import RUNS, Comparison, Node, Not, Or, parse_filter, parse_order_by

pytest.importorskip("lark", reason="lark reads the grammar that is written down")

if TYPE_CHECKING:
    from lark import Lark

WORDS = [
    *("params.a", "metrics.b.max", "status", "`run name`", '"run name"', "tags.`x y`", "params.order", "in.x"),
    *("orders", "=", "!=", "<", "<=", "=>", "LIKE", "ilike", "IN", "in(", "BETWEEN", "IS", "is null", "NULL"),
    *("NOT", "not(", "AND", "and", "OR", "(", ")", ",", "1", "-2.5", ".5e3", "'x'", '"y"', "'it''s'", "''"),
    *("1x", "?", "'", "asc", "DESC"),
]
# Sequences that have a chance to be right, and any others.
CONDITIONS = ["params.a = 'x'", "metrics.b > 1", "params.a in (1, 2)", "tags.c is not null", "params.d between 1 and 2"]
texts = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
    st.lists(st.sampled_from([*CONDITIONS, "AND", "OR", "NOT", "(", ")"]), min_size=1, max_size=9),
).map(" ".join)


@cache
def grammar() -> Lark:
    from lark import Lark

    text = files("runyard.search").joinpath("grammar.lark").read_text("utf-8")
    return Lark(text, start=["filter", "order"], parser="lalr", lexer="basic", maybe_placeholders=False)


def read_by_grammar(text: str, start: str) -> Any:
    from lark import UnexpectedInput

    try:
        return grammar().parse(text, start=start)
    except UnexpectedInput:
        return None


def joints_by_grammar(tree: Any) -> Any:
    children = [child for child in tree.children if hasattr(child, "data")]
    if tree.data == "filter":
        return joints_by_grammar(children[0])
    if tree.data == "negation":
        return ("not", joints_by_grammar(children[0]))
    if tree.data in ("conjunction", "disjunction"):
        return ("and" if tree.data == "conjunction" else "or", *map(joints_by_grammar, children))
    return "."


def mistake_in(parse: Callable[[], object]) -> str:
    try:
        parse()
    except InvalidInput as error:
        return error.message
    return ""


@given(texts)
def test_filters(text: str) -> None:
    message = mistake_in(lambda: parse_filter(text, RUNS))
    if read_by_grammar(text, "filter") is None:
        assert message
    else:
        # The grammar knows neither names nor types, so there may be a mistake all the same.
        assert not message.startswith(("Expected", "The text ends"))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join))
def test_orders(text: str) -> None:
    message = mistake_in(lambda: parse_order_by([text], RUNS))
    if read_by_grammar(text, "order") is None:
        assert message
    else:
        assert not message or message.startswith("There is no ")


@st.composite
def nested(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["params.a = '1'", "params.a IN (1)", "params.a IS NULL", "params.a = 2"]))
    operands = draw(st.lists(nested(depth - 1), min_size=1, max_size=3))
    operands = [f"({text})" if draw(st.booleans()) else text for text in operands]
    operands = [f"NOT {text}" if draw(st.booleans()) else text for text in operands]
    return draw(st.sampled_from([" AND ", " OR ", " "])).join(operands)


@given(nested())
def test_structure(text: str) -> None:
    parsed = parse_filter(text, RUNS)
    assert parsed is not None
    assert joints(parsed.tree) == joints_by_grammar(read_by_grammar(text, "filter"))


def joints(node: Node) -> Any:
    """Return a tree without its conditions."""
    if isinstance(node, Comparison):
        return "."
    if isinstance(node, Not):
        return ("not", joints(node.operand))
    return ("or" if isinstance(node, Or) else "and", *map(joints, node.operands))
