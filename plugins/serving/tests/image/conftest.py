"""A model that needs no library: its files are all that counts here."""

from __future__ import annotations

from pathlib import Path

import pytest

MLMODEL = """\
flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: own_loader
    python_version: 3.12.4
model_id: null
model_uuid: 0123456789abcdef0123456789abcdef
utc_time_created: '2026-01-01 00:00:00.000000'
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text(MLMODEL)
    (folder / "python_env.yaml").write_text(
        "python: 3.12.4\nbuild_dependencies: [pip==23.2.1, setuptools, wheel]\ndependencies: [-r requirements.txt]\n"
    )
    (folder / "requirements.txt").write_text("mlflow<4\nnumpy==2.1.0\n")
    (folder / "data").mkdir()
    (folder / "data" / "weights.bin").write_bytes(b"\x00\x01")
    return folder
