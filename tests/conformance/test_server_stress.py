"""Many clients of our server at a time, servers that are killed and start again, several servers on one database."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import stress
from servers.tracking import TrackingServer
from writers import Target, Writer, check

pytestmark = pytest.mark.stress

DATABASES = ("sqlite", "postgres")
CLIENTS = 200 if stress.SECONDS else 16
PROCESSES = 4 if stress.SECONDS else 2
SECONDS = 2 * stress.SECONDS or 1
KILLS = 50 if stress.SECONDS else 2


@contextmanager
def begun(target: Target, clients: int, servers: Sequence[TrackingServer]) -> Iterator[list[Writer]]:
    """Let clients write, in a few processes; after the block they end by themselves, and no error may reach them."""
    writers = [
        target.writer(clients // PROCESSES, reads=True, address=servers[number % len(servers)].address)
        for number in range(PROCESSES)
    ]
    for writer in writers:
        writer.begin()
    yield writers
    for writer in writers:
        writer.end()
    for writer in writers:
        writer.join()


def wait_for_more(writers: Sequence[Writer]) -> None:
    """Return when some more calls have returned, and a moment later, which differs."""
    some = random.choice(writers)
    some.wait_for(len(some.said) + random.randint(1, 200))
    threading.Event().wait(random.uniform(0, 0.05))


@pytest.mark.parametrize("name", DATABASES)
def test_many_clients_at_a_time(name: str, tmp_path: Path) -> None:
    store = stress.address(name, tmp_path)
    with TrackingServer(store) as server, Target(server.address) as target:
        with begun(target, CLIENTS, [server]) as writers:
            threading.Event().wait(SECONDS)
        assert check(target, writers, kept=store) > CLIENTS


@pytest.mark.parametrize("name", DATABASES)
def test_killed_server_loses_nothing_that_was_acknowledged(name: str, tmp_path: Path) -> None:
    store = stress.address(name, tmp_path)
    with TrackingServer(store) as server, Target(server.address) as target:
        with begun(target, 16, [server]) as writers:
            for _ in range(KILLS):
                wait_for_more(writers)
                server.kill()
                server.start()
            for writer in writers:
                writer.wait_for(len(writer.said) + 1)
        assert check(target, writers, kept=store) > KILLS


@pytest.mark.parametrize("name", DATABASES)
def test_killed_workers_are_replaced_and_lose_nothing(name: str, tmp_path: Path) -> None:
    store = stress.address(name, tmp_path)
    with TrackingServer(store, options=("--workers", "2")) as server, Target(server.address) as target:
        with begun(target, 16, [server]) as writers:
            for _ in range(KILLS // 2):
                wait_for_more(writers)
                server.kill_worker()
            for writer in writers:
                writer.wait_for(len(writer.said) + 1)
        assert check(target, writers, kept=store) > KILLS


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", DATABASES)
def test_server_ends_in_good_order_under_load(name: str, workers: int, tmp_path: Path) -> None:
    store = stress.address(name, tmp_path)
    options = ("--workers", str(workers))
    with TrackingServer(store, options=options) as server, Target(server.address) as target:
        with begun(target, 16, [server]) as writers:
            for _ in range(KILLS // 5 or 1):
                wait_for_more(writers)
                assert server.stop() == 0
                server.start()
            for writer in writers:
                writer.wait_for(len(writer.said) + 1)
        check(target, writers, kept=store)


@pytest.mark.parametrize("name", DATABASES)
def test_several_servers_on_one_database(name: str, tmp_path: Path) -> None:
    store = stress.address(name, tmp_path)
    with ExitStack() as running:
        servers = [running.enter_context(TrackingServer(store, tmp_path / "artifacts")) for _ in range(2)]
        target = running.enter_context(Target(servers[0].address))
        with begun(target, 16, servers) as writers:
            threading.Event().wait(SECONDS)
        assert check(target, writers, kept=store) > len(writers)
