"""The main job: train, record, look, load, predict, exactly as the README says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytest.importorskip("sklearn", reason="the tutorial trains a scikit-learn model")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tutorial")
    result = run(folder, sys.executable, str(ROOT / "examples" / "elastic_net.py"))
    (folder / "output.txt").write_text(result)
    return folder


def run(folder: Path, *command: str) -> str:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return result.stdout


def runyard(folder: Path, *words: str) -> str:
    return run(folder, sys.executable, "-m", "runyard", *words)


def listed_runs(folder: Path) -> list[dict[str, object]]:
    runs: list[dict[str, object]] = json.loads(
        runyard(folder, "runs", "list", "--experiment", "diabetes", "--order-by", "metrics.r2 DESC", "--json")
    )
    return runs


def test_the_table_and_the_predictions_are_printed(workplace: Path) -> None:
    output = (workplace / "output.txt").read_text()
    assert output.count("\n") > 10
    assert "params.alpha" in output
    assert output.count("measured") == 3


def test_each_setting_is_a_finished_run(workplace: Path) -> None:
    runs = listed_runs(workplace)
    assert len(runs) == 6
    assert {run["info"]["status"] for run in runs} == {"FINISHED"}
    assert all(float(run["data"]["metrics"]["test_rmse"]) > 0 for run in runs)


def test_every_epoch_is_in_the_history(workplace: Path) -> None:
    best = listed_runs(workplace)[0]["info"]["run_id"]
    script = f"import runyard; print(len(runyard.MlflowClient().get_metric_history({best!r}, 'train_rmse')))"
    assert run(workplace, sys.executable, "-c", script) == "20\n"


def test_figure_and_model_can_be_downloaded(workplace: Path, tmp_path: Path) -> None:
    best = str(listed_runs(workplace)[0]["info"]["run_id"])
    runyard(workplace, "artifacts", "download", "--run-id", best, "--dst-path", str(tmp_path))
    assert (tmp_path / "predictions.png").read_bytes().startswith(b"\x89PNG")
