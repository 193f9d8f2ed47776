"""Whatever a model predicts is sent as JSON, in the form that clients know; what cannot be sent is named."""

from __future__ import annotations

import datetime
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from runyard_serving.refusals import ModelFailed
from runyard_serving.replies import encode

NAN = float("nan")


class Text(str):
    """A text of a library's own class."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array([1.5, -0.0]), [1.5, -0.0]),
        (np.arange(4).reshape(2, 2), [[0, 1], [2, 3]]),
        (np.array([0.1], dtype="float32"), [0.10000000149011612]),
        (np.array(3.5), 3.5),
        (np.array([]), []),
        (np.array(["a", "ä"]), ["a", "ä"]),
        (np.array([1, "a", None], dtype=object), [1, "a", None]),
        (np.array(["2026-01-02"], dtype="datetime64[ns]"), [1767312000000000000]),
        (np.array([b"abc"]), ["YWJj\n"]),
        (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=[5, 6]), [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
        (pd.DataFrame([[1, 2]]), [{"0": 1, "1": 2}]),
        (pd.DataFrame({"t": pd.to_datetime(["2026-01-02T03:04:05"])}), [{"t": "2026-01-02T03:04:05"}]),
        (pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}), [{"a": 1}, {"a": None}]),
        (pd.Series([1, 2], name="s"), [{"s": 1}, {"s": 2}]),
        (pd.Series([1, 2]), [{"0": 1}, {"0": 2}]),
        ([np.float32(0.5), np.int64(3), np.bool_(True), np.str_("x")], [0.5, 3, True, "x"]),
        ({"a": np.array([1]), 1: (2, 3), None: Text("x")}, {"a": [1], "1": [2, 3], "null": "x"}),
        (b"\x00" * 60, "AAAA" * 19 + "\n" + "AAAA\n"),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, 6), "2026-01-02T03:04:05.000006"),  # noqa: DTZ001 - as models give them
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (pd.Timestamp("2026-01-02T03:04:05.000000007"), "2026-01-02T03:04:05.000000007"),
        (np.datetime64("2026-01-02T03"), "2026-01-02T03:00:00"),
        (pd.NaT, "NaT"),
        (pd.NA, None),
        (2**70, 2**70),
        ("\ud800", "\ud800"),
        (None, None),
    ],
)
def test_values(value: Any, expected: Any) -> None:
    assert json.loads(encode(value)) == {"predictions": expected}
    assert json.loads(encode(value, is_wrapped=False)) == expected


@pytest.mark.parametrize(
    "value",
    [
        [NAN, np.inf, -np.inf],
        np.array([NAN, np.inf, -np.inf]),
        np.array([NAN, np.inf, -np.inf], dtype="float32"),
        [np.float64(NAN), np.float64(np.inf), -np.inf],
    ],
)
def test_numbers_that_are_none_have_the_words_that_clients_read(value: Any) -> None:
    assert encode(value) == b'{"predictions": [NaN, Infinity, -Infinity]}'


def test_gaps_in_tables() -> None:
    table = pd.DataFrame({"a": [0.5, NAN], "b": ["x", None]})
    first, second = json.loads(encode(table))["predictions"]
    assert first == {"a": 0.5, "b": "x"}
    assert second["a"] != second["a"]


def test_sparse_matrices_are_sent_whole() -> None:
    sparse = pytest.importorskip("scipy.sparse", reason="it makes sparse matrices")
    assert json.loads(encode(sparse.csr_matrix(np.eye(2)))) == {"predictions": [[1.0, 0.0], [0.0, 1.0]]}


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (object(), "builtins.object"),
        ([{1}], "builtins.set"),
        (np.array([1 + 2j]), "complex128"),
        (np.array([1], dtype="timedelta64[s]"), "timedelta64"),
        ((number for number in range(2)), "generator"),
    ],
)
def test_what_cannot_be_sent_is_named(value: Any, named: str) -> None:
    with pytest.raises(ModelFailed, match=named):
        encode(value)


def test_lists_that_contain_themselves_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ModelFailed, match="nested"):
        encode(endless)
