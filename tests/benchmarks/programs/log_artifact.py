"""Logs files of 1 KiB: `log_artifact.py SYSTEM URI [CALLS]`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from stopwatch import system, watch

mlflow, _, (*given,) = system()
calls = int(given[0]) if given else 200
with tempfile.TemporaryDirectory() as folder, mlflow.start_run():
    files = [Path(folder, f"{number}.bin") for number in range(calls + 20)]
    for file in files:
        file.write_bytes(b"x" * 1024)
    for file in files[:20]:
        mlflow.log_artifact(file)
    with watch(calls):
        for file in files[20:]:
            mlflow.log_artifact(file)
