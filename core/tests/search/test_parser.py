from __future__ import annotations

import math
import pickle
import subprocess
import sys

import pytest

from runyard.errors import InvalidInput
from runyard.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    And,
    Comparison,
    Field,
    Filter,
    Kind,
    Node,
    Not,
    Operator,
    Or,
    OrderBy,
    Scope,
    Statistic,
    comparisons,
    mentions_tag,
    parse_filter,
    parse_order_by,
)

METRIC, PARAM, TAG, ATTRIBUTE, DATASET = Kind.METRIC, Kind.PARAM, Kind.TAG, Kind.ATTRIBUTE, Kind.DATASET


def tree(text: str, scope: Scope = RUNS) -> Node:
    parsed = parse_filter(text, scope)
    assert parsed is not None
    assert parsed.text == text
    return parsed.tree


def equal(kind: Kind, key: str, value: float | str) -> Comparison:
    return Comparison(Field(kind, key), Operator.EQ, value)


A, B, C = equal(PARAM, "a", "1"), equal(PARAM, "b", "2"), equal(PARAM, "c", "3")


@pytest.mark.parametrize("text", [None, ""])
def test_no_filter(text: str | None) -> None:
    assert parse_filter(text, RUNS) is None


@pytest.mark.parametrize(
    ("text", "kind", "key", "operator", "value"),
    [
        ("metrics.acc > 0.9", METRIC, "acc", Operator.GT, 0.9),
        ("metric.acc>=1", METRIC, "acc", Operator.GE, 1),
        ("metrics.acc < -.5", METRIC, "acc", Operator.LT, -0.5),
        ("metrics.acc <= 1e-3", METRIC, "acc", Operator.LE, 0.001),
        ("metrics.acc = 1.", METRIC, "acc", Operator.EQ, 1.0),
        ("metrics.acc != +2", METRIC, "acc", Operator.NE, 2),
        ("metrics.acc == 1", METRIC, "acc", Operator.EQ, 1),
        ("metrics.acc <> 1", METRIC, "acc", Operator.NE, 1),
        ("metrics.acc < 1e999", METRIC, "acc", Operator.LT, math.inf),
        ("metrics.acc > 9223372036854775808", METRIC, "acc", Operator.GT, 2.0**63),
        ("params.model = 'rf'", PARAM, "model", Operator.EQ, "rf"),
        ('param.model = "rf"', PARAM, "model", Operator.EQ, "rf"),
        ("parameter.model like 'r%'", PARAM, "model", Operator.LIKE, "r%"),
        ("parameters.model ILIKE 'R_'", PARAM, "model", Operator.ILIKE, "R_"),
        ("params.depth > 3", PARAM, "depth", Operator.GT, 3),
        ("params.model IN ('rf', \"nn\",)", PARAM, "model", Operator.IN, ("rf", "nn")),
        ("params.depth in (3,4.5)", PARAM, "depth", Operator.IN, (3, 4.5)),
        ("tags.mlflow.source.git.commit = 'abc'", TAG, "mlflow.source.git.commit", Operator.EQ, "abc"),
        ("tag.a IS NULL", TAG, "a", Operator.IS_NULL, None),
        ("status is null", ATTRIBUTE, "status", Operator.IS_NULL, None),
        ("attributes.status = 'FINISHED'", ATTRIBUTE, "status", Operator.EQ, "FINISHED"),
        ("attribute.run_id = 'x'", ATTRIBUTE, "run_id", Operator.EQ, "x"),
        ("attr.user_id = 'x'", ATTRIBUTE, "user_id", Operator.EQ, "x"),
        ("run.artifact_uri LIKE '%x'", ATTRIBUTE, "artifact_uri", Operator.LIKE, "%x"),
        ("run_name = 'x'", ATTRIBUTE, "run_name", Operator.EQ, "x"),
        ("`run name` = 'x'", ATTRIBUTE, "run_name", Operator.EQ, "x"),
        ("\"Run name\" = 'x'", ATTRIBUTE, "run_name", Operator.EQ, "x"),
        ("attributes.\"Run Name\" = 'x'", ATTRIBUTE, "run_name", Operator.EQ, "x"),
        ("created > 3", ATTRIBUTE, "start_time", Operator.GT, 3),
        ("Created > 3", ATTRIBUTE, "start_time", Operator.GT, 3),
        ("start_time > 1.5", ATTRIBUTE, "start_time", Operator.GT, 1.5),
        ("datasets.name = 'iris'", DATASET, "name", Operator.EQ, "iris"),
        ("dataset.context LIKE 'tr%'", DATASET, "context", Operator.LIKE, "tr%"),
    ],
)
def test_comparison(text: str, kind: Kind, key: str, operator: Operator, value: object) -> None:
    found = tree(text)
    assert found == Comparison(Field(kind, key), operator, value)  # type: ignore[arg-type]
    assert type(found.value) is type(value)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("metrics.`val loss`", "val loss"),
        ('metrics."a:b"', "a:b"),
        ("metrics.'a'", "a"),
        ("`metrics`.a", "a"),
        ("`metrics`.`a.b`", "a.b"),
        ("metrics.a.b.c", "a.b.c"),
        ("metrics.a-b", "a-b"),
        ("metrics.a/b", "a/b"),
        ("metrics.a:b", "a:b"),
        ("metrics.1", "1"),
        ("metrics.übung", "übung"),
        ("metrics.max", "max"),
        ("metrics.last", "last"),
        ("metrics.order", "order"),
        ("metrics.and", "and"),
        ("metrics.in", "in"),
        ("metrics.select", "select"),
        ('metrics.`a"b`', 'a"b'),
        ("metrics.loss.minimum", "loss.minimum"),
        ("metrics.`loss.min`", "loss.min"),
        ('metrics."loss.max"', "loss.max"),
    ],
)
def test_key(written: str, key: str) -> None:
    assert tree(f"{written} > 1") == Comparison(Field(METRIC, key), Operator.GT, 1)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("metrics.loss.min", Field(METRIC, "loss", Statistic.MIN)),
        ("metrics.val.loss.max", Field(METRIC, "val.loss", Statistic.MAX)),
        ("metrics.loss.last", Field(METRIC, "loss")),
        ("metrics.max.max", Field(METRIC, "max", Statistic.MAX)),
        ("metrics.`val loss`.min", Field(METRIC, "val loss", Statistic.MIN)),
        ("metrics.`loss.min`.max", Field(METRIC, "loss.min", Statistic.MAX)),
        ("params.loss.min", Field(PARAM, "loss.min")),
        ("tags.loss.max", Field(TAG, "loss.max")),
    ],
)
def test_statistic(written: str, field: Field) -> None:
    assert tree(f"{written} = 1") == Comparison(field, Operator.EQ, 1)
    assert parse_order_by([f"{written} DESC"], RUNS) == (OrderBy(f"{written} DESC", field, descending=True),)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("''", ""),
        ('""', ""),
        ("' x '", " x "),
        ("'it''s'", "it''s"),
        ('"say ""hi"""', 'say ""hi""'),
        ('"it\'s"', "it's"),
        ("'say \"hi\"'", 'say "hi"'),
        (r"'it\'s'", r"it\'s"),
        ("'C:\\'", "C:\\"),
        ("'two\nlines'", "two\nlines"),
        ("'a) or (b'", "a) or (b"),
    ],
)
def test_text_is_taken_as_it_stands(literal: str, value: str) -> None:
    assert tree(f"params.a = {literal}") == equal(PARAM, "a", value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("params.a = '1' AND params.b = '2'", And((A, B))),
        ("params.a='1'and params.b='2'", And((A, B))),
        ("params.a = '1' params.b = '2' and params.c = '3'", And((A, B, C))),
        ("AND params.a = '1' AND AND params.b = '2' AND", And((A, B))),
        ("params.a = '1' OR params.b = '2' AND params.c = '3'", Or((A, And((B, C))))),
        ("(params.a = '1' or params.b = '2') params.c = '3'", And((Or((A, B)), C))),
        ("NOT params.a = '1'", Not(A)),
        ("NOT params.a = '1' AND params.b = '2'", And((Not(A), B))),
        ("NOT (params.a = '1' AND params.b = '2')", Not(And((A, B)))),
        ("NOT NOT params.a = '1'", Not(Not(A))),
        ("((((params.a = '1'))))", A),
        ("params.a NOT LIKE 'x'", Not(Comparison(A.field, Operator.LIKE, "x"))),
        ("params.a not ilike 'x'", Not(Comparison(A.field, Operator.ILIKE, "x"))),
        ("params.a NOT IN ('x')", Not(Comparison(A.field, Operator.IN, ("x",)))),
        ("NOT params.a NOT IN ('x')", Not(Not(Comparison(A.field, Operator.IN, ("x",))))),
        ("params.a IS   NOT\nNULL", Not(Comparison(A.field, Operator.IS_NULL, None))),
        (
            "params.a BETWEEN 1 AND 2 AND params.b = '2'",
            And((And((Comparison(A.field, Operator.GE, 1), Comparison(A.field, Operator.LE, 2))), B)),
        ),
        (
            "params.a NOT BETWEEN 1 AND 2",
            Not(And((Comparison(A.field, Operator.GE, 1), Comparison(A.field, Operator.LE, 2)))),
        ),
        ("params.a = '1' NOT params.b = '2'", And((A, Not(B)))),
        ('params.a = "1" "run name" = "x"', And((A, equal(ATTRIBUTE, "run_name", "x")))),
    ],
)
def test_structure(text: str, expected: Node) -> None:
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("scope", "text", "expected"),
    [
        (EXPERIMENTS, "name LIKE 'x%'", Comparison(Field(ATTRIBUTE, "name"), Operator.LIKE, "x%")),
        (EXPERIMENTS, "attributes.creation_time > 5", Comparison(Field(ATTRIBUTE, "creation_time"), Operator.GT, 5)),
        (EXPERIMENTS, "experiment_id IN ('1')", Comparison(Field(ATTRIBUTE, "experiment_id"), Operator.IN, ("1",))),
        (REGISTERED_MODELS, "timestamp > 5", Comparison(Field(ATTRIBUTE, "last_updated_timestamp"), Operator.GT, 5)),
        (MODEL_VERSIONS, "version_number = 3", equal(ATTRIBUTE, "version_number", 3)),
        (MODEL_VERSIONS, "version_number = '3'", equal(ATTRIBUTE, "version_number", 3)),
        (MODEL_VERSIONS, "source_path = 'x'", equal(ATTRIBUTE, "source_path", "x")),
        (LOGGED_MODELS, "status = 2", equal(ATTRIBUTE, "status", "READY")),
        (LOGGED_MODELS, "status = '2'", equal(ATTRIBUTE, "status", "READY")),
        (LOGGED_MODELS, "status = 'READY'", equal(ATTRIBUTE, "status", "READY")),
        (
            LOGGED_MODELS,
            "status IN ('LOGGED_MODEL_READY', 'FAILED')",
            Comparison(Field(ATTRIBUTE, "status"), Operator.IN, ("READY", "FAILED")),
        ),
        (
            LOGGED_MODELS,
            "attributes.creation_time > 5",
            Comparison(Field(ATTRIBUTE, "creation_timestamp"), Operator.GT, 5),
        ),
        (LOGGED_MODELS, "metrics.acc = 1", equal(METRIC, "acc", 1)),
    ],
)
def test_scope(scope: Scope, text: str, expected: Node) -> None:
    assert tree(text, scope) == expected


