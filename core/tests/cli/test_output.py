from __future__ import annotations

import json
import math

import pytest

from runyard.cli.output import encode, fit, print_fields, print_table


def test_numbers_that_json_lacks_are_words() -> None:
    document = {"a": [math.nan, math.inf, -math.inf, 1.5], "b": {"c": (1, None)}}
    assert json.loads(encode(document)) == {"a": ["NaN", "Infinity", "-Infinity", 1.5], "b": {"c": [1, None]}}


def test_a_pipe_gets_every_digit_and_one_line_for_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("id", "value", "text"), [("x", 0.1 + 0.2, "a\tb\nc"), ("y", math.nan, None)])
    assert capsys.readouterr().out == "x\t0.30000000000000004\ta\\tb\\nc\ny\tnan\t\n"


def test_a_terminal_gets_aligned_columns_with_numbers_to_the_right(
    terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(("id", "value"), [("x", 0.1 + 0.2), ("yy", 12.0)])
    assert capsys.readouterr().out == "id  value\nx     0.3\nyy     12\n"


def test_an_empty_table_says_so_on_a_terminal_only(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_table(("id",), [])
    assert capsys.readouterr() == ("", "Nothing found.\n")


def test_a_table_never_exceeds_the_width_and_names_what_it_left_out(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table([f"column{n}" for n in range(9)], [["r" * 20, *("v" * 30 for _ in range(8))]])
    shown = capsys.readouterr()
    assert all(len(line) <= 40 for line in shown.out.splitlines())
    assert "r" * 20 in shown.out
    assert shown.err.startswith("Not shown for want of room: column3")


@pytest.mark.parametrize(
    ("widths", "least", "room", "expected"),
    [
        ([4, 10, 10], [4, 8, 8], 30, [4, 10, 10]),
        ([4, 30, 10], [4, 8, 8], 30, [4, 12, 10]),
        ([4, 30, 30], [4, 8, 8], 30, [4, 11, 11]),
        ([4, 30, 30], [4, 20, 8], 36, [4, 20, 8]),
        ([4, 30, 3], [4, 8, 3], 30, [4, 19, 3]),
        ([32, 30], [32, 8], 20, [32]),
        ([32, 1], [32, 1], 40, [32, 1]),
    ],
)
def test_wide_columns_give_way_and_the_last_ones_go(
    widths: list[int], least: list[int], room: int, expected: list[int]
) -> None:
    assert fit(widths, least, room) == expected


def test_numbers_are_not_cut_and_of_their_headers_the_end_is_shown(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "22")
    print_table(("id", "metrics.rmse", "text"), [("x", 123.456, "something long")])
    assert capsys.readouterr().out == "id  …cs.rmse  text\nx    123.456  somethi…\n"


def test_fields_are_aligned_on_a_terminal(terminal: None, capsys: pytest.CaptureFixture[str]) -> None:
    print_fields([("a", 1.0), ("long", None)], indent="  ")
    assert capsys.readouterr().out == "  a     1\n  long\n"
