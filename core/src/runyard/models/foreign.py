"""Data of libraries that signatures do not know, as NumPy and pandas know it. Only their own objects import them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runyard.errors import InvalidInput

__all__ = ["to_known"]

_TENSORS = frozenset({"torch", "tensorflow", "jax", "jaxlib"})
_TABLES = frozenset({"polars", "pyarrow"})


def to_known(data: Any) -> Any:
    """Return tensors as arrays and tables as DataFrames, also those in a dictionary; everything else as it is.

    Raises:
        InvalidInput: NumPy has no such type, or a library that the conversion needs is missing.
    """
    if isinstance(data, Mapping):
        known = {name: to_known(value) for name, value in data.items()}
        return known if any(known[name] is not data[name] for name in known) else data
    library = type(data).__module__.partition(".")[0]
    try:
        if library in _TENSORS and hasattr(data, "shape"):
            return _to_array(data, library)
        if library in _TABLES and hasattr(data, "to_pandas"):
            return data.to_pandas()
    except (TypeError, ImportError) as error:
        raise InvalidInput(
            f"This {type(data).__name__} of {library} cannot be read as an array or a DataFrame: {error}."
        ) from None
    return data


def _to_array(tensor: Any, library: str) -> Any:
    import numpy as np

    return tensor.detach().cpu().numpy() if library == "torch" else np.asarray(tensor)
