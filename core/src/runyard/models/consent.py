"""Consent to models that are programs: a pickle runs code while it is loaded.

A pickle from the user's own run or registry, or saved by this process, is loaded. One from elsewhere is announced, and
``RUNYARD_ALLOW_PICKLE_DESERIALIZATION`` decides: ``true`` says yes once and for all, ``false`` refuses every pickle.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from runyard import config
from runyard.errors import PermissionDenied

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

__all__ = ["PickleWarning", "remember", "require_consent"]

_written: set[str] = set()


class PickleWarning(UserWarning):
    """A model from elsewhere is about to run code of its own."""


def remember(folder: Path) -> None:
    """Note that this process wrote a model into a folder."""
    _written.add(os.path.realpath(folder))


def require_consent(model: MLModel, file: Path, what: str = "a pickle") -> None:
    """Make sure that a file which runs code may be loaded.

    Args:
        model: The model that it belongs to.
        file: The file, for the message.
        what: What kind of program it is, for the message.

    Raises:
        PermissionDenied: The setting forbids it.
    """
    setting = config.ALLOW_PICKLE_DESERIALIZATION
    if not setting.get():
        raise PermissionDenied(
            f"{str(file)!r} is {what}, which runs code while it is loaded, and {setting.variables[0]} is false. "
            "Save the model in a format that is data only, such as skops for scikit-learn, or allow it."
        )
    if model.own or setting.is_set() or any(str(parent) in _written for parent in Path(os.path.realpath(file)).parents):
        return
    warnings.warn(
        f"{str(file)!r} is {what} from outside of your runs and registry, and it runs code while it is loaded. "
        f"Load it only if you trust where it came from; {setting.variables[0]}=true says that you do.",
        PickleWarning,
        stacklevel=2,
    )
