"""Differences between a model's requirements and what is installed."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path

from runyard.models import distributions
from runyard.models.environment import REQUIREMENTS

__all__ = ["mismatches", "warn_of_mismatches"]


def mismatches(folder: Path) -> list[str]:
    """Return one line for each requirement of a model that what is installed does not meet.

    Requirements that this cannot be said of (addresses, paths, options) are passed over, and so is the tool itself.
    """
    try:
        text = (folder / REQUIREMENTS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    return list(_compare(text, tuple(distributions.installed().items())))


@lru_cache(maxsize=32)
def _compare(text: str, installed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Compare requirements with what is installed: metadata folders by name."""
    from packaging.requirements import InvalidRequirement, Requirement

    folders = dict(installed)
    found = []
    for line in text.splitlines():
        try:
            requirement = Requirement(line.partition(" #")[0].strip())
        except InvalidRequirement:
            continue
        name = distributions.normalize(requirement.name)
        if name in ("mlflow", "mlflow-skinny"):
            continue
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        version = distributions.load(folders[name]).version if name in folders else None
        if not version:
            found.append(f"{requirement.name} is not installed; the model was saved with {requirement}")
        elif not requirement.specifier.contains(version.partition("+")[0], prereleases=True):
            found.append(f"{requirement.name} {version} is installed; the model was saved with {requirement}")
    return tuple(found)


def warn_of_mismatches(folder: Path) -> None:
    """Tell of every difference in one warning."""
    if found := mismatches(folder):
        warnings.warn(
            f"The environment differs from the one that the model in {str(folder)!r} was saved in: {'; '.join(found)}. "
            "runyard.pyfunc.get_model_dependencies(uri) gives the file that says what it needs.",
            stacklevel=3,
        )
