"""The requirements of a model as lines: those that a user gives, and the one that stands for the tool itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from runyard.errors import InvalidInput, NotFound
from runyard.models.distributions import normalize

__all__ = ["TOOL", "read_requirements", "replace_tool", "tool_missing"]

TOOL = "mlflow<4"
"""The requirement that stands for the tool which loads the model, first in each list.

The reference system installs and runs itself by it. When runyard builds an environment it puts `runyard-core` and the
distributions of the model's flavors in its place; see `replace_tool`.
"""


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
