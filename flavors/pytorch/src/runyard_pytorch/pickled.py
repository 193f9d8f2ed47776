"""Pickled modules: what `torch.save` writes of an object, with the code of classes that no package brings."""

from __future__ import annotations

import pickle
import types
import zipfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotSupported
from runyard.models.consent import require_consent
from runyard.models.pickles import pickle_modules
from runyard_pytorch.devices import storage_location

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

__all__ = ["INFO", "dump", "load", "modules"]

INFO = "pickle_module_info.txt"
"""The file beside a module that names the library which pickled it."""

_REFERENCE_NAME = "mlflow.pytorch.pickle_module"
_REFERENCE_NAMES = (_REFERENCE_NAME, "mlflow_pytorch_pickle_module")


def cloudpickle_module() -> types.ModuleType:
    """Return cloudpickle in the form in which PyTorch wants a pickling library.

    Its name is the one that the reference system knows it by.
    """
    import cloudpickle

    module = types.ModuleType(_REFERENCE_NAME)
    vars(module).update(
        {
            "Pickler": cloudpickle.CloudPickler,
            "Unpickler": pickle.Unpickler,
            "UnpicklingError": pickle.UnpicklingError,
            "dump": cloudpickle.dump,
            "dumps": cloudpickle.dumps,
            "load": pickle.load,
            "loads": pickle.loads,
        }
    )
    return module


def dump(module: Any, file: Path, library: Any = None, arguments: Mapping[str, Any] | None = None) -> str:
    """Write a module, and beside it the name of the library that pickles it; return that name.

    Args:
        module: The module.
        file: The file.
        library: A module such as `pickle`; cloudpickle when `None`.
        arguments: Further arguments of `torch.save`.

    Raises:
        InvalidInput: The module cannot be pickled, or the library is none.
    """
    import torch

    library = library or cloudpickle_module()
    if not (hasattr(library, "Pickler") and hasattr(library, "__name__")):
        raise InvalidInput(f"pickle_module is a module such as pickle or cloudpickle, not {library!r}.")
    if library.__name__ == "cloudpickle":
        library = cloudpickle_module()  # the library's own `Pickler` is Python's
    try:
        torch.save(module, file, pickle_module=library, **(arguments or {}))
    except (pickle.PicklingError, AttributeError, TypeError, RuntimeError) as error:
        raise InvalidInput(f"The module cannot be pickled: {error}") from error
    name = str(library.__name__)
    file.with_name(INFO).write_text(name, encoding="utf-8")
    return name


def load(
    file: Path,
    model: MLModel,
    device: str | None = None,
    library: Any = None,
    arguments: Mapping[str, Any] | None = None,
) -> Any:
    """Return a module, in evaluation mode.

    Args:
        file: The file.
        model: The ``MLmodel`` file that it belongs to.
        device: Where its tensors are put; where they were when `None`, and PyTorch can.
        library: What unpickles it, instead of what pickled it.
        arguments: Further arguments of `torch.load`.

    Raises:
        DataDamaged: The file, or the one that names the library, cannot be read.
        PermissionDenied: Pickles are forbidden.
        NotSupported: The library that pickled it is not installed.
    """
    import torch

    given = {"map_location": storage_location(device), "weights_only": False, **(arguments or {})}
    if not given["weights_only"]:
        require_consent(model, file)
        given["pickle_module"] = library or _library_of(file)
    try:
        module = torch.load(file, **given)
    except (RuntimeError, pickle.UnpicklingError, EOFError, KeyError, IndexError, ValueError, AttributeError) as error:
        text = str(error).strip().splitlines() or [""]
        if given["weights_only"]:
            raise InvalidInput(
                f"{str(file)!r} holds a whole module, which weights_only=True does not load: {text[0]}"
            ) from error
        raise DataDamaged(
            f"{str(file)!r} cannot be read as a pickled module: {type(error).__name__}: {text[0]}"
        ) from error
    if hasattr(module, "eval"):
        module.eval()
    return module


def _library_of(file: Path) -> Any:
    """Return the library that a file was pickled with; Python's own for files of releases that did not say."""
    info = file.with_name(INFO)
    if not info.is_file():
        return pickle
    name = info.read_text(encoding="utf-8", errors="replace").strip()
    if not all(part.isidentifier() for part in name.split(".")):
        raise DataDamaged(f"{str(info)!r} does not hold the name of a module.")
    if name in _REFERENCE_NAMES or name == "cloudpickle":
        return cloudpickle_module()
    try:
        return import_module(name)
    except ImportError:
        raise NotSupported(
            f"{str(file)!r} was pickled with the module {name!r}, which cannot be imported. Install what brings "
            "it, or name another one: load_model(..., pickle_module=...)."
        ) from None


def modules(file: Path) -> set[str]:
    """Return the full names of the modules that a file refers to."""
    if not zipfile.is_zipfile(file):  # as releases of PyTorch before 1.6 write
        return set()
    with zipfile.ZipFile(file) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        with archive.open(name) as stream:
            return pickle_modules(stream)  # type: ignore[arg-type] # it can be read
