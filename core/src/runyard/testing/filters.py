"""Random filters and orders, as hypothesis strategies: for tests of whatever reads the syntax tree.

This module needs hypothesis: ``pip install runyard-core[testing]``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from hypothesis import strategies as st

from runyard.search import And, Comparison, Field, Kind, Literal, Node, Not, Operator, Or, Scope, Statistic
from runyard.search.scopes import DATASET_KEYS

__all__ = ["KEYS", "NUMBERS", "TEXTS", "fields", "filters", "orders"]

KEYS = ("a", "A", "b.c", "val loss", "x-y", "max", "and", "p/q:r", "loss.min")
"""Keys of metrics, params and tags that a filter has to quote, or that mean something in it."""
TEXTS = ("", "a", "B", "ab", "1", "2.5", "x'y", 'say "hi"', "50%", "a\nb", "a_b", "back\\slash", "É", "é", "a ")
"""Values that mean something to ``LIKE``, to a number, or to a quotation."""
NUMBERS = (-1, 0, 1, 2.5, 3, 7, 0.5, 1000, 1e300, -0.125, 5e-324, 2**63, -(2**63))

ORDERED = (Operator.EQ, Operator.NE, Operator.LT, Operator.LE, Operator.GT, Operator.GE)
EQUALITY = (Operator.EQ, Operator.NE)
LIKES = (Operator.LIKE, Operator.ILIKE)


def fields(scope: Scope, keys: Sequence[str] = KEYS, without: Collection[str] = ()) -> st.SearchStrategy[Field]:
    """Return everything that an order may name.

    Args:
        scope: The kind of objects.
        keys: Keys of metrics, params and tags.
        without: Attributes that are left out.
    """
    attributes = [Field(Kind.ATTRIBUTE, item.name) for item in scope.attributes if item.name not in without]
    kinds = [kind for kind in scope.kinds if kind is not Kind.DATASET]
    return st.one_of(st.sampled_from(attributes), *(_values(kind, keys) for kind in kinds))


def orders(
    scope: Scope, keys: Sequence[str] = KEYS, without: Collection[str] = ()
) -> st.SearchStrategy[list[tuple[Field, bool, str]]]:
    """Return up to three sort keys: the field, whether it descends, and the two as text."""
    key = st.tuples(fields(scope, keys, without), st.booleans())
    distinct = st.lists(key, max_size=3, unique_by=lambda pair: pair[0])
    return distinct.map(
        lambda pairs: [
            (field, descending, f"{_write_field(field, quoted=True)} {'DESC' if descending else 'ASC'}")
            for field, descending in pairs
        ]
    )


def filters(
    scope: Scope,
    keys: Sequence[str] = KEYS,
    literals: Mapping[str, Sequence[Literal]] | None = None,
    opaque: Collection[str] = (),
) -> st.SearchStrategy[tuple[Node, str]]:
    """Return a tree and one of the ways to write it.

    Args:
        scope: The kind of objects.
        keys: Keys of metrics, params and tags.
        literals: What an attribute is compared with, by its name, instead of `NUMBERS` or `TEXTS`.
        opaque: Attributes that are only asked for equality, such as ids.
    """
    return _written(_trees(scope, keys, literals or {}, opaque))


@st.composite
def _written(draw: st.DrawFn, trees: st.SearchStrategy[Node]) -> tuple[Node, str]:
    tree = draw(trees)
    return tree, _write(tree, draw)


def _values(kind: Kind, keys: Sequence[str]) -> st.SearchStrategy[Field]:
    if kind is Kind.METRIC:
        return st.builds(Field, st.just(kind), st.sampled_from(keys), st.sampled_from(Statistic))
    return st.builds(Field, st.just(kind), st.sampled_from(DATASET_KEYS if kind is Kind.DATASET else keys))


def _trees(
    scope: Scope, keys: Sequence[str], literals: Mapping[str, Sequence[Literal]], opaque: Collection[str]
) -> st.SearchStrategy[Node]:
    leaves = []
    for kind in scope.kinds:
        values = _values(kind, keys)
        if kind is not Kind.DATASET:
            leaves.append(_compared(values, NUMBERS, ORDERED))
        if kind is not Kind.METRIC:
            leaves.append(_compared(values, TEXTS, EQUALITY + LIKES))
    for attribute in scope.attributes:
        operators = ORDERED if attribute.numeric else EQUALITY if attribute.name in opaque else EQUALITY + LIKES
        known = literals.get(attribute.name, NUMBERS if attribute.numeric else TEXTS)
        leaves.append(_compared(st.just(Field(Kind.ATTRIBUTE, attribute.name)), known, operators))
    return st.recursive(st.one_of(leaves), _joined, max_leaves=8)


def _joined(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, nodes), st.builds(And, several), st.builds(Or, several))


def _compared(
    values: st.SearchStrategy[Field], literals: Sequence[Literal], operators: Sequence[Operator]
) -> st.SearchStrategy[Comparison]:
    literal = st.sampled_from(literals)
    return st.one_of(
        st.builds(Comparison, values, st.sampled_from(operators), literal),
        st.builds(Comparison, values, st.just(Operator.IN), st.lists(literal, min_size=1, max_size=3).map(tuple)),
        st.builds(Comparison, values, st.just(Operator.IS_NULL), st.none()),
    )


def _write(node: Node, draw: st.DrawFn) -> str:
    flip = draw(st.booleans())
    if isinstance(node, Comparison):
        return _write_comparison(node, "", flip)
    if isinstance(node, Not):
        inner = node.operand
        if isinstance(inner, Comparison) and flip and inner.operator in (*LIKES, Operator.IN, Operator.IS_NULL):
            return _write_comparison(inner, "NOT ", flip)
        return f"not ({_write(inner, draw)})" if flip else f"NOT({_write(inner, draw)})"
    joint = " OR " if isinstance(node, Or) else draw(st.sampled_from([" AND ", " and\n", " "]))
    return joint.join(f"({_write(operand, draw)})" for operand in node.operands)


def _write_comparison(node: Comparison, negation: str, flip: bool) -> str:
    field = _write_field(node.field, flip)
    if node.operator is Operator.IS_NULL:
        return f"{field} IS {negation}NULL"
    if isinstance(node.value, tuple):
        return f"{field} {negation}IN ({', '.join(map(_literal, node.value))})"
    return f"{field} {negation}{node.operator.value} {_literal(node.value)}"


def _write_field(field: Field, quoted: bool) -> str:
    bare = re.fullmatch(r"[\w.\-/:]+", field.key) and not (field.kind is Kind.METRIC and "." in field.key)
    key = field.key if bare and not quoted else f"`{field.key}`"
    statistic = "" if field.statistic is Statistic.LAST and quoted else f".{field.statistic.value}"
    return f"{field.kind.value}.{key}{statistic if field.kind is Kind.METRIC else ''}"


def _literal(value: Literal | None) -> str:
    if not isinstance(value, str):
        return repr(value)
    return f'"{value}"' if "'" in value else f"'{value}'"
