"""The artifacts of Python models: files and folders that are copied into the model and given to it as its context."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runyard.errors import DataDamaged, InvalidInput, NotFound
from runyard.uris import ArtifactPath, ArtifactURI

__all__ = ["copy_artifacts", "local_artifacts"]

ARTIFACTS = "artifacts"


def copy_artifacts(artifacts: Mapping[str, str | os.PathLike[str]], folder: Path) -> dict[str, dict[str, str]]:
    """Copy local files and folders, or what URIs name, below ``artifacts/``; return their section of ``MLmodel``.

    Each keeps its base name. Of two that have the same one, each lies in a folder of its own.

    Raises:
        NotFound: There is nothing at one of the addresses.
        InvalidInput: One does not parse.
    """
    sources = {}
    for name, uri in artifacts.items():
        if not isinstance(uri, (str, os.PathLike)):
            raise InvalidInput(f"The artifact {name!r} is {type(uri).__name__}; it is the path or URI of one.")
        sources[name] = _local(os.fspath(uri))
    bases = [source.name for source in sources.values()]
    section: dict[str, dict[str, str]] = {}
    for number, (name, source) in enumerate(sources.items()):
        path = source.name if bases.count(source.name) == 1 else f"{number}/{source.name}"
        place = folder / ARTIFACTS / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place)
        else:
            shutil.copyfile(source, place)
        section[name] = {"path": f"{ARTIFACTS}/{path}", "uri": os.fspath(artifacts[name])}
    return section


def _local(uri: str) -> Path:
    if not uri.startswith(("runs:", "models:")):
        root = ArtifactURI.parse(uri)
        if root.scheme == "file":
            if not Path(root.path).exists():
                raise NotFound(f"There is no artifact {root.path!r}.")
            return Path(root.path)
    from runyard.artifacts.functions import download_artifacts

    return Path(download_artifacts(uri))


def local_artifacts(section: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Return the paths of a model's artifacts by name.

    Raises:
        DataDamaged: One is missing, or the section is not what it should be.
    """
    entries = section.get("artifacts") or {}
    try:
        paths = {name: ArtifactPath(str(entry["path"])).below(folder) for name, entry in entries.items()}
    except (AttributeError, KeyError, TypeError):
        raise DataDamaged(
            f"The model in {str(folder)!r} is damaged: the artifacts in its MLmodel file have no path each."
        ) from None
    for name, path in paths.items():
        if not os.path.exists(path):
            raise DataDamaged(
                f"The model in {str(folder)!r} is incomplete: its artifact {name!r}, {str(path)!r}, is missing."
            )
    return {name: str(path) for name, path in paths.items()}
