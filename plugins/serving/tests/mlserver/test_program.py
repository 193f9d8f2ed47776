"""What the program says where MLServer is missing."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from runyard_serving.mlserver.__main__ import main

MLMODEL = "flavors: {python_function: {loader_module: own}}\n"


def test_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "MLmodel").write_text(MLMODEL)
    found = builtins.__import__

    def refuse(name: str, *arguments: Any) -> Any:
        if name == "mlserver":
            raise ImportError(name)
        return found(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert main(["--model", str(tmp_path)]) == 1
    assert "pip install 'runyard-serving[mlserver]'" in capsys.readouterr().err


def test_options_that_mlserver_has_no_counterpart_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--model", str(tmp_path), "--batch-rows", "8"])
    assert "--batch-rows" in capsys.readouterr().err
