from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runyard.search.like import like


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("abc", ["abc"], ["abcd", "xabc", "ABC", "", "abc\n"]),
        ("", [""], ["a"]),
        ("%", ["", "a", "a\nb"], []),
        ("%%", ["", "ab"], []),
        ("a%", ["a", "abc"], ["ba", "A"]),
        ("%a", ["a", "cba"], ["ab"]),
        ("%a%", ["a", "bab"], ["b", ""]),
        ("a%a", ["aa", "aba"], ["a"]),
        ("a%b%a", ["aba", "abba"], ["aa", "ab"]),
        ("_", ["a", "\n", "é"], ["", "ab"]),
        ("a_c%", ["abc", "a\nc-"], ["ac", "abb"]),
        ("%_b", ["ab", "aab"], ["b"]),
        ("%ab%abc", ["ababc", "abxabc"], ["abc"]),
        (".*", [".*"], ["ab"]),
        ("[a]%\\", ["[a]\\"], ["a\\"]),
    ],
)
def test_like(pattern: str, fitting: list[str], others: list[str]) -> None:
    assert [text for text in fitting if not like(pattern)(text)] == []
    assert [text for text in others if like(pattern)(text)] == []


def test_ignore_case() -> None:
    assert like("ÄB%c", ignore_case=True)("äbXC")
    assert not like("ÄB%c")("äbXC")


def test_hostile_pattern_takes_linear_time() -> None:
    assert not like("%a" * 50 + "%b")("a" * 20_000)
    assert not like("%_" * 50 + "%b")("a" * 20_000)


@given(st.text("ab%_", max_size=8), st.text("abA\n", max_size=10), st.booleans())
def test_like_is_the_regular_expression(pattern: str, text: str, ignore_case: bool) -> None:
    expression = pattern.replace("%", ".*").replace("_", ".")
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    assert like(pattern, ignore_case=ignore_case)(text) is (re.fullmatch(expression, text, flags) is not None)
