"""A team's day: a server on one machine, a training on a second, and on a third one who uses what came of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from networks import Machine, network

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "elastic_net.py"
COMMAND = [sys.executable, "-m", "runyard"]
SERVER = "server --backend-store-uri sqlite:///runs.db --host 0.0.0.0 --artifacts-destination ./artifacts"
MODEL = """
import runyard
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
features, target = load_diabetes(return_X_y=True, as_frame=True)
_, patients, _, _ = train_test_split(features, target, random_state=7)
best = runyard.search_runs(experiment_names=["diabetes"], order_by=["metrics.r2 DESC"]).run_id[0]
model = runyard.pyfunc.load_model(f"runs:/{best}/model")
print(best, *(f"{value:.1f}" for value in model.predict(patients.head(3))))
"""

pytest.importorskip("sklearn", reason="the example trains a scikit-learn model")


class Day:
    """The machines, who has what folder, and what the training printed."""

    def __init__(self, server: Machine, trainer: Machine, reader: Machine, folder: Path) -> None:
        self.address = f"http://{server.address}:5000"
        self.reader = reader
        self.server_folder, self.training_folder, self.reading_folder = (
            folder / name for name in ("server", "training", "reading")
        )
        for path in (self.server_folder, self.training_folder, self.reading_folder):
            path.mkdir()
        self._environment = {"RUNYARD_TRACKING_URI": self.address, "HOME": str(folder), "PYTHONPATH": ""}
        self.log: list[str] = []
        self.server = server.start(
            [*COMMAND, *SERVER.split()],
            self.server_folder,
            {"HOME": str(folder), "PYTHONUNBUFFERED": "1"},
            stderr=subprocess.PIPE,
        )
        try:
            self._wait_for_server()
            self.output = trainer.run([sys.executable, str(EXAMPLE)], self.training_folder, self._environment)
        except BaseException:
            self.close()
            raise

    def _wait_for_server(self) -> None:
        assert self.server.stderr
        for line in self.server.stderr:
            self.log.append(line)
            if "Listening on" in line:
                return
        pytest.fail(f"The server ended:\n{''.join(self.log)}")

    def read(self, *words: str) -> str:
        """Run a command on the third machine."""
        return self.reader.run(words, self.reading_folder, self._environment)

    def runyard(self, *words: str) -> str:
        """Run `runyard` on the third machine."""
        return self.read(*COMMAND, *words)

    def close(self) -> int:
        """End the server in good order, and return its exit code."""
        self.server.terminate()
        assert self.server.stderr
        with self.server.stderr as rest:
            self.log += rest
        return self.server.wait(60)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with network(3) as (server, trainer, reader):
        day = Day(server, trainer, reader, tmp_path_factory.mktemp("team"))
        try:
            yield day
        finally:
            assert day.close() == 0, day.log


def best(day: Day) -> str:
    runs = json.loads(
        day.runyard("runs", "list", "--experiment", "diabetes", "--order-by", "metrics.r2 DESC", "--json")
    )
    assert len(runs) == 6
    assert {run["info"]["status"] for run in runs} == {"FINISHED"}
    run_id: str = runs[0]["info"]["run_id"]
    return run_id


def test_server_says_that_everybody_may_use_it(day: Day) -> None:
    assert any("WARNING" in line and "authenticates" in line for line in day.log), day.log


def test_nothing_stays_on_the_machine_that_trained(day: Day) -> None:
    assert [path.name for path in day.training_folder.iterdir()] == []
    assert (day.server_folder / "runs.db").exists()
    assert len([*day.server_folder.glob("artifacts/**/predictions.png")]) == 6


def test_the_run_is_read(day: Day) -> None:
    shown = day.runyard("runs", "show", best(day))
    for word in ("alpha", "l1_ratio", "test_rmse", "diabetes", "FINISHED"):
        assert word in shown
    count = f"import runyard; print(len(runyard.MlflowClient().get_metric_history({best(day)!r}, 'train_rmse')))"
    assert day.read(sys.executable, "-c", count) == "20\n"


def test_its_files_are_downloaded(day: Day) -> None:
    day.runyard("artifacts", "download", "--run-id", best(day), "--dst-path", "files")
    figure = (day.reading_folder / "files" / "predictions.png").read_bytes()
    assert figure.startswith(b"\x89PNG")
    assert figure in [path.read_bytes() for path in day.server_folder.glob("artifacts/**/predictions.png")]


def test_its_model_predicts_the_same(day: Day) -> None:
    run_id, *predicted = day.read(sys.executable, "-c", MODEL).split()
    assert f"The best run is {run_id}." in day.output
    assert predicted == re.findall(r"predicted +([\d.]+)", day.output)
