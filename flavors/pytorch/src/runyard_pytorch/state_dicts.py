"""State dicts: the tensors of a module by name, without its code."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runyard.errors import DataDamaged, InvalidInput, NotFound

__all__ = ["FILE", "load", "save"]

FILE = "state_dict.pth"


def save(state_dict: Mapping[str, Any], folder: Path, arguments: Mapping[str, Any]) -> None:
    """Write a state dict into a folder, which is made where there is none.

    Raises:
        InvalidInput: It is no dictionary.
    """
    import torch

    if not isinstance(state_dict, Mapping):
        raise InvalidInput(
            f"A state dict is a dictionary, such as module.state_dict() returns, not {type(state_dict).__name__}."
        )
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{FILE}.new"
    try:
        torch.save(state_dict, draft, **arguments)
        draft.replace(folder / FILE)
    finally:
        draft.unlink(missing_ok=True)


def load(uri: str | os.PathLike[str], arguments: Mapping[str, Any]) -> Any:
    """Return a state dict; tensors and plain data only, unless the arguments say ``weights_only=False``.

    Raises:
        NotFound: There is no state dict at the address.
        DataDamaged: The file cannot be read.
        PermissionDenied: It is to be read as a pickle, and pickles are forbidden.
    """
    import torch

    from runyard_pytorch.devices import storage_location

    file = _local(uri)
    given = {"map_location": storage_location(None), "weights_only": True, **arguments}
    if not given["weights_only"]:
        _require_consent(file)
    try:
        return torch.load(file, **given)
    except pickle.UnpicklingError as error:
        if given["weights_only"] and "weights_only" in str(error):
            raise InvalidInput(
                f"{str(file)!r} holds more than tensors and plain data, or is no state dict: "
                f"{str(error).strip().splitlines()[0]} If you trust where it came from, pass weights_only=False."
            ) from error
        raise _damaged(file, error) from error
    except (RuntimeError, EOFError, KeyError, ValueError) as error:
        raise _damaged(file, error) from error


def _local(uri: str | os.PathLike[str]) -> Path:
    """Return the file on this machine."""
    text = os.fspath(uri)
    folder = Path(text)
    if not folder.exists() and ":" in text:
        from runyard.artifacts.functions import download_artifacts

        folder = Path(download_artifacts(text))
    file = folder / FILE if folder.is_dir() else folder
    if not file.is_file():
        raise NotFound(f"There is no state dict at {text!r}: no file {FILE} is there.")
    return file


def _require_consent(file: Path) -> None:
    """Make sure that pickles may be loaded at all: who asks for this one by its argument consents to it."""
    from runyard.models.consent import require_consent
    from runyard.models.mlmodel import MLModel

    asked_for = MLModel()
    asked_for.own = True
    require_consent(asked_for, file, "a state dict that is read as a pickle")


def _damaged(file: Path, error: Exception) -> DataDamaged:
    text = str(error).strip().splitlines() or [""]
    return DataDamaged(f"{str(file)!r} is not a whole state dict: {type(error).__name__}: {text[0]}")
