"""Plugins that cannot be imported: nothing else suffers, and whoever asks for one is told why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

BROKEN = {
    "missing": ("import a_library_that_is_not_here\n", "No module named 'a_library_that_is_not_here'"),
    "syntax": ("def broken(:\n", "SyntaxError"),
    "raises": ("raise RuntimeError('no licence')\n", "no licence"),
    "exits": ("raise SystemExit(3)\n", "SystemExit"),
}


@pytest.fixture(params=BROKEN)
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A folder for `PYTHONPATH` with a distribution whose plugin cannot be imported, and why it cannot."""
    source, reason = BROKEN[request.param]
    site = tmp_path / "site"
    info = site / "runyard_acme-2.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: runyard-acme\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text("[runyard]\nacme = runyard_acme.plugin\n")
    (site / "runyard_acme").mkdir()
    (site / "runyard_acme" / "__init__.py").touch()
    (site / "runyard_acme" / "plugin.py").write_text(source)
    return site, reason


@pytest.fixture
def run(broken: tuple[Path, str], root: Path) -> Run:
    """Call the program where that distribution is installed."""

    def call(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runyard", *words],
            cwd=root.parent,
            env={**os.environ, "PYTHONPATH": str(broken[0]), **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_commands_that_do_not_need_it_work(run: Run, broken: tuple[Path, str]) -> None:
    for words in (
        ("--version",),
        ("--help",),
        ("experiments", "create", "e"),
        ("experiments", "list"),
        ("runs", "list", "-e", "e"),
        ("plugins", "check", "file"),
    ):
        done = run(*words)
        assert (done.returncode, done.stderr) == (0, ""), words


def test_the_list_says_why(run: Run, broken: tuple[Path, str]) -> None:
    done = run("plugins", "list")
    assert done.returncode == 0
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("acme\t")]
    assert line.split("\t")[1:3] == ["failed", "runyard-acme 2.5"]
    assert broken[1] in line
    assert "runyard-acme 2.5" in done.stderr
    (entry,) = [entry for entry in json.loads(run("plugins", "list", "--json").stdout) if entry["name"] == "acme"]
    assert (entry["state"], entry["version"]) == ("failed", "2.5")
    assert broken[1] in entry["reason"]


def test_a_check_and_the_doctor_name_distribution_and_reason(run: Run, broken: tuple[Path, str]) -> None:
    for words in (("plugins", "check", "acme"), ("doctor",)):
        done = run(*words)
        assert done.returncode == 1, words
        assert "runyard-acme 2.5" in done.stdout + done.stderr
        assert broken[1] in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_who_asks_for_what_it_would_bring_is_told(run: Run, broken: tuple[Path, str]) -> None:
    done = run("experiments", "list", RUNYARD_TRACKING_URI="acme://host")
    assert (done.returncode, done.stdout) == (1, "")
    assert "'acme'" in done.stderr
    assert "runyard-acme 2.5 cannot be loaded" in done.stderr
    assert broken[1] in done.stderr


def test_it_can_be_blocked(run: Run, broken: tuple[Path, str]) -> None:
    done = run("doctor", RUNYARD_PLUGINS_BLOCK="acme")
    assert done.returncode == 0, done.stdout
    listed = run("plugins", "list", RUNYARD_PLUGINS_BLOCK="acme")
    assert "acme\tblocked\trunyard-acme 2.5" in listed.stdout
    assert listed.stderr == ""


@pytest.mark.parametrize(
    ("uri", "command"),
    [
        ("postgresql://ada:secret@host/db", "pip install 'runyard-sql[postgresql]'"),
        ("sqlite:///runs.db", "pip install runyard-sql"),
        ("http://localhost:5000", "pip install runyard-http"),
        ("unheard-of://x", None),
    ],
)
def test_a_scheme_that_nobody_answers_for_names_the_command(
    root: Path, uri: str, command: str | None, tmp_path: Path
) -> None:
    """In an interpreter that has only what this stage of a user's machine has: the file plugin."""
    done = subprocess.run(
        [sys.executable, "-m", "runyard", "runs", "list"],
        cwd=root.parent,
        env={**os.environ, "RUNYARD_TRACKING_URI": uri, "RUNYARD_PLUGINS": "file,local"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Installed are: file" in done.stderr or "is blocked" in done.stderr
    assert command is None or command in done.stderr or "is blocked" in done.stderr
    assert "secret" not in done.stderr
    assert [*root.parent.iterdir()] == []
