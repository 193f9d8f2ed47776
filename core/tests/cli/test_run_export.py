from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient

Runyard = Callable[..., Any]
TwoRuns = tuple[str, str]


def test_csv_has_a_column_for_every_key_of_any_run(runyard: Runyard, two_runs: TwoRuns, client: RunyardClient) -> None:
    client.log_metric(two_runs[1], "only_old", math.inf)
    client.log_metric(two_runs[0], "odd", math.nan)
    client.set_tag(two_runs[0], "text", 'with "quotes", commas\nand lines')
    shown = runyard("runs", "export", "-e", "demo")
    assert shown.code == 0
    first, second = csv.DictReader(shown.out.splitlines(keepends=True))
    assert first["run_id"] == two_runs[0]
    assert first["start_time"] == "1970-01-01 00:16:40.001+00:00"
    assert (first["metrics.odd"], first["metrics.only_old"]) == ("nan", "")
    assert (second["metrics.odd"], second["metrics.only_old"]) == ("", "inf")
    assert first["tags.text"] == 'with "quotes", commas\nand lines'


def test_csv_reads_back_as_the_data_frame_of_a_search(runyard: Runyard, two_runs: TwoRuns, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "runs.csv"
    assert runyard("runs", "export", "-o", str(path)).out == f"Wrote 2 runs to {path}\n"
    frame = pandas.read_csv(path, parse_dates=["start_time", "end_time"])
    assert frame["metrics.rmse"].tolist() == [1.5, 0.5]
    assert str(frame["start_time"].dtype).endswith("UTC]")


def test_json_is_one_list_of_whole_runs(
    runyard: Runyard, two_runs: TwoRuns, client: RunyardClient, tmp_path: Path
) -> None:
    client.log_metric(two_runs[0], "odd", -math.inf)
    path = tmp_path / "runs.json"
    assert runyard("runs", "export", "--output", str(path)).code == 0
    runs = json.loads(path.read_text())
    assert [run["info"]["run_id"] for run in runs] == list(two_runs)
    assert runs[0]["data"]["metrics"]["odd"] == "-Infinity"
    assert json.loads(runyard("runs", "export", "--format", "json").out) == runs


def test_nothing_found_is_still_a_whole_document(runyard: Runyard) -> None:
    assert json.loads(runyard("runs", "export", "--format", "json").out) == []
    assert runyard("runs", "export").out == "run_id,experiment_id,status,artifact_uri,start_time,end_time\n"


def test_pages_are_followed_and_the_limit_is_kept(
    runyard: Runyard, two_runs: TwoRuns, client: RunyardClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runyard.cli.lookup.PAGE", 2)
    experiment = client.get_run(two_runs[0]).info.experiment_id
    for _ in range(5):
        client.create_run(experiment)
    assert len(json.loads(runyard("runs", "export", "--format", "json").out)) == 7
    assert len(json.loads(runyard("runs", "export", "--format", "json", "-m", "3").out)) == 3


def test_a_file_that_cannot_be_written_is_one_message(runyard: Runyard, two_runs: TwoRuns, tmp_path: Path) -> None:
    path = tmp_path / "absent" / "runs.csv"
    shown = runyard("runs", "export", "-o", str(path))
    assert (shown.code, shown.out) == (1, "")
    assert shown.err == f"Error: {path} cannot be written: No such file or directory.\n"


def test_a_failing_export_leaves_the_old_file_and_nothing_else(
    runyard: Runyard, two_runs: TwoRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    shown = runyard("runs", "export", "-o", str(path))
    assert shown.code == 1
    assert "No space left on device" in shown.err
    assert os.listdir(tmp_path) == ["runs.csv"]
    assert path.read_text() == "old"
