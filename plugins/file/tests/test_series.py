"""Metric files read by columns: the same series as of histories, whatever is in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runyard.errors import DataDamaged
from runyard.tracking.sampling import series_of
from runyard_file.points import read_points
from runyard_file.series import read_series

numbers = st.sampled_from(["0.5", "-1", "1e300", "nan", "NaN", "-nan", "inf", "-Infinity", "0.0", "-0.0"])
plain = st.builds("{} {} {}".format, st.integers(0, 3), numbers, st.integers(-2, 2))
ordered = st.lists(numbers, max_size=20).map(
    lambda values: [f"{1000 + step} {value} {step}" for step, value in enumerate(values)]
)
others = st.sampled_from(["5 0.5", "5 0.5 1 iris d1", "5 0.5 1 iris d2", "", "  7   0.25 2 "])


@given(st.lists(plain, max_size=40) | ordered | st.lists(plain | others, max_size=20))
def test_columns_give_what_points_give(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = str(tmp_path_factory.getbasetemp() / "m")
    Path(path).write_text("".join(f"{line}\n" for line in lines))
    series = read_series(path, "m", "r")
    assert repr(series) == repr(series_of("r", "m", read_points(path, "m", "r")))


@pytest.mark.parametrize("line", ["1 x 2", "1 1.0 2.5", "1 e 2", "--1 1.0 2"])
def test_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "m"
    path.write_text(f"1 0.5 1\n{line}\n2 0.5 2\n")
    with pytest.raises(DataDamaged, match=line):
        read_series(str(path), "m", "r")


def test_large_file_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text("".join(f"{1_700_000_000_000 + step} {step / 7} {step}\n" for step in range(10_000)))
    series = read_series(str(path), "m", "r")
    assert series.steps == [*range(10_000)]
    assert series.values == [step / 7 for step in range(10_000)]
