"""Code of models that was written for the reference system: its imports get ours, in that code alone.

``import mlflow`` inside a model's script, or inside a function that is stored in its pickle, means the module of the
same name here, whether the reference system is installed or not. Nothing is put into `sys.modules`: a function looks up
``__import__`` among the built-ins that its own module was given, and only the modules of models are given these.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

__all__ = ["BUILTINS", "counterpart"]

_REFERENCE = "mlflow"
_OURS = "runyard"
# Modules of the reference system whose names are in another place here.
_ELSEWHERE = {"mlflow.pyfunc.model": "runyard.pyfunc", "mlflow.pyfunc.utils": "runyard.models.hints"}


def counterpart(module: str) -> ModuleType | None:
    """Return our module for a name of the reference system, `None` if there is none and for other names."""
    top, _, rest = module.partition(".")
    if top != _REFERENCE:
        return None
    name = _ELSEWHERE.get(module) or (f"{_OURS}.{rest}" if rest else _OURS)
    try:
        return import_module(name) if find_spec(name) is not None else None
    except ModuleNotFoundError:  # a module below one that we do not have
        return None


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002 - the names that the import statement passes
    locals: Mapping[str, object] | None = None,  # noqa: A002
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """Do what ``__import__`` does, with our modules for those of the reference system that we have."""
    module = None if level else counterpart(name)
    if module is None:
        if globals is None:  # a call by hand; whoever observes imports is told who it was
            globals = sys._getframe(1).f_globals  # noqa: A001, SLF001 - as the import statement does it
        return builtins.__import__(name, globals, locals, fromlist or (), level)
    if not fromlist:
        return import_module(_OURS)
    for attribute in fromlist:
        if attribute != "*" and not hasattr(module, attribute):
            counterpart(f"{name}.{attribute}")  # a submodule; one that is missing is told of by the statement itself
    return module


BUILTINS: dict[str, Any] = {**vars(builtins), "__import__": _import}
"""The built-ins of code that comes with a model."""
