"""A folder of which the trash was emptied, in whole and half way, is read alike by both systems."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from runyard.entities import TrashKind
from runyard.tracking.garbage import Collector, Selection
from runyard.tracking.stores import open_store


@pytest.mark.usefixtures("runyard_isolated")
def test_both_read_what_is_left(folder: Path, program: Any, tmp_path: Path) -> None:
    copy = tmp_path / "mlruns"
    shutil.copytree(folder, copy, symlinks=True)
    collector = Collector(open_store(copy))
    items = collector.select(Selection())
    assert {item.kind for item in items} >= {TrashKind.RUN, TrashKind.EXPERIMENT}
    assert [outcome.kept for outcome in collector.collect(items)] == [None] * len(items)
    # what a deletion that was interrupted leaves behind
    for place in (copy / "0", copy / "0" / "models", copy / ".trash"):
        (place / "runyard-purging" / "f00-ba4").mkdir(parents=True)
        (place / "runyard-purging" / "f00-ba4" / "meta.yaml").write_text("name: gone\n")
    ours, theirs = (program("read", system, copy) for system in ("runyard", "mlflow"))
    for kind in ("experiments", "logged models", "registered models", "versions"):
        assert ours[kind] == theirs[kind], kind
    assert ours["runs"].keys() == theirs["runs"].keys()
    assert not {item.id for item in items} & {*theirs["experiments"], *theirs["runs"]}
    assert {each["lifecycle_stage"] for each in theirs["experiments"].values()} == {"active"}
    assert {each["run"]["info"]["lifecycle_stage"] for each in theirs["runs"].values()} == {"active"}
