"""Our server in the place of one of the reference system, on its database and its artifacts: clients go on."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.slow
def test_clients_go_on(report: Any, program: Any, server: Any, environment: dict[str, str], tmp_path: Path) -> None:
    assert report("mlflow", "mlflow")["failed"] == {}
    old = server("mlflow")
    with (
        closing(sqlite3.connect(old.folder / "runs.db")) as source,
        closing(sqlite3.connect(tmp_path / "runs.db")) as copy,
    ):
        source.backup(copy)
    shutil.copytree(old.folder / "artifacts", tmp_path / "artifacts")
    theirs = program("take_over", "mlflow", tmp_path / "theirs", old.address, "use-of-mlflow")
    command = [sys.executable, "-m", "runyard", "db", "import", f"sqlite:///{tmp_path / 'runs.db'}"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    new = server("runyard", folder=tmp_path)
    ours = program("take_over", "mlflow", tmp_path / "ours", new.address, "use-of-mlflow")
    assert ours.keys() == theirs.keys()
    for part, found in theirs.items():
        assert ours[part] == found, part
