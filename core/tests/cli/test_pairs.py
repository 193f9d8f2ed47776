from __future__ import annotations

import click
import pytest

from runyard.cli.pairs import pairs


def test_values_by_name() -> None:
    assert pairs(["a=1", "b=", "c=x=y"], "-t") == {"a": "1", "b": "", "c": "x=y"}


def test_a_flag_stands_alone() -> None:
    assert pairs(["gpus=all", "privileged", "x="], "-A", flags=True) == {"gpus": "all", "privileged": True, "x": ""}


@pytest.mark.parametrize("words", [["a"], ["=1"], ["a=1", "a=2"]])
def test_what_is_refused(words: list[str]) -> None:
    with pytest.raises(click.UsageError, match="-t"):
        pairs(words, "-t")
