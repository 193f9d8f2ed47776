"""Faults on purpose: what does a caller do when a store lets it down?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.repository import MemoryArtifactRepository
from runyard.testing.memory.store import MemoryTrackingStore


class InjectedFault(Exception):
    """What a method raises inside `faults`; no error of runyard's, so that nobody is prepared for it."""


@contextmanager
def faults(*methods: str) -> Iterator[None]:
    """Let methods of the memory backends raise `InjectedFault` inside the block, whoever has them open.

    Args:
        methods: Names of methods: ``log_batch``, ``upload_file``.

    Raises:
        AttributeError: None of the backends has a method of that name.
    """
    backends = (MemoryTrackingStore, MemoryModelRegistry, MemoryArtifactRepository)
    with ExitStack() as stack:
        for method in methods:
            owners = [backend for backend in backends if hasattr(backend, method)]
            if not owners:
                raise AttributeError(f"None of the memory backends has a method {method!r}.")
            for owner in owners:
                fault = InjectedFault(f"{method} fails on purpose")
                stack.enter_context(mock.patch.object(owner, method, side_effect=fault))
        yield
