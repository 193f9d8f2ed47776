"""Datasets: fingerprints, schemas and profiles, as the reference system has them."""

from __future__ import annotations

import json
from typing import Any

import pytest

import runyard
from runyard.data.dataset import Dataset
from runyard.entities import limits
from runyard.errors import InvalidInput

numpy = pytest.importorskip("numpy", reason="datasets need NumPy")
pandas = pytest.importorskip("pandas", reason="datasets need pandas")


@pytest.fixture(autouse=True)
def _store(memory_uri: str) -> None:
    pass


# Fingerprints that release 3.17 of the reference system gives for the same data.
FRAMES = {
    "integers beyond the sample": (lambda: {"a": numpy.arange(20001)}, "c50a4f67"),
    "text": (lambda: {"s": ["x", "y"]}, "3bdb57c8"),
    "mixed": (lambda: {"s": ["x", 1]}, "9376c528"),
    "text and nothing": (lambda: {"s": ["x", None]}, "9376c528"),
    "times": (lambda: {"d": pandas.to_datetime(["2020-01-01"])}, "cbda0b11"),
    "booleans": (lambda: {"d": [True, False]}, "368907d4"),
    "lists": (lambda: {"d": [[1], [2]]}, "368907d4"),
    "no rows": (lambda: {"d": []}, "fbe95aae"),
    "categories": (lambda: {"d": pandas.Categorical(["a", "b"])}, "a5bb88ce"),
    "nullable": (lambda: {"a": pandas.array([1, None], dtype="Int64")}, "ccc45373"),
    "order of columns": (lambda: {"z": [1], "b": ["x"]}, "194fb9b1"),
    "integer names": (lambda: [[1, 2]], "ec9965bb"),
    "nothing": (dict, "7dea362b"),
}


@pytest.mark.parametrize(("data", "digest"), FRAMES.values(), ids=FRAMES)
def test_fingerprints_of_frames(data: Any, digest: str) -> None:
    assert runyard.data.from_pandas(pandas.DataFrame(data())).digest == digest


def test_the_index_of_a_frame_counts() -> None:
    assert runyard.data.from_pandas(pandas.DataFrame({"a": [1, 2]}, index=[5, 6])).digest == "7e51215b"


ARRAYS = {
    "integers": (lambda: numpy.arange(3), "4b8fa1ac"),
    "booleans": (lambda: numpy.arange(3.0) > 1, "a932e73d"),
    "text": (lambda: numpy.array(["a", "b"]), "88d43939"),
    "three dimensions": (lambda: numpy.zeros((2, 2, 2)), "44b906cb"),
    "no dimension": (lambda: numpy.array(3.0), "5778f1d3"),
    "beyond the sample": (lambda: numpy.arange(20001), "55357d90"),
    "objects": (lambda: numpy.array([1, "a", None], dtype=object), "c0f8eacc"),
    "complex": (lambda: numpy.zeros(3, complex), "cda943c0"),
    "times": (lambda: numpy.array(["2020-01-01"], dtype="datetime64[s]"), "2e8de5a4"),
}


@pytest.mark.parametrize(("array", "digest"), ARRAYS.values(), ids=ARRAYS)
def test_fingerprints_of_arrays(array: Any, digest: str) -> None:
    assert runyard.data.from_numpy(array()).digest == digest


def test_fingerprints_of_features_and_targets() -> None:
    three = numpy.arange(3)
    assert runyard.data.from_numpy(three, targets=three).digest == "19374462"
    assert runyard.data.from_numpy({"x": three}, targets={"y": three}).digest == "19374462"
    assert runyard.data.from_numpy({"x": three}, targets={"y": three + 1}).digest != "19374462"


def test_without_pandas_arrays_have_a_fingerprint_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    digests = [runyard.data.from_numpy(array()).digest for array, _ in ARRAYS.values()]
    assert all(len(digest) == 8 and int(digest, 16) >= 0 for digest in digests)
    assert len(set(digests)) == len(digests)
    assert digests == [runyard.data.from_numpy(array()).digest for array, _ in ARRAYS.values()]


