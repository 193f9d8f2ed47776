"""Fingerprints of data, equal to those of the reference system where pandas is installed.

A fingerprint covers the first rows or elements and the extent of the whole, so that it costs little on big data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    from numpy.typing import NDArray

MAX_ITEMS = 10_000
"""How many rows of a frame, or elements of an array, are looked at."""


def frame_digest(frame: pandas.DataFrame) -> str:
    """Return the fingerprint of a frame: of its columns that hold numbers or nothing but text, and of all names."""
    import numpy
    import pandas

    head = frame.head(MAX_ITEMS)
    texts = head.columns[(head.map(type) == str).all(axis=0)]  # noqa: E721 - a comparison of each cell
    numbers = head.select_dtypes(include=[numpy.number]).columns
    rows = pandas.util.hash_pandas_object(head[texts.union(numbers)]).to_numpy()
    names = [str(name).encode() for name in frame.columns]
    return _md5([rows.tobytes(), numpy.int64(len(frame)).tobytes(), *names])


def arrays_digest(arrays: Iterable[NDArray[Any]]) -> str:
    """Return the fingerprint of arrays, one after the other."""
    import numpy

    parts: list[bytes] = []
    for array in arrays:
        parts.append(_elements(array.reshape(-1)[:MAX_ITEMS]))
        parts += [numpy.int64(extent).tobytes() for extent in array.shape]
    return _md5(parts)


def _elements(flat: NDArray[Any]) -> bytes:
    import numpy

    try:
        import pandas
    except ModuleNotFoundError:
        return repr(flat.tolist()).encode() if flat.dtype.hasobject else flat.tobytes()
    try:
        hashes: NDArray[Any] = pandas.util.hash_array(flat)
    except TypeError:  # objects that have no hash
        hashes = numpy.array(flat.size, dtype=numpy.int64)
    return hashes.tobytes()


def _md5(parts: Iterable[bytes]) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:8]
