from __future__ import annotations

import contextlib

import pytest

from runyard.entities import Run, RunInfo
from runyard.errors import InvalidInput
from runyard.search import EXPERIMENTS, LOGGED_MODELS, MODEL_VERSIONS, RUNS, Scope, matcher, parse_filter, run_record


def message(text: str, scope: Scope = RUNS) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_filter(text, scope)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    return caught.value.message


def test_place_is_shown() -> None:
    assert message("metrics.acc > 0.9 AND stat = 'FINISHED'") == (
        "There is no attribute 'stat' of runs; did you mean 'status'?\n"
        "  metrics.acc > 0.9 AND stat = 'FINISHED'\n"
        "                        ^^^^"
    )


def test_filter_is_shown_on_one_line() -> None:
    assert message("metrics.acc\n\t> 'high'").splitlines()[1:] == [
        "  metrics.acc  > 'high'",
        "                 ^^^^^^",
    ]


def test_surroundings_of_a_long_filter_are_shown() -> None:
    many = " AND ".join(f"params.p{number} = 'x'" for number in range(100))
    for text in (f"{many} AND oops = 1 AND {many}", f"oops = 1 AND {many}", f"{many} AND oops = 1"):
        _, shown, caret = message(text).splitlines()
        assert len(shown) < 115
        assert shown[caret.index("^") : caret.rindex("^") + 1] == "oops"
        assert shown.startswith("  ... ") is not text.startswith("oops")
        assert shown.endswith(" ...") is not text.endswith("oops = 1")


def test_long_word_does_not_make_a_long_message() -> None:
    for text in (
        f"params.a = '{'x' * 9999}' oops = 1",
        f"metrics.a = '{'1' * 9999}'",
        f"{'x' * 9999} = 1",
        f"a {'b' * 999}",
    ):
        assert len(message(text)) < 600


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  ", "nothing but white space"),
        ("metrics.acc", "ends too early; expected a comparison: ="),
        ("metrics.acc >", "ends too early; expected a number, or text in quotes"),
        ("metrics.acc > high", "Expected a number, or text in quotes such as 'rf', not 'high'"),
        ("params.a = `x`", "Expected a number, or text in quotes"),
        ("params.a = NULL", "Nothing equals NULL; write IS NULL"),
        ("params.a IS 'x'", "Expected NULL or NOT NULL, not"),
        ("params.a NOT = 'x'", "Expected LIKE, ILIKE, IN or BETWEEN, not '='"),
        ("params.a 'x'", "Expected a comparison"),
        ("params.a => 1", "no comparison '=>'"),
        ("params.a ~ 'x'", "no comparison '~'"),
        ("params.a = 'x", "quote ' is not closed"),
        ("params.`a = 'x'", "A key follows the dot at once"),
        ("metrics . a > 1", "A key follows the dot at once"),
        ("`a = 'x'", "quote ` is not closed"),
        ("params.a = 1.5.2", "This is no number"),
        ("params.a = 'x';", "';' has no meaning here"),
        ("params.a = 'x' , params.b = 'y'", "Expected AND, OR or the end, not ','"),
        ("params.a = 'x' OR", "ends too early; expected a name"),
        ("OR params.a = 'x'", "Expected a name, such as metrics.acc, params.model or status, not 'OR'"),
        ("AND", "ends too early; expected a name"),
        ("(params.a = 'x'", "ends too early; expected AND, OR or ')'"),
        ("params.a = 'x')", "Expected AND, OR or the end, not ')'"),
        ("params.a IN 'x'", "Expected a list in parentheses, such as ('a', 'b')"),
        ("params.a IN ()", "Expected a number, or text in quotes"),
        ("params.a IN ('x' 'y')", "Expected ',' or ')'"),
        ("params.a IN ('x',", "expected a number, or text"),
        ("params.a IN ('x', 1)", "holds numbers or texts, not both"),
        ("metrics.a BETWEEN 1, 2", "Expected AND and a second number"),
        ("1 < metrics.a", "Expected a name"),
        ("metrics.`` > 1", "a key belongs there"),
        ("metrics.`a`.mean > 1", ".last, .min or .max"),
        ("params.`a`.max > 1", "put the whole key into quotes"),
        ("metrics.acc = 'high'", "'metrics.acc' is compared with a number; 'high' is text."),
        ("metrics.acc > '0.9'", "'0.9' is text; leave out the quotes: 0.9"),
        ("start_time IN ('5')", "'start_time' is compared with a number"),
        ("params.lr > '0.1'", "> compares numbers; '0.1' is text; leave out the quotes: 0.1"),
        ("params.lr BETWEEN 'a' AND 'b'", "BETWEEN compares numbers; 'a' is text."),
        ("params.lr LIKE 0.1", "LIKE is compared with text; put it into quotes: '0.1'"),
        ("status = 3", "'status' is compared with text; put it into quotes: '3'"),
        ("status < 'FINISHED'", "< compares numbers; 'status' is text"),
        ("metrics.acc ILIKE '0.%'", "ILIKE compares text; 'metrics.acc' is a number"),
        ("datasets.name > 3", "> compares numbers; 'datasets.name' is text"),
        ("datasets.nmae = 'x'", "no 'nmae' of a dataset; did you mean 'name'?"),
        ("datasets.x = 'x'", "there are name, digest, context"),
        ("METRICS.a > 1", "no prefix 'METRICS' in a search of runs; did you mean 'metrics'?"),
        ("x.a > 1", "there are attributes, metrics, params, tags, datasets"),
        ("xyz = 'x'", "there are run_id, run_name, user_id"),
        ("run name = 'x'", "Expected a comparison"),
    ],
)
def test_mistake(text: str, expected: str) -> None:
    assert expected in message(text)


