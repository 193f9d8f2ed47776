"""What code imports, and which secrets it looks for in the environment, while a model predicts its own example."""

from __future__ import annotations

import builtins
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

__all__ = ["Observation", "observing"]

# Parts of the names of variables that whoever serves the model has to set; the reference system looks for them as well.
_SECRETS = ("API_KEY", "API_TOKEN", "ACCESS_KEY", "ACCESS_TOKEN", "SECRET", "PASSWORD", "DATABRICKS_")


class Observation:
    """What was seen.

    Attributes:
        imports: Pairs of the top-level module that imports and the full name of what it imports.
        loaded: Top-level modules that were not there before and that nobody was seen to import, as plugins are.
        variables: The names of variables of the environment that were read, are set and look like secrets.
        is_over: Whether nothing is added any more.
    """

    def __init__(self) -> None:
        self.imports: set[tuple[str, str]] = set()
        self.loaded: set[str] = set()
        self.variables: set[str] = set()
        self.is_over = False


@contextmanager
def observing() -> Iterator[Observation]:
    """Observe this thread's imports and everybody's look at the environment while the block runs.

    The hooks are taken away again unless another program has put its own on top of them in the meantime; they then
    only pass on.
    """
    seen = Observation()
    before = set(sys.modules)
    original = builtins.__import__
    thread = threading.get_ident()

    def observed(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names that the import statement passes
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        module = original(name, globals, locals, fromlist or (), level)
        if not level and not seen.is_over and threading.get_ident() == thread:
            importer = str((globals or {}).get("__name__") or "").partition(".")[0]
            if importer != name.partition(".")[0]:
                seen.imports.add((importer, name))
        return module

    builtins.__import__ = observed
    try:
        with _observed_environment(seen):
            yield seen
    finally:
        seen.is_over = True
        if builtins.__import__ is observed:
            builtins.__import__ = original
        imported = {name.partition(".")[0] for _, name in seen.imports}
        new = {name.partition(".")[0] for name in set(sys.modules) - before}
        seen.loaded = new - {name.partition(".")[0] for name in before} - imported


@contextmanager
def _observed_environment(seen: Observation) -> Iterator[None]:
    from runyard import config

    if not config.RECORD_ENV_VARS_IN_MODEL_LOGGING.get():
        yield
        return
    kind: Any = type(os.environ)
    original = kind.__getitem__

    def observed(self: Any, key: Any) -> Any:
        value = original(self, key)
        if not seen.is_over and isinstance(key, str) and any(part in key for part in _SECRETS):
            seen.variables.add(key)
        return value

    kind.__getitem__ = observed
    try:
        yield
    finally:
        if kind.__getitem__ is observed:
            kind.__getitem__ = original
