"""Predictions from files to files, by the program that ``runyard models predict`` starts in a model's environment."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd
import pytest

from runyard import pyfunc
from runyard.models import infer_signature


@pytest.fixture(autouse=True)
def _whole_functions() -> Iterator[None]:
    """Let models hold the functions of this module, which cannot be imported from elsewhere."""
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


def total(model_input: Any) -> Any:
    print("the model talks")
    return model_input.sum(axis=1).to_numpy()


def table(model_input: Any) -> Any:
    return model_input.assign(total=model_input.sum(axis=1))


def fail(model_input: Any) -> Any:
    raise RuntimeError("no luck today")


FRAME = pd.DataFrame({"a": [1.0, 3.0], "b": [2.0, 4.0]})


def saved(folder: Path, function: Any) -> Path:
    signature = infer_signature(FRAME)
    pyfunc.save_model(folder / "model", function, signature=signature, pip_requirements=["pandas"])
    return folder / "model"


def predict(folder: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    variables = {**os.environ, "RUNYARD_ALLOW_PICKLE_DESERIALIZATION": "true"}
    command = [sys.executable, "-m", "runyard_serving.predict", "--model", str(folder), *words]
    return subprocess.run(command, input=given, capture_output=True, env=variables, check=False)


def test_json(tmp_path: Path) -> None:
    folder = saved(tmp_path, total)
    body = json.dumps({"dataframe_split": FRAME.to_dict("split")}).encode()
    done = predict(folder, given=body)
    assert (done.returncode, done.stdout) == (0, b'{"predictions":[3.0,7.0]}\n'), done.stderr
    assert done.stderr == b"the model talks\n", "standard output holds the predictions alone"


@pytest.mark.parametrize(
    ("kind", "data"), [("csv", FRAME.to_csv(index=False).encode()), ("parquet", FRAME.to_parquet(index=False))]
)
def test_tables(tmp_path: Path, kind: str, data: bytes) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    folder = saved(tmp_path, table)
    (tmp_path / "in").write_bytes(data)
    done = predict(folder, "--input", str(tmp_path / "in"), "--input-type", kind, "--output-type", kind)
    assert done.returncode == 0, done.stderr
    read = pd.read_csv if kind == "csv" else pd.read_parquet
    pd.testing.assert_frame_equal(read(io.BytesIO(done.stdout)), FRAME.assign(total=[3.0, 7.0]))


def test_list_of_numbers_becomes_a_column(tmp_path: Path) -> None:
    folder = saved(tmp_path, total)
    done = predict(folder, "--input-type", "csv", "--output-type", "csv", given=b"a,b\n1,2\n3,4\n")
    assert done.stdout == b"predictions\n3.0\n7.0\n"


def test_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = saved(tmp_path, total)
    output = tmp_path / "out.json"
    output.write_text("before")
    done = predict(folder, "--output", str(output), given=b'{"dataframe_records": [{"a": "x", "b": 2}]}')
    assert done.returncode == 1
    assert output.read_text() == "before"
    done = predict(folder, "--output", str(output), given=b'{"dataframe_records": [{"a": 1, "b": 2}]}')
    assert (done.returncode, output.read_text()) == (0, '{"predictions":[3.0]}')
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "out.json"]


@pytest.mark.parametrize(
    ("function", "given", "words"),
    [
        (total, b"{", "JSON"),
        (total, b'{"dataframe_records": [{"a": 1}]}', "'b'"),
        (
            fail,
            b'{"dataframe_records": [{"a": 1, "b": 2}]}',
            "Error: The model failed while it predicted: RuntimeError",
        ),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, function: Any, given: bytes, words: str) -> None:
    done = predict(saved(tmp_path, function), given=given)
    assert (done.returncode, done.stdout) == (1, b"")
    assert words in done.stderr.decode()
    assert (b"no luck today" in done.stderr) == (function is fail)


def test_predictions_that_are_no_table(tmp_path: Path) -> None:
    def nested(model_input: Any) -> Any:
        return {"words": ["a", "b"], "more": [1, 2, 3]}

    folder = saved(tmp_path, nested)
    body = b'{"dataframe_records": [{"a": 1, "b": 2}]}'
    done = predict(folder, "--output-type", "csv", given=body)
    assert done.returncode == 1
    assert b"The predictions are no table that csv can hold" in done.stderr
    assert json.loads(predict(folder, given=body).stdout) == {"predictions": {"words": ["a", "b"], "more": [1, 2, 3]}}


def test_files_that_are_not_there(tmp_path: Path) -> None:
    folder = saved(tmp_path, total)
    done = predict(folder, "--input", str(tmp_path / "gone"))
    assert done.returncode == 1
    assert b"gone' cannot be read: No such file" in done.stderr
    body = b'{"dataframe_records": [{"a": 1, "b": 2}]}'
    done = predict(folder, "--output", str(tmp_path / "gone/out"), given=body)
    assert done.returncode == 1
    assert b"cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr


def test_command_in_the_current_environment(tmp_path: Path) -> None:
    folder = saved(tmp_path, total)
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    command = [sys.executable, "-m", "runyard", "models", "predict", "-m", str(folder), "--env-manager", "local"]
    done = subprocess.run([*command, "-i", "in.csv", "-o", "out.csv"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.csv").read_text() == "predictions\n3.0\n"
    done = subprocess.run([*command, "-i", "in.csv", "-t", "json"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Traceback" not in done.stderr