def test_number_longer_than_python_reads() -> None:
    assert tree(f"metrics.a < {'9' * 5000}") == Comparison(Field(METRIC, "a"), Operator.LT, math.inf)


def test_same_text_is_parsed_once() -> None:
    assert parse_filter("params.cached = '1'", RUNS) is parse_filter("params.cached = '1'", RUNS)
    assert tree("tags.cached = '1'", EXPERIMENTS) == tree("tags.cached = '1'", RUNS)


def test_filter_is_data() -> None:
    parsed = parse_filter("params.a = '1' AND NOT metrics.b.min IN (1, 2)", RUNS)
    assert pickle.loads(pickle.dumps(parsed)) == parsed


def test_comparisons_and_mentioned_tags() -> None:
    parsed = parse_filter("(tags.a = '1' OR NOT params.b = '2') metrics.c IS NULL", RUNS)
    assert isinstance(parsed, Filter)
    assert [comparison.field.key for comparison in comparisons(parsed.tree)] == ["a", "b", "c"]
    assert mentions_tag(parsed, "a")
    assert not mentions_tag(parsed, "b")
    assert not mentions_tag(None, "a")


@pytest.mark.parametrize(
    ("text", "field", "descending"),
    [
        ("metrics.acc", Field(METRIC, "acc"), False),
        ("metrics.acc DESC", Field(METRIC, "acc"), True),
        ("  metrics.acc\tasc ", Field(METRIC, "acc"), False),
        ("metrics.`val loss` desc", Field(METRIC, "val loss"), True),
        ("metrics.desc desc", Field(METRIC, "desc"), True),
        ("params.a-b", Field(PARAM, "a-b"), False),
        ("tags.mlflow.runName", Field(TAG, "mlflow.runName"), False),
        ("Created DESC", Field(ATTRIBUTE, "start_time"), True),
        ("run.status", Field(ATTRIBUTE, "status"), False),
    ],
)
def test_order(text: str, field: Field, descending: bool) -> None:
    assert parse_order_by([text], RUNS) == (OrderBy(text, field, descending),)


