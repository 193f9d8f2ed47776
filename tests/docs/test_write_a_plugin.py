"""The plugin of the guide is built, installed, used, checked and passes its contract."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-plugin.md"
FILES = {
    name: text
    for text, name in re.findall(
        r"^```\w+\n(# (\S+/\S+|\S+\.\w+)\n.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as the guide lays it out, with its wheel unpacked in ``site``."""
    pytest.importorskip("hatchling", reason="the guide's plugin is built with it")
    pytest.importorskip("runyard_file", reason="the guide records runs")
    folder = tmp_path_factory.mktemp("runyard-vault")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "src/runyard_vault/__init__.py").touch()
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=folder, check=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder


def run(project: Path, *words: str) -> str:
    """Run a Python program where the plugin is installed, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=project,
        env={**environment, "PYTHONPATH": str(project / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_shows_every_file() -> None:
    shown = {"pyproject.toml", "src/runyard_vault/plugin.py", "src/runyard_vault/repository.py", "use.py"}
    assert set(FILES) == {*shown, "tests/test_contract.py"}


def test_it_is_used(project: Path) -> None:
    assert run(project, "use.py").splitlines()[-1] == "what was seen"
    assert (project / "team.db").is_file()


def test_it_is_listed_and_checked(project: Path) -> None:
    assert "vault\tok\trunyard-vault 0.1.0\tartifact repository vault" in run(
        project, "-m", "runyard", "plugins", "list"
    )
    run(project, "-m", "runyard", "plugins", "check", "vault")


def test_it_passes_its_contract(project: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-W", "error")
    assert "passed" in run(project, "-m", "pytest", *options, "tests")
