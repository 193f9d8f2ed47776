"""What the programs share: the system under measurement, and a watch whose figures go to standard output as JSON."""

from __future__ import annotations

import importlib
import json
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


@contextmanager
def watch(times: int = 1) -> Iterator[None]:
    """Report wall and CPU time of what is done inside, divided by how many times it is done."""
    wall, cpu = time.perf_counter(), processor_time()
    yield
    wall, cpu = time.perf_counter() - wall, processor_time() - cpu
    print(json.dumps({"wall": wall / times, "cpu": cpu / times}))
