"""The requirements of a model: found from the modules that its files refer to, or read from what the user gives.

Nothing is started and nothing is imported to find them: the modules that a model's files name are mapped to installed
distributions, those that come with another one of the list are left out, and the rest is pinned.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from runyard.errors import InvalidInput, NotFound
from runyard.models import distributions
from runyard.models.distributions import Installed, normalize

__all__ = ["TOOL", "infer_requirements", "read_requirements", "replace_tool", "tool_missing"]

TOOL = "mlflow<4"
"""The requirement that stands for the tool which loads the model, first in each list.

The reference system installs and runs itself by it. When runyard builds an environment it puts `runyard-core` and the
distributions of the model's flavors in its place; see `replace_tool`.
"""

# The objects of these libraries are in the files of most models, and their version decides whether the files load: they
# are pinned even where they come with another requirement.
_ALWAYS_PINNED = frozenset({"cloudpickle", "numpy", "pandas", "scipy"})


def infer_requirements(base: Iterable[str], modules: Iterable[str], code_paths: Sequence[Path] = ()) -> list[str]:
    """Return pinned requirements, sorted.

    Args:
        base: The distributions that the flavor always needs.
        modules: The full names of the modules that the model's files refer to.
        code_paths: Files and folders that are saved with the model; modules in them need no distribution.
    """
    names = list(base)
    own = {path.stem for path in code_paths} | {
        child.stem for path in code_paths if path.is_dir() for child in path.iterdir()
    }
    found: dict[str, Installed] = {}
    lost: set[str] = set()
    for name in names:
        distribution = distributions.get(name)
        if distribution is not None:
            found[normalize(distribution.name)] = distribution
    for module in sorted(set(modules)):
        top = module.partition(".")[0]
        if top in own or top == "runyard" or top.startswith("runyard_") or top == "mlflow":
            continue
        provider = distributions.find_provider(module, names)
        if provider is not None:
            found[normalize(provider.name)] = provider
        elif _is_local(top):
            lost.add(top)
    if lost:
        warnings.warn(
            f"The model refers to {', '.join(sorted(lost))}, which no installed distribution brings. "
            "Pass the file or folder as code_paths=[...], or the model will not load elsewhere.",
            stacklevel=3,
        )
    kept = _ALWAYS_PINNED | {normalize(name) for name in names}
    implied = _implied(found) - kept
    return sorted((found[name].pin for name in found.keys() - implied), key=str.lower)


def _is_local(top: str) -> bool:
    """Say whether a module is code beside the script, and not part of Python."""
    import sys

    module = sys.modules.get(top)
    return getattr(module, "__file__", None) is not None and top not in sys.stdlib_module_names and top != "__main__"


def _implied(found: Mapping[str, Installed]) -> set[str]:
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


def read_requirements(given: str | os.PathLike[str] | Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the requirements and the constraints that a user gives.

    Args:
        given: The path of a requirements file, or lines of one. Lines ``-r file`` and ``-c file`` are followed; other
            options, URLs and local paths stay as they are.

    Raises:
        NotFound: A file is missing.
        InvalidInput: A line is no requirement.
    """
    if isinstance(given, (str, os.PathLike)):
        return _read_file(Path(given))
    return _read_lines(list(given), Path())


def _read_file(file: Path) -> tuple[list[str], list[str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(f"There is no requirements file {str(file)!r}.") from None
    return _read_lines(text.replace("\\\n", " ").splitlines(), file.parent)


def _read_lines(lines: Sequence[str], folder: Path) -> tuple[list[str], list[str]]:
    requirements: list[str] = []
    constraints: list[str] = []
    for raw in lines:
        if not isinstance(raw, str):
            raise InvalidInput(f"A requirement is text, not {type(raw).__name__}: {raw!r}.")
        line = raw.partition(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        option, _, value = line.replace("=", " ", 1).partition(" ") if line.startswith("--") else line.partition(" ")
        if option in ("-r", "--requirement"):
            more, more_constraints = _read_file(folder / value.strip())
            requirements += more
            constraints += more_constraints
        elif option in ("-c", "--constraint"):
            constraints += _read_file(folder / value.strip())[0]
        else:
            _check_line(line, folder)
            requirements.append(line)
    return requirements, constraints


def _check_line(line: str, folder: Path) -> None:
    """Make sure that a line is an option, an address, a path or a requirement."""
    from packaging.requirements import InvalidRequirement, Requirement

    if line.startswith("-") or "://" in line or (folder / line).exists():
        return
    try:
        Requirement(line)
    except InvalidRequirement as error:
        raise InvalidInput(f"{line!r} is not a requirement: {str(error).splitlines()[0]}.") from None


def tool_missing(requirements: Iterable[str]) -> bool:
    """Say whether no requirement names the tool that loads the model."""
    return not any(_is_tool(line) for line in requirements)


def _is_tool(line: str) -> bool:
    import re

    name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    return name is not None and normalize(name.group()) in ("mlflow", "mlflow-skinny")


def replace_tool(requirements: Iterable[str], ours: Sequence[str]) -> list[str]:
    """Return requirements for an environment in which runyard loads the model.

    Args:
        requirements: Those of the model, written by either system.
        ours: The distributions that take the tool's place, pinned: the core and the model's flavors.
    """
    return [*ours, *(line for line in requirements if not _is_tool(line))]
