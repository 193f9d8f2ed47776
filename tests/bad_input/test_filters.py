"""Filters and orders that do not parse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import runyard as ry
from runyard.errors import InvalidInput
from runyard.tracking.client import RunyardClient


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("metrics.loss <", ""),
        ("metrics.loss << 1", "<< 1"),
        ("metrics.loss < 'a'", "'a'"),
        ("params.alpha = 'a' AND NOT", ""),
        ("(metrics.loss < 1", ""),
        ("metrics.loss < 1)", ")"),
        ("params.alpha = 'x' ORR tags.a = 'b'", "tags.a"),
        ("nonsense.a = 1", "nonsense"),
        ("attributes.nothing = 'x'", "nothing"),
        ("tags.a = 'unclosed", "'unclosed"),
        ("tags.a LIKE 3", "3"),
        ("metrics.a IN ()", ")"),
        ("metrics.a BETWEEN 1", ""),
        ("metrics.a; DROP TABLE runs", ";"),
        ("(" * 5000, None),
    ],
)
def test_a_mistake_is_marked_with_a_caret(
    client: RunyardClient, runyard: Callable[..., tuple[int, str, str]], text: str, marked: str | None
) -> None:
    with pytest.raises(InvalidInput) as caught:
        client.search_runs(["0"], text)
    with pytest.raises(InvalidInput):
        ry.search_runs(filter_string=text)
    message = str(caught.value)
    code, out, err = runyard("runs", "list", "--filter", text)
    assert (code, out) == (1, "")
    assert "^" in err
    if marked is not None:
        line, caret = message.splitlines()[-2:]
        shown = line.find(text)
        assert shown >= 0, message
        place = caret.index("^") - shown
        assert text[place:].startswith(marked), message
        assert bool(text[place:]) == bool(marked), message
        assert set(caret.strip()) == {"^"}


@pytest.mark.parametrize(
    "order", ["metrics.loss UP", "nonsense", "metrics.loss DESC DESC", "metrics.", "1", "params.a, params.b"]
)
def test_an_order_that_does_not_parse_is_shown(
    client: RunyardClient, runyard: Callable[..., tuple[int, str, str]], order: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        client.search_runs(["0"], order_by=[order])
    assert order in str(caught.value)
    code, out, err = runyard("runs", "list", "--order-by", order)
    assert (code, out) == (1, "")
    assert order in err


@pytest.mark.parametrize("size", [0, -1, 50_001, "10", 1.5, True, None])
def test_an_odd_page_size_is_refused(client: RunyardClient, size: int) -> None:
    with pytest.raises(InvalidInput, match="max_results"):
        client.search_runs(["0"], max_results=size)


@pytest.mark.parametrize("token", ["x", "-1", "9999999999999999999999-a", "é"])
def test_a_token_of_somebody_else_is_refused(client: RunyardClient, run_id: str, token: str) -> None:
    with pytest.raises(InvalidInput, match="token"):
        client.search_runs(["0"], page_token=token)
    with pytest.raises(InvalidInput, match="token"):
        client.search_experiments(page_token=token)
