"""Differences between a model's requirements and what is installed."""

from __future__ import annotations

import warnings
from pathlib import Path

from runyard.models import distributions
from runyard.models.environment import REQUIREMENTS

__all__ = ["mismatches", "warn_of_mismatches"]


def mismatches(folder: Path) -> list[str]:
    """Return one line for each requirement of a model that what is installed does not meet.

    Requirements that this cannot be said of (addresses, paths, options) are passed over, and so is the tool itself.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        lines = (folder / REQUIREMENTS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in lines:
        try:
            requirement = Requirement(line.partition(" #")[0].strip())
        except InvalidRequirement:
            continue
        if distributions.normalize(requirement.name) in ("mlflow", "mlflow-skinny"):
            continue
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        version = distributions.installed_version(requirement.name)
        if version is None:
            found.append(f"{requirement.name} is not installed; the model was saved with {requirement}")
        elif not requirement.specifier.contains(version.partition("+")[0], prereleases=True):
            found.append(f"{requirement.name} {version} is installed; the model was saved with {requirement}")
    return found


def warn_of_mismatches(folder: Path) -> None:
    """Tell of every difference in one warning."""
    if found := mismatches(folder):
        warnings.warn(
            f"The environment differs from the one that the model in {str(folder)!r} was saved in: {'; '.join(found)}. "
            "runyard.pyfunc.get_model_dependencies(uri) gives the file that says what it needs.",
            stacklevel=3,
        )
