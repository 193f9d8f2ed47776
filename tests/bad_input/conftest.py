"""The public interface on a real file store in a fresh folder, as a user has it after `pip install runyard`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("runyard_file", reason="the runs are kept in a folder")

from runyard.cli.main import main
from runyard.tracking.client import RunyardClient


class Outcome(NamedTuple):
    """What a call of the program left behind."""

    code: int
    out: str
    err: str


Files = Callable[[], dict[str, bytes]]


@pytest.fixture(autouse=True)
def root(runyard_isolated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``mlruns`` of a fresh working directory."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work / "mlruns"


@pytest.fixture
def files(root: Path) -> Files:
    """A function that returns all files below the root with their contents; the side index is none of them."""

    def read() -> dict[str, bytes]:
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and path.name != ".runyard-index"
        }

    return read


@pytest.fixture
def client() -> RunyardClient:
    return RunyardClient()


@pytest.fixture
def run_id(client: RunyardClient) -> str:
    """A run with one value of each kind."""
    run_id = client.create_run("0").info.run_id
    client.log_param(run_id, "alpha", 1)
    client.log_metric(run_id, "loss", 0.5)
    client.set_tag(run_id, "team", "a")
    client.log_text(run_id, "first", "notes/first.txt")
    return run_id


@pytest.fixture
def runyard(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Call the program in this process."""

    def call(*words: str) -> Outcome:
        capsys.readouterr()
        return Outcome(main(words), *capsys.readouterr())

    return call
