"""A disk without room: a real one where this process may mount one, and a limit on the size of files elsewhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import runyard as ry
from runyard.entities import Metric, Param, RunTag
from runyard.errors import StorageFailure
from runyard.tracking.client import RunyardClient


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Use up every byte and return the file that does."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))
    return filler


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def log_until_refused() -> int:
    """Log points and return how many were acknowledged: a page that a file has begun may be filled."""
    for step in range(100_000):
        try:
            ry.log_metric("loss", 0.5, step=step)
        except StorageFailure:
            return step
    raise AssertionError("nothing was refused")


def test_a_full_disk_refuses_clearly_and_keeps_what_it_has(
    disk: Path, tmp_path: Path, runyard: Callable[..., tuple[int, str, str]]
) -> None:
    root = disk / "mlruns"
    ry.set_tracking_uri(root)
    client = RunyardClient()
    source = tmp_path / "model.bin"
    source.write_bytes(bytes(20_000))
    with ry.start_run() as run:
        run_id = run.info.run_id
        ry.log_param("alpha", 1)
        ry.log_text("kept", "kept.txt")
        ry.log_artifact(source, "models")
        filler = fill(disk)
        acknowledged = log_until_refused()
        before = snapshot(root)
        for write in (
            lambda: ry.log_metric("loss", 0.5, step=acknowledged),
            lambda: ry.log_metric("new", 0.5),
            lambda: ry.log_metrics({"a": 1.0, "b": 2.0}),
            lambda: ry.log_param("beta", 2),
            lambda: ry.set_tag("team", "a"),
            lambda: ry.set_tag("mlflow.runName", "new"),
            lambda: client.log_batch(run_id, [Metric("m", 1.0, 1, 0)], [Param("p", "1")], [RunTag("t", "1")]),
            lambda: ry.log_text("new", "new.txt"),
            lambda: ry.log_text("new", "kept.txt"),
            lambda: ry.log_dict({"a": 1}, "new.json"),
            lambda: ry.log_artifact(source, "other"),
            lambda: ry.log_artifact(source, "models"),
            lambda: ry.start_run(nested=True),
            lambda: ry.create_experiment("new", tags={"a": "b"}),
            lambda: client.create_registered_model("m"),
            lambda: client.set_terminated(run_id),
            lambda: client.delete_run(run_id),
            lambda: client.delete_experiment("0"),
        ):
            with pytest.raises(StorageFailure, match="No space left") as caught:
                write()
            assert caught.value.__cause__ is not None
            assert snapshot(root) == before
        found = client.get_run(run_id)
        assert found.data.params == {"alpha": "1"}
        assert [point.step for point in client.get_metric_history(run_id, "loss")] == [*range(acknowledged)]
        assert ry.artifacts.load_text(f"runs:/{run_id}/kept.txt") == "kept"
        assert [item.info.run_id for item in ry.search_runs(["0"], output_format="list")] == [run_id]
        code, out, err = runyard("runs", "delete", run_id)
        assert (code, out) == (1, "")
        assert "No space left" in err
        assert ry.active_run().info.run_id == run_id
        filler.unlink()
        ry.log_metric("loss", 0.25, step=acknowledged)
    assert client.get_run(run_id).info.status == "FINISHED"
    assert client.get_run(run_id).data.metrics == {"loss": 0.25}


def test_a_disk_that_is_full_from_the_start_is_named(disk: Path) -> None:
    fill(disk)
    root = disk / "mlruns"
    ry.set_tracking_uri(root)
    assert ry.search_runs(output_format="list") == []
    with pytest.raises(StorageFailure, match=rf"{root}.*No space left"):
        ry.start_run()
    assert ry.active_run() is None
    assert snapshot(root) == {}


# With a limit on the size of files, real writes fail midway.
_LIMITED = """
import resource
import runyard as ry
from runyard.errors import StorageFailure

with ry.start_run() as run:
    ry.log_text("kept", "kept.txt")
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))
    for write in (
        lambda: ry.log_text("x" * 10_000, "new.txt"),
        lambda: ry.log_text("x" * 10_000, "kept.txt"),
        lambda: ry.log_dict({"x": "x" * 10_000}, "new.json"),
        lambda: ry.log_artifact("source"),
        lambda: ry.log_artifacts("folder", "folder"),
        lambda: ry.log_params({"small": 1, "large": "x" * 5000}),
        lambda: ry.set_tag("large", "x" * 5000),
        lambda: ry.start_run(nested=True, tags={"large": "x" * 5000}),
        lambda: ry.artifacts.download_artifacts("source", dst_path="target"),
    ):
        try:
            write()
        except StorageFailure as error:
            assert "File too large" in str(error), error
        else:
            raise AssertionError(write)
    assert ry.artifacts.load_text(f"runs:/{run.info.run_id}/kept.txt") == "kept"
    assert [info.path for info in ry.artifacts.list_artifacts(run_id=run.info.run_id)] == ["folder", "kept.txt"]
    assert ry.get_run(run.info.run_id).data.params == {}
    assert "large" not in ry.get_run(run.info.run_id).data.tags
    assert len(ry.search_runs(output_format="list")) == 1
"""


def test_a_file_that_grows_too_large_leaves_nothing(root: Path) -> None:
    work = root.parent
    (work / "source").write_bytes(bytes(10_000))
    (work / "folder").mkdir()
    (work / "folder" / "a").write_bytes(bytes(10))
    (work / "folder" / "b").write_bytes(bytes(10_000))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LIMITED], cwd=work, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in work.rglob("*") if path.name.startswith(".runyard-")] == []
    assert not (work / "target" / "source").exists()
