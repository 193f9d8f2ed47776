"""Code that is saved with a model and has to be importable when it is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.models.consent import require_consent
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

__all__ = ["add_code_path"]


def add_code_path(folder: Path, section: Mapping[str, Any], model: MLModel) -> None:
    """Put the code folder that a section of ``MLmodel`` names first on ``sys.path``, once.

    Raises:
        PermissionDenied: Models that run code are forbidden.
    """
    code = section.get("code")
    if not code:
        return
    path = ArtifactPath(str(code)).below(folder)
    if os.path.isdir(path) and str(path) not in sys.path:
        require_consent(model, path, "code that comes with a model")
        sys.path.insert(0, str(path))
