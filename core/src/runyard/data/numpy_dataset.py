"""Datasets that are NumPy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from runyard.data.dataset import Dataset
from runyard.data.digests import arrays_digest
from runyard.errors import InvalidInput

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from runyard.data.sources import DatasetSource
    from runyard.models.schema import Schema

    Arrays = NDArray[Any] | Mapping[str, NDArray[Any]]


class NumpyDataset(Dataset):
    """Arrays that a run reads.

    Args:
        features: An array, or arrays by name.
        source: Where they came from.
        targets: What is to be predicted: an array, or arrays by name.
        name: Its name.
        digest: Its fingerprint.

    Raises:
        InvalidInput: Something is no array, or nobody knows such a source.
    """

    def __init__(
        self,
        features: Arrays,
        source: str | os.PathLike[str] | DatasetSource | None = None,
        targets: Arrays | None = None,
        name: str | None = None,
        digest: str | None = None,
    ) -> None:
        import numpy

        for array in (*_arrays(features), *_arrays(targets)):
            if not isinstance(array, numpy.ndarray):
                raise InvalidInput(f"from_numpy got {type(array).__name__}; it takes arrays and dicts of arrays.")
        super().__init__(source, name, digest)
        self._features = features
        self._targets = targets

    @property
    def features(self) -> Arrays:
        """The data."""
        return self._features

    @property
    def targets(self) -> Arrays | None:
        """What is to be predicted."""
        return self._targets

    def _compute_digest(self) -> str:
        return arrays_digest([*_arrays(self._features), *_arrays(self._targets)])

    @cached_property
    def schema(self) -> dict[str, Schema | None] | None:
        """The tensors of ``features`` and ``targets``; `None` where one of them has no tensor form."""
        from runyard.models.inference import infer_schema

        try:
            features = infer_schema(self._features)
            targets = None if self._targets is None else infer_schema(self._targets)
        except InvalidInput:
            return None
        tensors = features.is_tensor_spec() and (targets is None or targets.is_tensor_spec())
        return {"features": features, "targets": targets} if tensors else None

    @property
    def profile(self) -> dict[str, Any]:
        """The shape, the number of elements and the bytes of features and targets."""
        found: dict[str, Any] = {}
        for what, arrays in (("features", self._features), ("targets", self._targets)):
            if arrays is not None:
                found[f"{what}_shape"] = _each(arrays, lambda array: list(array.shape))
                found[f"{what}_size"] = _each(arrays, lambda array: int(array.size))
                found[f"{what}_nbytes"] = _each(arrays, lambda array: int(array.nbytes))
        return found

    def _schema_to_dict(self) -> dict[str, Any] | None:
        if self.schema is None:
            return None
        return {
            "mlflow_tensorspec": {
                what: None if schema is None else schema.to_json() for what, schema in self.schema.items()
            }
        }


def _arrays(given: Arrays | None) -> list[Any]:
    if given is None:
        return []
    return list(given.values()) if isinstance(given, Mapping) else [given]


def _each(given: Arrays, what: Any) -> Any:
    return {name: what(array) for name, array in given.items()} if isinstance(given, Mapping) else what(given)


def from_numpy(
    features: Arrays,
    source: str | os.PathLike[str] | DatasetSource | None = None,
    targets: Arrays | None = None,
    name: str | None = None,
    digest: str | None = None,
) -> NumpyDataset:
    """Return a dataset for `log_input` from arrays.

    Args:
        features: An array, or arrays by name.
        source: Where they came from: an address, a path, or a `DatasetSource`; the program itself when absent.
        targets: What is to be predicted: an array, or arrays by name.
        name: Its name; ``dataset`` when absent.
        digest: Its fingerprint, at most 36 characters; computed when absent.

    Raises:
        InvalidInput: Something is no array, or nobody knows such a source.
    """
    return NumpyDataset(features, source, targets, name, digest)
