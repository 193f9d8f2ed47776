"""Folders that cannot be written to, and disks without room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runyard.entities import Metric, Param, RunTag
from runyard.errors import StorageFailure
from runyard.tracking.requests import (
    ExperimentQuery,
    HistoryQuery,
    NewExperiment,
    NewRun,
    RunBatch,
    RunQuery,
    RunUpdate,
)
from runyard.uris import StoreURI
from runyard_file.store import FileStore

NOBODY = 65534
RUN = NewRun(experiment_id="0", user_id="me", start_time=1, run_name="r")


@pytest.fixture
def readonly_root() -> Iterator[tuple[Path, str]]:
    """A folder with one run which this process may read and not change, and the id of the run."""
    base = Path(tempfile.mkdtemp(prefix="runyard-readonly-"))
    root = base / "mlruns"
    store = FileStore(StoreURI.parse(root))
    run_id = store.create_run(RUN).info.run_id
    store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", 1.0, 1)], params=[Param("p", "1")]))
    base.chmod(0o755)
    for path in root.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    root.chmod(0o555)
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(NOBODY)
    yield root, run_id
    if privileged:
        os.seteuid(0)
    for path in (root, *root.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(base)


def test_a_folder_that_cannot_be_written_to_is_read(readonly_root: tuple[Path, str]) -> None:
    root, run_id = readonly_root
    store = FileStore(StoreURI.parse(root))
    assert store.get_experiment("0").name == "Default"
    assert len(store.search_experiments(ExperimentQuery())) == 1
    for _ in range(2):
        (run,) = store.search_runs(RunQuery(experiment_ids=("0",)))
        assert run == store.get_run(run_id)
    assert len(store.metric_history(HistoryQuery(run_id=run_id, key="m"))) == 1


def test_a_write_to_a_folder_that_cannot_be_written_to_names_the_file(readonly_root: tuple[Path, str]) -> None:
    root, run_id = readonly_root
    store = FileStore(StoreURI.parse(root))
    before = sorted((path, path.stat().st_size) for path in root.rglob("*"))
    batches = [
        RunBatch(run_id=run_id, metrics=[Metric("m", 2.0, 2)]),
        RunBatch(run_id=run_id, metrics=[Metric("new", 2.0, 2)]),
        RunBatch(run_id=run_id, params=[Param("new", "1")]),
        RunBatch(run_id=run_id, tags=[RunTag("new", "1")]),
    ]
    for batch in batches:
        with pytest.raises(StorageFailure, match=str(root)):
            store.log_batch(batch)
    with pytest.raises(StorageFailure, match=str(root)):
        store.create_run(RUN)
    with pytest.raises(StorageFailure, match=str(root)):
        store.create_experiment(NewExperiment(name="e"))
    with pytest.raises(StorageFailure, match=str(root)):
        store.update_run(RunUpdate(run_id=run_id, status="FINISHED"))
    with pytest.raises(StorageFailure, match=str(root)):
        store.delete_run(run_id)
    assert sorted((path, path.stat().st_size) for path in root.rglob("*")) == before


def test_a_folder_that_cannot_be_made_is_named(readonly_root: tuple[Path, str]) -> None:
    root, _ = readonly_root
    store = FileStore(StoreURI.parse(root / "sub"))
    assert [item.name for item in store.search_experiments(ExperimentQuery())] == ["Default"]
    with pytest.raises(StorageFailure, match="sub"):
        store.create_run(RUN)


# A file size limit makes real writes fail midway, as a full disk does.
_FULL = """
import resource, sys
from runyard.entities import Metric, Param, RunTag
from runyard.errors import StorageFailure
from runyard.tracking.requests import HistoryQuery, NewRun, RunBatch
from runyard.uris import StoreURI
from runyard_file.store import FileStore

store = FileStore(StoreURI.parse(sys.argv[1]))
run_id = store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="r")).info.run_id
store.log_batch(RunBatch(run_id=run_id, params=[Param("p", "old")], tags=[RunTag("t", "old")]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
acknowledged = 0
try:
    while True:
        points = [Metric("m", 0.125, acknowledged + n, acknowledged + n) for n in range(7)]
        store.log_batch(RunBatch(run_id=run_id, metrics=points))
        acknowledged += 7
except StorageFailure as error:
    assert "metrics/m" in str(error), error
for batch in (
    RunBatch(run_id=run_id, metrics=[Metric("k" * 200, 1.0, 1)] * 200),
    RunBatch(run_id=run_id, params=[Param("a", "1"), Param("big", "x" * 5000)]),
    RunBatch(run_id=run_id, tags=[RunTag("t", "x" * 5000)]),
):
    try:
        store.log_batch(batch)
    except StorageFailure:
        continue
    raise AssertionError(batch)
run = store.get_run(run_id)
assert run.data.params == {"p": "old"}, run
assert run.data.tags["t"] == "old", run
assert [*run.data.metrics] == ["m"], run
steps = [point.step for point in store.metric_history(HistoryQuery(run_id=run_id, key="m"))]
assert steps == [*range(acknowledged)], steps
assert acknowledged > 30
"""


def test_a_full_disk_loses_and_damages_nothing(root: Path) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", _FULL, str(root)], check=True)
    leftovers = [path.name for path in root.rglob("*") if path.name.startswith(".runyard")]
    assert leftovers == []
    assert all(path.read_bytes().endswith(b"\n") for path in root.rglob("metrics/*"))


@pytest.mark.parametrize("fresh", [True, False])
def test_a_full_disk_leaves_no_half_of_a_run(root: Path, monkeypatch: pytest.MonkeyPatch, fresh: bool) -> None:
    store = FileStore(StoreURI.parse(root))
    if not fresh:
        store.create_experiment(NewExperiment(name="before"))
    before = [path for path in root.rglob("*") if path.is_file()]

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageFailure, match="No space left"):
        store.create_run(RUN)
    with pytest.raises(StorageFailure, match="No space left"):
        store.create_experiment(NewExperiment(name="e", tags={"a": "b"}))
    monkeypatch.undo()
    assert [path for path in root.rglob("*") if path.is_file()] == before
    assert [path.name for path in (root / "0").iterdir()] == ["meta.yaml"] * (not fresh)
    store.create_experiment(NewExperiment(name="e"))
