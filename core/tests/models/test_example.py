from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from runyard.errors import DataDamaged, InvalidInput
from runyard.models.example import InputExample, read_example
from runyard.models.signature import infer_signature

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

FRAME = pd.DataFrame(
    {
        "i": np.array([1, 2], dtype="int32"),
        "s": ["x", None],
        "d": pd.to_datetime(["2020-01-01", "2020-01-02"]),
        "b": [b"q", b"r"],
        "f": [1.5, np.nan],
    }
)


def write(folder: Path, example: Any) -> tuple[dict[str, Any], Any, Any]:
    written = InputExample(example)
    written.write(folder)
    stored = json.loads((folder / "input_example.json").read_text())
    return written.info, stored, json.loads((folder / "serving_input_example.json").read_text())


def test_a_frame(tmp_path: Path) -> None:
    info, stored, request = write(tmp_path, FRAME)
    assert info == {
        "artifact_path": "input_example.json",
        "serving_input_path": "serving_input_example.json",
        "type": "dataframe",
        "pandas_orient": "split",
    }
    assert stored["data"][1] == [2, None, "2020-01-02T00:00:00", "cg==\n", None]
    assert request == {"dataframe_split": stored}
    data, params = read_example(tmp_path, info, infer_signature(FRAME).inputs)
    assert params is None
    assert data["b"].tolist() == [b"q", b"r"]
    assert str(data["i"].dtype) == "int32"
    assert data["d"].tolist() == FRAME["d"].tolist()


def test_a_frame_without_column_names(tmp_path: Path) -> None:
    info, stored, _ = write(tmp_path, pd.DataFrame(np.eye(2)))
    assert (info["pandas_orient"], list(stored)) == ("values", ["data"])
    assert read_example(tmp_path, info)[0].to_numpy().tolist() == np.eye(2).tolist()


@pytest.mark.parametrize(
    ("example", "kind", "stored"),
    [
        (np.eye(2), "ndarray", [[1.0, 0.0], [0.0, 1.0]]),
        (np.array([1.0, np.nan]), "ndarray", [1.0, None]),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "ndarray", ["2020-01-01"]),
        ({"a": np.array([1])}, "ndarray", {"a": [1]}),
        ({"a": {"x": 1}}, "json_object", {"a": {"x": 1}}),
        ([1, "a"], "json_object", [1, "a"]),
        ("hello", "json_object", "hello"),
        (b"abc", "json_object", "YWJj\n"),
        (datetime.datetime.fromisoformat("2020-01-01T00:00:00"), "json_object", "2020-01-01T00:00:00"),
        (np.float32(1.5), "json_object", 1.5),
    ],
)
def test_other_examples(tmp_path: Path, example: Any, kind: str, stored: Any) -> None:
    info, content, request = write(tmp_path, example)
    assert info["type"] == kind
    assert content == stored
    assert request == {"inputs": stored}


def test_arrays_come_back_with_their_type(tmp_path: Path) -> None:
    example = np.eye(2, dtype="float32")
    info, _, _ = write(tmp_path, example)
    data, _ = read_example(tmp_path, info, infer_signature(example).inputs)
    assert data.dtype == example.dtype


def test_sparse_matrices(tmp_path: Path) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    for make in (sparse.csr_matrix, sparse.csc_matrix):
        info, stored, request = write(tmp_path, make(np.eye(2)))
        assert stored == {"data": [1.0, 1.0], "indices": [0, 1], "indptr": [0, 1, 2], "shape": [2, 2]}
        assert request == {"inputs": np.eye(2).tolist()}
        data, _ = read_example(tmp_path, info)
        assert data.format == make(np.eye(2)).format
        assert data.toarray().tolist() == np.eye(2).tolist()


def test_params(tmp_path: Path) -> None:
    info, stored, request = write(tmp_path, (FRAME[["i"]], {"p": np.int64(1)}))
    assert info["params"] == "true"
    assert stored == {"inputs": {"columns": ["i"], "data": [[1], [2]]}, "params": {"p": 1}}
    assert request == {"dataframe_split": stored["inputs"], "params": {"p": 1}}
    data, params = read_example(tmp_path, info)
    assert (data["i"].tolist(), params) == ([1, 2], {"p": 1})


def test_requests_of_language_models_stay_as_they_are(tmp_path: Path) -> None:
    chat = {"messages": [{"role": "user", "content": "hi"}]}
    assert write(tmp_path, chat)[2] == chat
    assert write(tmp_path, (chat, {"t": 1}))[2] == {**chat, "t": 1}


@pytest.mark.parametrize("example", [None, (1, 2, 3), object(), pd.Series([1]), [object()]], ids=repr)
def test_what_is_no_example(example: Any) -> None:
    with pytest.raises(InvalidInput, match="input example cannot"):
        InputExample(example)


def test_damaged_and_missing_examples(tmp_path: Path) -> None:
    assert read_example(tmp_path, None) == (None, None)
    info, _, _ = write(tmp_path, [1])
    (tmp_path / "input_example.json").write_text("[1")
    with pytest.raises(DataDamaged, match=r"input_example\.json"):
        read_example(tmp_path, info)
    with pytest.raises(InvalidInput, match=r"'\.\.'"):
        read_example(tmp_path, {"artifact_path": "../../etc/passwd"})


def test_examples_of_old_releases(tmp_path: Path) -> None:
    (tmp_path / "input_example.json").write_text('{"inputs": [[1.0]]}')
    data, _ = read_example(tmp_path, {"artifact_path": "input_example.json", "type": "ndarray", "format": "tf-serving"})
    assert data.tolist() == [[1.0]]
