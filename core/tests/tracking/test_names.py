"""Random names."""

from __future__ import annotations

import re

from runyard.tracking.names import random_name


def test_names_are_short_and_rarely_the_same() -> None:
    names = [random_name() for _ in range(2000)]
    assert all(re.fullmatch(r"[a-z]+-[a-z]+-\d{1,4}", name) for name in names)
    assert max(map(len, names)) <= 20
    assert len(set(names)) > 1900


def test_the_longest_name_fits() -> None:
    from runyard.tracking import names

    assert max(map(len, names._ADJECTIVES)) + max(map(len, names._ANIMALS)) + len("--1000") <= 20
