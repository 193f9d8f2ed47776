"""Tables: rows added, and read from many runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

import runyard
from runyard.artifacts.repositories import open_repository
from runyard.errors import DataDamaged, InvalidInput, NotFound, PluginMissing
from runyard.tracking.client import RunyardClient
from runyard.uris import ArtifactPath

pandas = pytest.importorskip("pandas", reason="tables need pandas")


def stored(run: runyard.Run, path: str) -> bytes:
    with open_repository(run.info.artifact_uri).open(ArtifactPath(path)) as stream:
        return stream.read()


def test_rows_are_added_and_read_back() -> None:
    with runyard.start_run() as run:
        runyard.log_table({"question": ["a", "b"], "score": [0.1234567890123456789, None]}, "eval/t.json")
        runyard.log_table(pandas.DataFrame({"question": ["001"], "score": [3.0]}, index=[7]), "eval/t.json")
        runyard.log_table({"question": "d", "score": 4}, "eval/t.json")
        table = runyard.load_table("eval/t.json")
    assert table["question"].tolist() == ["a", "b", "001", "d"]
    assert table["score"].tolist()[0] == 0.1234567890123456789
    assert table["score"].isna().tolist() == [False, True, False, False]
    assert json.loads(stored(run, "eval/t.json"))["columns"] == ["question", "score"]
    logged = json.loads(runyard.get_run(run.info.run_id).data.tags["mlflow.loggedArtifacts"])
    assert logged == [{"path": "eval/t.json", "type": "table"}]


def test_columns_that_come_later_are_empty_before() -> None:
    with runyard.start_run():
        runyard.log_table({"a": [1, 2]}, "t.json")
        runyard.log_table({"b": ["x"]}, "t.json")
        table = runyard.load_table("t.json")
    assert table.astype(object).where(table.notna(), None).to_numpy().tolist() == [[1, None], [2, None], [None, "x"]]


def test_parquet() -> None:
    pytest.importorskip("pyarrow", reason="Parquet files need pyarrow")
    with runyard.start_run() as run:
        runyard.log_table({"a": [1, 2]}, "t.parquet")
        runyard.log_table({"a": [3]}, "t.parquet")
        assert runyard.load_table("t.parquet")["a"].tolist() == [1, 2, 3]
    assert stored(run, "t.parquet").startswith(b"PAR1")


def test_the_json_is_that_of_the_reference_system() -> None:
    with runyard.start_run() as run:
        runyard.log_table(
            {"t": [pandas.Timestamp("2020-01-02 03:04:05"), None], "n": [float("nan"), 1.5], "s": ["ü", None]}, "t.json"
        )
    assert json.loads(stored(run, "t.json")) == {
        "columns": ["t", "n", "s"],
        "data": [["2020-01-02T03:04:05.000", None, "ü"], [None, 1.5, None]],
    }


def test_images_are_files_of_their_own() -> None:
    numpy = pytest.importorskip("numpy", reason="images need NumPy")
    pytest.importorskip("PIL", reason="images need Pillow")
    with runyard.start_run() as run:
        runyard.log_table({"a": [1, 2], "image": [runyard.Image(numpy.eye(300)), None]}, "deep/t.json")
    cell = json.loads(stored(run, "deep/t.json"))["data"][0][1]
    assert cell["type"] == "image"
    assert cell["filepath"].startswith("table_images/deep/t/")
    assert stored(run, cell["filepath"]).startswith(b"\x89PNG")
    assert stored(run, cell["compressed_filepath"]).startswith(b"RIFF")


def test_tables_of_many_runs(client: RunyardClient) -> None:
    runyard.set_experiment("evaluation")
    ids = []
    for number in range(3):
        with runyard.start_run() as run:
            runyard.log_param("number", number)
            if number < 2:
                runyard.log_table({"row": [number, number + 10]}, "t.json")
            runyard.log_table({"row": [99]}, "other_t.json")
        ids.append(run.info.run_id)
    extra = ["run_id", "start_time", "params.number", "metrics.none"]
    table = runyard.load_table("t.json", extra_columns=extra).sort_values("row")
    assert table["row"].tolist() == [0, 1, 10, 11]
    assert table["run_id"].tolist() == [ids[0], ids[1], ids[0], ids[1]]
    assert table["params.number"].tolist() == ["0", "1", "0", "1"]
    assert str(table["start_time"].dt.tz) == "UTC"
    assert runyard.load_table("t.json", run_ids=[ids[1]])["row"].tolist() == [1, 11]
    with pytest.raises(NotFound, match=r"t\.json"):
        runyard.load_table("t.json", run_ids=[ids[2]])
    with pytest.raises(NotFound):
        runyard.load_table("nowhere.json")
    with pytest.raises(InvalidInput, match="colour"):
        runyard.load_table("t.json", extra_columns=["colour"])


@pytest.mark.parametrize("path", ["t.csv", "t", "a'b.json", "a[1].json", "a,b.json", "a:b.json", "../t.json", ""])
def test_paths_that_are_not_valid(path: str) -> None:
    with runyard.start_run() as run:
        for call in (lambda: runyard.log_table({"a": [1]}, path), lambda: runyard.load_table(path)):
            with pytest.raises(InvalidInput):
                call()
    assert "mlflow.loggedArtifacts" not in runyard.get_run(run.info.run_id).data.tags


@pytest.mark.parametrize("data", [[1], "text", None, {"a": [1, 2], "b": [1]}])
def test_data_that_is_no_table(data: Any) -> None:
    with runyard.start_run(), pytest.raises(InvalidInput):
        runyard.log_table(data, "t.json")


def test_a_damaged_table_is_named() -> None:
    with runyard.start_run():
        runyard.log_table({"a": [1]}, "t.json")
        runyard.log_text("{", "t.json")
        for call in (lambda: runyard.load_table("t.json"), lambda: runyard.log_table({"a": [2]}, "t.json")):
            with pytest.raises(DataDamaged, match=r"t\.json"):
                call()


def test_without_pandas_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with runyard.start_run():
        for call in (
            lambda: runyard.log_table({"a": [1]}, "t.json"),
            lambda: runyard.load_table("t.json"),
            runyard.search_runs,
            runyard.search_logged_models,
        ):
            with pytest.raises(PluginMissing, match="pip install pandas"):
                call()
        assert len(runyard.search_runs(output_format="list")) == 1


def test_without_pyarrow_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with runyard.start_run() as run, pytest.raises(PluginMissing, match="pip install pyarrow"):
        runyard.log_table({"a": [1]}, "t.parquet")
    assert "mlflow.loggedArtifacts" not in runyard.get_run(run.info.run_id).data.tags


def test_a_tag_that_is_damaged_is_written_anew(client: RunyardClient) -> None:
    with runyard.start_run() as run:
        runyard.set_tag("mlflow.loggedArtifacts", "{")
        runyard.log_table({"a": [1]}, "t.json")
        assert runyard.load_table("t.json")["a"].tolist() == [1]
    assert json.loads(client.get_run(run.info.run_id).data.tags["mlflow.loggedArtifacts"])