def test_a_frame_as_the_store_has_it() -> None:
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": [1.5, None, 2.5]})
    data = runyard.data.from_pandas(frame, source="https://example.org/x.csv", targets="b", name="wine")
    assert (data.df is frame, data.targets, data.predictions) == (True, "b", None)
    expected = {
        "name": "wine",
        "digest": "940bc5ac",
        "source": '{"url": "https://example.org/x.csv"}',
        "source_type": "http",
        "schema": '{"mlflow_colspec": [{"type": "long", "name": "a", "required": true}, '
        '{"type": "double", "name": "b", "required": false}]}',
        "profile": '{"num_rows": 3, "num_elements": 6}',
    }
    assert data.to_dict() == json.loads(data.to_json()) == expected
    entity = data.to_entity()
    assert {name: getattr(entity, name) for name in expected} == expected


def test_arrays_as_the_store_has_them() -> None:
    data = runyard.data.from_numpy(
        {"x": numpy.arange(6.0).reshape(3, 2), "y": numpy.arange(3)}, targets=numpy.array([1, 2, 3])
    )
    described = data.to_dict()
    assert (described["name"], described["source_type"]) == ("dataset", "code")
    schema = json.loads(described["schema"] or "")["mlflow_tensorspec"]
    assert json.loads(schema["features"]) == [
        {"name": "x", "type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}},
        {"name": "y", "type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}},
    ]
    assert json.loads(schema["targets"]) == [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]
    assert json.loads(described["profile"] or "") == {
        "features_shape": {"x": [3, 2], "y": [3]},
        "features_size": {"x": 6, "y": 3},
        "features_nbytes": {"x": 48, "y": 24},
        "targets_shape": [3],
        "targets_size": 3,
        "targets_nbytes": 24,
    }


@pytest.mark.parametrize(
    "data",
    [
        lambda: runyard.data.from_pandas(pandas.DataFrame({"s": ["x", 1]})),
        lambda: runyard.data.from_pandas(pandas.DataFrame()),
        lambda: runyard.data.from_numpy(numpy.array(3.0)),
    ],
)
def test_data_without_a_common_form_has_no_schema(data: Any) -> None:
    assert data().schema is None
    assert data().to_dict()["schema"] is None


def test_a_fingerprint_may_be_given() -> None:
    assert runyard.data.from_pandas(pandas.DataFrame({"a": [1]}), digest="mine").digest == "mine"


def test_columns_that_are_not_there_are_refused() -> None:
    frame = pandas.DataFrame({"a": [1]})
    with pytest.raises(InvalidInput, match="'b' for the targets"):
        runyard.data.from_pandas(frame, targets="b")
    with pytest.raises(InvalidInput, match="'c' for the predictions"):
        runyard.data.from_pandas(frame, predictions="c")


@pytest.mark.parametrize("features", [[1, 2], {"x": [1]}, "text", None])
def test_what_is_no_array_is_refused(features: Any) -> None:
    with pytest.raises(InvalidInput, match="takes arrays"):
        runyard.data.from_numpy({"x": features})


def test_a_schema_that_is_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DATASET_SCHEMA", 50)
    data = runyard.data.from_pandas(pandas.DataFrame({"column": [1]}))
    with pytest.warns(UserWarning, match="left out"):
        assert data.to_entity().schema is None


def test_a_dataset_of_ones_own() -> None:
    class Words(Dataset):
        def _compute_digest(self) -> str:
            return "12345678"

        @property
        def schema(self) -> None:
            return None

        def _schema_to_dict(self) -> None:
            return None

        @property
        def profile(self) -> dict[str, Any]:
            return {"words": 3}

    with runyard.start_run() as run:
        runyard.log_input(Words(name="words"), context="train")
    (found,) = runyard.get_run(run.info.run_id).inputs.dataset_inputs
    assert (found.dataset.name, found.dataset.digest, found.dataset.profile) == ("words", "12345678", '{"words": 3}')
