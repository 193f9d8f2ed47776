"""Many processes write to one store: no error reaches them, nothing is lost, nothing is there twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import stress
from runyard.uris import StoreURI
from writers import Target, check

pytestmark = pytest.mark.stress


@pytest.mark.parametrize("name", stress.STORES)
def test_many_processes_write_to_one_store(name: str, tmp_path: Path) -> None:
    with Target(stress.address(name, tmp_path)) as target:
        writers = [target.writer() for _ in range(16 if stress.SECONDS else 4)]
        for writer in writers:
            writer.begin()
        threading.Event().wait(stress.SECONDS or 1)
        for writer in writers:
            writer.end()
        for writer in writers:
            writer.join()
        assert check(target, writers) > len(writers)
    if name != "file":
        check_database(target.address)


def check_database(address: str) -> None:
    """Let the store itself look for what does not fit together."""
    from runyard_sql.database import open_database
    from runyard_sql.maintenance.checks import problems

    assert problems(open_database(StoreURI.parse(address)), full=True) == []


@pytest.mark.parametrize("kind", ["run", "batch", "shared", "end"])
def test_comparison_notices_what_is_lost(kind: str, tmp_path: Path) -> None:
    with Target(stress.address("file", tmp_path)) as target:
        writer = target.writer()
        writer.begin()
        writer.wait_for(6)
        writer.end()
        writer.join()
        check(target, [writer])
        last = next(line for line in reversed(writer.said) if line.startswith(f"{kind} "))
        _, run_id, number, n = last.split()
        writer.said.append(f"{kind} {'0' * 32 if kind == 'run' else run_id} {number} {int(n) + 1}")
        with pytest.raises(AssertionError, match=r"lost|Lost"):
            check(target, [writer])
