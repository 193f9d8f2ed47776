"""Unsafe deserialisation and temporary folders, in a server: it never opens what it keeps, and keeps it to itself."""

from __future__ import annotations

import json
import os
import pickle
import stat
import sys
from pathlib import Path

import pytest

from asking import Served

FILES = "/api/2.0/mlflow-artifacts/artifacts"


class Exploit:
    """Makes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_a_model_with_code_is_kept_and_never_loaded(served: Served, tmp_path: Path) -> None:
    mark = tmp_path / "was-here"
    evil = pickle.dumps(Exploit(mark))
    run = served.post("/runs/create", experiment_id="0")["run"]["info"]
    folder = f"0/{run['run_id']}/artifacts/model"
    yaml = f"!!python/object/apply:os.mkdir ['{mark}']\n"
    files = {"MLmodel": yaml.encode(), "model.pkl": evil, "python_model.pkl": evil, "conda.yaml": yaml.encode()}
    for name, data in files.items():
        assert served.ask("PUT", f"{FILES}/{folder}/{name}", data).status == 200
    model = {"artifact_path": "model", "flavors": {}, "utc_time_created": "x", "run_id": run["run_id"]}
    served.post("/runs/log-model", run_id=run["run_id"], model_json=json.dumps(model))
    served.post("/registered-models/create", name="m")
    source = f"runs:/{run['run_id']}/model"
    served.ask(
        "POST", "/api/2.0/mlflow/model-versions/create", {"name": "m", "source": source, "run_id": run["run_id"]}
    )
    for path in (
        f"/get-artifact?run_id={run['run_id']}&path=model/model.pkl",
        "/model-versions/get-artifact?name=m&version=1&path=model.pkl",
        "/api/2.0/mlflow/model-versions/get-download-uri?name=m&version=1",
        f"/api/2.0/mlflow/artifacts/list?run_id={run['run_id']}&path=model",
    ):
        served.ask("GET", path)
    assert not mark.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the permissions of files are those of POSIX")
def test_what_is_half_uploaded_is_private(served: Served) -> None:
    fields = {"path": "x.bin", "num_parts": 2}
    assert served.ask("POST", "/api/2.0/mlflow-artifacts/mpu/create/a", fields).status == 200
    private = [path for path in served.artifacts.rglob("*") if path.is_dir() and path.name != "a"]
    assert private
    for path in private:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
