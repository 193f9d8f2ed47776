"""Enforcement of tensor schemas: arrays of the declared type and shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.models.foreign import to_known
from runyard.models.schema import TensorSpec
from runyard.models.values import castable

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class TensorEnforcer:
    """Makes an array, or a dictionary of arrays where the tensors have names."""

    def __init__(self, tensors: list[TensorSpec]) -> None:
        self._tensors = tensors
        self._named = tensors[0].name is not None
        self._types = {spec: spec.type for spec in tensors}

    def __call__(self, data: Any) -> Any:
        """Return the array or arrays.

        Raises:
            InvalidInput: One is missing, or has another type or shape than the declared one.
        """
        if not self._named:
            return self._tensor(data, self._tensors[0], "The input")
        return self._dictionary(data)

    def _dictionary(self, data: Any) -> dict[str, Any]:
        import pandas as pd

        data = to_known(data)
        if not isinstance(data, (Mapping, pd.DataFrame)):
            if len(self._tensors) > 1:
                names = ", ".join(repr(spec.name) for spec in self._tensors)
                raise InvalidInput(
                    f"The input is {type(data).__name__}; pass a dictionary of the declared tensors, {names}."
                )
            data = {self._tensors[0].name: data}
        if missing := [repr(spec.name) for spec in self._tensors if spec.name not in data]:
            raise InvalidInput(f"The input lacks the tensors {', '.join(missing)} that the signature requires.")
        return {
            str(spec.name): self._tensor(data[spec.name], spec, f"The tensor {spec.name!r}") for spec in self._tensors
        }

    def _tensor(self, data: Any, spec: TensorSpec, where: str) -> Any:
        import numpy as np

        array = data
        if not isinstance(data, np.ndarray):
            array = self._array(data, spec, where)
        expected = self._types[spec]
        if array.dtype != expected and not (expected.kind in "US" and array.dtype.kind == expected.kind):
            raise InvalidInput(f"{where} is an array of {array.dtype}; the signature declares {spec.dtype}.")
        if len(array.shape) != len(spec.shape) or any(
            want not in (-1, have) for have, want in zip(array.shape, spec.shape, strict=True)
        ):
            raise InvalidInput(f"{where} has the shape {tuple(array.shape)}; the signature declares {spec.shape}.")
        return array

    def _array(self, data: Any, spec: TensorSpec, where: str) -> Any:
        """Return as an array what is none; a sparse matrix stays as it is."""
        import numpy as np
        import pandas as pd

        data = to_known(data)
        if isinstance(data, np.ndarray):
            return data
        if isinstance(data, pd.DataFrame):
            return self._from_frame(data, spec, where)
        if isinstance(data, pd.Series):
            return self._from_frame(data.to_frame(), spec, where)
        if hasattr(data, "tocsr") and hasattr(data, "dtype") and hasattr(data, "shape"):
            return data
        if isinstance(data, (list, int, float, bool, np.generic)):
            return self._from_list(data, spec, where)
        raise InvalidInput(f"{where} is {type(data).__name__}; the signature declares an array of {spec.dtype}.")

    def _from_list(self, data: Any, spec: TensorSpec, where: str) -> NDArray[Any]:
        """Return an array of numbers that have no type of their own yet."""
        import numpy as np

        try:
            array = np.asarray(data)
        except ValueError:  # what NumPy says of it names neither
            raise InvalidInput(
                f"{where} is made of lists of different lengths; the signature declares an array of {spec.dtype} with "
                f"the shape {spec.shape}."
            ) from None
        return self._cast(array, spec)

    def _cast(self, array: NDArray[Any], spec: TensorSpec) -> NDArray[Any]:
        """Return numbers as the declared type where they fit it."""
        expected = self._types[spec]
        return array.astype(expected) if castable(array.dtype, expected) else array

    def _from_frame(self, frame: pd.DataFrame, spec: TensorSpec, where: str) -> NDArray[Any]:
        """Return the values of a DataFrame: its table, or the arrays in the cells of its only column."""
        import numpy as np

        if len(frame.columns) != 1:
            return np.asarray(frame.to_numpy())
        cells = frame.iloc[:, 0]
        if len(cells) and isinstance(cells.iloc[0], (list, np.ndarray)):
            return self._from_list(cells.tolist(), spec, where)
        values = self._cast(cells.to_numpy(), spec)
        if self._types[spec].kind in "US":
            values = values.astype(self._types[spec].kind)
        return values if len(spec.shape) == 1 else values.reshape(-1, 1)
