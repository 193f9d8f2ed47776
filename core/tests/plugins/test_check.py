from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runyard.plugins.check import foreign_imports


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a package ``runyard_sample`` that a fresh process finds."""
    folder = tmp_path / "runyard_sample"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "other.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return folder


@pytest.mark.parametrize(
    ("imports", "foreign"),
    [
        ("import json, subprocess\nfrom runyard.plugins import hookimpl\nimport runyard_sample.other", []),
        ("import click", ["click"]),
        ("import runyard_sample.other, pytest", None),
    ],
)
def test_what_a_plugin_module_may_import(package: Path, imports: str, foreign: list[str] | None) -> None:
    (package / "plugin.py").write_text(imports)
    found = foreign_imports("runyard_sample.plugin")
    assert "pytest" in found if foreign is None else found == foreign


def test_a_module_that_fails_in_a_fresh_process_says_why(package: Path) -> None:
    (package / "plugin.py").write_text("raise ValueError('not today')")
    (fault,) = foreign_imports("runyard_sample.plugin")
    assert "ValueError: not today" in fault


def test_this_process_is_left_alone(package: Path) -> None:
    (package / "plugin.py").touch()
    foreign_imports("runyard_sample.plugin")
    assert "runyard_sample.plugin" not in sys.modules
