"""What source code imports, found by reading it: scripts, and modules that lie beside them."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

__all__ = ["follow_local", "imported_modules", "local_file"]


def imported_modules(source: bytes, name: str, package: str = "") -> set[str]:
    """Return the full names of the modules that source code imports, anywhere in it; nothing where it does not parse.

    Args:
        source: The code.
        name: Where it is from.
        package: The package that relative imports start from.
    """
    try:
        tree = ast.parse(source, name)
    except (SyntaxError, ValueError):
        return set()
    return set(_imports(tree, package))


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                kept = parents[: len(parents) - node.level + 1]
                base = ".".join([*kept, *([base] if base else [])])
            if base:
                yield base
                # A name may be a submodule; one that is not does no harm
                yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def local_file(module: str) -> Path | None:
    """Return the source file of a module that is imported and lies outside of all installed packages and of Python."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top in ("__main__", "__mp_main__"):
        return None
    file = getattr(sys.modules.get(module), "__file__", None)
    return Path(file) if isinstance(file, str) and file.endswith(".py") and os.path.isfile(file) else None


def follow_local(modules: Iterable[str], is_local: Callable[[str], bool]) -> set[str]:
    """Return modules, and those that the local ones among them import, directly or not.

    Args:
        modules: Full names.
        is_local: Says of the name of a top-level module whether no installed distribution brings it.
    """
    found: set[str] = set()
    waiting = set(modules)
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        if not is_local(module.partition(".")[0]):
            continue
        file = local_file(module)
        if file is not None:
            package = module if file.name == "__init__.py" else module.rpartition(".")[0]
            waiting |= imported_modules(file.read_bytes(), str(file), package)
    return found