@pytest.mark.parametrize(
    ("scope", "text", "expected"),
    [
        (EXPERIMENTS, "metrics.a > 1", "no prefix 'metrics' in a search of experiments; there are attributes, tags."),
        (EXPERIMENTS, "nam = 'x'", "no attribute 'nam' of experiments; did you mean 'name'?"),
        (MODEL_VERSIONS, "version_number = 'three'", "'three' is text"),
        (LOGGED_MODELS, "status = 9", "'status' is compared with text"),
        (LOGGED_MODELS, "datasets.name = 'x'", "there are attributes, metrics, params, tags."),
    ],
)
def test_mistake_in_scope(scope: Scope, text: str, expected: str) -> None:
    assert expected in message(text, scope)


def test_not_text() -> None:
    with pytest.raises(InvalidInput, match="A filter is text; 3 is int"):
        parse_filter(3, RUNS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "NOT " * 30_000 + "params.a = '1'",
        "(params.a = '1' OR params.b = '2' AND " * 3000 + "params.c = '3'" + ")" * 3000,
        "(" * 101 + "params.a = '1'" + ")" * 101,
    ],
    ids=["not", "mixed", "parentheses"],
)
def test_deep_nesting(text: str) -> None:
    assert "nested too deep; at most 100 parentheses" in message(text)


def test_as_deep_as_allowed() -> None:
    for text in ("NOT " * 100 + "params.a = '1'", "(" * 100 + "params.a = '1'" + ")" * 100):
        parsed = parse_filter(text, RUNS)
        assert matcher(parsed)(run_record(Run(info=RunInfo(run_id="", run_name="", experiment_id="")))) is False


@pytest.mark.parametrize(
    "text",
    [
        " AND ".join(["params.a = '1'"] * 6000),
        f"params.a IN ({', '.join(['1'] * 30_000)})",
        f"params.a = '{'x' * 100_000}'",
        f"params.a = '{'x' * 100_000}",
        "params.a = '" + "''" * 50_000,
        "params.a = '" + r"\'" * 50_000,
        "params.a = '" + r"\''" * 33_000,
        f"params.a = {'1' * 100_000}x",
        f"params.a = {'1.' * 50_000}",
        f"params.{'a.' * 50_000} = 1",
        f"params.{'a-' * 50_000}? = 1",
        f"metrics.`{'a' * 100_000}",
        f"{'a' * 100_000} = 1",
        "=" * 100_000,
        "(" * 100_000,
        "NOT " * 25_000,
        "AND " * 25_000,
        " " * 100_000 + "x",
    ],
    ids=lambda text: f"{text[:16]}...{text[-3:]}",
)
def test_hundred_kilobytes(text: str) -> None:
    # Each takes a fraction of a second; with anything worse than linear time this test would not end.
    with contextlib.suppress(InvalidInput):
        parse_filter(text, RUNS)
