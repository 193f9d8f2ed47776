"""Writers and database servers are killed at random moments: what was acknowledged is there."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

import stress
from runyard.tracking.stores import close_stores
from servers import MariaDB, Postgres, Server
from writers import Target, Writer, check

pytestmark = pytest.mark.stress


@pytest.mark.parametrize("name", stress.STORES)
def test_killed_writers_lose_nothing_that_was_acknowledged(name: str, tmp_path: Path) -> None:
    with Target(stress.address(name, tmp_path)) as target:
        writers: list[Writer] = []
        working: list[Writer] = []
        for _ in range(round(stress.SECONDS) or 4):
            while len(working) < 2:
                working.append(target.writer())
                working[-1].begin()
            victim = working.pop(0)
            victim.wait_for(random.randint(2, 60))
            threading.Event().wait(random.uniform(0, 0.01))  # not always right after a line
            victim.kill()
            writers.append(victim)
        for writer in working:
            writer.kill()
        assert check(target, [*writers, *working], whole=name != "file") > len(writers)


@pytest.mark.parametrize("kind", [Postgres, MariaDB])
def test_killed_server_loses_nothing_that_was_acknowledged(kind: type[Server]) -> None:
    server = kind()
    if not server.is_installed:
        pytest.skip(f"{kind.name} is not installed; `nox -s databases` installs it")
    with server, Target(*server.variables.values()) as target:
        writers = [target.writer() for _ in range(4)]
        for writer in writers:
            writer.begin()
        for writer in writers:
            writer.wait_for(2)  # one that has never reached the server gives up at once
        for _ in range(round(stress.SECONDS) or 3):
            some = random.choice(writers)
            some.wait_for(len(some.said) + random.randint(1, 60))
            threading.Event().wait(random.uniform(0, 0.02))
            server.kill()
            server.start()
        for writer in writers:
            writer.wait_for(len(writer.said) + 1)
            writer.end()
        for writer in writers:
            writer.join()
        assert check(target, writers) > len(writers)
        close_stores()
