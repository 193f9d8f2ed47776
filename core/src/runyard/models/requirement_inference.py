"""The requirements of a model: found from the modules that its files refer to, and from what it imports as it predicts.

No second interpreter is started: modules are mapped to installed distributions, those that come with another one of
the list are left out, and the rest is pinned.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from runyard.models import distributions
from runyard.models.code_model import SCRIPT_MODULE
from runyard.models.distributions import Installed, normalize
from runyard.models.observing import Observation
from runyard.models.sources import follow_local, imported_modules

__all__ = ["infer_requirements", "local_modules"]

Provider = Callable[[str], "Installed | None"]

# The objects of these libraries are in the files of most models, and their version decides whether the files load: they
# are pinned even where they come with another requirement.
_ALWAYS_PINNED = frozenset({"cloudpickle", "numpy", "pandas", "scipy"})


def infer_requirements(
    base: Iterable[str],
    modules: Iterable[str],
    code_paths: Sequence[Path] = (),
    seen: Observation | None = None,
) -> list[str]:
    """Return pinned requirements, sorted.

    Args:
        base: The distributions that the flavor always needs.
        modules: The full names of the modules that the model's files refer to.
        code_paths: Files and folders that are saved with the model; modules in them need no distribution, and what they
            import counts.
        seen: What the model imported while it predicted.
    """
    names = list(base)
    own = _module_names(code_paths)

    @cache
    def provider(module: str) -> Installed | None:
        top = module.partition(".")[0]
        return None if top in own or _is_ours(top) else distributions.find_provider(module, names)

    def is_local(top: str) -> bool:
        return top in own or (_is_foreign(top) and provider(top) is None)

    roots = {name for name in (*modules, *_imports_of(code_paths)) if not _is_ours(name.partition(".")[0])}
    if seen is not None:
        roots |= seen.loaded | {name for importer, name in seen.imports if is_local(importer)}
    found = {normalize(name): distribution for name in names if (distribution := distributions.get(name)) is not None}
    lost: set[str] = set()
    for module in sorted(follow_local(roots, is_local)):
        top = module.partition(".")[0]
        distribution = provider(module)
        if distribution is not None:
            found[normalize(distribution.name)] = distribution
        elif top not in own and is_local(top) and _is_beside_script(top):
            lost.add(top)
    if seen is not None:
        _add_imports_of_libraries(found, seen, provider)
    if lost:
        warnings.warn(
            f"The model refers to {', '.join(sorted(lost))}, which no installed distribution brings. "
            "Pass the file or folder as code_paths=[...], or infer_code_paths=True, or the model will not load "
            "elsewhere.",
            stacklevel=3,
        )
    kept = _ALWAYS_PINNED | {normalize(name) for name in names}
    needed = [found[name] for name in found.keys() - (_implied(found) - kept)]
    _warn_of_local(needed)
    return sorted((distribution.pin for distribution in needed), key=str.lower)


def _add_imports_of_libraries(found: dict[str, Installed], seen: Observation, provider: Provider) -> None:
    """Add what the libraries that were found imported, such as the optional parts of them that the model uses."""
    pending = True
    while pending:
        pending = False
        for importer, name in seen.imports:
            source = provider(importer)
            if source is None or normalize(source.name) not in found:
                continue
            target = provider(name)
            if target is not None and normalize(target.name) not in found:
                found[normalize(target.name)] = target
                pending = True


def _is_ours(top: str) -> bool:
    return top in ("runyard", "mlflow") or (top.startswith("runyard_") and not top.startswith(SCRIPT_MODULE))


def _is_foreign(top: str) -> bool:
    """Say whether a module is neither ours nor Python's."""
    return bool(top) and top not in sys.stdlib_module_names and not _is_ours(top)


def _module_names(code_paths: Sequence[Path]) -> set[str]:
    """Return the names of the modules and packages that lie in code paths, and of the code paths themselves."""
    return {path.stem for path in code_paths} | {
        child.stem for path in code_paths if path.is_dir() for child in path.iterdir()
    }


def _imports_of(code_paths: Sequence[Path]) -> set[str]:
    files = [file for path in code_paths for file in (path.rglob("*.py") if path.is_dir() else [path])]
    return {name for file in files if file.suffix == ".py" for name in imported_modules(file.read_bytes(), str(file))}


def local_modules(modules: Iterable[str], seen: Observation | None = None) -> list[Path]:
    """Return the files and package folders of the modules beside the script that a model refers to, directly or not."""

    @cache
    def is_local(top: str) -> bool:
        return _is_foreign(top) and distributions.find_provider(top) is None

    used = {name for importer, name in seen.imports if is_local(importer)} if seen is not None else set()
    tops = {name.partition(".")[0] for name in follow_local({*modules, *used}, is_local)}
    files = [Path(str(sys.modules[top].__file__)) for top in sorted(tops) if is_local(top) and _is_beside_script(top)]
    return [file.parent if file.name == "__init__.py" else file for file in files]


def _is_beside_script(top: str) -> bool:
    """Say whether a module is code of the user's, and not part of Python."""
    module = sys.modules.get(top)
    file = getattr(module, "__file__", None)
    return file is not None and top != "__main__" and not top.startswith(SCRIPT_MODULE)


def _warn_of_local(needed: Iterable[Installed]) -> None:
    folders = [f"{each.name} (from {each.local_folder})" for each in needed if each.local_folder]
    if folders:
        warnings.warn(
            f"The model needs {', '.join(sorted(folders))}, installed from a folder of this machine; its version is "
            "pinned, but it cannot be installed elsewhere unless it is published. If it is not, pass the folder of its "
            "code as code_paths=[...].",
            stacklevel=4,
        )


def _implied(found: dict[str, Installed]) -> set[str]:
    """Return the names of what comes with another one anyway; of two that need each other, the first stays."""
    implied: set[str] = set()
    for name, distribution in found.items():
        if name not in implied:
            implied |= _dependencies(distribution) - {name}
    return implied


def _dependencies(distribution: Installed) -> set[str]:
    """Return the names of what a distribution brings along, directly or not."""
    from packaging.requirements import InvalidRequirement, Requirement

    seen: set[str] = set()
    waiting = [distribution]
    while waiting:
        for text in waiting.pop().requires:
            if "extra ==" in text:
                continue
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                continue
            name = normalize(requirement.name)
            if name in seen or (requirement.marker is not None and not requirement.marker.evaluate()):
                continue
            seen.add(name)
            if (dependency := distributions.get(name)) is not None:
                waiting.append(dependency)
    return seen
