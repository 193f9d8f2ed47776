"""What git knows of the folder of the script."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runyard.tracking import context, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git program")


def run(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit and a script in a folder of it."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "repository"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "train.py").write_text("print(1)\n")
    run(folder, "init", "-q", "-b", "trunk")
    run(folder, "config", "user.email", "ada@example.org")
    run(folder, "config", "user.name", "Ada")
    run(folder, "add", ".")
    run(folder, "commit", "-q", "-m", "Start")
    monkeypatch.setattr(sys, "argv", [str(folder / "src" / "train.py")])
    return folder


def test_commit_branch_address_and_state(repository: Path) -> None:
    run(repository, "remote", "add", "origin", "https://ada:secret@example.org/engine.git")
    assert context.git_tags() == {
        "mlflow.source.git.commit": run(repository, "rev-parse", "HEAD"),
        "mlflow.source.git.branch": "trunk",
        "mlflow.source.git.repoURL": "https://example.org/engine.git",
        "mlflow.source.git.dirty": "false",
    }


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("git@example.org:ada/engine.git", "git@example.org:ada/engine.git"),
        ("https://token@example.org/engine", "https://example.org/engine"),
        ("/srv/git/engine", "/srv/git/engine"),
    ],
)
def test_addresses_lose_their_credentials(repository: Path, address: str, shown: str) -> None:
    run(repository, "remote", "add", "origin", address)
    assert context.git_tags()["mlflow.source.git.repoURL"] == shown


def test_changes_make_it_dirty_and_new_files_do_not(repository: Path) -> None:
    (repository / "new.txt").write_text("x")
    assert context.git_tags()["mlflow.source.git.dirty"] == "false"
    (repository / "src" / "train.py").write_text("print(2)\n")
    assert context.git_tags()["mlflow.source.git.dirty"] == "true"


def test_a_checked_out_commit_has_no_branch(repository: Path) -> None:
    run(repository, "checkout", "-q", "--detach")
    tags = context.git_tags()
    assert "mlflow.source.git.commit" in tags
    assert "mlflow.source.git.branch" not in tags


def test_a_repository_without_a_commit_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, "init", "-q")
    monkeypatch.setattr(sys, "argv", ["-c"])
    assert context.git_tags() == {}


def test_the_folder_of_the_script_counts_not_the_working_directory(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    script = tmp_path / "outside.py"
    script.write_text("")
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert context.git_tags() == {}
    monkeypatch.setattr(sys, "argv", ["-c"])
    assert context.git_tags()["mlflow.source.git.branch"] == "trunk"


def test_without_the_program_there_are_no_tags(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert context.git_tags() == {}


def test_a_git_that_hangs_is_given_up(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "git"
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(git, "TIMEOUT", 0.05)
    assert context.git_tags() == {}


def test_what_a_repository_configures_is_not_run(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    run(repository, "config", "core.fsmonitor", str(hook))
    assert context.git_tags()["mlflow.source.git.dirty"] == "false"
    assert not mark.exists()
