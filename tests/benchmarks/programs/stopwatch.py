"""What the programs share: the system under measurement, and a watch whose figures go to standard output as JSON."""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def system() -> tuple[ModuleType, str, list[str]]:
    """Return the imported system, its working folder and further arguments: `PROGRAM SYSTEM FOLDER [ARGUMENT ...]`."""
    module = importlib.import_module(sys.argv[1])
    module.set_tracking_uri(sys.argv[2])
    return module, sys.argv[2], sys.argv[3:]


def processor_time() -> float:
    """Return the seconds of CPU that this process and its ended children have used."""
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def size_of(uri: str) -> int:
    """Return how many bytes a database takes on disk, everything that was written included."""
    if uri.startswith("sqlite"):
        import sqlite3

        path = uri.partition("///")[2]
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return os.path.getsize(path)
    psycopg = importlib.import_module("psycopg")
    with psycopg.connect(uri.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        return int(connection.execute("SELECT pg_database_size(current_database())").fetchone()[0])


@contextmanager
def watch(times: int = 1) -> Iterator[None]:
    """Report wall and CPU time of what is done inside, divided by how many times it is done."""
    wall, cpu = time.perf_counter(), processor_time()
    yield
    wall, cpu = time.perf_counter() - wall, processor_time() - cpu
    print(json.dumps({"wall": wall / times, "cpu": cpu / times}))
