"""Scripted modules: TorchScript, which PyTorch compiles by itself and which holds no Python code."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from runyard.errors import DataDamaged
from runyard_pytorch.devices import storage_location

__all__ = ["dump", "is_scripted", "load", "modules"]

_OPERATORS = ("torchvision", "torchaudio")


def dump(module: Any, file: Path) -> None:
    """Write a scripted module."""
    module.save(str(file))


def is_scripted(file: Path) -> bool:
    """Say whether a file holds a scripted module."""
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def load(file: Path, device: str | None) -> Any:
    """Return a scripted module in evaluation mode.

    Raises:
        DataDamaged: The file cannot be read.
    """
    import torch

    jit: Any = torch.jit
    try:
        module = jit.load(str(file), map_location=storage_location(device))
    except (RuntimeError, ValueError) as error:
        text = str(error).strip().splitlines() or [""]
        raise DataDamaged(f"{str(file)!r} is not a whole scripted module: {text[0]}") from error
    module.eval()
    return module


def modules(file: Path) -> set[str]:
    """Return the libraries whose operators a scripted module uses, beside PyTorch itself."""
    with zipfile.ZipFile(file) as archive:
        code = [archive.read(name) for name in archive.namelist() if "/code/" in name and name.endswith(".py")]
    return {name for name in _OPERATORS if any(f"ops.{name}.".encode() in part for part in code)}
