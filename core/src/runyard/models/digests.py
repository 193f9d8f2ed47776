"""The digest manifest: a SHA-256 for each file that holds the model, written with it and checked when it is loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from runyard.errors import DataDamaged
from runyard.uris import ArtifactPath

__all__ = ["check", "compute"]

# Files that people and tools edit after saving; what they say is not needed to load the model.
_EDITABLE = frozenset(
    {"MLmodel", "requirements.txt", "constraints.txt", "conda.yaml", "python_env.yaml", "registered_model_meta"}
)


def compute(folder: Path) -> tuple[dict[str, str], int]:
    """Return the digests by path of the files that hold the model, and the size of all files in bytes."""
    digests, size = {}, 0
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        path = file.relative_to(folder).as_posix()
        size += file.stat().st_size
        if path not in _EDITABLE:
            digests[path] = _digest(file)
    return digests, size


def check(folder: Path, digests: Mapping[str, str]) -> None:
    """Compare a model's files with its manifest.

    Raises:
        DataDamaged: A file is missing or has other contents; the message names it.
    """
    for path, expected in digests.items():
        algorithm, _, _ = expected.partition(":")
        if algorithm != "sha256":  # of a later release
            continue
        file = ArtifactPath(path).below(folder)
        if not os.path.isfile(file):
            raise DataDamaged(f"The model in {str(folder)!r} is incomplete: its file {path!r} is missing.")
        if _digest(file) != expected:
            raise DataDamaged(
                f"The model in {str(folder)!r} is damaged: its file {path!r} is not the one that was saved. "
                "Fetch or save the model again."
            )


def _digest(file: Path) -> str:
    import hashlib

    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return f"sha256:{digest.hexdigest()}"
