from __future__ import annotations

import pytest

from runyard.cli.moments import duration, exact_moment, moment


def test_moments_are_in_utc() -> None:
    assert moment(1_795_253_779_026) == "2026-11-21 09:36:19Z"
    assert exact_moment(1_795_253_779_026) == "2026-11-21 09:36:19.026+00:00"
    assert exact_moment(1_795_253_779_000) == "2026-11-21 09:36:19.000+00:00"


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (0, "0ms"),
        (999, "999ms"),
        (1000, "1.0s"),
        (59_940, "59.9s"),
        (59_990, "1m 00s"),
        (245_900, "4m 05s"),
        (11_520_000, "3h 12m"),
        (187_200_000, "2d 4h"),
        (-5_000, "-5.0s"),
    ],
)
def test_durations_keep_two_units(milliseconds: int, expected: str) -> None:
    assert duration(1_000, 1_000 + milliseconds) == expected


def test_what_is_not_known_is_empty() -> None:
    assert (moment(None), exact_moment(None), duration(None, 1), duration(1, None)) == (None, None, None, None)
