"""A filter as a Python predicate."""

from __future__ import annotations

import operator
from collections.abc import Callable

from runyard.search.like import like
from runyard.search.records import DatasetName, Record
from runyard.search.syntax import And, Comparison, Field, Filter, Kind, Literal, Node, Not, Operator

__all__ = ["matcher", "number"]

Predicate = Callable[[Record], bool]
Test = Callable[[Literal], bool]

_RELATIONS: dict[Operator, Callable[[Literal, Literal], bool]] = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.LT: operator.lt,
    Operator.LE: operator.le,
    Operator.GT: operator.gt,
    Operator.GE: operator.ge,
}


def number(text: str) -> float | None:
    """Return the number that the value of a param or tag is, `None` if it is none.

    What Python reads as a float counts, infinities and NaN included, but no digits grouped by ``_``.
    """
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def matcher(filter: Filter | None) -> Predicate:  # noqa: A002 - the word of the reference API
    """Return a function that says whether a record fits a filter; every record fits `None`."""
    return (lambda _: True) if filter is None else _compile(filter.tree, negated=False)


def _compile(node: Node, *, negated: bool) -> Predicate:
    """Push negations down to the comparisons: what is left needs two truth values only, and is fast."""
    if isinstance(node, Not):
        return _compile(node.operand, negated=not negated)
    if isinstance(node, Comparison):
        return _comparison(node, negated)
    parts = [_compile(operand, negated=negated) for operand in node.operands]
    if len(parts) == 1:
        return parts[0]
    wanted = isinstance(node, And) == negated

    def joined(record: Record) -> bool:
        for part in parts:
            if part(record) is wanted:
                return wanted
        return not wanted

    return joined


def _comparison(comparison: Comparison, negated: bool) -> Predicate:
    field = comparison.field
    if field.kind is Kind.DATASET:
        return _dataset_comparison(comparison, negated)
    read = reader(field)
    if comparison.operator is Operator.IS_NULL:
        return (lambda record: read(record) is not None) if negated else (lambda record: read(record) is None)
    test = _test(comparison)
    if _is_numeric(comparison) and field.kind in (Kind.PARAM, Kind.TAG):

        def compare_number(record: Record) -> bool:
            text = read(record)
            value = None if text is None else number(str(text))
            return value is not None and test(value) is not negated

        return compare_number

    def compare(record: Record) -> bool:
        value = read(record)
        return value is not None and test(value) is not negated

    return compare


def _dataset_comparison(comparison: Comparison, negated: bool) -> Predicate:
    key = comparison.field.key
    if comparison.operator is Operator.IS_NULL:
        return lambda record: any(True for _ in record.datasets(key)) is negated
    test = _test(comparison)
    return lambda record: any(test(value) is not negated for value in record.datasets(key))


def reader(field: Field, dataset: DatasetName | None = None) -> Callable[[Record], Literal | None]:
    """Return a function that reads a field, other than one of datasets, from a record."""
    key, statistic = field.key, field.statistic
    if field.kind is Kind.METRIC:
        return lambda record: record.metric(key, statistic, dataset)
    if field.kind is Kind.PARAM:
        return lambda record: record.param(key)
    if field.kind is Kind.TAG:
        return lambda record: record.tag(key)
    return lambda record: record.attribute(key)


def _is_numeric(comparison: Comparison) -> bool:
    value = comparison.value
    return not isinstance(value[0] if isinstance(value, tuple) else value, str)


def _test(comparison: Comparison) -> Test:
    """Return a function that compares a value that is there with the literal."""
    value = comparison.value
    if isinstance(value, tuple):
        return frozenset(value).__contains__
    if comparison.operator in (Operator.LIKE, Operator.ILIKE):
        fits = like(str(value), ignore_case=comparison.operator is Operator.ILIKE)
        return lambda text: fits(str(text))
    relation = _RELATIONS[comparison.operator]
    assert value is not None  # noqa: S101 - only IS NULL has none
    literal = value
    return lambda found: relation(found, literal)
