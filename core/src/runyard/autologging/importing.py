"""Being told when a module is imported, without importing it."""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Arrived = Callable[[ModuleType], None]

_waiting: dict[str, list[Arrived]] = {}
_lock = threading.Lock()


def when_imported(name: str, arrived: Arrived) -> None:
    """Call a function with a module: at once if it is imported already, else right after it is.

    What the function raises at once is raised here; what it raises later is logged, and the import goes on.

    Args:
        name: The full name of the module.
        arrived: What is called with it, once.
    """
    with _lock:
        if name not in sys.modules:
            _waiting.setdefault(name, []).append(arrived)
            if _Finder not in sys.meta_path:
                sys.meta_path.insert(0, _Finder)
            return
    arrived(import_module(name))  # waits for the end of an import in another thread


class _Finder:
    """Finds what the others find, and adds to its loader that somebody is told."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _waiting:
            return None
        for finder in sys.meta_path:
            find = None if finder is cls else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(fullname, path, target) if find else None
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _Telling(spec.loader)  # type: ignore[assignment] # the base class costs time
                return spec
        return None


class _Telling:
    """A loader that loads as another one does, and then tells who waits for the module."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        with _lock:
            callbacks = _waiting.pop(module.__name__, [])
        for arrived in callbacks:
            try:
                arrived(module)
            except Exception:
                import logging

                log = logging.getLogger("runyard.autologging")
                log.warning("What waited for the module %s failed.", module.__name__, exc_info=True)
