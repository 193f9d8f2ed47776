"""Random filters: what is written is what is read, and the predicate agrees with the definition of the truth values."""

from __future__ import annotations

import itertools
import math
import operator
import re

from hypothesis import given
from hypothesis import strategies as st

from runyard.entities import Dataset, DatasetInput, InputTag, Metric, Run, RunData, RunInfo, RunInputs
from runyard.search import (
    RUNS,
    And,
    Comparison,
    Field,
    Kind,
    Node,
    Not,
    Operator,
    Or,
    Record,
    matcher,
    number,
    parse_filter,
    parse_order_by,
    run_record,
    sorted_records,
)
from runyard.testing.filters import KEYS, NUMBERS, TEXTS, filters, orders

RELATIONS = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.LT: operator.lt,
    Operator.LE: operator.le,
    Operator.GT: operator.gt,
    Operator.GE: operator.ge,
}


@given(filters(RUNS))
def test_what_is_written_is_read(case: tuple[Node, str]) -> None:
    tree, text = case
    parsed = parse_filter(text, RUNS)
    assert parsed is not None
    assert parsed.tree == tree


def found_values(field: Field, record: Record) -> list[object]:
    """Return what a record has for a field: any number of values for datasets, else none or one."""
    if field.kind is Kind.DATASET:
        return list(record.datasets(field.key))
    value: object = {
        Kind.METRIC: lambda: record.metric(field.key, field.statistic, None),
        Kind.PARAM: lambda: record.param(field.key),
        Kind.TAG: lambda: record.tag(field.key),
        Kind.ATTRIBUTE: lambda: record.attribute(field.key),
    }[field.kind]()
    return [] if value is None else [value]


def holds(comparison: Comparison, value: object) -> bool:
    if isinstance(comparison.value, tuple):
        return any(value == item for item in comparison.value)
    if comparison.operator in (Operator.LIKE, Operator.ILIKE):
        pattern = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in str(comparison.value))
        flags = re.DOTALL | (re.IGNORECASE if comparison.operator is Operator.ILIKE else 0)
        return re.fullmatch(pattern, str(value), flags) is not None
    return bool(RELATIONS[comparison.operator](value, comparison.value))


def truth(node: Node, record: Record) -> tuple[bool, bool]:
    """Return whether a node is true, and whether it is false; where it is neither, it is unknown."""
    if isinstance(node, Not):
        true, false = truth(node.operand, record)
        return false, true
    if isinstance(node, (And, Or)):
        every = [truth(operand, record) for operand in node.operands]
        all_true, any_true = all(true for true, _ in every), any(true for true, _ in every)
        all_false, any_false = all(false for _, false in every), any(false for _, false in every)
        return (all_true, any_false) if isinstance(node, And) else (any_true, all_false)
    values = found_values(node.field, record)
    if node.operator is Operator.IS_NULL:
        return not values, bool(values)
    first = node.value[0] if isinstance(node.value, tuple) else node.value
    if node.field.kind in (Kind.PARAM, Kind.TAG) and not isinstance(first, str):
        values = [value for value in map(number, map(str, values)) if value is not None]
    return any(holds(node, value) for value in values), any(not holds(node, value) for value in values)


floats = st.sampled_from([*map(float, NUMBERS), math.nan, math.inf, -math.inf])


@st.composite
def runs(draw: st.DrawFn) -> Record:
    histories = draw(st.dictionaries(st.sampled_from(KEYS), st.lists(floats, min_size=1, max_size=3)))
    pairs = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(TEXTS))
    names = draw(st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from([None, *TEXTS])), max_size=2))
    run = Run(
        info=RunInfo(
            run_id=draw(st.sampled_from(["a", "b"])),
            run_name=draw(st.sampled_from(TEXTS)),
            experiment_id="0",
            start_time=draw(st.sampled_from([None, 0, 1])),
            end_time=draw(st.sampled_from([None, 1])),
        ),
        data=RunData(
            latest_metrics=[Metric(key, history[-1], 0) for key, history in histories.items()],
            params=draw(pairs),
            tags=draw(pairs),
        ),
        inputs=RunInputs(
            dataset_inputs=[
                DatasetInput(
                    Dataset(name=name, digest=name, source_type="", source=""),
                    [] if context is None else [InputTag("mlflow.data.context", context)],
                )
                for name, context in names
            ]
        ),
    )
    return run_record(run, histories.__getitem__)


@given(filters(RUNS), st.lists(runs(), max_size=4))
def test_predicate_follows_the_definition(case: tuple[Node, str], records: list[Record]) -> None:
    tree, text = case
    fits = matcher(parse_filter(text, RUNS))
    assert [fits(record) for record in records] == [truth(tree, record)[0] for record in records]


@given(orders(RUNS), st.lists(runs(), max_size=6))
def test_order_follows_the_definition(order_by: list[tuple[Field, bool, str]], records: list[Record]) -> None:
    found = sorted_records(records, parse_order_by([text for _, _, text in order_by], RUNS), RUNS)
    assert sorted(map(id, found)) == sorted(map(id, records))
    keys = [(field, descending) for field, descending, _ in order_by]
    given_fields = {field for field, _ in keys}
    start, run_id = Field(Kind.ATTRIBUTE, "start_time"), Field(Kind.ATTRIBUTE, "run_id")
    every = [*keys, *((field, field is start) for field in (start, run_id) if field not in given_fields)]
    for one, other in itertools.pairwise(found):
        assert compare(every, one, other) <= 0


def compare(keys: list[tuple[Field, bool]], one: Record, other: Record) -> int:
    """Return a number below 0 where `one` belongs before `other`, above 0 where it belongs behind it."""
    for field, descending in keys:
        sides = [next(iter(found_values(field, record)), None) for record in (one, other)]
        ranks = [2 if side is None else 1 if side != side else 0 for side in sides]
        if ranks[0] != ranks[1]:
            return ranks[0] - ranks[1]
        if ranks[0] == 0 and sides[0] != sides[1]:
            smaller = sides[0] < sides[1]  # type: ignore[operator]
            return -1 if smaller is not descending else 1
    return 0
