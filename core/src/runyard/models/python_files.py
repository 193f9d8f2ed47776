"""The file of a pickled Python model, compressed or not."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any, BinaryIO, cast

from runyard import config
from runyard.errors import DataDamaged, InvalidInput, NotFound, NotSupported
from runyard.models.pickles import code_modules, pickle_modules
from runyard.models.reference_pickles import load_pickle

__all__ = ["FILE", "read_python_model", "write_python_model"]

FILE = "python_model.pkl"

_SUFFIXES = {"gzip": ".gz", "bzip2": ".bz2", "lzma": ".xz"}


def write_python_model(model: Any, folder: Path) -> tuple[dict[str, str], set[str]]:
    """Write a model and return its keys in ``MLmodel`` and the full names of the modules that it refers to.

    Functions and classes that no module brings are stored with it, and what they import inside their bodies counts.

    Raises:
        InvalidInput: It cannot be pickled, or the setting names an unknown compression.
        NotSupported: cloudpickle is not installed.
    """
    try:
        import cloudpickle
    except ModuleNotFoundError:
        raise NotSupported(
            "A Python model is pickled with cloudpickle, which is not installed: pip install cloudpickle. A model that "
            'is saved as the script that makes it, python_model="script.py", needs none.'
        ) from None

    compression = config.LOG_MODEL_COMPRESSION.get()
    if compression not in (None, *_SUFFIXES):
        raise InvalidInput(
            f"{config.LOG_MODEL_COMPRESSION.variables[0]} is {compression!r}; use one of {', '.join(_SUFFIXES)}."
        )
    name = FILE + _SUFFIXES.get(compression or "", "")
    modules: set[str] = set()

    class Pickler(cloudpickle.CloudPickler):  # type: ignore[misc] # it has no types
        def reducer_override(self, value: Any) -> Any:
            reduced = super().reducer_override(value)
            if isinstance(value, FunctionType) and reduced is not NotImplemented:  # stored by its code
                modules.update(code_modules(value.__code__))
            return reduced

    with _open(folder / name, compression, "wb") as stream, _own_classes_by_value():
        try:
            Pickler(stream).dump(model)
        except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
            raise InvalidInput(f"The Python model cannot be pickled: {error}") from error
    with _open(folder / name, compression, "rb") as stream:
        modules |= pickle_modules(stream)
    keys = {"python_model": name, "cloudpickle_version": cloudpickle.__version__}
    return keys | ({"python_model_compression": compression} if compression else {}), modules


def read_python_model(file: Path, compression: str | None) -> Any:
    """Return the model in a file; consent is the caller's to ask for.

    Raises:
        DataDamaged: The file cannot be read.
        NotFound: It needs a module that is not installed.
        NotSupported: It is built on a class of the reference system that has no counterpart here.
    """
    import lzma
    import zlib

    try:
        with _open(file, compression, "rb") as stream:
            return load_pickle(stream)
    except ModuleNotFoundError as error:
        raise NotFound(
            f"The model in {str(file)!r} is built on the module {error.name!r}, which is not here. Install what brings "
            "it, or save the model with it in code_paths=[...]."
        ) from error
    except (pickle.UnpicklingError, EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise DataDamaged(f"{str(file)!r} is not a whole pickle: {type(error).__name__}: {error}") from error


def _open(file: Path, compression: str | None, mode: str) -> BinaryIO:
    if compression == "gzip":
        import gzip

        return cast("BinaryIO", gzip.open(file, mode))
    if compression == "bzip2":
        import bz2

        return cast("BinaryIO", bz2.open(file, mode))
    if compression == "lzma":
        import lzma

        return cast("BinaryIO", lzma.open(file, mode))
    if compression:
        raise DataDamaged(f"{str(file)!r} is compressed as {compression!r}, which is none of {', '.join(_SUFFIXES)}.")
    return cast("BinaryIO", file.open(mode))


@contextmanager
def _own_classes_by_value() -> Iterator[None]:
    """Pickle the base class and the checks of type hints by value, so that loading needs no runyard."""
    import cloudpickle

    from runyard.models import hints, python_model
    from runyard.types import type_hints

    modules = (hints, python_model, type_hints)
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
