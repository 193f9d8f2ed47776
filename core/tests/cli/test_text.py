from __future__ import annotations

import pytest

from runyard.cli.text import cut, did_you_mean, pad, printable, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünï", "plain ünï"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("two\nlines\tand tab", "two\\nlines\\tand tab"),
        ("\u202etxt", "\\u202etxt"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_control_characters_are_shown_not_obeyed(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_wide_signs_take_two_columns_and_combining_ones_none() -> None:
    assert [width("abc"), width("模型"), width("e\u0301")] == [3, 4, 1]


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("模型模型", 4, "模…"), ("ab", 1, "…")],
)
def test_a_long_text_is_cut_to_its_columns(text: str, columns: int, expected: str) -> None:
    assert cut(text, columns) == expected
    assert width(cut(text, columns)) <= columns


def test_padding_counts_columns_not_characters() -> None:
    assert pad("模", 4) == "模  "
    assert pad("1.5", 5, right=True) == "  1.5"


def test_only_a_name_that_is_alike_is_proposed() -> None:
    assert did_you_mean("basline", ["baseline", "other"]) == " Did you mean 'baseline'?"
    assert did_you_mean("xyz", ["baseline", "other"]) == ""