def test_orders() -> None:
    assert parse_order_by(None, RUNS) == parse_order_by([], RUNS) == ()
    assert [order.field.key for order in parse_order_by(["metrics.a", "metrics.a.min", "params.a"], RUNS)] == ["a"] * 3


def test_order_of_logged_models() -> None:
    orders = parse_order_by(
        [
            {"field_name": "metrics.val loss", "ascending": False, "dataset_name": "d", "dataset_digest": "1"},
            {"field_name": "metrics.val loss", "dataset_name": "d"},
            {"field_name": "creation_time"},
            "name DESC",
        ],
        LOGGED_MODELS,
    )
    assert orders == (
        OrderBy("metrics.val loss DESC", Field(METRIC, "val loss"), True, "d", "1"),
        OrderBy("metrics.val loss ASC", Field(METRIC, "val loss"), False, "d"),
        OrderBy("creation_time ASC", Field(ATTRIBUTE, "creation_timestamp")),
        OrderBy("name DESC", Field(ATTRIBUTE, "name"), True),
    )


@pytest.mark.parametrize(
    ("orders", "message"),
    [
        ("metrics.a", r"list of keys; write \['metrics.a'\]"),
        (["metrics.a", "metrics.a DESC"], "same key twice: 'metrics.a' and 'metrics.a DESC'"),
        (["created", "start_time"], "same key twice"),
        (["datasets.name"], "cannot be ordered by their datasets"),
        (["metrics.a, metrics.b"], "a second key is another item"),
        (["metrics.a descending"], "ASC, DESC or the end"),
        (["lifecycle_stage"], "no attribute 'lifecycle_stage'"),
        (["DESC"], "Expected a name"),
        ([""], "is text such as 'metrics.acc DESC'"),
        ([" "], "is text such as"),
        ([3], "is text such as"),
        ([{"field_name": "start_time"}], "Runs are ordered by texts"),
    ],
)
def test_bad_order(orders: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_order_by(orders, RUNS)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({}, "needs 'field_name'"),
        ({"field_name": "name", "ascending": "no"}, "must be true or false"),
        ({"field_name": "metrics.a", "dataset_digest": "1"}, "without 'dataset_name'"),
        ({"field_name": "nmae"}, "did you mean 'name'"),
    ],
)
def test_bad_order_of_logged_models(order: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_order_by([order], LOGGED_MODELS)


def test_parser_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, runyard.tracking.requests; assert 'runyard.search.parser' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
